"""What is done to a thread: by its tenant, by the agency, and the word that tells of an answer."""
