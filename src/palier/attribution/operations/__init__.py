"""What is done about allocation: one public function, one use case, everything or nothing."""
