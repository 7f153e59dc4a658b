"""What changes the estate: one public function, one use case, everything or nothing."""
