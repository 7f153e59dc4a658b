"""Tools with no business word: money, periods, text, legal values, the database's life, errors."""
