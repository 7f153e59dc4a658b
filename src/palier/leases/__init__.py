"""Leases, their dated terms and their occupants."""
