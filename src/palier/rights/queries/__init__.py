"""Reads of the requests of persons, as frozen rows."""
