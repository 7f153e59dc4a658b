"""The demonstration's vacancies: reservation holders, dwellings that become free, what was signed lately. Once.

What was signed is drawn from the leases themselves: each new tenant of a dwelling came by an allocation.
"""

from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Max

from palier.agents.models import Agent
from palier.attribution.models import Holder, Vacancy
from palier.attribution.operations.figures import last_closed_year, publish_figures
from palier.attribution.operations.orienting import orient_vacancy
from palier.attribution.operations.reservations import add_convention, add_holder, landlord_holder
from palier.attribution.operations.vacancies import announce_from_notices, announce_vacancy, start_spell
from palier.attribution.rules.territory import department_of
from palier.demo.loading import OPERATOR
from palier.estate.models import Dwelling
from palier.foundation.periods import after_months
from palier.leases.models import Change
from palier.leases.operations.change import end_lease
from palier.leases.operations.rents import highest_rent
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch, Role

# Code, name, contingent, share of the flow in hundredths of a percent, days to propose.
_HOLDERS = (
    ("PREFET", "Préfet, publics prioritaires", "2", 2500, 30),
    ("PREFET_AGENTS", "Préfet, agents de l’État", "5", 500, 30),
    ("ALS", "Action Logement Services", "3", 3500, 21),
    ("DEPARTEMENT", "Collectivités du département", "4", 1500, 30),
)
_ORIENTED, _SIGNED_YEARS, _MOST_SIGNED = 3, 3, 3_000

_TO_MATCH = 3
# A month, in round numbers of no landlord.
_RENT_CENTS_M2, _CHARGES_CENTS_M2 = 700, 200

# Tenants who leave: enough for two sittings, for what is matched, oriented and repaired. Their rent runs on until then.
_NOTICES, _NOTICE_DAYS, _NOTICE_MONTHS, _LIVED_YEARS = 6, 12, 3, 3
_LEAVING = """
SELECT l.id FROM leases_lease AS l JOIN estate_dwelling AS d ON d.id = l.dwelling_id
JOIN estate_residence AS r ON r.id = l.residence_id
WHERE l.kind = 'LEASE' AND r.nature = 'FAMILIAL' AND l.ends_on IS NULL AND l.starts_on < %(before)s
  AND d.rooms > 0 AND d.floor_area_m2 IS NOT NULL
  AND l.residence_id > (SELECT min(f.residence_id) FROM leases_lease AS f)
ORDER BY row_number() OVER (PARTITION BY l.residence_id ORDER BY l.id DESC), l.id LIMIT %(most)s
"""
_EMPTY = """
SELECT d.id, coalesce(d.floor_area_m2, 50)::int FROM estate_dwelling AS d
WHERE d.rooms > 0
  AND NOT EXISTS (SELECT FROM leases_lease AS l
                  WHERE l.dwelling_id = d.id AND (l.ends_on IS NULL OR l.ends_on >= %(on)s))
  AND NOT EXISTS (SELECT FROM attribution_vacancy AS v
                  WHERE v.dwelling_id = d.id AND v.state NOT IN ('LET', 'WITHDRAWN'))
ORDER BY d.id LIMIT %(most)s
"""
_SIGNED = """
WITH came AS (
    SELECT l.id, l.dwelling_id, l.residence_id, l.starts_on, row_number() OVER (ORDER BY l.id) AS rank,
           (SELECT coalesce(sum(t.amount_cents), 0)::int FROM leases_term AS t
            WHERE t.lease_id = l.id AND t.kind = 'RENT' AND t.first_day <= l.starts_on
              AND (t.last_day IS NULL OR t.last_day >= l.starts_on)) AS rent_cents
    FROM leases_lease AS l
    WHERE l.starts_on BETWEEN %(since)s AND %(on)s ORDER BY l.starts_on DESC LIMIT %(most)s
), let AS (
    INSERT INTO attribution_vacancy (dwelling_id, residence_id, announced_on, expected_on, left_on, available_on,
                                     rent_cents, charges_cents, state, withdrawn_for, let_on, version)
    SELECT dwelling_id, residence_id, starts_on - 120, starts_on - 40, starts_on - 40, starts_on - 25, rent_cents, 0,
           'LET', '', starts_on, 1
    FROM came RETURNING id, dwelling_id, residence_id, let_on
), held AS (
    -- Each holder has the share that its convention says; the landlord, what is left.
    SELECT id, contingent, sum(share_bp) OVER (ORDER BY id) - share_bp AS after_bp,
           sum(share_bp) OVER (ORDER BY id) AS until_bp
    FROM (SELECT h.id, h.contingent, coalesce(
              (SELECT sum(c.share_bp) FROM attribution_reservationconvention AS c WHERE c.holder_id = h.id),
              10000 - (SELECT coalesce(sum(c.share_bp), 0) FROM attribution_reservationconvention AS c)) AS share_bp
          FROM attribution_holder AS h) AS each
)
INSERT INTO attribution_signedattribution (
    vacancy_id, residence_id, holder_id, contingent, signed_on, is_transfer, is_qpv, is_first_quartile, is_relocated,
    is_dalo, is_priority, persons, waited_days, rooms, financing)
SELECT v.id, v.residence_id, h.id, h.contingent, v.let_on, c.rank %% 6 = 0, r.is_qpv, c.rank %% 10 < 3,
       c.rank %% 25 = 0, c.rank %% 7 = 0, h.contingent = '2' OR c.rank %% 5 = 0,
       1 + width_bucket(c.rank * 61 %% 100, ARRAY[43, 65, 80, 92]), 400 + (c.rank * 37) %% 1900, d.rooms, d.financing
FROM let AS v JOIN came AS c ON c.dwelling_id = v.dwelling_id AND c.starts_on = v.let_on
JOIN estate_residence AS r ON r.id = v.residence_id JOIN estate_dwelling AS d ON d.id = v.dwelling_id
JOIN held AS h ON c.rank * 3700 %% 10000 >= h.after_bp AND c.rank * 3700 %% 10000 < h.until_bp
"""


