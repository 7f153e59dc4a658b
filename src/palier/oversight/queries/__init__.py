"""What is known of breaches, from the journal and from the steps taken."""
