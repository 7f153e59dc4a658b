"""The words in which the policy is declared: purposes, categories, roles, scopes, tables and pages.

Every module with tables states its part in its own `privacy.py`; every site states its pages in `pages.py`. From these
declarations come the SQL policies and grants, the menus, the tests of every URL and the sentence shown to the person.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A job family: the database role that a request takes, and the site where it works."""

    RENT_OFFICER = "rent_officer"
    AGENCY_MANAGER = "agency_manager"
    HEADQUARTERS = "headquarters"
    ACCOUNTANT = "accountant"
    CARETAKER = "caretaker"
    DPO = "dpo"
    TECHNICAL_ADMIN = "technical_admin"
    ALLOCATION_OFFICER = "allocation_officer"
    COMMISSION_SECRETARY = "commission_secretary"
    COMMISSION_MEMBER = "commission_member"
    SOCIAL_WORKER = "social_worker"
    TECHNICAL_INSPECTOR = "technical_inspector"
    BUYER = "buyer"
    PAYROLL = "payroll"
    AUDITOR = "auditor"
    TENANT = "tenant"
    APPLICANT = "applicant"
    # Somebody whom a tenant lets help them, on their own account: what the tenant opened, until a day.
    HELPER = "helper"
    SUPPLIER = "supplier"
    EMPLOYEE = "employee"


class Batch(StrEnum):
    """The role of a job: who asked and why are kept beside it."""

    IMPORT = "batch_import"
    RENT = "batch_rent"
    MAIL = "batch_mail"
    RETENTION = "batch_retention"
    RIGHTS = "batch_rights"
    # Seals the journal, checks it, exports it, counts what looks like an extraction.
    JOURNAL = "batch_journal"
    # Applications and allocation: clocks, scores, vacancies, offers, figures; what orders them, and nobody's name.
    ALLOCATION = "batch_allocation"
    # The person who runs the machine, as owner of the database or over its backup: the trace of it, nothing more.
    OPERATOR = "batch_operator"
    # A vendor's technician, in a window of help.
    VENDOR = "batch_vendor"
    # Counts for an outside auditor: no column that names or numbers a person.
    AUDIT = "batch_audit"
    # Writes the letters of allocation: names and addresses of those whom the commission decided on.
    LETTERS = "batch_letters"
    # Takes in the payroll's files: payslips and employees, and nobody else.
    PAYROLL = "batch_payroll"


# What signs people in, before any role is taken: sessions, accounts, failed attempts.
LOGIN = "login"
# The login of commands and job workers, before a batch role is taken: jobs and their progress.
WORKER = "worker"
# Migrations and this policy; sees no row of a filtered table.
OWNER = "owner"
# Owns the functions that answer « my residences »; reads nothing else.
SCOPE = "scope"
# Owns the functions that erase what is sealed or append-only, once its time is over; nobody takes it.
PURGE = "purge"
# Taken for one page, in the agent's own name: a file opened outside their portfolio, or one kept from all but a few.
OPENED_FILE = "opened_file"

Reader = Role | Batch | str

ROLE_LABELS: dict[Role, str] = {
    Role.RENT_OFFICER: "Gestionnaire locatif",
    Role.AGENCY_MANAGER: "Responsable d’agence",
    Role.HEADQUARTERS: "Siège, quittancement",
    Role.ACCOUNTANT: "Comptable",
    Role.CARETAKER: "Gardien",
    Role.DPO: "Délégué à la protection des données",
    Role.TECHNICAL_ADMIN: "Administrateur technique",
    Role.ALLOCATION_OFFICER: "Chargé d’attribution",
    Role.COMMISSION_SECRETARY: "Secrétaire de la commission d’attribution",
    Role.COMMISSION_MEMBER: "Membre de la commission d’attribution",
    Role.SOCIAL_WORKER: "Travailleur social",
    Role.TECHNICAL_INSPECTOR: "Inspecteur technique",
    Role.BUYER: "Acheteur",
    Role.PAYROLL: "Paie",
    Role.AUDITOR: "Auditeur",
    Role.TENANT: "Locataire",
    Role.APPLICANT: "Demandeur",
    Role.HELPER: "Aidant choisi par le locataire",
    Role.SUPPLIER: "Fournisseur",
    Role.EMPLOYEE: "Salarié",
}


