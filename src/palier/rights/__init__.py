"""What a person may ask of the landlord: who read my file, a copy, a correction, an erasure."""
