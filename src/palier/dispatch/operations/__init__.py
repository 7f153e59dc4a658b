"""Routing documents, handing them to their channels, printing, taking back what came back."""
