"""The caretakers’ site: a short list."""
