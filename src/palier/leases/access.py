"""The only door to a lease or to its account for the sites: what is out of one's scope does not exist."""

from palier.foundation.errors import Refusal
from palier.leases.queries.lease import LeaseFacts, lease_facts, lease_of_account
from palier.privacy.actor import Actor
from palier.privacy.rights import may_read


class LeaseNotFound(Refusal):
    """Ce bail n’existe pas, ou n’est pas dans votre portefeuille."""


class AccountNotFound(Refusal):
    """Ce compte n’existe pas, ou n’est pas dans votre portefeuille."""


def lease_in_scope(lease_id: int, *, actor: Actor) -> LeaseFacts:
    """Raises LeaseNotFound: row security answers, not this function."""
    found = lease_facts(lease_id, with_history=may_read(actor.role, "leases_change"))
    if found is None:
        raise LeaseNotFound
    return found


def account_in_scope(account_id: int) -> LeaseFacts:
    """The lease behind a tenant's account. Raises AccountNotFound."""
    found = lease_of_account(account_id)
    if found is None:
        raise AccountNotFound
    return found
