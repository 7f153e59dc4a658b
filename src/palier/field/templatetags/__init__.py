"""What the caretaker's templates ask for."""
