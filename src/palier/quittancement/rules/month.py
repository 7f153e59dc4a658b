"""What one lease owes for one month: the lease and the law, with no database and no clock. Amounts in cents.

Actual days of the month, both ends included; each line rounded half-up to the cent. APL and RLS are deducted as they
were notified, never prorated; the RLS stops at the principal rent of the month (CCH L442-2-1). The SLS follows the rent
it supplements: prorated like it. A suspension by order (CCH L521-2) stops the principal rent alone.
Named tuples rather than dataclasses: a landlord's month makes most of a million of them.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, rounded_quotient
from palier.foundation.periods import Month, day_fr

RULE = "rent-line/1"


class LeaseEndsBeforeStart(Refusal):
    """Le bail finit le {ends_on} avant de commencer le {starts_on} : corrigez ces dates."""


class NoRentForMonth(Refusal):
    """Aucun loyer n’est enregistré pour {month} : saisissez le loyer du bail à partir du {first_day}."""


class LeaseBeforeFirstTerm(Refusal):
    """Le bail commence le {starts_on} et son premier loyer le {first_term} : avancez le loyer à la date du bail."""


class RentMissingForDays(Refusal):
    """Le loyer ne couvre que {days} jours sur les {of} jours dus {of_month} : complétez les périodes de loyer."""


class TermsOverlap(Refusal):
    """Deux montants « {label} » se chevauchent à partir du {first_day} : fermez le premier la veille du second."""


class TwoNotifiedAmounts(Refusal):
    """Deux montants « {label} » sont notifiés pour {month} : gardez celui qui s’applique à ce mois."""


class NegativeAmount(Refusal):
    """Le montant « {label} » est négatif : une réduction se saisit en régularisation."""


class SuspensionNotAtMonthStart(Refusal):
    """La suspension du loyer va du {first_day} au {last_day} : elle commence un 1er et finit une fin de mois."""


class UnknownLineRule(Refusal):
    """La règle « {rule} » n’est pas connue de cette version de Palier : la ligne ne peut pas être recalculée."""


class LineInputsUnreadable(Refusal):
    """Les données de calcul de la ligne ne se lisent pas : {reason}."""


class LineKind(StrEnum):
    """The nature of a line, in the order of a notice."""

    label: str
    rank: int
    prorated: bool
    deducted: bool
    # At most one amount at a time for a lease, whatever its label.
    alone: bool

    def __new__(cls, code: str, label: str, rank: int, prorated: bool, deducted: bool, alone: bool) -> "LineKind":
        kind = str.__new__(cls, code)
        kind._value_ = code
        kind.label, kind.rank, kind.prorated, kind.deducted, kind.alone = label, rank, prorated, deducted, alone
        return kind

    RENT = "RENT", "Loyer du logement", 1, True, False, True
    ANNEX = "ANNEX", "Annexe", 2, True, False, False
    SLS = "SLS", "Supplément de loyer (SLS)", 3, True, False, True
    ENERGY_WORKS = "ENERGY_WORKS", "Économies d’énergie", 4, True, False, False
    PROVISION_WATER = "PROVISION_WATER", "Avance eau", 5, True, False, False
    PROVISION_HEATING = "PROVISION_HEATING", "Avance chauffage", 6, True, False, False
    PROVISION_COMMON = "PROVISION_COMMON", "Avance parties communes", 7, True, False, False
    ADJUSTMENT = "ADJUSTMENT", "Régularisation", 8, False, False, False
    APL = "APL", "APL versée par la CAF", 9, False, True, True
    RLS = "RLS", "Réduction de loyer (RLS)", 10, False, True, True


# Members read through their class cost a lookup each time: these are asked for millions of times a month.
_RENT, _ADJUSTMENT, _RLS = LineKind.RENT, LineKind.ADJUSTMENT, LineKind.RLS
_BY_RANK_AND_DATE = attrgetter("kind.rank", "first_day", "label")


class Charge(NamedTuple):
    """One dated monthly amount of a lease, never negative but for an ADJUSTMENT; `basis` says why in a few words.

    APL and RLS are given as notified, positive. An ADJUSTMENT is billed once, in the month of its first day.
    """

    kind: LineKind
    label: str
    amount_cents: Cents
    first_day: date
    last_day: date | None = None
    basis: str = ""


class LeaseFacts(NamedTuple):
    """A lease as pricing needs it. The suspension is the one that `suspension_window` gives, or none."""

    starts_on: date
    ends_on: date | None
    charges: tuple[Charge, ...]
    suspended_from: date | None = None
    suspended_until: date | None = None


class LineInputs(NamedTuple):
    """All that gives a line's amount again: amount × days ÷ of, a deduction (negative) stopping at −cap.

    `first` is the day of the month from which the days count; zero days is a suspended rent.
    """

    amount_cents: Cents
    days: int
    of: int
    first: int
    cap_cents: Cents | None = None


class Line(NamedTuple):
    """One amount owed (or, negative, deducted) for a month, with the rule and the inputs that give it."""

    kind: LineKind
    label: str
    amount_cents: Cents
    rule: str
    inputs: LineInputs
    basis: str


def suspension_window(*, notified_on: date, lifted_on: date | None) -> tuple[date, date | None]:
    """First and last day without principal rent, from the days on which the order and its lifting were notified.

    From the 1st of the month after the order's notification, until the end of the month of the lifting (CCH L521-2).
    """
    return Month.of(notified_on).next().first_day, Month.of(lifted_on).last_day if lifted_on else None


def occupied_days(lease: LeaseFacts, month: Month) -> tuple[date, date] | None:
    """The first and last day of the month that the lease covers, or None. Raises LeaseEndsBeforeStart."""
    ends_on = lease.ends_on
    if ends_on is not None and ends_on < lease.starts_on:
        raise LeaseEndsBeforeStart(starts_on=day_fr(lease.starts_on), ends_on=day_fr(ends_on))
    first = max(lease.starts_on, month.first_day)
    last = month.last_day if ends_on is None else min(ends_on, month.last_day)
    return (first, last) if first <= last else None


def lines_due(lease: LeaseFacts, month: Month) -> list[Line]:
    """The lines of the month in the order of a notice; none when the lease does not cover a day of it.

    Raises the refusals above: the lease is then set aside with that sentence, and the others go on.
    """
    occupied = occupied_days(lease, month)
    if occupied is None:
        return []
    begins, ends = occupied
    suspended = lease.suspended_from is not None and _rent_suspended(lease, month)
    lines: list[Line] = []
    busy_until: dict[object, date] = {}
    rent_cents = rent_days = 0
    for charge in sorted(lease.charges, key=_BY_RANK_AND_DATE):
        kind, label, amount_cents, first_day, last_day, basis = charge
        if kind is _ADJUSTMENT:
            if month.first_day <= first_day <= month.last_day:
                inputs = LineInputs(amount_cents, month.days, month.days, 1, None)
                lines.append(Line(kind, label or kind.label, amount_cents, RULE, inputs, basis))
            continue
        first = max(first_day, begins)
        last = ends if last_day is None or last_day > ends else last_day
        if last < first:
            continue
        _check(charge, first, last, month, busy_until)
        if kind.deducted:
            cap = rent_cents if kind is _RLS else None
            inputs = LineInputs(-amount_cents, month.days, month.days, 1, cap)
        elif kind is _RENT:
            rent_days += last.day - first.day + 1
            inputs = LineInputs(amount_cents, 0 if suspended else last.day - first.day + 1, month.days, first.day, None)
        else:
            inputs = LineInputs(amount_cents, last.day - first.day + 1, month.days, first.day, None)
        due = amount_due(inputs)
        if kind is _RENT:
            rent_cents += due
        lines.append(Line(kind, label or kind.label, due, RULE, inputs, basis))
    if rent_days < ends.day - begins.day + 1:
        raise _rent_missing(lease, month, rent_days, ends.day - begins.day + 1)
    return lines


def amount_due(inputs: LineInputs) -> Cents:
    """The rule "rent-line/1" itself."""
    amount_cents, days, of, _, cap_cents = inputs
    due = amount_cents if days == of else rounded_quotient(amount_cents * days, of)
    # A reduction larger than the rent would turn the avis into a credit note (CCH L442-2-1).
    return due if cap_cents is None else max(due, -cap_cents)


def recompute(rule: str, inputs: Mapping[str, object]) -> Cents:
    """The amount of a line from the inputs that its notice carries. Raises UnknownLineRule, LineInputsUnreadable."""
    if rule != RULE:
        raise UnknownLineRule(rule=rule)
    unknown = sorted(set(inputs) - set(LineInputs._fields))
    if unknown:
        raise LineInputsUnreadable(reason=f"donnée inconnue « {unknown[0]} »")
    cap = inputs.get("cap_cents")
    read = LineInputs(
        amount_cents=_whole(inputs, "amount_cents"),
        days=_whole(inputs, "days"),
        of=_whole(inputs, "of"),
        first=_whole(inputs, "first"),
        cap_cents=None if cap is None else _whole(inputs, "cap_cents"),
    )
    if not (28 <= read.of <= 31 and 0 <= read.days <= read.of and 1 <= read.first <= read.of):
        raise LineInputsUnreadable(reason=f"{read.days} jours sur {read.of} à partir du {read.first}")
    if read.cap_cents is not None and read.cap_cents < 0:
        raise LineInputsUnreadable(reason="plafond négatif")
    return amount_due(read)


def inputs_text(inputs: LineInputs) -> str:
    """The inputs in a few characters, in the order of LineInputs, for a column: "41177 19 30 12 -"."""
    amount_cents, days, of, first, cap_cents = inputs
    return f"{amount_cents} {days} {of} {first} {'-' if cap_cents is None else cap_cents}"


def inputs_from_text(text: str) -> LineInputs:
    """The inverse of `inputs_text`. Raises LineInputsUnreadable."""
    parts = text.split(" ")
    try:
        amount_cents, days, of, first = (int(part) for part in parts[:4])
        (cap,) = parts[4:]
        return LineInputs(amount_cents, days, of, first, None if cap == "-" else int(cap))
    except ValueError as error:
        raise LineInputsUnreadable(reason=f"« {text} »") from error


def _check(charge: Charge, first: date, last: date, month: Month, busy_until: dict[object, date]) -> None:
    kind = charge.kind
    label = charge.label or kind.label
    if charge.amount_cents < 0:
        raise NegativeAmount(label=label)
    key = kind.rank if kind.alone else (kind.rank, label)
    taken = busy_until.get(key)
    if taken is not None:
        if kind.deducted:
            raise TwoNotifiedAmounts(label=label, month=month.label_fr())
        if first <= taken:
            raise TermsOverlap(label=label, first_day=day_fr(first))
    busy_until[key] = last


def _rent_suspended(lease: LeaseFacts, month: Month) -> bool:
    begins, ends = lease.suspended_from, lease.suspended_until
    if begins is None:
        return False
    if begins.day != 1 or (ends is not None and (ends < begins or (ends + timedelta(days=1)).day != 1)):
        raise SuspensionNotAtMonthStart(first_day=day_fr(begins), last_day=day_fr(ends) if ends else "…")
    return begins <= month.first_day and (ends is None or month.last_day <= ends)


def _rent_missing(lease: LeaseFacts, month: Month, days: int, of: int) -> Refusal:
    rents = [charge.first_day for charge in lease.charges if charge.kind is LineKind.RENT]
    if rents and lease.starts_on < min(rents) and month.first_day <= min(rents):
        return LeaseBeforeFirstTerm(starts_on=day_fr(lease.starts_on), first_term=day_fr(min(rents)))
    if not days:
        return NoRentForMonth(month=month.label_fr(), first_day=day_fr(max(lease.starts_on, month.first_day)))
    return RentMissingForDays(days=days, of=of, of_month=month.of_fr())


def _whole(inputs: Mapping[str, object], name: str) -> int:
    value = inputs.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise LineInputsUnreadable(reason=f"« {name} » n’est pas un nombre entier")
    return value
