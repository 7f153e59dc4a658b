"""What the pages of the takeover read: frozen rows, one statement each."""
