"""The monthly run: what every household owes, why, and the notice that says so."""
