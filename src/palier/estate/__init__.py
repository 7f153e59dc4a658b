"""Residences, buildings, dwellings, annexes, conventions."""
