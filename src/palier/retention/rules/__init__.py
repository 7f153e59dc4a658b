"""How long: durations, the day that ends them, and how it is said. Pure."""
