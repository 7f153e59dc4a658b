"""One account per role, and the file that the page of roles reads: it names nobody but the demonstration's own people.

The page is public, and the login that serves it reads no person: what it shows is written beside the database when the
demonstration is loaded.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from django.contrib.auth.hashers import make_password

from palier.agents.models import Agent, Mandate, User
from palier.demo.leases import Situation
from palier.demo.population import Shown
from palier.foundation.home import Home, told_in_french
from palier.people.models import Person
from palier.privacy.declare import Role

# The file that holds it.
_KEPT_UNDER = "demo_password"
_FILE = "demo.json"
_PASSWORD_LENGTH = 12
# A caretaker looks after about that many dwellings.
_ROUND = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """An agent of the demonstration. Their names are names of trees."""

    identifier: str
    role: Role
    first_name: str
    last_name: str
    service: str
    function: str
    agency_code: str = ""
    title: str
    sees: str


STAFF: tuple[Staff, ...] = (
    Staff(identifier="gestionnaire_nord", role=Role.RENT_OFFICER, first_name="Nadia", last_name="Ferrand",
          service="Agence Nord", function="Gestionnaire locative", agency_code="NORD",
          title="Gestionnaire, agence Nord", sees="baux, comptes et quittancement de {residences}"),
    Staff(identifier="gestionnaire_sud", role=Role.RENT_OFFICER, first_name="Simon", last_name="Aulne",
          service="Agence Sud", function="Gestionnaire locatif", agency_code="SUD",
          title="Gestionnaire, agence Sud", sees="baux, comptes et quittancement de {residences}"),
    Staff(identifier="responsable_nord", role=Role.AGENCY_MANAGER, first_name="Irène", last_name="Charme",
          service="Agence Nord", function="Responsable d’agence", agency_code="NORD",
          title="Responsable de l’agence Nord", sees="baux, comptes et anomalies de {residences}"),
    Staff(identifier="siege", role=Role.HEADQUARTERS, first_name="Pierre", last_name="Micocoulier",
          service="Siège, quittancement", function="Responsable du quittancement",
          title="Responsable du quittancement", sees="tout le quittancement, calcule et relit le mois"),
    Staff(identifier="comptable", role=Role.ACCOUNTANT, first_name="Diane", last_name="Genévrier",
          service="Siège, comptabilité", function="Comptable",
          title="Comptable", sees="écritures et comptes, scelle le mois"),
    Staff(identifier="dpo", role=Role.DPO, first_name="Claire", last_name="Aubépine",
          service="Siège, données et droits", function="Déléguée à la protection des données",
          title="Déléguée à la protection des données", sees="journal des lectures, politique d’accès, durées"),
    Staff(identifier="admin_technique", role=Role.TECHNICAL_ADMIN, first_name="Thomas", last_name="Bambou",
          service="Siège, informatique", function="Administrateur technique",
          title="Administrateur technique", sees="machines et tâches, aucune donnée personnelle"),
    Staff(identifier="gardien_nord", role=Role.CARETAKER, first_name="Marc", last_name="Houx",
          service="Agence Nord", function="Gardien", agency_code="NORD",
          title="Gardien, {places}", sees="sept informations par porte, rien d’autre"),
    Staff(identifier="gardien_sud", role=Role.CARETAKER, first_name="Sylvie", last_name="Prunelle",
          service="Agence Sud", function="Gardienne", agency_code="SUD",
          title="Gardienne, {places}", sees="sept informations par porte, rien d’autre"),
    # Their own rooms come with allocation, works, purchasing: they have the policy, their account, nothing fake.
    Staff(identifier="attribution", role=Role.ALLOCATION_OFFICER, first_name="Élise", last_name="Cormier",
          service="Siège, attribution", function="Chargée d’attribution",
          title="Chargée d’attribution", sees="les demandeurs, un dossier à la fois, et la politique d’accès"),
    Staff(identifier="secretaire_caleol", role=Role.COMMISSION_SECRETARY, first_name="Odile", last_name="Sorbier",
          service="Siège, attribution", function="Secrétaire de la commission",
          title="Secrétaire de la commission d’attribution", sees="séances, fiches sans nom, procès-verbaux, lettres"),
    Staff(identifier="membre_caleol", role=Role.COMMISSION_MEMBER, first_name="Rachid", last_name="Tremble",
          service="Commission d’attribution", function="Membre de la commission",
          title="Membre de la commission d’attribution", sees="les fiches sans nom de ses séances, rien d’autre"),
    Staff(identifier="travailleuse_sociale", role=Role.SOCIAL_WORKER, first_name="Anne", last_name="Viorne",
          service="Siège, accompagnement social", function="Travailleuse sociale",
          title="Travailleuse sociale", sees="les adresses protégées qui lui sont confiées"),
    Staff(identifier="inspecteur", role=Role.TECHNICAL_INSPECTOR, first_name="Luc", last_name="Fusain",
          service="Siège, patrimoine", function="Inspecteur technique",
          title="Inspecteur technique", sees="la politique d’accès et son compte"),
    Staff(identifier="acheteur", role=Role.BUYER, first_name="Paula", last_name="Alisier",
          service="Siège, achats", function="Acheteuse",
          title="Acheteuse", sees="la politique d’accès et son compte"),
    Staff(identifier="paie", role=Role.PAYROLL, first_name="Solange", last_name="Oranger",
          service="Siège, paie", function="Gestionnaire de paie",
          title="Gestionnaire de paie", sees="bulletins, quarantaine et registre des salariés"),
    Staff(identifier="responsable_paie", role=Role.PAYROLL, first_name="Hugo", last_name="Pacanier",
          service="Siège, paie", function="Responsable de la paie",
          title="Responsable de la paie", sees="les mêmes bulletins : diffuse ce qu’une autre a relu"),
    Staff(identifier="auditeur", role=Role.AUDITOR, first_name="Yann", last_name="Mélèze",
          service="Audit externe", function="Auditeur",
          title="Auditeur", sees="lectures, baux et durées sous pseudonyme, le temps d’une mission"),
)  # fmt: skip

_TENANTS: tuple[tuple[str, Situation, str], ...] = (
    ("locataire_1", Situation.AIDED, "Locataire, avec APL et RLS"),
    ("locataire_2", Situation.IN_ARREARS, "Locataire, en retard de paiement"),
    ("locataire_3", Situation.ARRIVES, "Locataire, arrivé dans le mois"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Someone who asks for a dwelling. Their names are names of trees."""

    identifier: str
    civility: str
    first_name: str
    last_name: str
    birth_date: date
    title: str


