"""What is left to pay, and how: a delay that a tenant asks for, the plan that answers it."""
