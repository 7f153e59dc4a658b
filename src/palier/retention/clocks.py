"""The clock of each kind of data about one person: what they read on their own site, what an agent reads of a lease."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch
from palier.retention.queries import rules_in_force
from palier.retention.rules.schedule import KeptRule, Status, Trigger
from palier.retention.rules.told import INCOMES, Clause, Told, told, words_used

# What a tenant is told, in this order.
_TOLD = (
    "IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "BAIL", "COMPTE", "AVIS", "DOCUMENTS", "PORTE", "SIGNALEMENTS",
    "DEMANDES", "CONNEXION", "JOURNAL",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One kind of data: until when, on what ground, and whether a text confirms it. `code` is the rule's."""

    code: str
    label: str | Clause
    sentence: Told
    basis: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tenancy:
    """A lease of the person: its end, their own departure, and the account's last day when it is settled."""

    ends_on: date | None
    moved_out_on: date | None
    is_holder: bool
    cents: int
    last_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated:
    year: int


_TENANCIES = """
SELECT l.ends_on, o.moved_out_on, o.role <> 'OCCUPANT' AS is_holder, coalesce(p.cents, 0)::bigint AS cents, p.last_on
FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id
LEFT JOIN LATERAL (
    SELECT sum(amount_cents) AS cents, max(booked_on) AS last_on FROM ledger_posting WHERE account_id = l.account_id
) AS p ON true
WHERE o.person_id = %(person)s LIMIT 200
"""
_INCOMES = """
SELECT DISTINCT i.year FROM people_income AS i JOIN people_householdmember AS m ON m.household_id = i.household_id
WHERE m.person_id = %(person)s ORDER BY i.year LIMIT 60
"""


def clocks_of_person(person_id: int, *, on: date) -> list[Clock]:
    """Every clock of a person, for whoever may read their leases, account and incomes."""
    rules = rules_in_force()
    tenancies = fetch(_Tenancy, _TENANCIES, {"person": person_id})
    incomes = [income.year for income in fetch(_Dated, _INCOMES, {"person": person_id})]
    clocks: list[Clock] = []
    for code in _TOLD:
        rule = rules[code].rule
        if rule.trigger is Trigger.END_OF_USE and incomes:
            clocks += [
                _clock(rule, _end_of_use(year, tenancies, on=on), label=Clause(words=INCOMES, year=year))
                for year in incomes
            ]
        else:
            clocks.append(_clock(rule, _since(rule.trigger, tenancies, on=on)))
    return clocks


# What is kept of those who ask for a dwelling; the demand has its own end, which no lease gives.
_APPLICANT_TOLD = ("SEJOUR", "NIR", "BESOINS", "PIECES", "EXAMEN", "SIGNALEMENTS", "DEMANDES", "JOURNAL")
_THE_DEMAND = "Votre demande\u00a0: identité, coordonnées, foyer, ressources, compte de connexion"


def clocks_of_applicant() -> list[Clock]:
    """Every clock of someone who has no lease."""
    rules = rules_in_force()
    demand = _clock(rules["DEMANDE"].rule, None, label=_THE_DEMAND)
    return [demand, *(_clock(rules[code].rule, None) for code in _APPLICANT_TOLD)]


def words_of_clocks(rules: Iterable[KeptRule]) -> Iterator[str]:
    """The words of every clock, whatever its days and lengths: for who translates them."""
    yield _THE_DEMAND
    yield from (rule.label for rule in rules)
    yield from words_used()


def by_rule(clocks: Iterable[Clock]) -> dict[str, list[Clock]]:
    """The clocks under the code of their rule: each part of a file shows its own."""
    found: dict[str, list[Clock]] = {}
    for clock in clocks:
        found.setdefault(clock.code, []).append(clock)
    return found


def _clock(rule: KeptRule, since: date | None, *, label: str | Clause = "") -> Clock:
    return Clock(
        code=rule.code,
        label=label or rule.label,
        sentence=told(rule, since),
        basis=rule.basis,
        is_confirmed=rule.status is Status.OFFICIAL,
    )


def _since(trigger: Trigger, tenancies: list[_Tenancy], *, on: date) -> date | None:
    """The day of the event; None while it has not come. The same facts as the purge's own (sql/facts.sql)."""
    ends = [each.ends_on for each in tenancies if each.ends_on is not None and each.ends_on < on]
    if not tenancies or len(ends) < len(tenancies):
        if trigger is Trigger.MOVE_OUT:
            return _moved_out(tenancies, on=on)
        return None
    match trigger:
        case Trigger.LEASE_END:
            return max(ends)
        case Trigger.MOVE_OUT:
            return _moved_out(tenancies, on=on)
        case Trigger.ACCOUNT_CLOSED:
            return _closed(tenancies, ends)
        case Trigger.LAST_FISCAL_YEAR_END:
            closed = _closed(tenancies, ends)
            return None if closed is None else date(closed.year, 12, 31)
        case _:
            return None


def _closed(tenancies: list[_Tenancy], ends: list[date]) -> date | None:
    held = [each for each in tenancies if each.is_holder]
    if any(each.cents for each in held):
        return None
    return max([*ends, *(each.last_on for each in held if each.last_on is not None)])


def _moved_out(tenancies: list[_Tenancy], *, on: date) -> date | None:
    left = [min(filter(None, (each.moved_out_on, each.ends_on)), default=None) for each in tenancies]
    gone = [day for day in left if day is not None and day < on]
    return max(gone) if gone and len(gone) == len(left) else None


def _end_of_use(year: int, tenancies: list[_Tenancy], *, on: date) -> date:
    used_until = date(year + 2, 12, 31)
    ended = _since(Trigger.LEASE_END, tenancies, on=on)
    return used_until if ended is None else min(used_until, ended)
