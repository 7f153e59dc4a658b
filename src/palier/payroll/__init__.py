"""Payslips: the employees' register, the payroll's batch of pages, quarantine, release, and what each may open."""
