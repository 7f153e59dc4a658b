"""Payslips: what the labour code says of them."""
