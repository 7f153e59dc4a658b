"""What a campaign gave, in counts: steps of each cohort, their comparison, answers, paper and cost. Nobody is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from palier.adoption.assumptions import TO_FILL, Assumption
from palier.adoption.models import WITH_NOTICE
from palier.adoption.queries.sheets import sheets_posted
from palier.adoption.questionnaire import QUESTIONS
from palier.adoption.rules.comparison import Comparison, compared
from palier.adoption.rules.hiding import LEAST_SHOWN, shown_answers, shown_steps
from palier.foundation.reading import fetch, fetch_count, fetch_one
from palier.mail.queries import IS_ON_PAPER

STEPS: Final[Mapping[str, str]] = {
    "invited": "Invités",
    "code_sent": "Lettre avec code envoyée",
    "signed_in": "Première connexion",
    "consented": "Accord pour les avis en ligne",
    "came_back": "Revenus dans les 90 jours",
    "withdrew": "Accord retiré",
}
# What the control cohort may reach by itself.
COMPARED: Final = ("signed_in", "consented")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRow:
    id: int
    means: str
    seed: str
    control_percent: int
    opened_on: date
    survey_on: date | None
    invited_on: date | None
    measured_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortCounts:
    """How many of a cohort reached each step."""

    cohort: str
    total: int
    invited: int
    code_sent: int
    signed_in: int
    consented: int
    came_back: int
    withdrew: int
    answered: int

    @property
    def steps(self) -> dict[str, int]:
        return {code: int(getattr(self, code)) for code in STEPS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as it may be shown: a count or nothing, of the same cohort."""

    code: str
    label: str
    invited: int | None
    control: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of paper or cost, with how it was worked out; empty when an assumption is missing."""

    code: str
    label: str
    value: Decimal | None
    unit: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReport:
    campaign: CampaignRow
    invited_total: int
    control_total: int
    steps: tuple[Step, ...]
    comparisons: Mapping[str, Comparison]
    answers: Mapping[str, Mapping[str, int | None]]
    figures: tuple[Figure, ...]


_CAMPAIGN: Final = """
SELECT id, means, seed, control_percent, opened_on, survey_on, invited_on, measured_at FROM adoption_campaign
"""
_COHORTS: Final = """
SELECT cohort, count(*) AS total, count(invited_on) AS invited, count(code_sent_on) AS code_sent,
       count(signed_in_on) AS signed_in, count(consented_on) AS consented, count(came_back_on) AS came_back,
       count(withdrew_on) AS withdrew, count(answered_on) AS answered
FROM adoption_invitee WHERE campaign_id = %(campaign)s GROUP BY cohort
"""
_SHEET_BY_SHEET: Final = (
    "feuilles jointes à un avis × coût d’une feuille jointe, que l’avis affranchit déjà (à vérifier à la pesée) "
    "+ feuilles parties seules × coût d’un document sur papier"
)
_ONLINE: Final = f"""
SELECT count(*) FROM adoption_invitee AS i
JOIN mail_document AS d ON d.lease_id = i.lease_id AND d.issued_on >= i.consented_on
WHERE i.campaign_id = %(campaign)s AND i.cohort = 'INVITED' AND NOT ({IS_ON_PAPER})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    question: str
    choice: str
    count: int


def campaigns() -> list[CampaignRow]:
    """Every campaign, the newest first."""
    return fetch(CampaignRow, f"{_CAMPAIGN} ORDER BY id DESC LIMIT 50", {})


def campaign(campaign_id: int) -> CampaignRow | None:
    return fetch_one(CampaignRow, f"{_CAMPAIGN} WHERE id = %(id)s", {"id": campaign_id})


def report_of(row: CampaignRow, stated: Mapping[str, Assumption]) -> CampaignReport:
    """What the campaign gave, small numbers hidden before anything is worked out from them."""
    found = {each.cohort: each for each in fetch(CohortCounts, _COHORTS, {"campaign": row.id})}
    invited, control = found.get("INVITED"), found.get("CONTROL")
    of_invited = shown_steps(invited.total, invited.steps) if invited else dict.fromkeys(STEPS)
    # Nothing is sent to the control cohort: only what it reaches alone is told.
    alone = {code: control.steps[code] for code in COMPARED} if control else {}
    of_control = shown_steps(control.total, alone) if control else {}
    steps = tuple(
        Step(code=code, label=label, invited=of_invited[code], control=of_control.get(code))
        for code, label in STEPS.items()
    )
    comparisons: dict[str, Comparison] = {}
    for step in steps:
        if step.code in COMPARED and step.invited is not None and step.control is not None and invited and control:
            both = compared(invited=(step.invited, invited.total), control=(step.control, control.total))
            if both is not None:
                comparisons[step.code] = both
    return CampaignReport(
        campaign=row,
        invited_total=invited.total if invited else 0,
        control_total=control.total if control else 0,
        steps=steps,
        comparisons=comparisons,
        answers=_answers(row.id),
        figures=_figures(row, of_invited, stated),
    )


