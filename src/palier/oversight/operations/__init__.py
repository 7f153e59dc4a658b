"""What is done about a breach of personal data."""
