"""The site of partners: employees read their payslips, still after they have left; suppliers, their invoices."""
