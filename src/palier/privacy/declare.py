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
    TENANT = "tenant"


class Batch(StrEnum):
    """The role of a job: who asked and why are kept beside it."""

    IMPORT = "batch_import"
    RENT = "batch_rent"
    MAIL = "batch_mail"


# What signs people in, before any role is taken: sessions, accounts, failed attempts.
LOGIN = "login"
# The login of commands and job workers, before a batch role is taken: jobs and their progress.
WORKER = "worker"
# Migrations and this policy; sees no row of a filtered table.
OWNER = "owner"
# Owns the functions that answer « my residences »; reads nothing else.
SCOPE = "scope"

Reader = Role | Batch | str

ROLE_LABELS: dict[Role, str] = {
    Role.RENT_OFFICER: "Gestionnaire locatif",
    Role.AGENCY_MANAGER: "Responsable d’agence",
    Role.HEADQUARTERS: "Siège, quittancement",
    Role.ACCOUNTANT: "Comptable",
    Role.CARETAKER: "Gardien",
    Role.DPO: "Délégué à la protection des données",
    Role.TECHNICAL_ADMIN: "Administrateur technique",
    Role.TENANT: "Locataire",
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
    # A line of the read journal may only be written in one's own name.
    MY_TRACE = "MY_TRACE"


# The column a scope looks at, unless the access names another.
SCOPE_COLUMNS: dict[Scope, str] = {
    Scope.MY_RESIDENCES: "residence_id",
    Scope.MYSELF: "person_id",
    Scope.MY_LEASES: "lease_id",
    Scope.MY_ACCOUNTS: "account_id",
    Scope.MY_ENTRIES: "entry_id",
    Scope.MY_HOUSEHOLDS: "household_id",
    Scope.MY_OWN_WORK: "created_by",
}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of personal data, as the journal and the person name it."""

    code: str
    label: str
    retention: str
    retention_basis: str
    # A duration nobody has confirmed is shown as such (domain/privacy §4 in the project's documentation).
    confirmed: bool = False


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
