"""Why the old suite asked another amount: each alternative rule is tried, and a cause is named when it gives theirs.

Pure, in signed cents. The parts of a gap add up to it: what no rule gives is UNEXPLAINED, never rounded away.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from palier.foundation.baremes import bareme
from palier.foundation.money import Cents, euros_fr, rounded_quotient
from palier.foundation.periods import day_fr
from palier.quittancement.rules.month import Line, LineInputs, LineKind, amount_due

PROVISIONS: Final = frozenset({LineKind.PROVISION_WATER, LineKind.PROVISION_HEATING, LineKind.PROVISION_COMMON})
# A revision looks at the index of the year before it: further back, a pair of quarters is a coincidence.
_YEARS_BACK: Final = 2


class Part(NamedTuple):
    """What one cause explains of a gap; positive, the old suite asked too much."""

    cause: str
    cents: Cents
    detail: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A variation of the IRL over one year: « T1 2025 / T1 2024 »."""

    name: str
    ratio: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """One provision of one residence for one month, over the leases that owe the whole month."""

    total_cents: Cents
    leases: int
    area_m2: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One heading of one lease for one month, on both sides. None: the heading is not there at all."""

    kind: LineKind
    theirs: Cents | None
    lines: Sequence[Line]
    # The monthly rent before the revision whose amount is billed, and the day of that revision.
    rent_before: Cents | None = None
    revised_on: date | None = None
    ceiling_cents: Cents | None = None
    area_m2: Fraction | None = None
    shares: Shares | None = None
    # Why Palier owes nothing for the lease that month, in a sentence.
    missing: str = ""

    @property
    def ours(self) -> Cents:
        return sum(line.amount_cents for line in self.lines)

    @property
    def theirs_cents(self) -> Cents:
        return self.theirs if self.theirs is not None else 0

    @property
    def gap(self) -> Cents:
        return self.theirs_cents - self.ours


def pairs_before(revised_on: date) -> tuple[Pair, ...]:
    """The yearly variations of the IRL known when the rent was revised, the law's own first (2nd quarter of N-1)."""
    quarters = {
        (value.first_day.year, (value.first_day.month + 2) // 3): value.value
        for value in bareme("irl").all_values()
        if value.last_day is not None and value.last_day < revised_on
    }
    wanted = [
        (year, quarter)
        for year, quarter in quarters
        if year >= revised_on.year - 1 - _YEARS_BACK and (year - 1, quarter) in quarters
    ]
    wanted.sort(key=lambda each: (each != (revised_on.year - 1, 2), -each[0], -each[1]))
    return tuple(
        Pair(f"T{q} {y} / T{q} {y - 1}", Fraction(quarters[y, q]) / Fraction(quarters[y - 1, q])) for y, q in wanted
    )


def parts_of(case: Case, pairs: Mapping[date, tuple[Pair, ...]]) -> list[Part]:
    """The causes of a gap, none when the two sides agree. Their cents add up to the gap."""
    gap = case.gap
    if not gap:
        return []
    absent = _absent(case)
    if absent:
        return [Part("MISSING_FACT", gap, absent)]
    theirs = case.theirs_cents
    for total, parts in _alternatives(case, pairs):
        if total == theirs:
            return [part for part in parts if part.cents]
    if abs(gap) <= max(1, len(case.lines)):
        return [Part("ROUNDING", gap, "au centime près, sur un total de lignes arrondies")]
    told = _shared_out(case, theirs) if case.kind in PROVISIONS else None
    if told:
        return [Part("CHARGE_KEY", gap, told)]
    if case.kind is LineKind.ANNEX and gap > 0:
        return [Part("ANNEX_OVERCHARGE", gap, _annex_told(theirs, case.ours))]
    return [Part("UNEXPLAINED", gap, "aucune règle connue ne donne ce montant")]


def _absent(case: Case) -> str:
    """What one side does not know, in a few words; nothing when both have the heading."""
    if case.missing:
        return case.missing
    if not case.lines:
        return f"« {case.kind.label} » absent de Palier"
    if case.theirs is None:
        return f"« {case.kind.label} » absent de l’ancien logiciel"
    return ""


def _alternatives(case: Case, pairs: Mapping[date, tuple[Pair, ...]]) -> Iterator[tuple[Cents, list[Part]]]:
    """Every amount that another rule gives, with the causes that lead there from ours."""
    ours = case.ours
    for thirtieth, told in _thirtieths(case.lines):
        yield thirtieth, [Part("PRORATION_30", thirtieth - ours, told)]
    if case.kind is not LineKind.RENT or len(case.lines) != 1:
        return
    line = case.lines[0]
    for amount, cause, told in _other_rents(case, line.inputs.amount_cents, pairs):
        other = line._replace(inputs=line.inputs._replace(amount_cents=amount))
        whole = amount_due(other.inputs)
        part = Part(cause, whole - ours, told)
        yield whole, [part]
        for thirtieth, how in _thirtieths((other,)):
            yield thirtieth, [part, Part("PRORATION_30", thirtieth - whole, how)]


def _thirtieths(lines: Sequence[Line]) -> Iterator[tuple[Cents, str]]:
    """The same lines on a month of thirty days, in the two ways that suites count them."""
    if not any(0 < line.inputs.days < line.inputs.of for line in lines):
        return
    for counted in (_to_the_end_of_thirty, _same_days):
        days = [counted(line.inputs) for line in lines]
        total = sum(_on_thirty(line.inputs, each) for line, each in zip(lines, days, strict=True))
        inputs = lines[0].inputs
        yield total, f"{days[0]} jours sur 30 au lieu de {inputs.days} sur {inputs.of}"


def _to_the_end_of_thirty(inputs: LineInputs) -> int:
    """Every month has thirty days: whoever stays to its end leaves on the 30th."""
    last = inputs.first + inputs.days - 1
    return max(0, (30 if last == inputs.of else min(last, 30)) - inputs.first + 1)


def _same_days(inputs: LineInputs) -> int:
    return min(inputs.days, 30)


def _on_thirty(inputs: LineInputs, days: int) -> Cents:
    if inputs.days in (0, inputs.of):
        return amount_due(inputs)
    due = rounded_quotient(inputs.amount_cents * days, 30)
    return due if inputs.cap_cents is None else max(due, -inputs.cap_cents)


def _other_rents(case: Case, rent: Cents, pairs: Mapping[date, tuple[Pair, ...]]) -> Iterator[tuple[Cents, str, str]]:
    """Other monthly rents that a rule gives: another pair of indices, no revision, the maximum of the convention."""
    if case.rent_before is not None and case.revised_on is not None:
        for pair in pairs.get(case.revised_on, ()):
            revised = rounded_quotient(case.rent_before * pair.ratio.numerator, pair.ratio.denominator)
            if revised != rent:
                yield revised, "INDEX", f"IRL {pair.name} au lieu de celui de la révision"
        if case.rent_before != rent:
            yield case.rent_before, "INDEX", f"révision du {day_fr(case.revised_on)} non appliquée"
    ceiling = case.ceiling_cents
    if ceiling is not None and ceiling != rent:
        yield ceiling, "CEILING", f"loyer maximum de la convention, {euros_fr(ceiling)}"


def _shared_out(case: Case, theirs: Cents) -> str | None:
    """Whether the same total shared by another key gives their amount, to the cent."""
    shares = case.shares
    if shares is None or shares.leases < 2:
        return None
    if abs(theirs - rounded_quotient(shares.total_cents, shares.leases)) <= 1:
        return f"{euros_fr(shares.total_cents)} partagés à parts égales entre {shares.leases} logements"
    if case.area_m2 is not None and shares.area_m2:
        part = Fraction(shares.total_cents) * case.area_m2 / shares.area_m2
        if abs(theirs - rounded_quotient(part.numerator, part.denominator)) <= 1:
            return f"{euros_fr(shares.total_cents)} partagés selon la surface"
    return None


def _annex_told(theirs: Cents, ours: Cents) -> str:
    if ours and theirs % ours == 0:
        return f"annexe facturée {theirs // ours} fois"
    return f"{euros_fr(theirs)} demandés pour {euros_fr(ours)} au bail"
