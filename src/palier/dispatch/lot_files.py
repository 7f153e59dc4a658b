"""A lot taken out, whatever its family: one PDF with its index, and its manifest, which names nobody."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby

from palier.dispatch.models import FAMILY_LABELS
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.mail.print_lot import Bound, LotPaper, bound, one_sheet
from palier.mail.report import Grid, Notice, Report, Text, render_report
from palier.mail.sender import landlord_as_sender


class PrintLotNotFound(Refusal):
    """Ce lot n’existe pas : vérifiez son numéro, comme LOT-2026-000001."""


class SheetNotInLot(Refusal):
    """Cette feuille n’est pas dans ce lot, ou son papier ne vaut plus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotHead:
    """What the index of a lot says above its papers. `envelopes`: those of the lot, whatever no longer holds."""

    number: str
    family: str
    envelopes: int
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLine:
    """One paper in the index, by the rank of its envelope. `lease`: empty for all of a family that has none.

    `is_inside`: behind the notice of its envelope; `lacks_notice`: of a notice that no longer holds.
    """

    rank: int
    document: str
    pages: int
    lease: str = ""
    is_over: bool = False
    is_inside: bool = False
    lacks_notice: bool = False

    @property
    def told(self) -> str:
        if self.is_over:
            return "ne vaut plus : à ne pas poster"
        if self.lacks_notice:
            return "avis qui ne vaut plus : attend le suivant"
        return "dans l’enveloppe de l’avis" if self.is_inside else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLine:
    """One paper as the manifest tells it, with no name; the digest is that of its exact PDF, where it has one.

    `rank`: of its envelope; `place`: in it, 0 for the first.
    """

    rank: int
    document: str
    sheets: int
    postcode: str
    sha256: str
    slip: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFiles:
    """A lot taken out: its bytes and their digest, its manifest whose totals are those of the bytes."""

    number: str
    family: str
    pdf: bytes
    sha256: str
    lines: tuple[ManifestLine, ...]
    # The ranks of the envelopes that are not posted: their paper no longer holds.
    over: tuple[int, ...]
    index_pages: int
    # The digest of the first taking out, when these bytes differ: a paper no longer holds since.
    first_sha256: str = ""

    @property
    def sheet_count(self) -> int:
        """The sheets to post, without the index."""
        return sum(line.sheets for line in self.lines)

    @property
    def envelopes(self) -> list[list[ManifestLine]]:
        """The papers of each envelope to post, in their order."""
        return [list(inside) for _, inside in groupby(self.lines, key=lambda line: line.rank)]

    @property
    def is_registered(self) -> bool:
        """Of registered letters, whose slips the manifest names."""
        return self.family == "RECORDED"

    def files(self) -> tuple[tuple[str, bytes], ...]:
        """The three files of a lot, by name."""
        return (
            (f"{self.number}.pdf", self.pdf),
            (f"{self.number}.json", self.manifest_json()),
            (f"{self.number}.csv", self.manifest_csv()),
        )

    def manifest_json(self) -> bytes:
        """For the machine that folds."""
        told = {
            "lot": self.number,
            "famille": FAMILY_LABELS[self.family],
            "sha256": self.sha256,
            "pages_de_liste": self.index_pages,
            "papiers": len(self.lines),
            "enveloppes": len(self.envelopes),
            "feuilles": self.sheet_count,
            "ne_valent_plus": list(self.over),
            "plis": [self._envelope(first, rest) for first, *rest in self.envelopes],
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode()

    def _envelope(self, first: ManifestLine, rest: Sequence[ManifestLine]) -> dict[str, object]:
        """Its sheets are those of all its papers, as their marks number them."""
        return {
            "rang": first.rank,
            "document": first.document,
            "feuilles": first.sheets + sum(line.sheets for line in rest),
            "code_postal": first.postcode,
            "sha256": first.sha256,
            **({"recommande": first.slip} if self.is_registered else {}),
            **({"avec": [_inside(line) for line in rest]} if rest else {}),
        }

    def manifest_csv(self) -> bytes:
        """For whoever opens it in a table: a line a paper, those of one envelope under one rank."""
        out = io.StringIO()
        rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
        rows.writerow(("rang", "document", "feuilles", "code postal", "sha256", *["recommandé"][: self.is_registered]))
        for line in self.lines:
            slip = [line.slip][: self.is_registered]
            rows.writerow((line.rank, line.document, line.sheets, line.postcode, line.sha256, *slip))
        rows.writerow(("total", len(self.lines), self.sheet_count, "", self.sha256))
        return out.getvalue().encode("utf-8-sig")


def _inside(line: ManifestLine) -> dict[str, object]:
    return {"document": line.document, "feuilles": line.sheets, "sha256": line.sha256}


def bound_lot(head: LotHead, index: Sequence[IndexLine], sheets: Sequence[LotPaper], *, compiled: bytes = b"") -> Bound:
    """The lot as one PDF: its index, then each sheet with its mark."""
    return bound(head.number, render_report(_index(head, index)), sheets, total=head.envelopes, compiled=compiled)


def sheet_again(made: Bound, *, rank: int, sheet: int) -> tuple[bytes, str]:
    """One sheet of a lot, alone, and its digest. Raises SheetNotInLot."""
    places = [place for place, mark in enumerate(made.marks) if (mark.rank, mark.sheet) == (rank, sheet)]
    if not places:
        raise SheetNotInLot
    pdf = one_sheet(made.pdf, at=made.index_pages + places[0])
    return pdf, sha256(pdf).hexdigest()


def _index(head: LotHead, lines: Sequence[IndexLine]) -> Report:
    posted = [line for line in lines if not (line.is_over or line.lacks_notice)]
    envelopes = sum(not line.is_inside for line in posted)
    in_envelopes = f", en {envelopes} enveloppes" if envelopes < len(posted) else ""
    ranked = "de l’enveloppe" if any(line.is_inside for line in lines) else "du papier"
    with_lease = any(line.lease for line in lines)
    blocks: list[Text | Notice | Grid] = [
        Text(
            f"Papiers à poster : {len(posted)}{in_envelopes}. Feuilles : {sum(line.pages for line in lines)}. Chaque "
            f"feuille porte ce numéro, le rang {ranked} et sa page, en clair et dans un code."
        ),
        Grid(
            columns=("Rang", "Papier", *["Bail"][:with_lease], "Pages", ""),
            widths=(2, 6, 6, 2, 6) if with_lease else (2, 8, 2, 8),
            figures=frozenset({0, 3 if with_lease else 2}),
            rows=tuple(
                (
                    str(line.rank),
                    line.document,
                    *[line.lease][:with_lease],
                    str(line.pages),
                    line.told,
                )
                for line in lines
            ),
        ),
    ]
    return Report(
        number=head.number,
        title="Lot à imprimer",
        subtitle=FAMILY_LABELS[head.family].capitalize(),
        issued_on=head.made_at.astimezone(PARIS).date(),
        sender=landlord_as_sender(),
        blocks=blocks,
    )
