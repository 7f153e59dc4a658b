"""How long each kind of data is kept, and what ends it: erased, made anonymous or archived, with a certificate."""
