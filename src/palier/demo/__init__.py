"""The demonstration: a fictional landlord, its population, a month already run, and a page of accounts."""
