"""Why two suites do not give the same amount: pure, in cents."""
