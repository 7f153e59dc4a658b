"""What left, what waits, what came back."""
