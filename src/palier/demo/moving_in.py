"""What came from an old suite: a mapping, a file of accounts with its sheet, twelve months of its lines compared."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from palier.demo.money import Scene
from palier.demo.months import acting_for
from palier.foundation.errors import Refusal
from palier.foundation.money import text_from_cents
from palier.foundation.periods import Month
from palier.foundation.reading import fetch
from palier.privacy.declare import Batch
from palier.quittancement.operations.reading import LeaseRow, reading_month
from palier.quittancement.rules.month import LeaseFacts, LineKind, lines_due
from palier.takeover.imports.account_file import HEADINGS
from palier.takeover.imports.mapping import Word
from palier.takeover.models import Comparison, Mapping, Sheet
from palier.takeover.operations.compare import MONTHS, compare
from palier.takeover.operations.files import import_file
from palier.takeover.operations.mapping import save_mapping

SOURCE: Final = "Ancien logiciel"
# A file of twelve months of more leases than that would take longer than the rest of the demonstration.
_MOST_COMPARED: Final = 400
_WORDS: Final = (
    Word(column="", theirs="Type", ours="nature"),
    Word(column="", theirs="Contrat", ours="reference_bail"),
    Word(column="", theirs="Periode", ours="mois"),
    Word(column="", theirs="Date piece", ours="date"),
    Word(column="", theirs="Poste", ours="rubrique"),
    Word(column="", theirs="Montant EUR", ours="montant"),
    Word(column="", theirs="No plan", ours="plan"),
    Word(column="nature", theirs="DG", ours="dépôt"),
    Word(column="nature", theirs="PLAN", ours="échéance"),
    Word(column="nature", theirs="HISTO", ours="historique"),
)
_LEASES: Final = """
SELECT l.id, l.residence_id, l.account_id, l.starts_on, l.ends_on, r.rent_term, l.reference, l.deposit_cents
FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id
ORDER BY row_number() OVER (PARTITION BY r.agency_id ORDER BY l.id), l.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lease:
    id: int
    residence_id: int
    account_id: int
    starts_on: date
    ends_on: date | None
    rent_term: str
    reference: str
    deposit_cents: int

    @property
    def row(self) -> LeaseRow:
        return LeaseRow(
            self.id, self.residence_id, self.account_id, self.starts_on, self.ends_on, self.rent_term, 1, None
        )


def moving_in(scene: Scene) -> None:
    """The takeover's papers; what is there already is left as it is."""
    _take_over(scene)
    _compare(scene)


def _take_over(scene: Scene) -> None:
    """Deposits, a plan and months of history, read through a mapping; the sheet waits for its two signatures."""
    with acting_for(scene.by.reviewer_id, "REPRISE", Batch.IMPORT):
        if Sheet.objects.exists():
            return
        if not Mapping.objects.exists():
            save_mapping(source=SOURCE, words=_WORDS, by=scene.by.reviewer_id, at=scene.at)
        leases = fetch(_Lease, _LEASES, {"most": 40})
        path = scene.folder / "comptes.csv"
        _write(
            path,
            ("Type", "Contrat", "Periode", "Date piece", "Poste", "Montant EUR", "No plan"),
            _accounts(leases, scene.month),
        )
        import_file(path, created_by=scene.by.reviewer_id, at=scene.at, source=SOURCE)


def _accounts(leases: Sequence[_Lease], month: Month) -> Iterator[Sequence[str]]:
    old = month.previous().previous()
    for lease in leases:
        if lease.deposit_cents and lease.starts_on < old.first_day:
            yield "DG", lease.reference, "", f"{lease.starts_on}", "", _amount(lease.deposit_cents), ""
    for lease in [each for each in leases if each.starts_on < old.previous().first_day][:6]:
        for heading, cents in (
            ("loyer", lease.deposit_cents or 40_000),
            ("paiement", -(lease.deposit_cents or 40_000)),
        ):
            yield "HISTO", lease.reference, str(old.previous()), "", heading, _amount(cents), ""
    for lease in leases[2:3]:
        for due in (month.next(), month.next().next()):
            yield "PLAN", lease.reference, "", f"{due.first_day:%Y-%m}-05", "", _amount(4_000), "PLAN-1"


def _compare(scene: Scene) -> None:
    """Twelve months of the old suite's lines with its faults: an annex charged too much, months of thirty days."""
    with acting_for(scene.by.reviewer_id, "MOIS"):
        if Comparison.objects.exists() or _lease_count() > _MOST_COMPARED:
            return
        months = [scene.month]
        while len(months) < MONTHS:
            months.insert(0, months[0].previous())
        # A block is read from its first lease to its last.
        leases = sorted(fetch(_Lease, _LEASES, {"most": _MOST_COMPARED}), key=lambda lease: lease.id)
        path = scene.folder / "lignes.csv"
        _write(path, ("reference_bail", "mois", "rubrique", "montant"), _lines(leases, months))
        compare(path, file_name=path.name, first=months[0], by=scene.by.reviewer_id, at=scene.at)


def _lines(leases: Sequence[_Lease], months: Sequence[Month]) -> Iterator[Sequence[str]]:
    """What the old suite billed: Palier's own lines, but for its faults."""
    names = {code: name for name, code in HEADINGS.items()}
    faulty = {lease.residence_id for lease in leases[:1]}
    # Read whole before the first line is written: the readers lend their snapshot to one another.
    with ExitStack() as stack:
        readers = [stack.enter_context(reading_month(month)) for month in months]
        for month, reader in zip(months, readers, strict=True):
            block, suspended = reader.block([lease.row for lease in leases]), reader.suspensions()
            for lease in leases:
                charges = tuple(block.charges.get(lease.id, ()))
                begins, ends = suspended.get(lease.id, (None, None))
                try:
                    due = lines_due(LeaseFacts(lease.starts_on, lease.ends_on, charges, begins, ends), month)
                except Refusal:
                    continue
                for line in due:
                    cents = line.amount_cents
                    if line.kind is LineKind.ANNEX and lease.residence_id in faulty:
                        cents += 350
                    elif line.kind is LineKind.RENT and 0 < line.inputs.days < month.days:
                        cents = round(line.inputs.amount_cents * min(line.inputs.days, 30) / 30)
                    yield lease.reference, str(month), names[line.kind.value], _amount(cents)


def _lease_count() -> int:
    return len(fetch(_Lease, _LEASES, {"most": _MOST_COMPARED + 1}))


def _amount(cents: int) -> str:
    return text_from_cents(cents).replace(".", ",")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)
