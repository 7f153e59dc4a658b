"""How grave a breach is: the severity of ENISA's methodology (2013), SE = DPC × EI + CB.

DPC: what kind of data, from 1 (simple) to 4 (sensitive). EI: how easily a person is recognised, from 0.25 to 1.
CB: what makes it worse. Under 2 low, under 3 medium, under 4 high, from 4 very high. Quarters are counted as integers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

# Data processing context, by category: 1 simple, 2 behavioural, 3 financial, 4 sensitive or endangering.
CONTEXTS: dict[str, int] = {
    "IDENTITE": 1,
    "COORDONNEES": 1,
    "BAIL": 1,
    "PORTE": 1,
    "AGENTS": 1,
    "CONNEXION": 1,
    "INTERVENTIONS": 1,
    "DEMANDES_DROITS": 1,
    "CONSENTEMENTS": 1,
    "FOYER": 2,
    "JOURNAL": 2,
    "ADOPTION": 2,
    "REPRISE": 2,
    "VIOLATIONS": 2,
    "COMPTE": 3,
    "RESSOURCES": 3,
    "DOCUMENTS": 3,
    "OCCUPATION": 2,
    "FACTURES": 3,
    "EXAMEN": 4,
    "DEMANDE": 4,
    "SEJOUR": 4,
    "NIR": 4,
    # A payslip bears the number of its employee.
    "PAIE": 4,
    "BESOINS": 4,
    # Written freely: anything may be in it.
    "ECHANGES": 4,
    "PIECES": 4,
    "SIGNALEMENTS": 4,
    "ADRESSE_PROTEGEE": 4,
}
# A category that nobody has weighed is taken for sensitive.
_UNKNOWN = 4


class Ease(StrEnum):
    """How easily the persons are recognised from what was seen."""

    NEGLIGIBLE = "NEGLIGIBLE"
    LIMITED = "LIMITED"
    SIGNIFICANT = "SIGNIFICANT"
    MAXIMUM = "MAXIMUM"


class Exposure(StrEnum):
    """Into whose hands the data went."""

    NONE_KNOWN = "NONE_KNOWN"
    KNOWN_RECIPIENTS = "KNOWN_RECIPIENTS"
    UNKNOWN_RECIPIENTS = "UNKNOWN_RECIPIENTS"


class Level(StrEnum):
    """The four levels of ENISA's scale."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    VERY_HIGH = "VERY_HIGH"


EASE_LABELS = {
    Ease.NEGLIGIBLE: "presque impossible",
    Ease.LIMITED: "difficile",
    Ease.SIGNIFICANT: "possible avec d’autres informations",
    Ease.MAXIMUM: "directe (nom, adresse)",
}
EXPOSURE_LABELS = {
    Exposure.NONE_KNOWN: "personne, à notre connaissance",
    Exposure.KNOWN_RECIPIENTS: "des destinataires connus",
    Exposure.UNKNOWN_RECIPIENTS: "un nombre inconnu de destinataires",
}
LEVEL_LABELS = {Level.LOW: "faible", Level.MEDIUM: "moyen", Level.HIGH: "élevé", Level.VERY_HIGH: "très élevé"}

_EASE_QUARTERS = {Ease.NEGLIGIBLE: 1, Ease.LIMITED: 2, Ease.SIGNIFICANT: 3, Ease.MAXIMUM: 4}
_EXPOSURE_QUARTERS = {Exposure.NONE_KNOWN: 0, Exposure.KNOWN_RECIPIENTS: 1, Exposure.UNKNOWN_RECIPIENTS: 2}
_MALICE_QUARTERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a breach of confidentiality. `categories` are codes of the catalogue."""

    categories: Collection[str]
    persons: int
    ease: Ease
    exposure: Exposure
    is_malicious: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gravity:
    """The severity in quarters (8 quarters = 2), its level, what must follow, and why in French."""

    quarters: int
    level: Level
    must_notify: bool
    must_tell_persons: bool
    explanation: tuple[str, ...]


def gravity_of(facts: Facts) -> Gravity:
    """The severity of a breach, and what the GDPR asks at that level.

    Low: written in the register, no notification (art. 33-1, risk unlikely). Medium: the authority is told (art. 33).
    High and above: the persons too (art. 34). No person: low.
    """
    if not facts.persons:
        return Gravity(
            quarters=0, level=Level.LOW, must_notify=False, must_tell_persons=False,
            explanation=("Aucune personne n’est concernée.",),
        )  # fmt: skip
    context = max((CONTEXTS.get(category, _UNKNOWN) for category in facts.categories), default=1)
    worse = _EXPOSURE_QUARTERS[facts.exposure] + (_MALICE_QUARTERS if facts.is_malicious else 0)
    quarters = context * _EASE_QUARTERS[facts.ease] + worse
    level = _level(quarters)
    return Gravity(
        quarters=quarters,
        level=level,
        must_notify=level is not Level.LOW,
        must_tell_persons=level in (Level.HIGH, Level.VERY_HIGH),
        explanation=_told(facts, context=context, worse=worse, quarters=quarters, level=level),
    )


def _level(quarters: int) -> Level:
    if quarters < 8:
        return Level.LOW
    if quarters < 12:
        return Level.MEDIUM
    return Level.HIGH if quarters < 16 else Level.VERY_HIGH


def _told(facts: Facts, *, context: int, worse: int, quarters: int, level: Level) -> tuple[str, ...]:
    ease = _EASE_QUARTERS[facts.ease]
    malice = ", avec une intention de nuire ou de profiter" if facts.is_malicious else ""
    return (
        f"Nature des données : {context} sur 4, la plus sensible de celles qui ont été vues.",
        f"Reconnaissance des personnes : {EASE_LABELS[facts.ease]}, soit {quarters_fr(ease)}.",
        f"Circonstances : {EXPOSURE_LABELS[facts.exposure]}{malice}, soit {quarters_fr(worse)} de plus.",
        f"Calcul (ENISA, 2013) : {context} × {quarters_fr(ease)} + {quarters_fr(worse)} = {quarters_fr(quarters)}.",
        f"Risque {LEVEL_LABELS[level]}.",
    )


def quarters_fr(quarters: int) -> str:
    """Quarters as a decimal: 9 → « 2,25 »."""
    whole, rest = divmod(quarters, 4)
    return f"{whole}{('', ',25', ',5', ',75')[rest]}"
