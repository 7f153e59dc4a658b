"""A running server, as the rest of the program sees it."""

from dataclasses import dataclass
from enum import Enum

from psycopg.conninfo import make_conninfo

from palier.foundation.home import Home
from palier.foundation.postgres.address import Address


class State(Enum):
    """What `palier database status` says."""

    ABSENT = "absente"
    STOPPED = "arrêtée"
    RUNNING = "en marche"
    OUTSIDE = "serveur extérieur"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to connect, and as whom. `secrets` are read from the home at the moment of connecting."""

    address: Address
    home: Home

    def conninfo(self, user: str, *, database: str | None = None) -> str:
        """How the role `user` (its secret has the same name) connects. Raises SecretMissing or SecretUnreadable."""
        return self._conninfo(user, self.home.secret(user), database or self.address.database)

    def administrator_conninfo(self, *, database: str | None = None) -> str:
        """How set-up connects: the private server's superuser, or the account named by DATABASE_URL."""
        password = self.address.administrator_password
        if not self.address.outside:
            password = self.home.secret("superuser")
        return self._conninfo(self.address.administrator, password, database or self.address.database)

    def _conninfo(self, user: str, password: str | None, database: str) -> str:
        return make_conninfo(
            **self.address.options,
            host=self.address.host,
            port=self.address.port,
            user=user,
            password=password,
            dbname=database,
            connect_timeout=10,
        )
