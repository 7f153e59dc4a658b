"""Files that describe an estate: read and judged here, with neither database nor clock."""
