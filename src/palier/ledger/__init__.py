"""Double-entry accounts, append-only."""