class Scope(StrEnum):
    """Which rows of a table a reader reaches. Each value is one form of row policy, measured."""

    ALL = "ALL"
    MY_RESIDENCES = "MY_RESIDENCES"
    MYSELF = "MYSELF"
    MY_LEASES = "MY_LEASES"
    MY_ACCOUNTS = "MY_ACCOUNTS"
    MY_ENTRIES = "MY_ENTRIES"
    MY_HOUSEHOLDS = "MY_HOUSEHOLDS"
    MY_OWN_WORK = "MY_OWN_WORK"
    # Applications given to the agent, between two instants, and who is in them; those of the person who asks.
    MY_FILES = "MY_FILES"
    MY_APPLICANTS = "MY_APPLICANTS"
    MY_APPLICATIONS = "MY_APPLICATIONS"
    # A line of the read journal may only be written in one's own name.
    MY_TRACE = "MY_TRACE"
    # The files opened to the agent, one by one, for a motive and a time.
    OPENED_LEASES = "OPENED_LEASES"
    OPENED_PERSONS = "OPENED_PERSONS"
    OPENED_ACCOUNTS = "OPENED_ACCOUNTS"
    OPENED_ENTRIES = "OPENED_ENTRIES"
    OPENED_HOUSEHOLDS = "OPENED_HOUSEHOLDS"
    OPENED_RESIDENCES = "OPENED_RESIDENCES"
    OPENED_DWELLINGS = "OPENED_DWELLINGS"
    # What a member of the commission is convened to.
    MY_SITTINGS = "MY_SITTINGS"
    MY_ITEMS = "MY_ITEMS"
    MY_SHEETS = "MY_SHEETS"
    # Where a tenant lives, and the repairs that their household follows.
    MY_HOMES = "MY_HOMES"
    MY_TICKETS = "MY_TICKETS"


# The column a scope looks at, unless the access names another.
SCOPE_COLUMNS: dict[Scope, str] = {
    Scope.MY_RESIDENCES: "residence_id",
    Scope.MYSELF: "person_id",
    Scope.MY_LEASES: "lease_id",
    Scope.MY_ACCOUNTS: "account_id",
    Scope.MY_ENTRIES: "entry_id",
    Scope.MY_HOUSEHOLDS: "household_id",
    Scope.MY_OWN_WORK: "created_by",
    Scope.MY_FILES: "application_id",
    Scope.MY_APPLICANTS: "person_id",
    Scope.MY_APPLICATIONS: "application_id",
    Scope.OPENED_LEASES: "lease_id",
    Scope.OPENED_PERSONS: "person_id",
    Scope.OPENED_ACCOUNTS: "account_id",
    Scope.OPENED_ENTRIES: "entry_id",
    Scope.OPENED_HOUSEHOLDS: "household_id",
    Scope.OPENED_RESIDENCES: "residence_id",
    Scope.OPENED_DWELLINGS: "dwelling_id",
    Scope.MY_SITTINGS: "sitting_id",
    Scope.MY_ITEMS: "item_id",
    Scope.MY_SHEETS: "sheet_id",
    Scope.MY_HOMES: "residence_id",
    Scope.MY_TICKETS: "ticket_id",
}


