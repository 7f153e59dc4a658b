"""Threads read by whoever wrote them, and by the agency that answers."""
