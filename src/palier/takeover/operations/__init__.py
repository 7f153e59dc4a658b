"""Taking over an old suite's accounts, reconciling them, comparing its months with Palier's."""
