"""The agents’ site."""
