"""The survey of resources: opened, charged provisionally after the formal notice, settled when the answer comes.

What is asked, reminded and put on notice is dated by its letter (palier.campaigns.operations.lettering).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction

from palier.campaigns.models import Survey, SurveyFile
from palier.campaigns.rules.survey import provisional_supplement
from palier.demandes.rules.ceiling import income_ceiling
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, euros_fr
from palier.foundation.periods import Month, day_fr
from palier.leases.models import Lease, Term
from palier.privacy.actor import Actor
from palier.quittancement.models import DatedAmount, OneOffLine
from palier.quittancement.queries.billing import billed_months, next_open_month
from palier.quittancement.rules.month import LeaseFacts, LineInputs, amount_due, occupied_days
from palier.quittancement.rules.sls import (
    FINANCINGS,
    Supplement,
    largest_fee_cents,
    reference_rate,
    supplement_due,
)


class SurveyAlreadyOpen(Refusal):
    """L’enquête de {year} est déjà ouverte depuis le {opened_on}. Rien n’a été envoyé à nouveau."""


class FeeAboveLaw(Refusal):
    """Les frais de dossier ne dépassent pas {most} : inscrivez un montant plus bas (CCH, art. L441-9)."""


class SurveyNotFound(Refusal):
    """Cette enquête n’existe pas."""


class SurveyFileNotFound(Refusal):
    """Ce bail n’est pas dans l’enquête."""


class NotSurveyed(Refusal):
    """Ce bail n’est pas enquêté : {why}. Aucune réponse n’est à saisir."""


class AlreadyAnswered(Refusal):
    """Ce bail a déjà répondu à l’enquête le {answered_on}. Rien n’a été changé."""


class AnswerOfFrozenLease(Refusal):
    """Les données de ce bail sont gelées à la demande du locataire : la réponse se note une fois le gel levé."""


class SurveyYearBilled(Refusal):
    """Il n’y a plus d’avis à sceller pour {year} : un supplément provisoire de cette enquête ne serait facturé sur
    aucun. Notez les réponses qui viennent, et ouvrez l’enquête de l’année suivante."""


class AreaMissing(Refusal):
    """La surface habitable du logement n’est pas renseignée : complétez-la, le supplément se compte au m²."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the household declared: the income of two years before, in cents, and its category of ceilings."""

    income_cents: Cents
    category: int
    extra_people: int = 0


_OPEN = """
INSERT INTO campaigns_surveyfile
    (survey_id, lease_id, residence_id, state, exemption, provisional_cents, fee_cents)
SELECT %(survey)s, l.id, l.residence_id, CASE WHEN e.code = '' THEN 'TO_SEND' ELSE 'EXEMPT' END, e.code, 0, 0
FROM leases_lease AS l
JOIN estate_residence AS r ON r.id = l.residence_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id
LEFT JOIN LATERAL (SELECT reason FROM campaigns_excludedarea AS a
                   WHERE a.residence_id = l.residence_id AND a.first_day <= make_date(%(year)s, 1, 1)
                     AND (a.last_day IS NULL OR a.last_day >= make_date(%(year)s, 1, 1))
                   ORDER BY a.reason DESC LIMIT 1) AS x ON true
CROSS JOIN LATERAL (SELECT CASE
    WHEN l.kind = 'OCCUPANCY' OR r.nature <> 'FAMILIAL' THEN 'OCCUPANCY'
    WHEN r.is_qpv THEN 'QPV'
    WHEN x.reason IS NOT NULL THEN x.reason
    WHEN d.financing <> ALL (%(financings)s) THEN 'FINANCING'
    -- Tenants with a housing benefit need not be surveyed (CCH L441-9).
    WHEN EXISTS (SELECT FROM quittancement_datedamount AS a
                 WHERE a.lease_id = l.id AND a.kind = 'APL' AND a.amount_cents > 0 AND a.first_day <= %(on)s
                   AND (a.last_day IS NULL OR a.last_day >= %(on)s)) THEN 'HOUSING_AID'
    ELSE '' END AS code) AS e
WHERE l.starts_on <= %(on)s AND (l.ends_on IS NULL OR l.ends_on >= %(on)s)
"""
# A dwelling without an area cannot be charged, and stays on notice; so does a letter of which no slip came back.
_SILENT = """
SELECT f.id FROM campaigns_surveyfile AS f JOIN leases_lease AS l ON l.id = f.lease_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id AND d.floor_area_m2 IS NOT NULL
WHERE f.survey_id = %(survey)s AND f.state = 'NOTICED' AND f.reached_on + 15 < %(on)s
  AND (l.ends_on IS NULL OR l.ends_on >= %(on)s) AND NOT palier.is_frozen('LEASE', f.lease_id)
ORDER BY f.id LIMIT %(limit)s FOR UPDATE OF f
"""


