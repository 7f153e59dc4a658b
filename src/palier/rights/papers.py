"""What a person receives on paper about their data, in the shape of the house's reports (mail/report).

A sign that the documents' font cannot draw becomes « ? » on the page: a person's copy is never refused for their name,
and the JSON given with it keeps the exact spelling.
"""

from collections.abc import Sequence

from palier.mail.glyphs import legible
from palier.mail.report import Grid


def legible_grid(columns: Sequence[str], rows: Sequence[Sequence[str]], *, widths: tuple[int, ...] = ()) -> Grid:
    """A table whose cells can all be drawn."""
    return Grid(columns=tuple(columns), rows=tuple(tuple(map(legible, row)) for row in rows), widths=widths)
