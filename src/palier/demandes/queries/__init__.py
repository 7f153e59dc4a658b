"""What is read of applications: frozen rows, and the facts that the rules take."""
