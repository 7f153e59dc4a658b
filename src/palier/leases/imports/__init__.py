"""Files that describe leases: read and judged here, with neither database nor clock."""
