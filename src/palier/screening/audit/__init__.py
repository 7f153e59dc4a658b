"""The comments of an old suite, read before anything else is adopted: counted, sampled, erased. Without a database."""
