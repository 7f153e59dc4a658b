"""Reads of leases: search, lists, one lease whole."""
