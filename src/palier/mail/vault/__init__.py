"""The journal of kept documents: what was done to each, its daily proof, and the control of their bytes."""
