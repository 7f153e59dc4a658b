"""How a file of the CAF is read: a profile of fixed widths, and totals that must be the sums of the details."""
