"""The record of processing activities (GDPR art. 30), made from the declared policy and from nothing else.

What the policy does not say (the DPO's name, a contract) is printed « à compléter par l’organisme ».
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from palier.estate.models import Landlord
from palier.foundation.errors import Refusal
from palier.mail.report import Block, Facts, Grid, Heading, Items, Report, Sender, Text
from palier.oversight.papers import label_of
from palier.privacy.catalogue import BATCH_CATEGORIES, BATCH_PURPOSES, CATEGORIES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Batch, Role
from palier.privacy.policy import declared_pages, declared_tables
from palier.privacy.processors import KINDS, DeclaredParties, Processor, declared_parties
from palier.retention.queries import RuleInForce, rules_in_force
from palier.retention.rules.schedule import ACTIONS_FR, STATUSES_FR, TRIGGERS_FR

# Categories whose persons work for the landlord; those of the others live in its dwellings.
_OF_AGENTS = frozenset({"AGENTS"})
_OF_PARTNERS = {"FACTURES": "fournisseurs", "PAIE": "salariés"}
_OF_BOTH = frozenset({"CONNEXION", "REPRISE", "JOURNAL", "VIOLATIONS"})
SECURITY = (
    "La base de données applique elle-même les droits : un rôle par fonction, des lignes filtrées par périmètre.",
    "Chaque lecture d’un dossier est inscrite dans la même transaction, scellée, et montrée à la personne.",
    "Aucune zone de commentaire libre sur une personne ; les textes restants sont déclarés et limités.",
    "Second facteur pour les agents, sessions révocables, essais freinés.",
    "Les pièces comptables et les avis scellés ne se modifient pas.",
    "La fin de conservation est exécutée, avec un certificat ; un dossier en justice est retenu.",
)


class ControllerNotDescribed(Refusal):
    """La fiche de l’organisme n’est pas remplie : le registre nomme d’abord le responsable du traitement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How long one kind of data is kept."""

    label: str
    months: int
    trigger: str
    end: str
    basis: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryEntry:
    """A category of data: its durations and its tables."""

    code: str
    label: str
    persons: str
    kept: tuple[Kept, ...]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One processing: its purpose, and all that art. 30-1 asks of it."""

    code: str
    label: str
    lawful_basis: str
    persons: str
    categories: tuple[str, ...]
    recipients: tuple[str, ...]
    processors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The whole record on a day."""

    on: date
    landlord: str
    controller: str
    address: tuple[str, ...]
    parties: DeclaredParties
    activities: tuple[Activity, ...]
    categories: tuple[CategoryEntry, ...]

    def data(self) -> bytes:
        """The record as JSON, keys sorted."""
        told = {
            **asdict(self),
            "on": self.on.isoformat(),
            "security": list(SECURITY),
            "transfers": [asdict(each) for each in self.parties.processors if each.transfer],
        }
        return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8")


def register_of_processing(*, on: date) -> Register:
    """The record, as the policy and the durations stand. Raises ControllerNotDescribed, ProcessorsAreFaulty."""
    landlord = Landlord.objects.first()
    if landlord is None:
        raise ControllerNotDescribed
    rules = rules_in_force()
    parties = declared_parties()
    shown = _categories_by_purpose()
    return Register(
        on=on,
        landlord=landlord.name,
        controller=f"{landlord.name}, {landlord.legal_form}, SIRET {landlord.siret}",
        address=tuple(landlord.address_lines),
        parties=parties,
        activities=tuple(_activity(code, shown[code], parties) for code in PURPOSES),
        categories=tuple(_category(code, rules) for code in CATEGORIES),
    )


def _categories_by_purpose() -> dict[str, tuple[str, ...]]:
    """What each purpose shows or works on: its pages' categories, and its jobs'."""
    found: dict[str, set[str]] = {code: set() for code in PURPOSES}
    for page in declared_pages().values():
        if not page.public:
            found[page.purpose] |= set(page.categories)
    for job, purpose in BATCH_PURPOSES.items():
        found[purpose] |= set(BATCH_CATEGORIES[job])
    return {code: tuple(each for each in CATEGORIES if each in held) for code, held in found.items()}


def _activity(code: str, categories: tuple[str, ...], parties: DeclaredParties) -> Activity:
    purpose = PURPOSES[code]
    return Activity(
        code=code,
        label=purpose.label,
        lawful_basis=purpose.lawful_basis,
        persons=_persons(categories),
        categories=categories,
        recipients=tuple(_function(role) for role in purpose.roles),
        processors=tuple(each.code for each in parties.processors if code in each.purposes),
    )


def _category(code: str, rules: Mapping[str, RuleInForce]) -> CategoryEntry:
    return CategoryEntry(
        code=code,
        label=CATEGORIES[code].label,
        persons=_persons((code,)),
        kept=tuple(
            Kept(
                label=each.rule.label,
                months=each.rule.months,
                trigger=TRIGGERS_FR[each.rule.trigger],
                end=ACTIONS_FR[each.rule.action],
                basis=each.rule.basis,
                status=STATUSES_FR[each.rule.status],
            )
            for each in rules.values()
            if each.rule.category == code
        ),
        tables=tuple(access.table for access in declared_tables() if access.category == code),
    )


def _persons(categories: tuple[str, ...]) -> str:
    held = set(categories)
    partners = held & _OF_PARTNERS.keys()
    said = []
    # The payroll reads the identity of employees, and of nobody who rents.
    if held - _OF_AGENTS - (partners | {"IDENTITE", "JOURNAL"} if partners else set()):
        said.append("locataires, demandeurs et membres de leur foyer")
    said += [_OF_PARTNERS[category] for category in sorted(partners)]
    if held & (_OF_AGENTS | _OF_BOTH):
        said.append("agents de l’organisme")
    return " ; ".join(said) or "aucune donnée de personne"


def _function(role: Role | Batch) -> str:
    if not isinstance(role, Role):
        return "tâche automatique"
    # Declared for a purpose, and no page of any site is open to it: nobody reads under it.
    has_a_page = any(role in page.roles for page in declared_pages().values())
    return ROLE_LABELS[role] if has_a_page else f"{ROLE_LABELS[role]} (pas encore ouvert)"


def report_of(register: Register) -> Report:
    """The record as an accessible document."""
    parties = register.parties
    blocks: list[Block] = [
        Text("Ce registre est produit par la politique déclarée que la base de données applique."),
        Heading("Responsable du traitement"),
        Facts(
            (
                ("Organisme", register.controller),
                ("Adresse", ", ".join(register.address)),
                ("Représentant", parties.controller.representative),
                ("Délégué à la protection des données", parties.controller.dpo),
                ("Pour le joindre", parties.controller.dpo_contact),
            )
        ),
        Heading("Traitements"),
    ]
    for activity in register.activities:
        blocks += [Heading(activity.label, 2), Facts(_told(activity, parties))]
    blocks.append(Heading("Catégories de données et durées"))
    for category in register.categories:
        blocks += [Heading(label_of(category.code), 2), *_kept(category)]
    blocks += [
        Heading("Sous-traitants et destinataires extérieurs"),
        *(block for each in parties.processors for block in (Heading(each.activity, 2), Facts(_party(each)))),
        Heading("Transferts hors de l’Union européenne"),
        Items(tuple(f"{each.name} : {each.transfer}" for each in parties.processors if each.transfer))
        if any(each.transfer for each in parties.processors)
        else Text("Aucun transfert n’est déclaré. Le logiciel n’envoie rien à un tiers de lui-même."),
        Heading("Mesures de sécurité"),
        Items(SECURITY),
    ]
    return Report(
        number=f"REGISTRE-{register.on.isoformat()}",
        title="Registre des activités de traitement",
        subtitle="RGPD, art. 30",
        issued_on=register.on,
        sender=Sender(name=register.landlord, address=register.address),
        blocks=blocks,
    )


def _told(activity: Activity, parties: DeclaredParties) -> tuple[tuple[str, str], ...]:
    outside = [each.activity for each in parties.processors if each.code in activity.processors]
    names = ", ".join(label_of(code) for code in activity.categories)
    return (
        ("Base légale", activity.lawful_basis),
        ("Personnes", activity.persons),
        ("Données", names or "aucune donnée de personne : traitement déclaré, sans page ni tâche à ce jour"),
        ("Qui y accède", ", ".join(dict.fromkeys(activity.recipients))),
        ("Sous-traitants, destinataires", " ; ".join(outside) or "aucun"),
    )


def _kept(category: CategoryEntry) -> tuple[Block, ...]:
    return (
        Text(f"Personnes : {category.persons}."),
        Grid(
            ("Données", "Mois", "À compter de", "À la fin", "Fondement"),
            tuple(
                (each.label, str(each.months), each.trigger, each.end, f"{each.basis} ({each.status})")
                for each in category.kept
            ),
            (4, 1, 4, 3, 6),
            frozenset({1}),
        ),
    )


def _party(each: Processor) -> tuple[tuple[str, str], ...]:
    return (
        ("Nom", each.name),
        ("Rôle", KINDS[each.kind]),
        ("Pays", each.country),
        ("Contrat", each.contract),
        ("Finalités", ", ".join(PURPOSES[code].label for code in each.purposes)),
        ("Données", ", ".join(label_of(code) for code in each.categories)),
    )
