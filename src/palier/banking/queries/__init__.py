"""What pages read of the bank: frozen rows, one statement each."""
