"""Purposes, the declared policy, who acts, row security, the read journal."""
