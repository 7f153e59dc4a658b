"""What is done in a residence: tickets, rounds, keys, papers to deliver."""
