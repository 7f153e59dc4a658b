"""What is decided about access: files opened, replacements, protected addresses, quotas and motives."""
