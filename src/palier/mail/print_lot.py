"""One PDF of many papers for whoever prints and folds: an index first, then each paper, each sheet with its mark.

A lot is for printing: what proves itself is the exact PDF of each paper, in the store.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pikepdf

# 18 mm from the left, 5 mm from the bottom: below the foot of every document.
_MARK_AT: Final = (51, 14)
_FONT: Final = pikepdf.Name("/PalierMark")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPaper:
    """One paper of a lot and its rank in it, from 1."""

    rank: int
    pdf: bytes


def pages_of(pdf: bytes) -> int:
    """How many pages one paper has."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def bound(number: str, index: bytes, papers: Iterable[LotPaper], *, total: int) -> bytes:
    """The lot as one PDF. Each sheet says the lot, the paper and the page: « LOT-2026-000003, 12/250, page 1/2 »."""
    with pikepdf.open(io.BytesIO(index)) as lot:
        _strip(lot)
        for paper in papers:
            with pikepdf.open(io.BytesIO(paper.pdf)) as document:
                count = len(document.pages)
                for rank, page in enumerate(document.pages, start=1):
                    lot.pages.append(page)
                    _mark(lot, lot.pages[-1], f"{number}, {paper.rank}/{total}, page {rank}/{count}")
        out = io.BytesIO()
        lot.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _strip(lot: pikepdf.Pdf) -> None:
    """The index is no document of its own here: neither its data, nor the claims that its papers would break."""
    for key in ("/AF", "/StructTreeRoot", "/MarkInfo", "/Metadata", "/Names"):
        if key in lot.Root:
            del lot.Root[key]


def _mark(lot: pikepdf.Pdf, page: pikepdf.Page, text: str) -> None:
    page.add_resource(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        ),
        pikepdf.Name.Font,
        _FONT,
    )
    x, y = _MARK_AT
    page.contents_add(b"q\n", prepend=True)
    drawn = f"\nQ\nq BT {_FONT} 6.5 Tf 0.25 g 1 0 0 1 {x} {y} Tm ({text}) Tj ET Q\n"
    page.contents_add(drawn.encode("ascii"))
