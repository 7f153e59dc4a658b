"""Closing a month, waiving a line of its list, stating what the bank says."""
