"""What changes payments, statements and debits: one public function, one use case, everything or nothing."""
