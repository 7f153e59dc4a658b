"""The names of communes, as far as the landlord's own residences tell them: no list of the whole country is kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from palier.foundation.reading import fetch

# Arrondissements bear the name of their city (code officiel géographique): first code, last code.
_ARRONDISSEMENTS = (("75101", "75120"), ("69381", "69389"), ("13201", "13216"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    code: str
    name: str


def commune_names(codes: Iterable[str]) -> dict[str, str]:
    """A name for each INSEE code; « commune 75113 » for one that no residence names."""
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return {}
    rows = fetch(_Named, "SELECT code, name FROM palier.commune_names(%(codes)s)", {"codes": wanted})
    known = {row.code: _of_arrondissement(row) for row in rows}
    return {code: known.get(code, f"commune {code}") for code in wanted}


def _of_arrondissement(row: _Named) -> str:
    for first, last in _ARRONDISSEMENTS:
        if first <= row.code <= last and not any(sign.isdigit() for sign in row.name):
            number = int(row.code) - int(first) + 1
            return f"{row.name} {number}{'er' if number == 1 else 'e'}"
    return row.name
