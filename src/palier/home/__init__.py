"""The tenants’ site."""
