"""What the month does: compute, review, seal, take back. One public function = one use case, in the caller's transaction."""
