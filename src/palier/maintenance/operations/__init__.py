"""What is done in a residence: rounds and ticks, tickets, keys, papers."""
