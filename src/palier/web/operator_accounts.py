"""Accounts as the operator of the machine sees to them: by a command, under a name, for a motive, each act journaled.

The operator learns what a link is, never a password: an agent still gives, or chooses again by a second link, their
second factor. A tenant sees the act among the readings of their file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from palier.agents.models import User
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch
from palier.privacy.actor import batch, seeing_to_an_account
from palier.privacy.declare import Batch
from palier.web.account_mail import Message, write_to_account
from palier.web.accounts import AccountShown, account_named
from palier.web.links import LASTS, close_sessions_of, reset_second_factor
from palier.web.recovery import LASTS_IN_HAND, Notice, give_password_link, note_for_owner


class AccountIsClosed(Refusal):
    """Le compte « {identifier} » est fermé : rouvrez-le d’abord par « palier account open »."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs the command, and why."""

    name: str
    motive: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account in the list: nothing of it opens it."""

    identifier: str
    role: str
    person_id: int | None
    is_open: bool
    has_left: bool
    factors: int
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGiven:
    """A link to hand over: its token, told once, the site it opens on, and until when."""

    identifier: str
    token: str
    site: str
    until: datetime


def accounts(*, by: Operator, with_tenants: bool, at: datetime) -> list[AccountRow]:
    """The agents' accounts; with the tenants', the list is a reading of everybody's, and is shown to everybody."""
    what = "account list"
    reading = (
        batch(Batch.OPERATOR, operator=by.name, motive=by.motive, command=what, categories=("CONNEXION",))
        if with_tenants
        else seeing_to_an_account(None, operator=by.name, motive=by.motive, command=what)
    )
    with reading:
        return fetch(
            AccountRow,
            """SELECT u.identifier, coalesce(a.role, '') AS role, u.person_id, u.is_active AS is_open,
                      coalesce(a.left_on <= %(on)s, false) AS has_left,
                      (SELECT count(*) FROM web_secondfactor AS f WHERE f.user_id = u.id AND f.kind <> 'RECOVERY')
                          AS factors,
                      (SELECT count(*) FROM web_opensession AS s WHERE s.user_id = u.id AND s.ends_at > %(at)s)
                          AS sessions
               FROM agents_user AS u LEFT JOIN agents_agent AS a ON a.id = u.agent_id
               WHERE u.agent_id IS NOT NULL OR %(tenants)s ORDER BY u.agent_id IS NULL, u.identifier""",
            {"on": at.date(), "at": at, "tenants": with_tenants},
        )


def invite(identifier: str, *, by: Operator, at: datetime) -> LinkGiven:
    """A link to choose a password, for a day: a first one, or one in place of what was forgotten.

    Raises NoSuchAccount, AccountIsClosed.
    """
    with _seeing_to(identifier, by=by, command="account invite", at=at) as account:
        if not account.is_open:
            raise AccountIsClosed(identifier=account.identifier)
        token = give_password_link(account.id, lasts=LASTS_IN_HAND, at=at)
    return LinkGiven(identifier=account.identifier, token=token, site=_site(account), until=at + LASTS_IN_HAND)


def reset(identifier: str, *, by: Operator, at: datetime) -> LinkGiven:
    """Take the second factors away, close the sessions; a link to choose another, which serves with the password.

    The owner is told by mail, and at their next sign-in. Raises NoSuchAccount.
    """
    with _seeing_to(identifier, by=by, command="account reset", at=at) as account:
        token = reset_second_factor(account.id, made_by=None, at=at)
        note_for_owner(account.id, Notice.FACTOR_RESET, at=at)
    site = _site(account)
    write_to_account(Message.FACTOR_RESET, user_id=account.id, person_id=account.person_id, site=site, origin="", at=at)
    return LinkGiven(identifier=account.identifier, token=token, site=site, until=at + LASTS)


def close(identifier: str, *, by: Operator, at: datetime) -> AccountShown:
    """Nobody enters by this account any more; its sessions are closed. Raises NoSuchAccount."""
    with _seeing_to(identifier, by=by, command="account close", at=at) as account:
        User.objects.filter(pk=account.id).update(is_active=False)
        close_sessions_of(account.id)
    return account


def open_again(identifier: str, *, by: Operator, at: datetime) -> AccountShown:
    """The account is what it was: its password and its factors serve again. Raises NoSuchAccount."""
    with _seeing_to(identifier, by=by, command="account open", at=at) as account:
        User.objects.filter(pk=account.id).update(is_active=True)
    return account


@contextmanager
def _seeing_to(identifier: str, *, by: Operator, command: str, at: datetime) -> Iterator[AccountShown]:
    """The account, then a transaction that says whose it is."""
    with seeing_to_an_account(None, operator=by.name, motive=by.motive, command=command) as reading:
        # Told by the transaction that follows, which knows whose account it is.
        reading.showed_nothing()
        account = account_named(identifier, at=at)
    with seeing_to_an_account(account.person_id, operator=by.name, motive=by.motive, command=command) as reading:
        reading.searched(account.identifier)
        yield account


def _site(account: AccountShown) -> str:
    return "desk" if account.is_agent else "home"
