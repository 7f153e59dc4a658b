"""A dwelling becomes vacant: announced, emptied, repaired, made ready, or taken out of letting. Never two at once."""

from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from palier.attribution.models import Vacancy, VacancySpell
from palier.attribution.rules.words import WITHDRAWALS
from palier.estate.models import Dwelling
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents
from palier.foundation.periods import day_fr
from palier.leases.operations.rents import highest_rent, refuse_rent_above_convention

# Sold or pulled down: nobody is housed there again. The other causes house someone, outside the flow.
OUT_OF_LETTING = frozenset({"VENTE", "DEMOLITION"})
CLOSED = ("LET", "WITHDRAWN")
BEFORE_COMMISSION = ("OPEN", "ORIENTED", "MATCHED")
BY_HAND = ("WORKS", "TECHNICAL")
# A notice given long ago, whose lease ended before allocation was kept here, is not a vacancy of today.
OLDEST_DAYS = 365
# What is announced by hand: empty for ten years, or free in five, is a slip of the keyboard.
EARLIEST = timedelta(days=3_653)
LATEST = timedelta(days=1_827)
TAKEN_BACK = "CONGE"


class VacancyNotFound(Refusal):
    """Cette vacance n’existe pas."""


class DwellingUnknown(Refusal):
    """Ce logement n’existe pas."""


class VacancyAlreadyOpen(Refusal):
    """Ce logement a déjà une vacance en cours. Rien n’a été changé."""


class VacancyClosed(Refusal):
    """Cette vacance est terminée : le logement est loué ou retiré."""


class VacancyChanged(Refusal):
    """Quelqu’un d’autre vient de changer cette vacance. Relisez-la, puis recommencez."""


class DaysOutOfOrder(Refusal):
    """Le {later} vient avant le {earlier} : vérifiez ces dates."""


class DayOutOfReach(Refusal):
    """Le {day} n’est pas un jour de vacance : il se donne entre le {earliest} et le {latest}."""


class StillLet(Refusal):
    """Un bail court encore dans ce logement le {day}. Sa vacance s’annonce quand le congé est noté au bail, avec son
    dernier jour."""


class AmountRefused(Refusal):
    """Un montant ne peut pas être négatif."""


class SpellRunning(Refusal):
    """Des travaux ou une vacance technique sont déjà en cours dans ce logement : terminez-les d’abord."""


class SpellNotFound(Refusal):
    """Cette période n’est pas en cours dans ce logement."""


class CauseUnknown(Refusal):
    """Cette cause n’est pas dans la liste."""


class WithdrawalUnknown(Refusal):
    """Ce motif de retrait n’est pas dans la liste fermée."""


class AlreadyOriented(Refusal):
    """Ce logement est orienté ou engagé plus loin : remettez-le à disposition avant de le retirer."""


def announce_vacancy(
    *,
    dwelling_id: int,
    announced_on: date,
    expected_on: date,
    available_on: date,
    rent_cents: Cents,
    charges_cents: Cents,
    on: date,
) -> Vacancy:
    """Announce by hand a dwelling that becomes free: a new one, or one whose lease is not in Palier.

    `expected_on`: last day before it is empty. `available_on`: from then on it can be let. Amounts a month.
    Raises DwellingUnknown, DayOutOfReach, DaysOutOfOrder, AmountRefused, RentAboveConvention, StillLet,
    VacancyAlreadyOpen.
    """
    dwelling = Dwelling.objects.select_related("convention").filter(pk=dwelling_id).first()
    if dwelling is None:
        raise DwellingUnknown
    for day in (announced_on, expected_on, available_on):
        if not on - EARLIEST <= day <= on + LATEST:
            raise DayOutOfReach(day=day_fr(day), earliest=day_fr(on - EARLIEST), latest=day_fr(on + LATEST))
    if available_on <= expected_on:
        raise DaysOutOfOrder(later=day_fr(available_on), earlier=day_fr(expected_on))
    if rent_cents < 0 or charges_cents < 0:
        raise AmountRefused
    refuse_rent_above_convention(dwelling, rent_cents, on=available_on)
    refuse_still_let(dwelling_id, on=available_on)
    vacancy = Vacancy(
        dwelling_id=dwelling_id,
        residence_id=dwelling.residence_id,
        announced_on=announced_on,
        expected_on=expected_on,
        left_on=expected_on if expected_on <= announced_on else None,
        available_on=available_on,
        rent_cents=rent_cents,
        charges_cents=charges_cents,
    )
    try:
        with transaction.atomic():
            vacancy.save(force_insert=True)
    except IntegrityError:
        raise VacancyAlreadyOpen from None
    return vacancy


