"""What the month does: compute, review, seal, take back. One function a use case, in the caller’s own
transaction.
"""