def open_survey(*, year: int, fee_cents: Cents, actor: Actor, at: datetime) -> Survey:
    """Open a year's survey: every running lease is in it, questioned or exempt with the reason.

    Raises FeeAboveLaw, SurveyAlreadyOpen.
    """
    most = largest_fee_cents(year=year)
    if not 0 <= fee_cents <= most:
        raise FeeAboveLaw(most=euros_fr(most))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.survey'))")
        earlier = Survey.objects.filter(year=year).first()
        if earlier is not None:
            raise SurveyAlreadyOpen(year=year, opened_on=day_fr(earlier.opened_on))
        survey = Survey.objects.create(
            year=year, opened_on=at.date(), fee_cents=fee_cents, opened_by=actor.agent_id or 0, opened_at=at
        )
        facts: dict[str, int | date | list[str]] = {
            "survey": survey.pk,
            "on": at.date(),
            "year": year,
            "financings": list(FINANCINGS),
        }
        _changed(_OPEN, facts)
    return survey


def charge_provisionally(*, survey_id: int, on: date, by: int, at: datetime, limit: int = 500) -> int:
    """Charge the next of those whose formal notice is over on that day: the highest supplement from the next open
    month, and the fee once; how many. 0: none is left.

    Run again after a kill, or by two at once, nobody is charged twice. Raises SurveyNotFound, SurveyYearBilled,
    OutsideBareme.
    """
    survey = _found(survey_id)
    require_open_year(survey, on=at.date())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_SILENT, {"survey": survey.pk, "on": on, "limit": limit})
            silent = [number for (number,) in cursor.fetchall()]
        month = next_open_month(at.date())
        for file in SurveyFile.objects.select_related("lease__dwelling", "residence").filter(pk__in=silent):
            area = file.lease.dwelling.floor_area_m2
            if area is None:
                raise AreaMissing
            rate = _rate(file, survey)
            file.provisional_cents = provisional_supplement(floor_area_m2=area, rate_per_m2=rate, year=survey.year)
            file.fee_cents, file.provisional_from, file.state = survey.fee_cents, month.first_day, "PROVISIONAL"
            file.save(update_fields=["provisional_cents", "fee_cents", "provisional_from", "state"])
            notify(
                file, cents=file.provisional_cents, month=month, basis="sans réponse à l’enquête, art. R441-26", at=at
            )
            if survey.fee_cents:
                _line(file, month, survey.fee_cents, "Enquête, frais de dossier", "art. L441-9", "SLS_FEE", by, at)
    return len(silent)


def require_open_year(survey: Survey, *, on: date) -> None:
    """Whether a month of the survey's year can still bear a supplement. Raises SurveyYearBilled."""
    if next_open_month(on).first_day.year > survey.year:
        raise SurveyYearBilled(year=survey.year)


def answer_survey(*, survey_id: int, lease_id: int, answer: Answer, actor: Actor, at: datetime) -> SurveyFile:
    """Keep an answer and its supplement; what was charged provisionally is settled on the next bill, the fee is kept.

    Raises SurveyFileNotFound, NotSurveyed, AlreadyAnswered, AnswerOfFrozenLease, AreaMissing,
    OutsideBareme.
    """
    with transaction.atomic():
        file = (
            SurveyFile.objects.select_for_update(of=("self",))
            .select_related("survey", "lease__dwelling", "residence")
            .filter(survey_id=survey_id, lease_id=lease_id)
            .first()
        )
        if file is None:
            raise SurveyFileNotFound
        if file.state == "EXEMPT":
            raise NotSurveyed(why=file.get_exemption_display())
        if file.answered_on is not None:
            raise AlreadyAnswered(answered_on=day_fr(file.answered_on))
        if _is_frozen(lease_id):
            raise AnswerOfFrozenLease
        found = supplement_of(file, answer)
        file.income_cents, file.category, file.extra_people = answer.income_cents, answer.category, answer.extra_people
        file.overrun_percent, file.supplement_cents = found.overrun_percent, found.cents
        file.answered_on, file.state = at.date(), "ANSWERED"
        file.save()
        month = _first_month(file, at.date())
        if file.provisional_from is not None:
            _settle(file, found.cents, next_open_month(at.date()), actor, at)
        basis = f"dépassement de {found.overrun_percent} %, enquête {file.survey.year}"
        notify(file, cents=found.cents, month=month, basis=basis, at=at)
    return file


