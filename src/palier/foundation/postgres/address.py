"""Where the database is, from the environment alone: importing this starts nothing and loads no driver."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from palier.foundation.errors import Refusal
from palier.foundation.home import Home

PORT = 5432


class DatabaseUrlMalformed(Refusal):
    """DATABASE_URL n’a pas la forme attendue : postgresql://utilisateur:mot-de-passe@machine:5432/base."""


class RolePrefixMalformed(Refusal):
    """PALIER_ROLE_PREFIX doit commencer par une lettre minuscule et ne contenir que des lettres minuscules, des
    chiffres et « _ », 20 signes au plus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A server and a database on it. `host` is a folder for the private server."""

    host: str
    port: int
    database: str
    outside: bool
    administrator: str = "postgres"
    administrator_password: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


def address_of(environment: Mapping[str, str], home: Home) -> Address:
    """DATABASE_URL wins; otherwise the private server of `home`. Raises DatabaseUrlMalformed."""
    database = environment.get("PALIER_DATABASE")
    url = environment.get("DATABASE_URL")
    if not url:
        return Address(host=str(home.socket_directory), port=PORT, database=database or "palier", outside=False)
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError:
        raise DatabaseUrlMalformed from None
    options = dict(parse_qsl(parts.query))
    host = unquote(parts.hostname or "") or options.pop("host", "")
    if parts.scheme not in ("postgresql", "postgres") or not host:
        raise DatabaseUrlMalformed
    return Address(
        host=host,
        port=port,
        database=database or unquote(parts.path.lstrip("/")) or "palier",
        outside=True,
        administrator=unquote(parts.username or "postgres"),
        administrator_password=unquote(parts.password) if parts.password else None,
        options=options,
    )


def role_prefix_of(environment: Mapping[str, str]) -> str:
    """What role names begin with: `palier` unless PALIER_ROLE_PREFIX says otherwise. Raises RolePrefixMalformed."""
    prefix = environment.get("PALIER_ROLE_PREFIX") or "palier"
    # The prefix goes into names limited to 63 bytes by PostgreSQL.
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", prefix):
        raise RolePrefixMalformed
    return prefix
