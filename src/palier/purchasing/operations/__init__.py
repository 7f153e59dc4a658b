"""What is done with invoices: their deposit. Their calculation comes apart, and enters by this door."""
