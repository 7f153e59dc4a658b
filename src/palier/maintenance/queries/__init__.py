"""What is read of a residence's days: by its caretakers (`site`), by its agency (`agency`)."""
