"""What may be done about a request: ask, extend, answer, lift a freeze, copy a file."""