class Secret(StrEnum):
    """What leads from a row to a person whose address is protected, or whose file is in the intermediate archive.

    Such rows are hidden from every function, but the few that are named.
    """

    PERSON = "PERSON"
    LEASE = "LEASE"
    OCCUPANT = "OCCUPANT"
    ACCOUNT = "ACCOUNT"
    HOUSEHOLD = "HOUSEHOLD"
    BILL = "BILL"
    APPLICATION = "APPLICATION"
    # The same, less the candidates of the sittings that one keeps: what the commission examines without a name.
    CANDIDACY = "CANDIDACY"


class Verb(StrEnum):
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Why personal data are processed (GDPR art. 5-1-b and 30)."""

    code: str
    label: str
    lawful_basis: str
    # Said to the person, in plain words: « pour calculer votre loyer du mois ».
    plain_words: str
    roles: tuple[Role | Batch, ...]
    # Discreet display: a reading made for this purpose could endanger someone who shares the account or the screen. It
    # is told that many days later, or on paper only, in person. Declared here, held by the row policy of the journal.
    told_after_days: int = 0
    told_in_person_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of personal data, as the journal and the person name it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """These readers see these columns of the rows in this scope; no columns named = all of them."""

    by: tuple[Reader, ...]
    scope: Scope
    columns: tuple[str, ...] = ()
    column: str = ""
    # A further SQL condition on the row itself, with the reason beside its declaration.
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """These writers may do these verbs on the rows in this scope; columns restrict an UPDATE."""

    by: tuple[Reader, ...]
    verbs: tuple[Verb, ...]
    scope: Scope
    columns: tuple[str, ...] = ()
    column: str = ""
    # A further SQL condition on the row as it is written, with the reason beside its declaration.
    where: str = ""
    # A further SQL condition on the row as it stands: otherwise it is neither changed nor deleted.
    standing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """The rows whose `column` leads to a protected address are hidden. Whoever reads them must hold the purpose.

    Hidden rows are neither read, nor changed, nor deleted.
    """

    by: Secret
    column: str
    # A row without that number leads to nobody.
    optional: bool = False
    # Those who reach these rows all the same, with the reason beside the declaration.
    but: tuple[Role, ...] = ()
    # Nor put in by those whom they are hidden from: a row of one's own would open a file whose number was guessed.
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAccess:
    """One table: whose data it holds, of which category, and who may read or write what.

    `category` empty = no personal data: then rows are filtered only when an access is narrower than ALL.
    """

    table: str
    category: str = ""
    reads: tuple[Read, ...] = ()
    writes: tuple[Write, ...] = ()
    # Nobody updates or deletes these rows, the owner included (a trigger says no).
    append_only: bool = False
    hidden: tuple[Hidden, ...] = ()
    # No agent changes these rows while one of the persons that `hidden` leads to has their data frozen (RGPD, art. 18).
    freezes: bool = False
    # Looked into by pieces of names: a condition on the context would keep PostgreSQL from the index of trigrams.
    is_searched: bool = False

    @property
    def is_filtered(self) -> bool:
        """True when row security is forced on the table."""
        scopes = [read.scope for read in self.reads] + [write.scope for write in self.writes]
        narrowed = any(scope is not Scope.ALL for scope in scopes) or any(read.where for read in self.reads)
        return bool(self.category) or narrowed


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAccess:
    """One URL of a site: who may call it, how, for which purpose, showing which categories of data."""

    roles: tuple[Role, ...]
    purpose: str
    methods: tuple[str, ...] = ("GET",)
    categories: tuple[str, ...] = ()
    # True: no role is taken and no transaction opened; the login's own tables only (signing in, out).
    public: bool = False
    # Named in the person's own list of readings: « compte », « bail », « recherche ».
    screen: str = ""
    menu: str = ""
    # Data leave the site: whoever asks has proven, less than ten minutes ago, that it is them.
    fresh_proof: bool = False
    # What a helper must have been let do to open this page: SEES, REPORTS (palier.admission.models.Helper).
    helps: str = ""
    # True: the page reads one file under the role OPENED_FILE and no other row (agents/operations/opening.py).
    opens_file: bool = False
