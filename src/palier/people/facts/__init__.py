"""Coded facts (consignes): what is useful to know before knocking, from a closed list. No text about anyone."""