def supplement_of(file: SurveyFile, answer: Answer) -> Supplement:
    """The supplement that an answer gives, at the ceilings, rate and rent in force. Raises AreaMissing."""
    dwelling, year = file.lease.dwelling, file.survey.year
    if dwelling.floor_area_m2 is None:
        raise AreaMissing
    ceiling = income_ceiling(
        financing=FINANCINGS[dwelling.financing],
        zone=file.residence.zone_ceiling.lower(),
        category=answer.category,
        extra_people=answer.extra_people,
        year=year,
    )
    return supplement_due(
        income_cents=answer.income_cents,
        ceiling_cents=ceiling.cents,
        floor_area_m2=dwelling.floor_area_m2,
        rate_per_m2=_rate(file, file.survey),
        base_rent_cents=_rent(file.lease, file.survey),
        year=year,
    )


def notify(file: SurveyFile, *, cents: Cents, month: Month, basis: str, at: datetime) -> None:
    """The supplement notified from that month to the end of the survey's year; what ran before ends on the eve."""
    last_day = date(file.survey.year, 12, 31)
    if month.first_day > last_day:
        return
    eve = month.first_day - timedelta(days=1)
    running = DatedAmount.objects.filter(lease_id=file.lease_id, kind="SLS")
    running.filter(first_day__lt=month.first_day).exclude(last_day__lt=month.first_day).update(last_day=eve)
    facts = {"amount_cents": cents, "basis": basis, "source": "SURVEY", "notified_on": at.date()}
    # Nothing is due: an amount already announced for that month ends before it begins.
    closed = running.filter(first_day=month.first_day).update(**facts, last_day=last_day if cents else eve)
    if cents and not closed:
        DatedAmount.objects.create(
            lease_id=file.lease_id,
            residence_id=file.residence_id,
            kind="SLS",
            first_day=month.first_day,
            last_day=last_day,
            **facts,
        )


def _settle(file: SurveyFile, due_cents: Cents, month: Month, actor: Actor, at: datetime) -> None:
    """Give back, or ask, the difference on each sealed month that was charged provisionally."""
    if file.provisional_from is None:
        return
    for billed in billed_months(file.lease_id, kind="SLS", since=file.provisional_from):
        due = _due_for(file.lease, due_cents, Month.of(billed.month))
        difference = due - billed.cents
        if difference:
            label = f"SLS {Month.of(billed.month).of_fr()}, après réponse"
            basis = f"{euros_fr(due)} dus, {euros_fr(billed.cents)} appelés"
            _line(file, month, difference, label, basis, "SLS", actor.agent_id or 0, at, of=billed.month)


def _due_for(lease: Lease, cents: Cents, month: Month) -> Cents:
    """The supplement of that month: by the days that the lease covers, as the notice counts them."""
    covered = occupied_days(LeaseFacts(lease.starts_on, lease.ends_on, ()), month)
    if covered is None:
        return 0
    first, last = covered
    return amount_due(LineInputs(cents, (last - first).days + 1, month.days, first.day))


def _line(
    file: SurveyFile,
    month: Month,
    cents: Cents,
    label: str,
    basis: str,
    origin: str,
    by: int,
    at: datetime,
    *,
    of: date | None = None,
) -> None:
    OneOffLine.objects.create(
        lease_id=file.lease_id,
        residence_id=file.residence_id,
        month=month.first_day,
        label=label,
        amount_cents=cents,
        basis=basis,
        origin=origin,
        source_key=f"{origin}:{file.survey_id}:{file.lease_id}:{of or ''}",
        created_by=by,
        created_at=at,
    )


def _first_month(file: SurveyFile, on: date) -> Month:
    """The first month of the survey's year that may still take the supplement."""
    january = Month.of(date(file.survey.year, 1, 1))
    open_month = next_open_month(on)
    return january if january.first_day > open_month.first_day else open_month


def _rate(file: SurveyFile, survey: Survey) -> Decimal:
    return reference_rate(zone=file.residence.zone_sls.lower(), year=survey.year).value


def _rent(lease: Lease, survey: Survey) -> Cents:
    """The principal rent in force on 1 January of the year, or when the lease began."""
    on = max(date(survey.year, 1, 1), lease.starts_on)
    rents: Sequence[Term] = list(
        Term.objects.filter(lease=lease, kind="RENT", first_day__lte=on).exclude(last_day__lt=on)
    )
    return sum(term.amount_cents for term in rents)


def _is_frozen(lease_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT palier.is_frozen('LEASE', %s)", (lease_id,))
        (frozen,) = cursor.fetchone()
        return bool(frozen)


def _found(survey_id: int) -> Survey:
    survey = Survey.objects.filter(pk=survey_id).first()
    if survey is None:
        raise SurveyNotFound
    return survey


def _changed(statement: str, facts: dict[str, int | date | list[str]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        count: int = cursor.rowcount
        return count
