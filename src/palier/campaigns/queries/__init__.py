"""Reads of the campaigns, one SQL statement a list."""
