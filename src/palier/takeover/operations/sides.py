"""Both sides of each month: what the old suite billed, and what Palier's rules give for the same leases.

Palier's side is the month's own path: facts read as the run reads them, priced by the same rules.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from django.db import connection

from palier.estate.maxima import HIGHEST_RENT, INDEX, index_facts
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents
from palier.foundation.periods import Month
from palier.foundation.reading import fetch
from palier.quittancement.operations.reading import Block, LeaseRow, MonthReader, reading_month
from palier.quittancement.rules.month import LeaseFacts, Line, LineKind, lines_due
from palier.takeover.rules.causes import PROVISIONS, Case, Shares

# Leases priced at a time: memory stays flat whatever the landlord's size.
_BLOCK = 2_000
_NOBODY = "aucun jour d’occupation ce mois-là pour Palier"
_UNKNOWN = "bail inconnu de Palier"
_NOT_GIVEN = "bail absent du fichier ce mois-là"
_KINDS = {kind.value: kind for kind in LineKind}

Listener = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lease:
    """A lease of the twelve months."""

    row: LeaseRow
    reference: str
    area_m2: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One heading of one lease on which the two sides differ."""

    lease_id: int | None
    residence_id: int | None
    reference: str
    month: Month
    case: Case


@dataclass(slots=True)
class Sides:
    """What was compared, and every gap. A line is one heading of one lease for one month, on either side."""

    lease_count: int = 0
    line_count: int = 0
    equal_count: int = 0
    theirs_cents: Cents = 0
    ours_cents: Cents = 0
    gaps: list[Gap] = field(default_factory=list)


_LEASES = f"""
SELECT l.id AS lease_id, l.residence_id, l.account_id, l.starts_on, l.ends_on, r.rent_term, l.reference,
       d.floor_area_m2,
       {HIGHEST_RENT} AS rent_max_cents
FROM leases_lease AS l
JOIN estate_residence AS r ON r.id = l.residence_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id
LEFT JOIN estate_convention AS v ON v.id = d.convention_id
{INDEX}WHERE l.starts_on <= %(last_day)s AND (l.ends_on IS NULL OR l.ends_on >= %(first_day)s)
   OR l.reference IN (SELECT DISTINCT reference FROM old_line)
ORDER BY l.id
"""
_THEIRS = """
SELECT l.id, t.month, t.heading, sum(t.cents)::bigint FROM old_line AS t JOIN leases_lease AS l USING (reference)
WHERE l.id BETWEEN %s AND %s GROUP BY l.id, t.month, t.heading
"""
_STRANGERS = """
SELECT t.reference, t.month, t.heading, sum(t.cents)::bigint FROM old_line AS t
WHERE NOT EXISTS (SELECT FROM leases_lease AS l WHERE l.reference = t.reference)
GROUP BY t.reference, t.month, t.heading ORDER BY 1, 2, 3
"""


_RENTS = """
SELECT lease_id, amount_cents, first_day FROM leases_term
WHERE kind = 'RENT' AND lease_id BETWEEN %s AND %s ORDER BY lease_id, first_day
"""


def both_sides(months: list[Month], listener: Listener | None) -> Sides:
    """Compare the staged lines (`old_line`) with Palier's, month by month, in blocks of leases."""
    return _Comparing(months).run(listener)


