"""Leaving the old suite: balances, deposits, mandates and plans taken over, reconciled, compared month by month."""
