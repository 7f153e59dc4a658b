"""Outgoing mail: templates, letters one by one or in bulk, their register, what comes back."""
