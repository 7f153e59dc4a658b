"""What comes from banks and goes to them: statements, payments and what they settle, mandates, debits, refunds."""
