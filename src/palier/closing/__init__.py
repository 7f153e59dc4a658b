"""The end of a month: what is missing before it can be closed, the bank reconciled to the cent."""