def refuse_still_let(dwelling_id: int, *, on: date) -> None:
    """For whoever allocates, who reads no lease. Raises StillLet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT palier.is_let_on(%s, %s)", [dwelling_id, on])
        if cursor.fetchone() == (True,):
            raise StillLet(day=day_fr(on))


_FROM_NOTICES = """
INSERT INTO attribution_vacancy (dwelling_id, residence_id, lease_id, announced_on, expected_on, available_on,
                                 rent_cents, charges_cents, state, withdrawn_for, version)
SELECT l.dwelling_id, l.residence_id, l.id, l.notice_given_on, l.ends_on, l.ends_on + 1, t.rent_cents, t.charges_cents,
       'OPEN', '', 1
FROM leases_lease AS l
CROSS JOIN LATERAL (
    SELECT coalesce(sum(m.amount_cents) FILTER (WHERE m.kind = 'RENT'), 0)::int AS rent_cents,
           coalesce(sum(m.amount_cents) FILTER (WHERE m.kind LIKE 'PROVISION\\_%%'), 0)::int AS charges_cents
    FROM leases_term AS m
    WHERE m.lease_id = l.id AND m.first_day <= l.ends_on AND (m.last_day IS NULL OR m.last_day >= l.ends_on)
) AS t
WHERE l.notice_given_on <= %(on)s AND l.ends_on >= %(oldest)s
  AND NOT EXISTS (SELECT FROM attribution_vacancy AS v
                  WHERE v.lease_id = l.id AND (v.state <> 'WITHDRAWN' OR v.withdrawn_for <> 'CONGE'))
  AND NOT EXISTS (SELECT FROM leases_lease AS n WHERE n.dwelling_id = l.dwelling_id AND n.starts_on > l.ends_on)
ON CONFLICT DO NOTHING
"""
# A day of leaving that changed, then came.
_FOLLOWED = """
UPDATE attribution_vacancy AS v
SET expected_on = l.ends_on, left_on = CASE WHEN l.ends_on < %(on)s THEN l.ends_on END,
    available_on = greatest(v.available_on, l.ends_on + 1), version = v.version + 1
FROM leases_lease AS l
WHERE l.id = v.lease_id AND v.state NOT IN ('LET', 'WITHDRAWN') AND l.notice_given_on IS NOT NULL
  AND (v.expected_on <> l.ends_on OR (v.left_on IS NULL AND l.ends_on < %(on)s))
"""
# A notice taken back: the dwelling is let as before. Where nothing has begun the vacancy ends; further on, it is said.
_TAKEN_BACK = """
UPDATE attribution_vacancy AS v
SET withdrawn_before = v.withdrawn_for, withdrawn_for = 'CONGE',
    state = CASE WHEN v.state IN ('OPEN', 'ORIENTED') THEN 'WITHDRAWN' ELSE v.state END,
    version = v.version + 1
FROM leases_lease AS l
WHERE l.id = v.lease_id AND v.state NOT IN ('LET', 'WITHDRAWN') AND v.withdrawn_for <> 'CONGE'
  AND l.notice_given_on IS NULL
"""
_GIVEN_AGAIN = """
UPDATE attribution_vacancy AS v
SET withdrawn_for = v.withdrawn_before, withdrawn_before = '', version = v.version + 1
FROM leases_lease AS l
WHERE l.id = v.lease_id AND v.state NOT IN ('LET', 'WITHDRAWN') AND v.withdrawn_for = 'CONGE'
  AND l.notice_given_on IS NOT NULL
