"""Electronic or paper, and for how long (code du travail, art. L3243-2, D3243-7 and D3243-8).

Months are counted from date to date: a day that a month lacks becomes its last day.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.baremes import Value, bareme
from palier.foundation.periods import after_months, day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

BAREME: Final = "payslips"
_SINCE: Final = date(2017, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one employee: when they came, when they were told of their right to oppose, whether they did."""

    entered_on: date
    notice_given_on: date | None
    opposed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """The two ends that the text gives, and the one that is kept: the later, so that both readings are held."""

    fifty_years_on: date
    age_on: date | None

    @property
    def until(self) -> date:
        return max(self.fifty_years_on, self.age_on or self.fifty_years_on)


def first_electronic_day(standing: Standing) -> date | None:
    """The first day on which a payslip may be issued electronically; None while no notice was given.

    One month after the notice of the right to oppose, or the day of hiring when it was given by then.
    """
    told = standing.notice_given_on
    if told is None:
        return None
    if told <= standing.entered_on:
        return standing.entered_on
    return after_months(told, _months("notice", told))


def is_electronic(standing: Standing, *, on: date) -> bool:
    """True when a payslip issued that day may be electronic. An opposition holds here from the day it was said."""
    first = first_electronic_day(standing)
    if first is None or on < first:
        return False
    return standing.opposed_on is None or on < standing.opposed_on


def opposition_limit(opposed_on: date) -> date:
    """The last day on which the law lets an opposition wait before it takes effect."""
    return after_months(opposed_on, _months("opposition", opposed_on))


def availability(issued_on: date, birth_date: date | None) -> Availability:
    """Until when a payslip issued electronically must be available to the employee."""
    return Availability(
        fifty_years_on=after_months(issued_on, _months("kept", issued_on)),
        age_on=None if birth_date is None else after_months(birth_date, _months("kept_age", issued_on)),
    )


def earliest_closing(announced_on: date) -> date:
    """The first day on which the service may close: users are told some months before."""
    return after_months(announced_on, closing_months(announced_on))


def closing_months(announced_on: date) -> int:
    """How many months before it closes users are told, by the text of the day on which they are."""
    return _months("closing", announced_on)


def _value(delay: str, on: date) -> Value:
    """As the text stands on a day. What is older than the first text is counted by it."""
    return bareme(BAREME).at(max(on, _SINCE), delay)


def _months(delay: str, on: date) -> int:
    return int(_value(delay, on).value)


def _compute_electronic(case: Case) -> Result:
    issued_on = case.day("issued_on")
    opposed_on = case.day("opposed_on") if case.gives("opposed_on") else None
    standing = Standing(
        entered_on=case.day("entered_on"),
        notice_given_on=case.day("notice_given_on") if case.gives("notice_given_on") else None,
        opposed_on=opposed_on,
    )
    first = first_electronic_day(standing)
    electronic = is_electronic(standing, on=issued_on)
    sentences = [_told_first(standing, first)]
    if opposed_on is not None:
        sentences.append(
            f"Une opposition a été dite le {day_fr(opposed_on)}\u00a0: elle vaut aussitôt, la loi lui laissant au plus "
            f"jusqu’au {day_fr(opposition_limit(opposed_on))}."
        )
    outcome = "électronique" if electronic else "remis sur papier"
    sentences.append(f"Le bulletin émis le {day_fr(issued_on)} est {outcome}.")
    sentences.append(f"Texte\u00a0: {ELECTRONIC_PAYSLIP.reference}.")
    return Result(
        outputs={
            "electronic": electronic,
            "first_day": first.isoformat() if first else None,
            "opposition_limit": opposition_limit(opposed_on).isoformat() if opposed_on else None,
        },
        explanation=tuple(sentences),
        values=(_value("notice", standing.notice_given_on or issued_on), _value("opposition", opposed_on or issued_on)),
    )


