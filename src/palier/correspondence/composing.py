"""A text and the facts of one lease, made into the blocks of a letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from palier.correspondence.rules.fields import FIELDS
from palier.correspondence.rules.markup import (
    Address,
    Block,
    LetterText,
    Listing,
    Paragraph,
    Passage,
    Pieces,
    Table,
    Title,
)
from palier.foundation.errors import Refusal
from palier.mail import report


class FieldEmpty(Refusal):
    """Le champ « {label} » ({code}) est vide pour ce bail : complétez le dossier, ou écrivez un autre modèle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What the fields say for one lease: words (an address on several lines), and what is yes."""

    words: Mapping[str, str]
    yes: frozenset[str]


def composed(text: LetterText, values: Values) -> tuple[report.Block, ...]:
    """The blocks of one letter. Raises FieldEmpty for a field that its passage needs and the lease lacks."""
    return tuple(_blocks(text.blocks, values))


def sample_values() -> Values:
    """Those of a fictional tenant, of whom everything is known and everything is yes."""
    return Values(words={code: each.sample for code, each in FIELDS.items()}, yes=frozenset(FIELDS))


def _blocks(blocks: Sequence[Block], values: Values) -> list[report.Block]:
    made: list[report.Block] = []
    for block in blocks:
        match block:
            case Title(pieces, level):
                made.append(report.Heading(_plain(pieces, values), level))
            case Paragraph(pieces):
                made.append(report.Rich(_runs(pieces, values)))
            case Listing(items, is_numbered):
                made.append(report.RichItems(tuple(_runs(item, values) for item in items), is_numbered))
            case Table(columns, rows, figures):
                made.append(
                    report.Grid(
                        columns=tuple(_plain(cell, values) for cell in columns),
                        rows=tuple(tuple(_plain(cell, values) for cell in row) for row in rows),
                        figures=figures,
                    )
                )
            case Address(code):
                made.append(report.Lines(tuple(_said(code, values).split("\n"))))
            case Passage(code, yes, no):
                made += _blocks(yes if code in values.yes else no, values)
    return made


def _said(code: str, values: Values) -> str:
    said = values.words.get(code, "")
    if not said:
        raise FieldEmpty(code=code, label=FIELDS[code].label)
    return said


def _runs(pieces: Pieces, values: Values) -> tuple[report.Run, ...]:
    return tuple(
        report.Run(
            _said(piece.field, values) if piece.field else piece.text,
            bold=piece.bold,
            italic=piece.italic,
            is_break=piece.is_break,
        )
        for piece in pieces
    )


def _plain(pieces: Pieces, values: Values) -> str:
    return "".join(run.text if not run.is_break else " " for run in _runs(pieces, values))
