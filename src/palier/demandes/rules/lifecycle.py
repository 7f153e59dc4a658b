"""The clocks of an application: validity, notice, radiation, reactivation, erasure (CCH R441-2-7 and R441-2-8).

Months are counted from date to date: a day that a month lacks becomes its last day. Every delay is a dated value of the
bareme `application_clocks`, read on the day from which it runs.
"""

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from palier.foundation.baremes import Value, bareme
from palier.foundation.errors import Refusal
from palier.foundation.periods import after_months, day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

BAREME: Final = "application_clocks"


class Warned(StrEnum):
    """Why a warning runs before a radiation."""

    NO_ANSWER = "NO_ANSWER"
    INADMISSIBLE = "INADMISSIBLE"


class DelayTooShort(Refusal):
    """Une radiation pour non-réponse attend au moins {least} mois après l’avertissement : {months} ne suffit pas."""


def months_of(clock: str, on: date) -> int:
    """How many months this clock runs when it starts that day. Before the first text known, the first one holds."""
    return int(_value(clock, on).value)


def expiry(start: date) -> date:
    """The last day of validity: one year from the filing or the last renewal."""
    return after_months(start, months_of("validity", start))


def started_on(*, filed_on: date, renewed_on: date | None, expires_on: date) -> date:
    """The day from which the year of validity runs: the filing, or the last renewal.

    One that was taken over without the day of its renewal tells it by its last day of validity.
    """
    if renewed_on is not None:
        return renewed_on
    return max(filed_on, after_months(expires_on, -months_of("validity", filed_on)))


def notice_day(start: date) -> date:
    """The day to ask for a renewal: one month before the end of validity."""
    return after_months(expiry(start), -months_of("notice", start))


def non_renewal_radiation(start: date) -> date:
    """The day from which an application that was not renewed is radiated."""
    return after_months(start, months_of("non_renewal", start))


def reactivable_until(start: date) -> date:
    """The last day on which an application radiated for want of renewal comes back, seniority and number kept."""
    return after_months(start, months_of("reactivation", start))


def warned_radiation(warned_on: date, warned: Warned, *, months: int | None = None) -> date:
    """The day from which a warned application is radiated. `months`: the delay chosen for a want of answer.

    Raises DelayTooShort: the law leaves one month at least.
    """
    if warned is Warned.INADMISSIBLE:
        return after_months(warned_on, months_of("inadmissible", warned_on))
    chosen = months_of("no_answer", warned_on) if months is None else months
    least = months_of("no_answer_least", warned_on)
    if chosen < least:
        raise DelayTooShort(least=least, months=chosen)
    return after_months(warned_on, chosen)


def answer_reactivable_until(radiated_on: date) -> date:
    """The last day on which an application radiated for want of answer comes back, if an answer came."""
    return after_months(radiated_on, months_of("no_answer_reactivation", radiated_on))


def erasure_day(radiated_on: date) -> date:
    """The day from which the application and all its nominative data are erased."""
    return after_months(radiated_on, months_of("erasure", radiated_on))


@lru_cache(maxsize=4096)
def _value(clock: str, on: date) -> Value:
    table = bareme(BAREME)
    return table.at(max(on, table.first_day()), clock)


def _compute(case: Case) -> Result:
    start = case.day("started_on")
    radiation = non_renewal_radiation(start)
    days = {
        "expires_on": expiry(start),
        "notice_on": notice_day(start),
        "radiated_on": radiation,
        "reactivable_until": reactivable_until(start),
        "erased_on": erasure_day(radiation),
    }
    return Result(
        outputs={name: day.isoformat() for name, day in days.items()},
        explanation=(
            f"Déposée ou renouvelée le {day_fr(start)}, la demande vaut jusqu’au {day_fr(days['expires_on'])}.",
            f"Le préavis de renouvellement part le {day_fr(days['notice_on'])}.",
            (
                f"Sans renouvellement elle est radiée le {day_fr(radiation)}, et peut être réactivée jusqu’au "
                f"{day_fr(days['reactivable_until'])}, avec son numéro et son ancienneté."
            ),
            f"Elle est effacée un an après sa radiation, le {day_fr(days['erased_on'])}.",
            f"Texte\u00a0: {APPLICATION_CLOCKS.reference}.",
        ),
        values=tuple(_value(clock, start) for clock in ("validity", "non_renewal")),
    )


