"""What tenants write to their agency and what it answers: threads, each with the day by which an answer is promised."""
