"""What the pages read of outgoing mail."""
