"""The settings of an installation, one NAME=value a line, in two files of the home.

`palier.env` is read by every account and by the units of systemd; it holds no secret. `secrets/owner.env` is the
owner's alone: the address of an outside PostgreSQL with the account that sets it up.
"""

import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from palier.foundation.errors import Refusal
from palier.foundation.home import Home, told_in_french, write_private

FILE: Final = "palier.env"
OWNER_FILE: Final = "owner.env"
# What may be set there: a name that nobody reads would be a fault that nobody sees.
NAMES: Final = (
    "DATABASE_URL",
    "PALIER_DATABASE",
    "PALIER_ROLE_PREFIX",
    "PALIER_HOSTS",
    "PALIER_HTTPS",
    "PALIER_JOURNAL_HEADS",
    "PALIER_JOURNAL_MAIL_TO",
    "PALIER_JOURNAL_TIMESTAMP_URL",
    "PALIER_JOURNAL_TIMESTAMP_CA",
    "PALIER_BACKUPS",
    "PALIER_CLAMD",
    "PALIER_DOCUMENTS_S3",
    "PALIER_DOCUMENTS_S3_REGION",
    "PALIER_DOCUMENTS_S3_KEY",
)
_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")


class SettingMalformed(Refusal):
    """La ligne {number} du fichier {path} n’est pas un réglage : écrivez NOM=valeur, avec un nom parmi {names}."""


def settings_path(home: Home) -> Path:
    """Where the settings are, or would be."""
    return home.root / FILE


def read_settings(path: Path) -> dict[str, str]:
    """The settings of one file, none when it is absent or closed to this account. Raises SettingMalformed."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or match[1] not in NAMES:
            raise SettingMalformed(number=number, path=path, names=", ".join(NAMES))
        found[match[1]] = match[2].strip().strip('"')
    return found


def load_settings(home: Home, environment: MutableMapping[str, str]) -> None:
    """Add what the files say to the environment; what is set there already wins. Raises SettingMalformed."""
    for path in (home.secrets / OWNER_FILE, settings_path(home)):
        for name, value in read_settings(path).items():
            environment.setdefault(name, value)


def write_settings(home: Home, settings: Mapping[str, str]) -> None:
    """Write both files again: the account of DATABASE_URL goes to the owner's alone. Raises DiskFull."""
    shown = dict(settings)
    url = shown.get("DATABASE_URL")
    if url:
        write_private(home.secrets / OWNER_FILE, f"DATABASE_URL={url}\n".encode())
        shown["DATABASE_URL"] = without_account(url)
    lines = ["# Les réglages de Palier, lus par ses commandes et par ses services. Aucun secret ici."]
    lines += [f"{name}={shown[name]}" for name in NAMES if shown.get(name)]
    path = settings_path(home)
    with told_in_french(path):
        draft = path.with_name(f".{path.name}.part")
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        draft.chmod(0o644)
        draft.replace(path)


def without_account(url: str) -> str:
    """The same address, without the user and the password that set the database up."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
