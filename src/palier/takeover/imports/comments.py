"""No comment of an old suite comes in: neither under its name nor under another."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.tabular.records import Record, Table
from palier.foundation.tabular.unread import only
from palier.foundation.text import fold

# What suites call the box where anything was typed.
_NAMES: Final = (
    "commentaire", "observation", "remarque", "memo", "note", "bloc", "annotation", "appreciation", "divers", "texte",
    "info", "particularite", "historique_contact",
)  # fmt: skip
# A code, a name, an address line are shorter: beyond, someone wrote a sentence.
_WORDS, _CHARACTERS = 6, 32


class CommentColumn(Refusal):
    """Ligne {line} : la colonne « {column} » contient des commentaires sur des personnes. Palier ne les reprend pas :
    retirez-la, et lisez ce qu’elle contient avec palier comments audit. Rien n’a été repris."""


def without_unread(table: Table, read: Collection[str]) -> Table:
    """The table in the columns that are read; comments in the others are refused, the rest of them is left.

    Raises CommentColumn, at once for a column that says what it is, while the records are read for a sentence.
    """
    _refuse_names(table)
    unread = tuple(name for name in table.header if name and name not in read)
    return only(replace(table, records=_without_sentences(table.records, unread)), read)


def _refuse_names(table: Table) -> None:
    for name in table.header:
        if any(fold(name).replace(" ", "_").startswith(known) for known in _NAMES):
            raise CommentColumn(line=1, column=name[:60])


def _without_sentences(records: Iterator[Record], unread: tuple[str, ...]) -> Iterator[Record]:
    for record in records:
        for name in unread:
            written = record.raw(name)
            if len(written) >= _CHARACTERS and len(written.split()) >= _WORDS:
                raise CommentColumn(line=record.line, column=name[:60])
        yield record
