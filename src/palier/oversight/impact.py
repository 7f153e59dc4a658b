"""The data protection impact assessment (AIPD, GDPR art. 35), filled from the declared policy, with its open points.

What Palier knows is written; what only the landlord can say (how likely, how grave, whose opinion) is listed as open.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from palier.foundation.baremes import Status, bareme, names
from palier.mail.report import Block, Grid, Heading, Items, Notice, Report, Sender, Text
from palier.oversight.papers import label_of
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Role
from palier.retention.by_category import KeptLine, in_one_line

TO_JUDGE = "à coter par l’organisme"


@dataclass(frozen=True, slots=True, kw_only=True)
class FearedEvent:
    """One of the three events that the CNIL's method fears, with what could cause it and what stands against it."""

    title: str
    sources: tuple[str, ...]
    effects: str
    measures: tuple[str, ...]


FEARED = (
    FearedEvent(
        title="Accès illégitime à des données",
        sources=("agent curieux", "gardien hors de ses immeubles", "téléphone volé", "prestataire", "intrusion"),
        effects="atteinte à la vie privée, discrimination, mise en danger d’une personne dont l’adresse est protégée",
        measures=(
            "La base de données refuse elle-même les lignes hors du périmètre de chacun.",
            "Chaque lecture est inscrite, scellée et montrée à la personne.",
            "Hors portefeuille : un motif, une durée, un quota par jour, une alarme.",
            "Second facteur obligatoire pour les agents ; sessions listées et révocables.",
            "Le gardien n’a que noms, portes, dates et moyens de joindre acceptés.",
        ),
    ),
    FearedEvent(
        title="Modification non désirée de données",
        sources=("erreur de saisie", "fichier repris faux", "compte détourné"),
        effects="loyer ou compte faux, droits mal calculés",
        measures=(
            "Le grand livre et les avis scellés ne se modifient pas : une contre-écriture seulement.",
            "Un mois est relu et scellé par deux personnes différentes.",
            "Un fichier est montré cellule par cellule avant d’être appliqué, tout ou rien.",
            "Chaque montant se recalcule depuis ses données.",
        ),
    ),
    FearedEvent(
        title="Disparition de données",
        sources=("panne", "disque plein", "effacement par erreur", "rançongiciel"),
        effects="perte du suivi d’un bail ou d’un compte",
        measures=(
            "Une écriture est entière ou absente, même après un arrêt brutal.",
            "Les documents sont gardés par leur empreinte : toute altération se voit.",
            "La fin de conservation est exécutée par lots, avec un certificat.",
        ),
    ),
)


Kept = Mapping[str, tuple[KeptLine, ...]]


def impact_assessment(*, landlord: Sender, kept: Kept, on: date) -> Report:
    """The assessment as a report. Its figures are the declared policy's; `kept`, the durations in force that day."""
    return Report(
        number=f"AIPD-{on.isoformat()}",
        title="Analyse d’impact sur la protection des données",
        subtitle="RGPD, art. 35 : projet rempli depuis la politique déclarée",
        issued_on=on,
        sender=landlord,
        blocks=tuple(_blocks(kept)),
    )


def open_points(kept: Kept) -> list[str]:
    """What stands between this draft and an assessment that can be signed."""
    points = [
        "Coter la gravité et la vraisemblance de chaque événement, avant et après les mesures.",
        "Recueillir l’avis du délégué à la protection des données et celui des locataires (art. 35-9).",
        "Nommer les sous-traitants (hébergement, courrier, banque) et leurs garanties (art. 28).",
        "Décider qui tient la clef publiée du journal hors de l’organisme.",
    ]
    unsure = [label_of(code) for code in CATEGORIES if not _is_confirmed(kept, code)]
    if unsure:
        points.append(f"Confirmer la durée de conservation de {len(unsure)} catégories : {', '.join(unsure)}.")
    to_confirm = sum(value.status is Status.TO_CONFIRM for name in names() for value in bareme(name).all_values())
    if to_confirm:
        points.append(f"Confirmer {to_confirm} valeurs de barème marquées « à confirmer ».")
    return points


def _blocks(kept: Kept) -> Iterator[Block]:
    yield Notice("Projet", "Il décrit le logiciel et sa politique. Il ne remplace pas le jugement de l’organisme.")
    yield Heading("Pourquoi une analyse")
    yield Text(
        "Traitement à grande échelle de données de personnes vulnérables, avec une notation possible (art. 35-3)."
    )
    yield Heading("Les traitements")
    yield Grid(
        ("Finalité", "Base légale", "Fonctions"),
        tuple((each.label, each.lawful_basis, _functions(each.roles)) for each in PURPOSES.values()),
        (3, 4, 5),
    )
    yield Heading("Les données et leur durée")
    yield Grid(
        ("Catégorie", "Durée", "État"),
        tuple(
            (label_of(code), in_one_line(kept[code]), "confirmée" if _is_confirmed(kept, code) else "à confirmer")
            for code in CATEGORIES
        ),
        (4, 5, 2),
    )
    yield Heading("Les risques")
    for event in FEARED:
        yield Heading(event.title, 2)
        yield Text(f"Causes possibles : {', '.join(event.sources)}.")
        yield Text(f"Effets : {event.effects}.")
        yield Items(event.measures)
        yield Text(f"Gravité : {TO_JUDGE}. Vraisemblance : {TO_JUDGE}.")
    yield Heading("Points ouverts")
    yield Items(tuple(open_points(kept)))


def _is_confirmed(kept: Kept, category: str) -> bool:
    """True when a text says each duration of the category."""
    return all(line.is_confirmed for line in kept[category])


def _functions(roles: tuple[object, ...]) -> str:
    return ", ".join(ROLE_LABELS[role] for role in roles if isinstance(role, Role)) or "tâches automatiques"
