"""Every text that a table of personal data holds outside a closed list: why it is there, how long it may be.

A comment box is how a file fills with illnesses and judgements (CNIL, 2012). So each text has a kind; a house test
refuses a column that is not here, and FREE_TEXT about a person is to stay at zero. Who reads a text is not said twice:
it is asked of the declared policy.
"""

from palier.privacy.free_text.applicants import APPLICATIONS, COMMISSION
from palier.privacy.free_text.shape import DeclaredText, TextKind
from palier.privacy.free_text.staff import AGENTS, BREACHES, PAYROLL, PURCHASING, RETENTION, RIGHTS, TAKEOVER, TRACES
from palier.privacy.free_text.tenants import ACCOUNTS, DEBITS, EXCHANGES, LEASES, MONTH, PERSONS, RESIDENCES

__all__ = ["REGISTER", "DeclaredText", "TextKind"]

REGISTER: tuple[DeclaredText, ...] = (
    *PURCHASING,
    *PAYROLL,
    *COMMISSION,
    *DEBITS,
    *PERSONS,
    *LEASES,
    *MONTH,
    *ACCOUNTS,
    *AGENTS,
    *RIGHTS,
    *RETENTION,
    *RESIDENCES,
    *EXCHANGES,
    *TRACES,
    *BREACHES,
    *TAKEOVER,
    *APPLICATIONS,
)
