"""Delays of payment: how a debt is spread, and how far a plan has come. Pure."""
