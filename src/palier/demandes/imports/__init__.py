"""Files that bring applications from outside."""
