"""The header of a table: names of columns, each once."""

from collections.abc import Mapping, Sequence

from palier.foundation.errors import Refusal
from palier.foundation.tabular.limits import Limits


class NotATable(Refusal):
    """Ligne {line} : aucune colonne reconnue. Ce fichier est un texte, pas un tableau CSV ou XLSX avec un en-tête."""


class TooManyColumns(Refusal):
    """Ligne {line} : plus de {limit} colonnes : gardez seulement celles qui sont demandées."""


class ColumnNamedTwice(Refusal):
    """Ligne {line} : la colonne « {column} » apparaît deux fois dans l’en-tête : gardez-en une seule."""


class ColumnsMissing(Refusal):
    """Ligne d’en-tête : il manque {missing}. Colonnes attendues : {expected}."""


def columns_of(cells: Sequence[str], *, line: int, limits: Limits) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """The names of the header, lower case, and the place of each; trailing unnamed columns are left out."""
    names = [" ".join(cell.split()).lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > limits.columns:
        raise TooManyColumns(line=line, limit=limits.columns)
    if len(names) < 2 or max(map(len, names)) > 200:
        raise NotATable(line=line)
    columns: dict[str, int] = {}
    for index, name in enumerate(names):
        if not name:
            continue
        if name in columns:
            raise ColumnNamedTwice(line=line, column=name[:60])
        columns[name] = index
    return tuple(names), columns


def require_columns(columns: Mapping[str, int], expected: Sequence[str]) -> None:
    """Refuse a table that lacks one of the expected columns, naming each one that is missing."""
    missing = [name for name in expected if name not in columns]
    if missing:
        word = "la colonne" if len(missing) == 1 else "les colonnes"
        named = ", ".join(f"« {name} »" for name in missing)
        raise ColumnsMissing(missing=f"{word} {named}", expected=", ".join(expected))