def _told_first(standing: Standing, first: date | None) -> str:
    if first is None or standing.notice_given_on is None:
        return "Aucune information sur le droit de s’opposer n’a été donnée\u00a0: le papier reste la règle."
    if first == standing.entered_on:
        return f"L’information a été donnée à l’embauche\u00a0: l’électronique est possible dès le {day_fr(first)}."
    return (
        f"L’information a été donnée le {day_fr(standing.notice_given_on)}\u00a0: l’électronique est possible "
        f"{_months('notice', standing.notice_given_on)} mois après, le {day_fr(first)}."
    )


def _compute_availability(case: Case) -> Result:
    issued_on = case.day("issued_on")
    ends = availability(issued_on, case.day("birth_date") if case.gives("birth_date") else None)
    years = _months("kept", issued_on) // 12
    by_age = (
        f"L’âge de {_months('kept_age', issued_on) // 12} ans est atteint le {day_fr(ends.age_on)}."
        if ends.age_on
        else "Sans date de naissance, l’âge n’est pas compté."
    )
    return Result(
        outputs={
            "fifty_years_on": ends.fifty_years_on.isoformat(),
            "age_on": ends.age_on.isoformat() if ends.age_on else None,
            "until": ends.until.isoformat(),
        },
        explanation=(
            f"{years} ans après le {day_fr(issued_on)}\u00a0: le {day_fr(ends.fifty_years_on)}.",
            by_age,
            f"Palier garde le bulletin jusqu’à la plus tardive des deux dates, le {day_fr(ends.until)}.",
            f"Texte\u00a0: {PAYSLIP_AVAILABILITY.reference}.",
        ),
        values=(_value("kept", issued_on), _value("kept_age", issued_on)),
    )


ELECTRONIC_PAYSLIP = Rule(
    name="electronic-payslip",
    version=1,
    title="Bulletin de paie électronique ou sur papier",
    reference="code du travail, art. L3243-2 et D3243-7",
    period=Period(first_day=_SINCE, note="état du droit au 21/11/2026"),
    inputs=(
        Field(name="issued_on", kind=Kind.DAY, label="jour d’émission du bulletin"),
        Field(name="entered_on", kind=Kind.DAY, label="jour de l’embauche"),
        Field(name="notice_given_on", kind=Kind.DAY, label="information donnée, à date certaine", optional=True),
        Field(name="opposed_on", kind=Kind.DAY, label="jour de l’opposition en cours", optional=True),
    ),
    outputs=(
        Field(name="electronic", kind=Kind.FLAG, label="le bulletin est électronique"),
        Field(name="first_day", kind=Kind.DAY, label="premier jour possible", optional=True),
        Field(name="opposition_limit", kind=Kind.DAY, label="dernier jour pour suivre l’opposition", optional=True),
    ),
    example={"issued_on": "2026-10-30", "entered_on": "2019-03-01", "notice_given_on": "2026-09-15"},
    example_answer={"electronic": True, "first_day": "2026-10-15", "opposition_limit": None},
    compute=_compute_electronic,
)
PAYSLIP_AVAILABILITY = Rule(
    name="payslip-availability",
    version=1,
    title="Durée de disponibilité d’un bulletin de paie électronique",
    reference="code du travail, art. D3243-8 et L1237-5",
    period=Period(first_day=_SINCE, note="état du droit au 21/11/2026, âge de 76 ans à confirmer"),
    inputs=(
        Field(name="issued_on", kind=Kind.DAY, label="jour d’émission du bulletin"),
        Field(name="birth_date", kind=Kind.DAY, label="naissance du salarié", optional=True),
    ),
    outputs=(
        Field(name="fifty_years_on", kind=Kind.DAY, label="cinquante ans après"),
        Field(name="age_on", kind=Kind.DAY, label="âge de 76 ans", optional=True),
        Field(name="until", kind=Kind.DAY, label="dernier jour de disponibilité"),
    ),
    example={"issued_on": "2026-10-30", "birth_date": "1980-05-12"},
    example_answer={"fifty_years_on": "2076-10-30", "age_on": "2056-05-12", "until": "2076-10-30"},
    compute=_compute_availability,
)
