"""What is written after a breach: the notification to the authority, the letter to a person, the register.

Every fact comes from the journal and from the steps taken. What Palier does not know is left to fill, and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.clock import PARIS, hour_fr
from palier.foundation.periods import day_fr
from palier.foundation.text import impersonal
from palier.mail.report import Block, Facts, Grid, Heading, Items, Notice, Report, Sender, Text
from palier.oversight.models import CAUSES, KINDS, MEASURES
from palier.oversight.queries.incidents import CategoryCount, IncidentRow, ScreenCount, StepRow
from palier.oversight.rules.clock import notify_by
from palier.oversight.rules.gravity import EASE_LABELS, EXPOSURE_LABELS, LEVEL_LABELS, Ease, Exposure, Level
from palier.privacy.catalogue import CATEGORIES

TO_FILL = "à compléter par l’organisme"
_EXERCISE = "EXERCICE, à ne pas envoyer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of a breach on the day a paper is made."""

    incident: IncidentRow
    steps: Sequence[StepRow]
    categories: Sequence[CategoryCount]
    screens: Sequence[ScreenCount]
    landlord: Sender
    phone: str


def instant_fr(at: datetime) -> str:
    """« 22/11/2026 à 9 h 05 », in the landlord's time."""
    return f"{day_fr(at.astimezone(PARIS).date())} à {hour_fr(at)}"


def label_of(category: str) -> str:
    """« votre compte locatif » → « compte locatif »: a category told to someone else than the person."""
    return impersonal(CATEGORIES[category].label) if category in CATEGORIES else category


def assessment(known: Known) -> StepRow | None:
    """The last assessment, or None."""
    return next((step for step in reversed(known.steps) if step.kind == "ASSESSED"), None)


def notification(known: Known, *, on: date) -> Report:
    """The draft of the notification, with each field that GDPR art. 33-3 asks for."""
    incident, found = known.incident, assessment(known)
    return Report(
        number=incident.number,
        title="Notification d’une violation de données",
        subtitle="Projet",
        issued_on=on,
        sender=known.landlord,
        stamp=_stamp(incident),
        blocks=(
            Text("Projet préparé à partir du journal des lectures."),
            Text("Il se recopie dans le service en ligne de la CNIL, en une ou plusieurs fois (RGPD, art. 33-4)."),
            Heading("La violation"),
            Facts(_happened(incident)),
            Heading("Les personnes et les données"),
            Text(f"Personnes concernées : {incident.persons}, locataires ou membres de leur foyer."),
            Grid(
                ("Catégorie de données", "Personnes"),
                tuple((label_of(each.category), str(each.persons)) for each in known.categories),
                (3, 1),
                frozenset({1}),
            ),
            Grid(
                ("Écran lu", "Lectures", "Personnes"),
                tuple((each.screen, str(each.readings), str(each.persons)) for each in known.screens),
                (3, 1, 1),
                frozenset({1, 2}),
            ),
            Heading("Conséquences probables"),
            Facts(_weighed(found)),
            Heading("Mesures"),
            Items(_taken(found) or ("Aucune à ce jour.",)),
            Facts(_left(known)),
        ),
    )


def letter(
    known: Known, *, address: tuple[str, ...], categories: Sequence[str], first: datetime, last: datetime, on: date
) -> Report:
    """What one person is told, in plain words (GDPR art. 34-2)."""
    incident = known.incident
    seen = ", ".join(CATEGORIES[code].label for code in categories if code in CATEGORIES)
    return Report(
        number=incident.number,
        title="Des données de votre dossier ont été vues",
        issued_on=on,
        sender=known.landlord,
        stamp=_stamp(incident),
        recipient=address,
        blocks=(
            Text("Madame, Monsieur,"),
            Text(f"{_OPENINGS[incident.kind]} Votre dossier est concerné. Nous vous présentons nos excuses."),
            Heading("Ce qui a été vu"),
            Text(f"Ont été vus : {seen}. {_when(first, last)}"),
            Heading("Ce que nous avons fait"),
            Items(
                (
                    "Nous avons cherché dans le journal qui a lu quoi.",
                    *(f"{measure}." for measure in _taken(assessment(known))),
                    "La CNIL a été prévenue." if incident.is_notified else "Nous prévenons la CNIL.",
                )
            ),
            Heading("Ce que vous pouvez faire"),
            Items(
                (
                    "Méfiez-vous des appels et des messages qui parlent de votre loyer.",
                    "Nous ne demandons jamais votre mot de passe, ni votre code bancaire.",
                    "Dans votre espace, « Qui a consulté mon dossier ? » montre chaque lecture.",
                )
            ),
            Notice("Une question ?", f"Appelez-nous : {known.phone}. Vous pouvez aussi saisir la CNIL."),
        ),
    )


