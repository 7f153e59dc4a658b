"""Until when an offer may be answered: at least ten days, silence being a refusal (CCH R441-10)."""

from datetime import date, timedelta
from typing import Final

from palier.foundation.holidays import next_working_day
from palier.foundation.periods import DAYS_FR, day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

LEAST_DAYS: Final = 10
_MOST_DAYS: Final = 90


def offer_deadline(notified_on: date, days: int, *, alsace_moselle: bool = False) -> date:
    """The last day on which an answer is in time, until midnight.

    The day of the notification does not count; a last day that is a Saturday, a Sunday or a public holiday goes to the
    next working day (code de procédure civile, art. 641 and 642).
    """
    return next_working_day(notified_on + timedelta(days=days), alsace_moselle=alsace_moselle)


def _compute(case: Case) -> Result:
    notified_on, days, local = case.day("notified_on"), case.count("days"), case.flag("alsace_moselle")
    last = notified_on + timedelta(days=days)
    expires_on = offer_deadline(notified_on, days, alsace_moselle=local)
    sentences = [
        (
            f"Notifiée le {day_fr(notified_on)}, l’offre laisse {days} jours, comptés à partir du lendemain\u00a0: "
            f"le dernier est le {_named(last)}."
        )
    ]
    if expires_on != last:
        sentences.append(
            "Un samedi, un dimanche ou un jour férié reporte au premier jour ouvrable qui suit\u00a0: "
            f"le {_named(expires_on)}."
        )
    sentences.append(f"Une réponse est reçue jusqu’au {day_fr(expires_on)} à minuit\u00a0; le silence vaut refus.")
    sentences.append(f"Texte\u00a0: {OFFER_DEADLINE.reference}.")
    return Result(outputs={"expires_on": expires_on.isoformat()}, explanation=tuple(sentences))


def _named(day: date) -> str:
    return f"{DAYS_FR[day.weekday()]} {day_fr(day)}"


OFFER_DEADLINE = Rule(
    name="offer-deadline",
    version=1,
    title="Délai de réponse à une offre de logement",
    reference="CCH, art. R441-10\u00a0; code de procédure civile, art. 641 et 642",
    period=Period(note="état du droit au 21/11/2026"),
    inputs=(
        Field(name="notified_on", kind=Kind.DAY, label="jour de la notification"),
        Field(name="days", kind=Kind.COUNT, label="jours laissés pour répondre", least=LEAST_DAYS, most=_MOST_DAYS),
        Field(
            name="alsace_moselle",
            kind=Kind.FLAG,
            label="jours fériés d’Alsace-Moselle (Vendredi saint, 26 décembre)",
            optional=True,
        ),
    ),
    outputs=(Field(name="expires_on", kind=Kind.DAY, label="dernier jour pour répondre"),),
    example={"notified_on": "2026-02-02", "days": 10},
    example_answer={"expires_on": "2026-02-12"},
    compute=_compute,
)
