"""What a person receives on paper about their data, in the shape of the house's reports (mail/report).

A sign that the documents' font cannot draw becomes « ? » on the page: a person's copy is never refused for their name,
and the JSON given with it keeps the exact spelling.
"""

from collections.abc import Sequence

from palier.estate.models import Landlord
from palier.mail.glyphs import CharacterNotPrintable, drawable, printable
from palier.mail.report import Grid, Sender


def legible(text: str) -> str:
    """`text` as the font draws it, with « ? » for what it cannot."""
    try:
        return printable(text)
    except CharacterNotPrintable:
        return "".join(sign if sign in drawable() else " " if sign.isspace() else "?" for sign in text)


def legible_grid(columns: Sequence[str], rows: Sequence[Sequence[str]], *, widths: tuple[int, ...] = ()) -> Grid:
    """A table whose cells can all be drawn."""
    return Grid(columns=tuple(columns), rows=tuple(tuple(map(legible, row)) for row in rows), widths=widths)


def landlord_as_sender() -> Sender:
    """The landlord at the head of the page."""
    name, lines = Landlord.objects.values_list("name", "address_lines").order_by("id")[0]
    return Sender(name=name, address=tuple(lines))
