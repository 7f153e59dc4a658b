"""Files of banks, read and written: camt.053, camt.054, CFONB 120, pain.002, pain.008, pain.001. No Django."""
