"""Delays as the tenant and the agency read them."""
