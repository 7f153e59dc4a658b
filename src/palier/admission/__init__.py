"""Letting tenants in: the sealed letter, the second proof, what came of it; and those whom a tenant lets help them."""