def _answers(campaign_id: int) -> dict[str, dict[str, int | None]]:
    rows = fetch(
        _Counted,
        "SELECT question, choice, count FROM adoption_surveycount WHERE campaign_id = %(campaign)s",
        {"campaign": campaign_id},
    )
    kept = {(row.question, row.choice): row.count for row in rows}
    return {
        question.code: shown_answers({choice: kept.get((question.code, choice), 0) for choice, _ in question.choices})
        for question in QUESTIONS
    }


def _figures(row: CampaignRow, shown: Mapping[str, int | None], stated: Mapping[str, Assumption]) -> tuple[Figure, ...]:
    # A handful of people who agreed would be told by their documents.
    is_told = shown["consented"] is not None
    online = Decimal(fetch_count(_ONLINE, {"campaign": row.id})) if is_told else None
    invited = Decimal(shown["invited"] or 0) if shown["invited"] is not None else None
    return (
        Figure(
            code="ONLINE",
            label="Documents envoyés en ligne plutôt que par la poste",
            value=online,
            unit="",
            how="Les documents des baux invités, depuis leur accord, que leurs données figées disent en ligne."
            if is_told
            else f"Moins de {LEAST_SHOWN} personnes : le chiffre n’est pas montré.",
        ),
        *_saved_and_spent(online, _spent(row, invited, stated), stated),
    )


def _spent(row: CampaignRow, invited: Decimal | None, stated: Mapping[str, Assumption]) -> Figure:
    """What the campaign cost: so much an invited lease, or sheet by sheet where they go with the notices."""
    if row.means == WITH_NOTICE:
        return _spent_with_notices(row.id, stated) if invited is not None else _cost(None, _SHEET_BY_SHEET, (None,))
    each = stated["INVITATION_COST"].value
    value = None if invited is None or each is None else invited * each
    return _cost(value, "invités × coût d’une invitation", (invited, each))


def _spent_with_notices(campaign_id: int, stated: Mapping[str, Assumption]) -> Figure:
    """A sheet behind a notice costs its sheet and no stamp; one that left alone costs a letter."""
    posted = sheets_posted(campaign_id)
    enclosed, alone = Decimal(posted.enclosed), Decimal(posted.alone)
    a_sheet, a_letter = stated["ENCLOSED_COST"].value, stated["PAPER_COST"].value
    value = None if a_sheet is None or a_letter is None else enclosed * a_sheet + alone * a_letter
    return _cost(value, _SHEET_BY_SHEET, (enclosed, a_sheet, alone, a_letter))


def _cost(value: Decimal | None, formula: str, values: tuple[Decimal | None, ...]) -> Figure:
    return Figure(code="SPENT", label="Coût de la campagne", value=value, unit="€", how=_how(formula, values))


def _saved_and_spent(online: Decimal | None, spent: Figure, stated: Mapping[str, Assumption]) -> tuple[Figure, ...]:
    sheets, paper = stated["SHEETS"].value, stated["PAPER_COST"].value
    each_online = stated["ONLINE_COST"].value
    saved = None if online is None or paper is None or each_online is None else online * (paper - each_online)
    return (
        Figure(
            code="SHEETS",
            label="Feuilles économisées",
            value=None if online is None or sheets is None else online * sheets,
            unit="feuilles",
            how=_how("documents en ligne × feuilles par document", (online, sheets)),
        ),
        Figure(
            code="SAVED",
            label="Coût évité",
            value=saved,
            unit="€",
            how=_how("documents en ligne × (coût sur papier − coût en ligne)", (online, paper, each_online)),
        ),
        spent,
        Figure(
            code="BALANCE",
            label="Solde",
            value=None if saved is None or spent.value is None else saved - spent.value,
            unit="€",
            how=_how("coût évité − coût de la campagne", (saved, spent.value)),
        ),
    )


def _how(formula: str, values: tuple[Decimal | None, ...]) -> str:
    if any(value is None for value in values):
        return f"{formula.capitalize()}. Une valeur manque : {TO_FILL}, ou trop peu de personnes."
    told = " ; ".join(f"{value:f}".replace(".", ",") for value in values if value is not None)
    return f"{formula.capitalize()}, soit {told}."
