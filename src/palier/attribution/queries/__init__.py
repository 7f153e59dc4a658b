"""What is read of allocation, as frozen rows."""
