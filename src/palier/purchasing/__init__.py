"""Suppliers, and the place where the invoices that the landlord makes for them are deposited."""
