"""What is done to let someone in."""