def free_dwellings(*, at: datetime) -> None:
    """Write holders, conventions, vacancies and the figures of these years; nothing when they are there already."""
    on = at.date()
    with batch(Batch.ALLOCATION, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        if Holder.objects.exists():
            return
        _reserve(on)
        _let(on)
    _give_notices(at)
    with batch(Batch.ALLOCATION, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        announce_from_notices(on=on)
        _orient(on)
        for year in range(on.year - _SIGNED_YEARS + 1, last_closed_year(on) + 1):
            publish_figures(year=year, at=at)


def _give_notices(at: datetime) -> None:
    """A few tenants gave notice: three months, past the months that the demonstration runs. One a residence first."""
    on = at.date()
    given_on = on - timedelta(days=_NOTICE_DAYS)
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()) as reading:
        with connection.cursor() as cursor:
            cursor.execute(_LEAVING, {"before": date(on.year - _LIVED_YEARS, 1, 1), "most": _NOTICES})
            leaving = [number for (number,) in cursor.fetchall()]
        for lease_id in leaving:
            end_lease(
                lease_id=lease_id,
                notice_given_on=given_on,
                ends_on=after_months(given_on, _NOTICE_MONTHS),
                seen_change_id=Change.objects.filter(lease_id=lease_id).aggregate(latest=Max("id"))["latest"] or 0,
                actor=reading.actor,
                at=at,
            )


def await_matching(*, at: datetime) -> None:
    """Announce a few empty dwellings that are with their holder and matched with nobody yet, for someone to try."""
    on = at.date()
    with batch(Batch.ALLOCATION, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY, {"on": on, "most": _TO_MATCH})
            empty = cursor.fetchall()
        available_on = on + timedelta(days=15)
        for dwelling_id, area in empty:
            most = highest_rent(Dwelling.objects.select_related("convention").get(pk=dwelling_id), on=available_on)
            rent = area * _RENT_CENTS_M2
            announce_vacancy(
                dwelling_id=dwelling_id,
                announced_on=on - timedelta(days=20),
                expected_on=on - timedelta(days=10),
                available_on=available_on,
                rent_cents=rent if most is None else min(rent, most),
                charges_cents=area * _CHARGES_CENTS_M2,
                on=on,
            )
        _orient(on, repaired=0)


def _reserve(on: date) -> None:
    """One convention a holder in the département where the landlord has most dwellings."""
    landlord_holder()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT r.postcode FROM estate_residence AS r JOIN estate_dwelling AS d ON d.residence_id = r.id
               GROUP BY r.postcode ORDER BY count(*) DESC, r.postcode LIMIT 1"""
        )
        found = cursor.fetchone()
    territory = department_of(found[0]) if found else "75"
    for code, name, contingent, share_bp, days in _HOLDERS:
        add_convention(
            holder_id=add_holder(code=code, name=name, contingent=contingent).pk,
            territory=territory,
            first_day=date(on.year - 2, 1, 1),
            last_day=None,
            share_bp=share_bp,
            propose_within_days=days,
        )


def _let(on: date) -> None:
    since = date(on.year - _SIGNED_YEARS + 1, 1, 1)
    with connection.cursor() as cursor:
        cursor.execute(_SIGNED, {"since": since, "on": on, "most": _MOST_SIGNED})


def _orient(on: date, *, repaired: int = 1) -> None:
    """A few are with their holder, one is repaired, the others wait."""
    officer = Agent.objects.filter(role=Role.ALLOCATION_OFFICER.value).order_by("pk").first()
    if officer is None:
        return
    by = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=officer.pk)
    waiting = list(Vacancy.objects.filter(state="OPEN", announced_on__lte=on).order_by("available_on", "pk")[:20])
    for vacancy in waiting[:_ORIENTED]:
        orient_vacancy(vacancy_id=vacancy.pk, holder_id=None, chosen_for="", by=by, on=on, version=vacancy.version)
    for vacancy in waiting[_ORIENTED : _ORIENTED + repaired]:
        start_spell(vacancy_id=vacancy.pk, cause="WORKS", first_day=max(vacancy.announced_on, on))
