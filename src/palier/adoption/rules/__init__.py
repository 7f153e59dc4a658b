"""Cohorts, comparison, what may be shown: pure."""
