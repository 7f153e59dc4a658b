"""What is done to applications: one public function is one use case."""
