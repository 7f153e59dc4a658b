"""One PDF of many papers for whoever prints and folds: an index first, then each sheet with its control mark.

A lot is for printing: what proves itself is the exact PDF of each paper, in the store. The mark says the lot, the
envelope and the sheet, in a DataMatrix that a folding machine or a scanner reads and in letters: an envelope that comes
back is known by it. Papers of one rank share an envelope, whose sheets are numbered together. The mark stands in the
left margin, where no window shows (look: 5 to 13 mm, 106 mm from the top).
"""

import io
import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from typing import Final, cast

import pikepdf
import zxingcpp

_MM: Final = 72 / 25.4
_A4_HEIGHT: Final = 297 * _MM
_MARK_X, _MARK_TOP, _MARK_WIDE = 5 * _MM, 106 * _MM, 8 * _MM
# 18 mm from the left, 5 mm from the bottom: below the foot of every document.
_WORDS_AT: Final = (51, 14)
_FONT: Final = pikepdf.Name("/PalierMark")
_MARK: Final = re.compile(r"(LOT-[0-9]{4}-[0-9]{6});([0-9]{1,6});([0-9]{1,3});([0-9]{1,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMark:
    """What the mark of one sheet says: its lot, its envelope's rank from 1, the sheet and how many the envelope has."""

    lot: str
    rank: int
    sheet: int
    sheets: int

    @property
    def code(self) -> str:
        """What the DataMatrix holds."""
        return f"{self.lot};{self.rank};{self.sheet};{self.sheets}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPaper:
    """One paper of a lot and the rank of its envelope, from 1: its exact bytes, or its page of a compile of many."""

    rank: int
    pdf: bytes = b""
    # From 0; None when the paper is `pdf`.
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A lot made: its bytes, the mark of each sheet in their order, and the pages of its index before them."""

    pdf: bytes
    marks: tuple[SheetMark, ...]
    index_pages: int


def read_mark(code: str) -> SheetMark | None:
    """What a scanner read, or None when it is no mark of a lot. A keyboard in capitals may have typed a dash for it."""
    found = _MARK.fullmatch(code.strip().upper())
    if found is None:
        return None
    lot, rank, sheet, sheets = found.groups()
    return SheetMark(lot=lot, rank=int(rank), sheet=int(sheet), sheets=int(sheets))


def pages_of(pdf: bytes) -> int:
    """How many pages one paper has."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def single_pages(pdf: bytes, count: int) -> list[int | None]:
    """The page of each of `count` papers made in one compile; None for one that takes several.

    Each begins by its own title, a bookmark of the first level.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if len(document.pages) == count:
            return list(range(count))
        ranks = {page.obj.objgen: rank for rank, page in enumerate(document.pages)}
        with document.open_outline() as outline:
            starts = [ranks[_target(item)] for item in outline.root]
        if len(starts) != count:
            return [None] * count
        ends = [*starts[1:], len(document.pages)]
        return [start if end == start + 1 else None for start, end in zip(starts, ends, strict=True)]


def _target(item: pikepdf.OutlineItem) -> tuple[int, int]:
    destination = item.destination
    page = destination[0] if isinstance(destination, pikepdf.Array) else None
    return page.objgen if isinstance(page, pikepdf.Object) else (0, 0)


def bound(number: str, index: bytes, papers: Iterable[LotPaper], *, total: int, compiled: bytes = b"") -> Bound:
    """The lot as one PDF. Each sheet says the lot, the envelope and the page: « LOT-2026-000003, 12/250, page 1/2 ».

    Papers of one rank follow each other. `total`: the envelopes of the lot. `compiled`: the one PDF in which the papers
    that name a page were made.
    """
    marks: list[SheetMark] = []
    with ExitStack() as opened:
        lot = opened.enter_context(pikepdf.open(io.BytesIO(index)))
        _strip(lot)
        before = len(lot.pages)
        together = opened.enter_context(pikepdf.open(io.BytesIO(compiled))) if compiled else None
        for rank, inside in groupby(papers, key=lambda paper: paper.rank):
            pages: list[pikepdf.Page] = []
            for paper in inside:
                if paper.page is not None and together is not None:
                    pages.append(together.pages[paper.page])
                else:
                    pages += opened.enter_context(pikepdf.open(io.BytesIO(paper.pdf))).pages
            for sheet, page in enumerate(pages, start=1):
                lot.pages.append(page)
                marks.append(SheetMark(lot=number, rank=rank, sheet=sheet, sheets=len(pages)))
                _mark(lot, marks[-1], total)
        return Bound(pdf=_saved(lot), marks=tuple(marks), index_pages=before)


def one_sheet(pdf: bytes, *, at: int) -> bytes:
    """One page of a lot, alone: `at` from 0."""
    with pikepdf.open(io.BytesIO(pdf)) as lot, pikepdf.new() as alone:
        alone.pages.append(lot.pages[at])
        return _saved(alone)


def _saved(lot: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    lot.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _strip(lot: pikepdf.Pdf) -> None:
    """The index is no document of its own here: neither its data, nor the claims that its papers would break."""
    for key in ("/AF", "/StructTreeRoot", "/MarkInfo", "/Metadata", "/Names", "/Outlines"):
        if key in lot.Root:
            del lot.Root[key]


def _mark(lot: pikepdf.Pdf, mark: SheetMark, total: int) -> None:
    """Draw the mark of the last page."""
    page = lot.pages[-1]
    if "/Resources" not in page.obj or _FONT not in page.obj.Resources.get("/Font", {}):
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
    x, y = _WORDS_AT
    words = f"{mark.lot}, {mark.rank}/{total}, page {mark.sheet}/{mark.sheets}"
    page.contents_add(b"q\n", prepend=True)
    drawn = f"\nQ\nq BT {_FONT} 6.5 Tf 0.25 g 1 0 0 1 {x} {y} Tm ({words}) Tj ET Q\n"
    page.contents_add(drawn.encode("ascii") + _drawn_code(mark.code))


def _drawn_code(code: str) -> bytes:
    """The DataMatrix as an image of one bit a module, in the page itself: a hundred bytes, sharp at any size."""
    image = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.DataMatrix, force_square=True).to_image(
        scale=1, add_quiet_zones=False
    )
    high, wide = image.shape
    # It gives its bytes as a buffer, which its types do not say.
    modules = bytes(memoryview(cast("bytes", image)).cast("B"))
    rows = (modules[row * wide : (row + 1) * wide] for row in range(high))
    bits = "".join(_packed(row) for row in rows)
    tall = _MARK_WIDE * high / wide
    bottom = _A4_HEIGHT - _MARK_TOP - tall
    placed = f"q {_MARK_WIDE:.3f} 0 0 {tall:.3f} {_MARK_X:.3f} {bottom:.3f} cm"
    return f"{placed}\nBI /W {wide} /H {high} /BPC 1 /CS /G /F /AHx\nID {bits}>\nEI Q\n".encode("ascii")


def _packed(row: bytes) -> str:
    """One row of modules, black 0 and white 255, as bits padded to whole bytes, in hexadecimal."""
    bits = "".join("1" if module else "0" for module in row)
    padded = bits + "1" * (-len(bits) % 8)
    return f"{int(padded, 2):0{len(padded) // 4}X}"
