"""Reads of adoption: what a campaign gave."""
