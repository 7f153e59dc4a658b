"""Reads of the month, one SQL statement a list: the bill told again, the runs, what their reviewer looks at."""

from palier.quittancement.queries.bills import bill_explanation

__all__ = ["bill_explanation"]
