"""Who may see what, told from the declared policy itself: what the database enforces is what the page says."""

from dataclasses import dataclass

from palier.foundation.text import impersonal
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.declare import OPENED_FILE, ROLE_LABELS, Read, Reader, Role, Scope, TableAccess, Verb
from palier.privacy.policy import declared_pages, declared_tables
from palier.retention.by_category import KeptLine, in_one_line, kept_by_category

# What each table holds, for a reader who is not a programmer. A table missing here is told by its own name.
TABLES: dict[str, str] = {
    "people_person": "identité : nom, prénom, date de naissance",
    "people_contact": "téléphones et courriels",
    "people_household": "composition du foyer, en nombres",
    "people_householdmember": "membres du foyer",
    "people_income": "revenus du foyer",
    "leases_lease": "baux",
    "leases_term": "loyers, annexes et avances du bail",
    "leases_occupant": "occupants et noms sur les portes",
    "leases_change": "historique des modifications du bail",
    "ledger_account": "comptes",
    "ledger_entry": "écritures",
    "ledger_posting": "lignes d’écriture",
    "quittancement_datedamount": "APL, RLS et SLS notifiés",
    "quittancement_oneoffline": "régularisations d’un mois",
    "campaigns_revisedrent": "loyers révisés",
    "campaigns_surveyfile": "enquêtes de ressources",
    "campaigns_letter": "lettres des campagnes",
    "correspondence_letter": "courrier reçu",
    "correspondence_reply": "réponses au courrier",
    "aid_beneficiary": "lien avec la CAF",
    "aid_givenaidfile": "fichiers de la CAF donnés à l’écran",
    "payroll_givenpayfile": "fichiers de la paie donnés à l’écran",
    "aid_aidrow": "paiements de la CAF",
    "quittancement_suspensionorder": "arrêtés de suspension du loyer",
    "quittancement_bill": "avis du mois",
    "quittancement_line": "lignes d’avis",
    "quittancement_setaside": "baux mis de côté",
    "quittancement_anomaly": "anomalies",
    "quittancement_contra": "contre-écritures",
    "quittancement_receipt": "quittances et reçus",
    "quittancement_lettering": "lettrages",
    "mail_document": "documents envoyés",
    "mail_documentkey": "clés des documents",
    "purchasing_supplier": "fournisseurs",
    "purchasing_selfbilledinvoice": "factures établies au nom des fournisseurs",
    "payroll_employee": "registre de la paie",
    "payroll_opposition": "oppositions au bulletin électronique",
    "payroll_paybatch": "lots de bulletins de paie",
    "payroll_payslip": "bulletins de paie",
    "payroll_quarantined": "pages de paie mises de côté",
    "agents_agent": "agents",
    "agents_mandate": "mandats des gardiens",
    "agents_opening": "dossiers ouverts hors portefeuille, remplacements",
    "agents_openingalarm": "alertes sur ces ouvertures",
    "agents_policysetting": "quotas, motifs et seuils décidés",
    "agents_protectedperson": "adresses protégées",
    "agents_protectionholder": "agents qui tiennent une adresse protégée",
    "agents_user": "comptes de connexion",
    "agents_signinattempt": "essais de connexion refusés",
    "django_session": "sessions ouvertes",
    "privacy_readevent": "journal des lectures",
    "rights_request": "demandes sur ses données",
    "rights_step": "réponses aux demandes",
    "rights_package": "copies de dossier remises",
    "retention_hold": "données retenues",
    "retention_purge": "certificats de fin de conservation",
    "foundation_importbatch": "fichiers repris",
    "foundation_importrow": "lignes des fichiers repris",
    "demandes_application": "demandes de logement, sans nom",
    "demandes_member": "personnes à loger",
    "demandes_postaladdress": "adresses des demandeurs",
    "demandes_composition": "composition du foyer demandeur, en nombres",
    "demandes_stay": "régularité du séjour",
    "demandes_situation": "logement actuel et souhaits",
    "demandes_wish": "communes demandées",
    "demandes_motive": "motifs de la demande",
    "demandes_priority": "priorités de la demande",
    "demandes_need": "besoins d’adaptation",
    "demandes_resources": "revenus et ressources du foyer demandeur",
    "demandes_resourceline": "ressources, ligne par ligne",
    "demandes_work": "situation professionnelle des adultes",
    "demandes_assignment": "demandes confiées à un agent",
    "demandes_event": "vie de la demande",
    "demandes_piece": "pièces du dossier",
    "demandes_refusedpaper": "documents refusés, sans leur contenu",
    "demandes_officialscore": "points donnés par le territoire",
    "demandes_standing": "points recalculés pour contrôle",
    "demandes_duplicate": "rapprochements de demandes",
    "attribution_commissionmember": "membres de la commission",
    "attribution_attendance": "présences à la commission",
    "attribution_handover": "reprises d’une séance de la commission",
    "attribution_recusal": "déports de la commission",
    "attribution_candidate": "candidats proposés pour un logement",
    "attribution_sheet": "fiches de la commission, sans nom",
    "attribution_decision": "décisions de la commission",
    "attribution_vote": "votes de la commission",
    "attribution_minutes": "procès-verbaux de la commission",
    "attribution_frozen": "données figées d’une séance",
    "attribution_notification": "lettres de la commission",
    "attribution_offer": "propositions de logement",
    "attribution_occupationreview": "examens triennaux d’occupation",
    "attribution_opinion": "avis d’occupation",
    "attribution_opinionvote": "voix sur un avis d’occupation",
    "attribution_opinionrecusal": "déports sur un avis d’occupation",
    "attribution_opinionletter": "lettres d’avis d’occupation",
}
SCOPES: dict[Scope, str] = {
    Scope.ALL: "tout",
    Scope.MY_RESIDENCES: "ses résidences",
    Scope.MYSELF: "soi-même",
    Scope.MY_LEASES: "ses baux",
    Scope.MY_ACCOUNTS: "ses comptes",
    Scope.MY_ENTRIES: "ses écritures",
    Scope.MY_HOUSEHOLDS: "son foyer",
    Scope.MY_OWN_WORK: "ses propres fichiers",
    Scope.MY_FILES: "les demandes qui lui sont confiées",
    Scope.MY_APPLICANTS: "les personnes des demandes qui lui sont confiées",
    Scope.MY_APPLICATIONS: "ses demandes de logement",
    Scope.MY_SITTINGS: "les séances où il siège",
    Scope.MY_ITEMS: "l’ordre du jour de ces séances",
    Scope.MY_SHEETS: "les fiches de ces séances",
    Scope.MY_HOMES: "les résidences où il habite",
    Scope.MY_TICKETS: "les demandes techniques qu’il suit",
    Scope.MY_TRACE: "en son nom",
    **dict.fromkeys((each for each in Scope if each.startswith("OPENED_")), "le dossier ouvert, et lui seul"),
}
NARROWED = "certaines lignes"
# A role that agents take for one page: whoever opens a file reads it under this name.
OPENED_LABEL = "Dossier ouvert pour un motif"
# Columns that a function reads apart from the rest of a table; numbers that only tie rows together are not said.
COLUMNS: dict[str, str] = {
    "id": "",
    "person_id": "",
    "residence_id": "",
    "dwelling_id": "",
    "lease_id": "",
    "agent_id": "",
    "account_id": "",
    "title": "civilité",
    "first_name": "prénom",
    "last_name": "nom",
    "sort_name": "",
    "channel": "moyen de contact accepté",
    "value": "numéro ou adresse",
    "door_name": "nom sur la porte",
    "moved_in_on": "date d’entrée",
    "moved_out_on": "date de sortie",
    "service": "service",
    "function": "fonction",
    "at": "date",
    "role": "rôle",
    "purpose": "finalité",
    "motive": "motif",
    "screen": "écran",
    "categories": "catégories",
    "is_mass": "lecture de tous les dossiers",
    "ticket_id": "",
    "opened_ticket_id": "",
    "grouped_in_id": "",
    "staircase_id": "",
    "key": "",
    "place": "lieu",
    "equipment": "équipement",
    "symptom": "défaut",
    "urgency": "urgence",
    "state": "état",
    "trade": "métier",
    "opened_at": "signalé le",
    "assigned_at": "confié le",
    "closed_at": "clos le",
    "closing": "fin",
    "category": "famille",
    "repair_on": "jour promis",
    "answer_by": "réponse promise",
    "reopened_at": "rouvert le",
    "source": "source",
    "guide_version": "version des questions",
    "danger": "danger",
    "since": "depuis quand",
    "access": "accès",
    "rating": "avis",
    "complaint": "motif de l’avis",
    "rated_at": "avis donné le",
    "starts_at": "début",
    "ends_at": "fin du rendez-vous",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RightLine:
    """What one function reads of one table."""

    role: str
    scopes: tuple[str, ...]
    columns: str
    writes: str

    @property
    def scope(self) -> str:
        """« ses résidences et certaines lignes »"""
        return " et ".join(self.scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRights:
    name: str
    label: str
    rights: tuple[RightLine, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRights:
    """A category of personal data, where it is kept and who reads it."""

    code: str
    label: str
    retention: str
    kept: tuple[KeptLine, ...]
    tables: tuple[TableRights, ...]


def rights_by_category(role: Role | None = None) -> list[CategoryRights]:
    """The whole policy on personal data, or what it opens to one function; durations as the landlord decided them."""
    found, durations = [], kept_by_category()
    for category in CATEGORIES.values():
        tables = [_rights(access, role) for access in declared_tables() if access.category == category.code]
        kept = tuple(table for table in tables if role is None or table.rights)
        if kept:
            found.append(
                CategoryRights(
                    code=category.code,
                    label=impersonal(category.label),
                    retention=in_one_line(durations[category.code]),
                    kept=durations[category.code],
                    tables=kept,
                )
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryReaders:
    """A kind of data as it is told to someone who is not of the trade: kept how long, and read by which functions."""

    label: str
    kept: tuple[KeptLine, ...]
    readers: tuple[tuple[str, tuple[str, ...]], ...]


def readers_by_category(*, to_the_person: bool = False) -> list[CategoryReaders]:
    """For each kind of data, each function that reads some of it, and in which scopes: the declared policy's words.

    `to_the_person`: « votre bail », for whose data they are; « bail » for anyone else.
    """
    told = []
    for category in rights_by_category():
        scopes: dict[str, dict[str, None]] = {}
        for table in category.tables:
            for right in table.rights:
                scopes.setdefault(right.role, {}).update(dict.fromkeys(right.scopes))
        if scopes:
            readers = tuple((function, tuple(reached)) for function, reached in scopes.items())
            label = CATEGORIES[category.code].label if to_the_person else category.label
            told.append(CategoryReaders(label=label, kept=category.kept, readers=readers))
    return told


def pages_of(role: Role) -> list[tuple[str, str]]:
    """The screens that show personal data to a function, each with the categories it shows."""
    screens: dict[str, set[str]] = {}
    for page in declared_pages().values():
        if role in page.roles and page.categories:
            screens.setdefault(page.screen, set()).update(page.categories)
    return [
        (screen, ", ".join(impersonal(CATEGORIES[code].label) for code in sorted(categories)))
        for screen, categories in sorted(screens.items())
    ]


def has_a_room(role: Role) -> bool:
    """True when some page of some site is open to the function: the others sign in nowhere yet."""
    return any(role in page.roles for page in declared_pages().values())


def purposes_of(role: Role) -> list[str]:
    """The purposes for which a function acts."""
    return [purpose.label for purpose in PURPOSES.values() if role in purpose.roles]


def _rights(access: TableAccess, only: Role | None) -> TableRights:
    readers = _readers(only)
    lines = [line for reader, label in readers if (line := _line(access, reader, label)) is not None]
    reading = {line.role for line in lines}
    return TableRights(
        name=access.table,
        label=TABLES.get(access.table, access.table),
        rights=tuple(lines),
        absent=tuple(label for label in ROLE_LABELS.values() if label not in reading),
    )


def _readers(only: Role | None) -> list[tuple[Reader, str]]:
    """Every function, or one; with what it may open beyond its portfolio."""
    if only is None:
        return [*ROLE_LABELS.items(), (OPENED_FILE, OPENED_LABEL)]
    opens = any(page.opens_file and only in page.roles for page in declared_pages().values())
    return [(only, ROLE_LABELS[only]), *([(OPENED_FILE, OPENED_LABEL)] if opens else [])]


def _line(access: TableAccess, role: Reader, label: str) -> RightLine | None:
    reads = [read for read in access.reads if role in read.by]
    if not reads:
        return None
    return RightLine(
        role=label,
        scopes=tuple(dict.fromkeys(_scope(read) for read in reads)),
        columns=_columns(reads),
        writes=_writes(access, role),
    )


def _scope(read: Read) -> str:
    """A condition on the row narrows « tout »: a tenant reads the sealed runs, the readings of their own file."""
    return NARROWED if read.where and read.scope is Scope.ALL else SCOPES[read.scope]


def _columns(reads: list[Read]) -> str:
    if any(not read.columns for read in reads):
        return "toutes les colonnes"
    names = {name for read in reads for name in read.columns}
    return ", ".join(sorted({COLUMNS.get(name, name) for name in names} - {""}))


def _writes(access: TableAccess, role: Reader) -> str:
    words = {Verb.INSERT: "ajoute", Verb.UPDATE: "modifie", Verb.DELETE: "retire"}
    verbs = {verb for write in access.writes if role in write.by for verb in write.verbs}
    return ", ".join(words[verb] for verb in Verb if verb in verbs) or "lit seulement"
