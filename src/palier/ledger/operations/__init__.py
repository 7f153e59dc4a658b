"""What changes the books: periods, manual entries, numbers of the chart."""
