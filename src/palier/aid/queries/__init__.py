"""Reads of the CAF's files, one SQL statement a list."""
