"""Files of an old suite: read and judged here, with neither database nor clock."""
