"""What is done with the CAF's files: imported once, matched, attached, accepted, reconciled with its transfer."""