class _Comparing:
    """One comparison under way."""

    def __init__(self, months: list[Month]) -> None:
        self._months = months
        self._sides = Sides()
        # By residence, month and heading, over whole months: total of ours, leases, area. What another key would share.
        self._shares: dict[tuple[int, Month, LineKind], tuple[Cents, int, Fraction]] = {}
        self._rents: dict[int, list[tuple[date, Cents]]] = {}

    def run(self, listener: Listener | None) -> Sides:
        span = {"first_day": self._months[0].first_day, "last_day": self._months[-1].last_day}
        leases = fetch(_lease, _LEASES, {**span, **index_facts(on=self._months[-1].first_day)})
        with ExitStack() as stack:
            readers = [stack.enter_context(reading_month(month)) for month in self._months]
            suspensions = [reader.suspensions() for reader in readers]
            for begin in range(0, len(leases), _BLOCK):
                self._compare_block(leases[begin : begin + _BLOCK], readers, suspensions)
                if listener is not None:
                    listener("Baux comparés", min(begin + _BLOCK, len(leases)), len(leases))
        self._add_strangers()
        self._sides.gaps = [self._with_shares(gap) for gap in self._sides.gaps]
        return self._sides

    def _compare_block(
        self,
        leases: list[_Lease],
        readers: list[MonthReader],
        suspensions: list[dict[int, tuple[date, date | None]]],
    ) -> None:
        between = (leases[0].row.lease_id, leases[-1].row.lease_id)
        theirs: dict[tuple[int, date], dict[LineKind, Cents]] = defaultdict(dict)
        rents: dict[int, list[tuple[date, Cents]]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(_THEIRS, between)
            for lease_id, month, heading, cents in cursor.fetchall():
                theirs[lease_id, month][_KINDS[heading]] = cents
            cursor.execute(_RENTS, between)
            for lease_id, cents, first_day in cursor.fetchall():
                rents[lease_id].append((first_day, cents))
        self._rents = rents
        seen = set()
        for month, reader, windows in zip(self._months, readers, suspensions, strict=True):
            block = reader.block([lease.row for lease in leases])
            for lease in leases:
                asked = theirs.get((lease.row.lease_id, month.first_day), {})
                lines, missing = _ours(lease.row, block, windows, month)
                if asked or lines:
                    seen.add(lease.row.lease_id)
                    self._compare_lease(lease, month, asked, lines, missing)
        self._sides.lease_count += len(seen)

    def _compare_lease(
        self, lease: _Lease, month: Month, asked: Mapping[LineKind, Cents], lines: list[Line], missing: str
    ) -> None:
        ours: dict[LineKind, list[Line]] = defaultdict(list)
        for line in lines:
            ours[line.kind].append(line)
            if line.kind in PROVISIONS and line.inputs.days == line.inputs.of:
                self._share(lease, month, line)
        if not asked:
            missing = _NOT_GIVEN
        for kind in sorted(asked.keys() | ours.keys(), key=lambda each: each.rank):
            mine = ours.get(kind, [])
            cents, theirs = sum(line.amount_cents for line in mine), asked.get(kind)
            self._sides.line_count += 1
            self._sides.ours_cents += cents
            self._sides.theirs_cents += theirs if theirs is not None else 0
            if cents == (theirs if theirs is not None else 0):
                self._sides.equal_count += 1
            else:
                self._sides.gaps.append(self._gap(lease, month, kind, theirs, mine, missing))

    def _gap(
        self, lease: _Lease, month: Month, kind: LineKind, theirs: Cents | None, lines: list[Line], missing: str
    ) -> Gap:
        before, revised_on = self._revision(lease.row.lease_id, lines) if kind is LineKind.RENT else (None, None)
        case = Case(
            kind=kind,
            theirs=theirs,
            lines=lines,
            rent_before=before,
            revised_on=revised_on,
            ceiling_cents=lease.row.rent_max_cents if kind is LineKind.RENT else None,
            area_m2=lease.area_m2,
            missing=missing,
        )
        return Gap(
            lease_id=lease.row.lease_id,
            residence_id=lease.row.residence_id,
            reference=lease.reference,
            month=month,
            case=case,
        )

    def _revision(self, lease_id: int, lines: list[Line]) -> tuple[Cents | None, date | None]:
        """The rent before the one that is billed, and the day on which it changed."""
        rents = self._rents.get(lease_id, [])
        billed = lines[0].inputs.amount_cents if lines else None
        for (_, before), (changed_on, amount) in pairwise(rents):
            if amount == billed:
                return before, changed_on
        return None, None

    def _share(self, lease: _Lease, month: Month, line: Line) -> None:
        key = (lease.row.residence_id, month, line.kind)
        total, count, area = self._shares.get(key, (0, 0, Fraction(0)))
        self._shares[key] = (
            total + line.amount_cents,
            count + 1,
            area + (lease.area_m2 if lease.area_m2 is not None else 0),
        )

    def _with_shares(self, gap: Gap) -> Gap:
        if gap.residence_id is None or gap.case.kind not in PROVISIONS:
            return gap
        shared = self._shares.get((gap.residence_id, gap.month, gap.case.kind))
        if shared is None:
            return gap
        total, count, area = shared
        return replace(gap, case=replace(gap.case, shares=Shares(total_cents=total, leases=count, area_m2=area)))

    def _add_strangers(self) -> None:
        """The lines of leases that Palier does not know."""
        references = set()
        with connection.cursor() as cursor:
            cursor.execute(_STRANGERS)
            rows = cursor.fetchall()
        for reference, month, heading, cents in rows:
            references.add(reference)
            self._sides.line_count += 1
            self._sides.theirs_cents += cents
            case = Case(kind=_KINDS[heading], theirs=cents, lines=(), missing=_UNKNOWN)
            self._sides.gaps.append(
                Gap(lease_id=None, residence_id=None, reference=reference, month=Month.of(month), case=case)
            )
        self._sides.lease_count += len(references)


def _lease(
    lease_id: int,
    residence_id: int,
    account_id: int,
    starts_on: date,
    ends_on: date | None,
    rent_term: str,
    reference: str,
    floor_area_m2: Decimal | None,
    rent_max_cents: Cents | None,
) -> _Lease:
    return _Lease(
        row=LeaseRow(lease_id, residence_id, account_id, starts_on, ends_on, rent_term, 1, rent_max_cents),
        reference=reference,
        area_m2=None if floor_area_m2 is None else Fraction(floor_area_m2),
    )


def _ours(
    lease: LeaseRow, block: Block, suspensions: Mapping[int, tuple[date, date | None]], month: Month
) -> tuple[list[Line], str]:
    """Palier's lines, or why there are none."""
    begins, ends = suspensions.get(lease.lease_id, (None, None))
    charges = tuple(block.charges.get(lease.lease_id, ()))
    try:
        lines = lines_due(LeaseFacts(lease.starts_on, lease.ends_on, charges, begins, ends), month)
    except Refusal as refusal:
        return [], str(refusal)
    return lines, "" if lines else _NOBODY
