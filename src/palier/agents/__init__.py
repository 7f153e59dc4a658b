"""Staff, their roles and mandates, and the accounts that sign in."""
