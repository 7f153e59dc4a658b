"""Applications for a dwelling: for now, the rules of household category, income ceiling and effort rate."""