def register(rows: Sequence[IncidentRow], *, landlord: Sender, on: date) -> Report:
    """The register of breaches (GDPR art. 33-5): each one's facts, effects and remedies; no exercise, no name."""
    blocks: list[Block] = [] if rows else [Text("Aucune violation n’est inscrite.")]
    for row in rows:
        blocks += [Heading(f"{row.number} : {KINDS[row.kind].lower()}"), Facts((*_happened(row), *_outcome(row)))]
    return Report(
        number=f"REGISTRE-{on.isoformat()}",
        title="Registre des violations de données",
        subtitle="RGPD, art. 33-5",
        issued_on=on,
        sender=landlord,
        blocks=blocks,
    )


def _outcome(row: IncidentRow) -> tuple[tuple[str, str], ...]:
    return (
        ("Personnes concernées", str(row.persons)),
        ("Risque", LEVEL_LABELS[Level(row.level)] if row.level else "non évalué"),
        ("CNIL", "notifiée" if row.is_notified else "non notifiée"),
        ("Personnes", "informées" if row.are_told else "non informées"),
    )


_OPENINGS = {
    "AGENT": "Un de nos agents a ouvert des dossiers sans raison de service.",
    "DEVICE": "Un téléphone ou un ordinateur de notre service a été perdu ou volé.",
    "FILE": "Un fichier est sorti de chez nous par erreur.",
    "ACCOUNT": "Le compte d’un de nos agents a été utilisé par quelqu’un d’autre.",
}


def _taken(found: StepRow | None) -> tuple[str, ...]:
    return tuple(MEASURES[code] for code in found.measures) if found else ()


def _stamp(incident: IncidentRow) -> str:
    return _EXERCISE if incident.is_exercise else ""


def _when(first: datetime, last: datetime) -> str:
    start, end = first.astimezone(PARIS).date(), last.astimezone(PARIS).date()
    return f"C’était le {day_fr(start)}." if start == end else f"C’était entre le {day_fr(start)} et le {day_fr(end)}."


def _happened(incident: IncidentRow) -> tuple[tuple[str, str], ...]:
    window = (
        f"du {instant_fr(incident.from_at)} au {instant_fr(incident.until_at)}"
        if incident.from_at and incident.until_at
        else f"lecture n°\u00a0{incident.reading_id} du journal"
    )
    return (
        ("Nature", f"{KINDS[incident.kind]} (perte de confidentialité)"),
        ("Cause", CAUSES[incident.cause]),
        ("Période", window),
        ("Connue le", instant_fr(incident.aware_at)),
        ("À notifier avant le", instant_fr(notify_by(incident.aware_at))),
    )


def _weighed(found: StepRow | None) -> tuple[tuple[str, str], ...]:
    if found is None:
        return (("Évaluation", "pas encore faite"),)
    return (
        ("Reconnaissance des personnes", EASE_LABELS[Ease(found.ease)]),
        ("Destinataires", EXPOSURE_LABELS[Exposure(found.exposure)]),
        ("Intention de nuire", "oui" if found.is_malicious else "non"),
        ("Risque", LEVEL_LABELS[Level(found.level)]),
    )


def _left(known: Known) -> tuple[tuple[str, str], ...]:
    return (
        ("Point de contact", f"délégué à la protection des données, {known.phone}"),
        ("Mesures déjà en place", "droits de lecture par fonction, journal scellé, base cloisonnée par agence"),
        ("Sous-traitants concernés", TO_FILL),
        ("Personnes d’un autre pays", TO_FILL),
    )
