"""What a text that a table holds is, who reads it, how long it may be."""

from dataclasses import dataclass
from enum import StrEnum

from palier.privacy.declare import Reader
from palier.privacy.policy import declared_tables


class TextKind(StrEnum):
    """What a text is, hence what may be written in it."""

    # A person's own name, as their papers write it.
    NAME = "NAME"
    # What reaches someone or signs them in.
    IDENTIFIER = "IDENTIFIER"
    # A number or a code given to a thing: lease, account, document, file, order.
    REFERENCE = "REFERENCE"
    # One of a closed list that lives in the code and not in the column: a role, a purpose, a page.
    CODE = "CODE"
    # Words that Palier composes from figures and its own vocabulary; nobody types them.
    WORDING = "WORDING"
    # A digest or a secret: it says nothing of anyone.
    DIGEST = "DIGEST"
    # Cells of a file given to Palier, or values of columns listed here: kept as they were.
    COPY = "COPY"
    # A short fact that an agent types about a decision, read by the screen before it is kept and shown to the person.
    SCREENED = "SCREENED"
    # What an agent types as they wish.
    FREE_TEXT = "FREE_TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredText:
    """One text column of a table of personal data. `limit` in characters; None where a copy has its source's limits."""

    table: str
    column: str
    kind: TextKind
    purpose: str
    limit: int | None

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Who may read it, by the declared policy."""
        found: dict[Reader, None] = {}
        for access in declared_tables():
            if access.table == self.table:
                for read in access.reads:
                    if not read.columns or self.column in read.columns:
                        found.update(dict.fromkeys(read.by))
        return tuple(found)


def text(table: str, column: str, kind: TextKind, limit: int | None, purpose: str) -> DeclaredText:
    return DeclaredText(table=table, column=column, kind=kind, purpose=purpose, limit=limit)
