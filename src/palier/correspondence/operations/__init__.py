"""What is done to outgoing mail, one use case a function."""
