"""The law of requests: until when, and which answers each kind of request admits. Pure."""
