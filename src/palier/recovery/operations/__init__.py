"""Asking for a delay, answering it, ending a plan."""
