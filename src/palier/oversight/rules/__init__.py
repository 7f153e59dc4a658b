"""What the law asks after a breach: how grave it is, and by when it must be told. Pure."""