APPLICANTS: tuple[Applicant, ...] = (
    Applicant(identifier="demandeur_1", civility="MME", first_name="Aïcha", last_name="Jujubier",
              birth_date=date(1991, 4, 17), title="Demandeuse, sans bail"),
    Applicant(identifier="demandeur_2", civility="M.", first_name="Bastien", last_name="Plaqueminier",
              birth_date=date(1984, 9, 2), title="Demandeur, sans bail"),
)  # fmt: skip
OFFERED = "demandeur_3"
_SITES = {Role.CARETAKER: "field", Role.TENANT: "home"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an agency holds, and the residences of its caretaker."""

    residences: int
    round: tuple[int, ...]
    round_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAccount:
    """An account as the page of roles shows it."""

    identifier: str
    site: str
    title: str
    name: str
    sees: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFile:
    """What is kept beside the database of a demonstration."""

    month: str
    seed: int
    dwellings: int
    landlord: str
    source: str
    late_account_id: int
    accounts: tuple[DoorAccount, ...]


def email(name: str) -> str:
    """The identifier of an account: an address in a domain kept for examples (RFC 2606)."""
    return f"{name}@demo.example"


def create_staff(*, agencies: Mapping[str, int]) -> dict[str, int]:
    """The agents, by their short name: their numbers. Inside a batch transaction."""
    return {
        staff.identifier: Agent.objects.create(
            first_name=staff.first_name,
            last_name=staff.last_name,
            service=staff.service,
            function=staff.function,
            role=staff.role,
            # A caretaker's reach is their mandates, not their agency.
            agency_id=agencies.get(staff.agency_code) if staff.role is not Role.CARETAKER else None,
        ).pk
        for staff in STAFF
    }


def give_mandates(agents: Mapping[str, int], reaches: Mapping[str, Reach], *, on: date) -> None:
    """Each caretaker's residences, from that day on."""
    Mandate.objects.bulk_create(
        [
            Mandate(agent_id=agents[staff.identifier], residence_id=residence_id, first_day=on)
            for staff in STAFF
            if staff.role is Role.CARETAKER and staff.agency_code in reaches
            for residence_id in reaches[staff.agency_code].round
        ]
    )


def reach_of(residences: list[tuple[int, str, int]]) -> Reach:
    """What an agency holds, given the number, name and dwellings of its residences: one caretaker takes the first."""
    chosen: list[tuple[int, str]] = []
    reached = 0
    for residence_id, name, dwellings in residences:
        if chosen and reached + dwellings > _ROUND:
            break
        chosen.append((residence_id, name))
        reached += dwellings
    return Reach(
        residences=len(residences),
        round=tuple(number for number, _ in chosen),
        round_names=tuple(name for _, name in chosen),
    )


def password_of(home: Home) -> str:
    """The demonstration's password, drawn at random for this home: short enough to be typed."""
    return home.ensure_secret(_KEPT_UNDER)[:_PASSWORD_LENGTH]


def create_users(
    home: Home,
    agents: Mapping[str, int],
    shown: Shown,
    reaches: Mapping[str, Reach],
    applicants: Mapping[str, int],
) -> tuple[DoorAccount, ...]:
    """The accounts that sign in. `reaches` says what the agents of each agency look after, `applicants` which person
    each of APPLICANTS is."""
    # One hash for all: hashing is slow on purpose, and the password is printed on the first page anyway.
    password = make_password(password_of(home))
    doors = [
        DoorAccount(
            identifier=email(staff.identifier),
            site=_SITES.get(staff.role, "desk"),
            title=_filled(staff.title, reaches.get(staff.agency_code)),
            name=f"{staff.first_name[0]}. {staff.last_name}",
            sees=_filled(staff.sees, reaches.get(staff.agency_code)),
        )
        for staff in STAFF
    ]
    users = [User(identifier=email(name), agent_id=agent_id, password=password) for name, agent_id in agents.items()]
    for name, situation, title in _TENANTS:
        if situation in shown.persons:
            users.append(User(identifier=email(name), person_id=shown.persons[situation], password=password))
            doors.append(
                DoorAccount(
                    identifier=email(name),
                    site="home",
                    title=title,
                    name=shown.names[situation],
                    sees="son dossier, et qui l’a consulté",
                )
            )
    for applicant in APPLICANTS:
        users.append(
            User(identifier=email(applicant.identifier), person_id=applicants[applicant.identifier], password=password)
        )
        doors.append(
            DoorAccount(
                identifier=email(applicant.identifier),
                site="home",
                title=applicant.title,
                name=f"{applicant.first_name[0]}. {applicant.last_name}",
                sees="son dossier, et qui l’a consulté",
            )
        )
    User.objects.bulk_create(users)
    return tuple(doors)


def open_offered_account(home: Home) -> None:
    """An account for whoever is offered a dwelling, so that their side is seen too. Inside a batch transaction."""
    kept = read_file(home.root)
    person = Person.objects.filter(applications__offer__state="SENT").order_by("pk").first()
    if kept is None or person is None:
        return
    User.objects.create(identifier=email(OFFERED), person_id=person.pk, password=make_password(password_of(home)))
    door = DoorAccount(
        identifier=email(OFFERED),
        site="home",
        title="À qui un logement est proposé",
        name=f"{person.first_name[:1]}. {person.last_name}",
        sees="sa demande, la proposition, ses lettres",
    )
    write_file(home, replace(kept, accounts=(*kept.accounts, door)))


def _filled(text: str, reach: Reach | None) -> str:
    """The {residences} and {places} of a sentence."""
    if reach is None:
        return text
    places = reach.round_names[0] if reach.round_names else "sans résidence"
    if len(reach.round_names) > 1:
        places += f" et {len(reach.round_names) - 1} de plus"
    residences = f"{reach.residences} résidence{'s' if reach.residences > 1 else ''}"
    return text.format(residences=residences, places=places)


def write_file(home: Home, kept: DemoFile) -> None:
    """Put the file in place whole: a kill leaves the earlier one or the new one."""
    path = home.root / _FILE
    with told_in_french(path):
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(kept), ensure_ascii=False, indent=1), encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(path)


def read_file(root: Path) -> DemoFile | None:
    """The demonstration's file, or None where there is none."""
    try:
        told = json.loads((root / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    accounts = tuple(DoorAccount(**account) for account in told.pop("accounts"))
    return DemoFile(**told, accounts=accounts)
