"""No comment of an old suite comes in: neither under its name nor under another."""

from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.tabular.records import Record, Table
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


def refuse_comment_names(table: Table) -> None:
    """Raises CommentColumn for a column that says what it is."""
    for name in table.header:
        if any(fold(name).replace(" ", "_").startswith(known) for known in _NAMES):
            raise CommentColumn(line=1, column=name[:60])


def refuse_comment_cells(record: Record, unread: tuple[str, ...]) -> None:
    """Raises CommentColumn for a sentence in a column that nothing reads."""
    for name in unread:
        written = record.raw(name)
        if len(written) >= _CHARACTERS and len(written.split()) >= _WORDS:
            raise CommentColumn(line=record.line, column=name[:60])
