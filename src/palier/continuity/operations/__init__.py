"""What an operator does to keep the data through a loss, each under their name and for a motive."""
