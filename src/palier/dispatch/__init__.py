"""How documents leave: the outbox, its channels, the lots that are printed, the mail that comes back."""