def _compute_warned(case: Case) -> Result:
    warned_on, warned = case.day("warned_on"), Warned(case.word("warned_for"))
    months = case.count("months") if case.gives("months") else None
    radiation = warned_radiation(warned_on, warned, months=months)
    until = answer_reactivable_until(radiation) if warned is Warned.NO_ANSWER else None
    ground = "sans réponse" if warned is Warned.NO_ANSWER else "irrecevable pour la commission"
    sentences = [f"Avertie le {day_fr(warned_on)}, la demande {ground} est radiée le {day_fr(radiation)}."]
    if until:
        sentences.append(f"Si une réponse était arrivée, elle peut être réactivée jusqu’au {day_fr(until)}.")
    else:
        sentences.append("Seule la commission prononce l’irrecevabilité\u00a0: plafond dépassé ou séjour irrégulier.")
    sentences.append(f"Texte\u00a0: {WARNING_CLOCK.reference}.")
    return Result(
        outputs={"radiated_on": radiation.isoformat(), "reactivable_until": until.isoformat() if until else None},
        explanation=tuple(sentences),
        values=(_value("no_answer" if warned is Warned.NO_ANSWER else "inadmissible", warned_on),),
    )


APPLICATION_CLOCKS = Rule(
    name="application-clocks",
    version=1,
    title="Délais d’une demande de logement",
    reference="CCH, art. R441-2-7 et R441-2-8\u00a0; arrêté du 23 mars 2015",
    period=Period(first_day=date(2015, 3, 23), note="arrêté lu dans sa version de 2015"),
    inputs=(Field(name="started_on", kind=Kind.DAY, label="jour du dépôt ou du dernier renouvellement"),),
    outputs=(
        Field(name="expires_on", kind=Kind.DAY, label="dernier jour de validité"),
        Field(name="notice_on", kind=Kind.DAY, label="préavis de renouvellement"),
        Field(name="radiated_on", kind=Kind.DAY, label="radiation, sans renouvellement"),
        Field(name="reactivable_until", kind=Kind.DAY, label="dernier jour pour réactiver"),
        Field(name="erased_on", kind=Kind.DAY, label="effacement"),
    ),
    example={"started_on": "2026-01-31"},
    example_answer={
        "expires_on": "2027-01-31",
        "notice_on": "2026-12-31",
        "radiated_on": "2027-02-28",
        "reactivable_until": "2027-07-31",
        "erased_on": "2028-02-28",
    },
    compute=_compute,
    baremes=(BAREME,),
)

WARNING_CLOCK = Rule(
    name="warning-clock",
    version=1,
    title="Radiation après un avertissement",
    reference="CCH, art. R441-2-8\u00a0; arrêté du 23 mars 2015",
    period=Period(first_day=date(2015, 3, 23), note="arrêté lu dans sa version de 2015"),
    inputs=(
        Field(name="warned_on", kind=Kind.DAY, label="jour de l’avertissement"),
        Field(
            name="warned_for",
            kind=Kind.CHOICE,
            label="sans réponse, ou irrecevable",
            choices=tuple(warned.value for warned in Warned),
        ),
        Field(name="months", kind=Kind.COUNT, label="mois laissés pour répondre", most=12, optional=True),
    ),
    outputs=(
        Field(name="radiated_on", kind=Kind.DAY, label="radiation"),
        Field(name="reactivable_until", kind=Kind.DAY, label="dernier jour pour réactiver", optional=True),
    ),
    example={"warned_on": "2026-12-31", "warned_for": "NO_ANSWER"},
    example_answer={"radiated_on": "2027-02-28", "reactivable_until": "2027-07-28"},
    compute=_compute_warned,
    baremes=(BAREME,),
)