"""
_RELEASED = """
UPDATE attribution_orientation AS o SET released_on = %(on)s
FROM attribution_vacancy AS v
WHERE v.id = o.vacancy_id AND o.released_on IS NULL AND v.state = 'WITHDRAWN' AND v.withdrawn_for = 'CONGE'
"""


def announce_from_notices(*, on: date) -> int:
    """Announce every dwelling whose tenant gave notice, follow the day of leaving. How many are new.

    A notice taken back ends its vacancy, or flags it once candidates were kept. A rent above the convention's maximum
    is brought to it. Safe to run twice.

    Run by the job of allocation, which reads of a lease that notice was given, and never by whom.
    """
    days = {"on": on, "oldest": on - timedelta(days=OLDEST_DAYS)}
    with connection.cursor() as cursor:
        cursor.execute(_FROM_NOTICES, days)
        announced = int(cursor.rowcount)
        for statement in (_FOLLOWED, _TAKEN_BACK, _GIVEN_AGAIN, _RELEASED):
            cursor.execute(statement, days)
    _hold_to_conventions()
    return announced


def _hold_to_conventions() -> None:
    """The tenant who leaves may pay more than the next may be asked (CCH, art. L353-2): before any commission."""
    told = Vacancy.objects.filter(state__in=BEFORE_COMMISSION, dwelling__convention__isnull=False)
    for vacancy in told.select_related("dwelling__convention").order_by("id").iterator():
        most = highest_rent(vacancy.dwelling, on=vacancy.available_on)
        if most is not None and vacancy.rent_cents > most:
            Vacancy.objects.filter(pk=vacancy.pk).update(rent_cents=most, version=F("version") + 1)


def forecast_vacancy(*, vacancy_id: int, available_on: date, version: int) -> None:
    """Change the day from which the dwelling can be let.

    Raises VacancyNotFound, VacancyClosed, VacancyChanged, DaysOutOfOrder.
    """
    with transaction.atomic():
        vacancy = open_vacancy(vacancy_id, version=version)
        if available_on <= vacancy.expected_on:
            raise DaysOutOfOrder(later=day_fr(available_on), earlier=day_fr(vacancy.expected_on))
        vacancy.available_on = available_on
        _keep(vacancy, "available_on")


def start_spell(*, vacancy_id: int, cause: str, first_day: date) -> VacancySpell:
    """Note works, or a technical vacancy, from a day on; one at a time.

    Raises VacancyNotFound, VacancyClosed, CauseUnknown, SpellRunning, DaysOutOfOrder.
    """
    if cause not in BY_HAND:
        raise CauseUnknown
    with transaction.atomic():
        vacancy = open_vacancy(vacancy_id)
        if VacancySpell.objects.filter(vacancy=vacancy, last_day=None).exists():
            raise SpellRunning
        if first_day < vacancy.announced_on:
            raise DaysOutOfOrder(later=day_fr(first_day), earlier=day_fr(vacancy.announced_on))
        return VacancySpell.objects.create(vacancy=vacancy, cause=cause, first_day=first_day)


def end_spell(*, vacancy_id: int, last_day: date, cost_cents: Cents) -> VacancySpell:
    """End what runs, with what it cost; the dwelling can be let from the next day, if that is later.

    Raises VacancyNotFound, VacancyClosed, SpellNotFound, DaysOutOfOrder, AmountRefused.
    """
    if cost_cents < 0:
        raise AmountRefused
    with transaction.atomic():
        vacancy = open_vacancy(vacancy_id)
        spell = VacancySpell.objects.filter(vacancy=vacancy, last_day=None).first()
        if spell is None:
            raise SpellNotFound
        if last_day < spell.first_day:
            raise DaysOutOfOrder(later=day_fr(last_day), earlier=day_fr(spell.first_day))
        spell.last_day, spell.cost_cents = last_day, cost_cents
        spell.save(update_fields=["last_day", "cost_cents"])
        vacancy.available_on = max(vacancy.available_on, last_day + timedelta(days=1))
        _keep(vacancy, "available_on")
    return spell


def withdraw_vacancy(*, vacancy_id: int, cause: str, version: int) -> Vacancy:
    """Take a dwelling out of the flow of reservations, for a cause of the closed list (CCH R441-5).

    Sold or pulled down, it is not let again. Otherwise it houses someone outside the flow, and stays open.
    Raises VacancyNotFound, VacancyClosed, VacancyChanged, WithdrawalUnknown, AlreadyOriented.
    """
    if cause not in WITHDRAWALS or cause == TAKEN_BACK:
        raise WithdrawalUnknown
    with transaction.atomic():
        vacancy = open_vacancy(vacancy_id, version=version)
        if vacancy.state != "OPEN":
            raise AlreadyOriented
        vacancy.withdrawn_for = cause
        if cause in OUT_OF_LETTING:
            vacancy.state = "WITHDRAWN"
        _keep(vacancy, "withdrawn_for", "state")
    return vacancy


def open_vacancy(vacancy_id: int, *, version: int | None = None) -> Vacancy:
    """The vacancy, locked, when it still runs. Raises VacancyNotFound, VacancyClosed, VacancyChanged."""
    vacancy = Vacancy.objects.select_for_update().filter(pk=vacancy_id).first()
    if vacancy is None:
        raise VacancyNotFound
    if vacancy.state in CLOSED:
        raise VacancyClosed
    if version is not None and vacancy.version != version:
        raise VacancyChanged
    return vacancy


def _keep(vacancy: Vacancy, *fields: str) -> None:
    vacancy.version += 1
    vacancy.save(update_fields=[*fields, "version"])
