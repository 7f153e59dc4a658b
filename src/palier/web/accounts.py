"""The account of someone who can no longer enter: what of it may be seen, and what may be done about it.

Run as the DPO or the technical administrator, inside their transaction. They see that there are factors, never what
these hold; they open nothing themselves: who was reset still has to know their password.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from palier.agents.models import User
from palier.agents.operations.staff import note_reset
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.web.links import close_sessions_of, reset_second_factor
from palier.web.models import EnrolmentLink, OpenSession, SecondFactor


class NoSuchAccount(Refusal):
    """Aucun compte n’a l’identifiant « {identifier} » : vérifiez-le, sans espace ni majuscule."""


class NotOnesOwn(Refusal):
    """On ne réinitialise ni ne ferme son propre compte : demandez à un collègue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountShown:
    """An account, without anything that opens it."""

    id: int
    identifier: str
    is_agent: bool
    agent_id: int | None
    person_id: int | None
    is_open: bool
    keys: int
    applications: int
    recovery_codes: int
    last_used_at: datetime | None
    sessions: int
    link_until: datetime | None


def account_named(identifier: str, *, at: datetime) -> AccountShown:
    """The account with exactly this identifier. Raises NoSuchAccount."""
    wanted = identifier.strip()
    # As typed first: the number that a provider gives may hold capitals.
    rows = User.objects.filter(identifier__in=[wanted, wanted.lower()]).values_list(
        "id", "identifier", "agent_id", "person_id", "is_active"
    )
    row = min(rows, key=lambda found: found[1] != wanted, default=None)
    if row is None:
        raise NoSuchAccount(identifier=wanted)
    user_id, wanted, agent_id, person_id, is_open = row
    factors = list(SecondFactor.objects.filter(user_id=user_id).values_list("kind", "last_used_at"))
    kinds = [kind for kind, _ in factors]
    used = [last for _, last in factors if last is not None]
    link = EnrolmentLink.objects.filter(user_id=user_id, expires_at__gt=at).values_list("expires_at", flat=True).first()
    return AccountShown(
        id=user_id,
        identifier=wanted,
        is_agent=agent_id is not None,
        agent_id=agent_id,
        person_id=person_id,
        is_open=is_open,
        keys=kinds.count("PASSKEY"),
        applications=kinds.count("TOTP"),
        recovery_codes=kinds.count("RECOVERY"),
        last_used_at=timezone.localtime(max(used)) if used else None,
        sessions=OpenSession.objects.filter(user_id=user_id, ends_at__gt=at).count(),
        link_until=timezone.localtime(link) if link is not None else None,
    )


def reset_account(account: AccountShown, *, actor: Actor, at: datetime) -> str:
    """Take the factors away, close the sessions; the token of the link to enrol again. Raises NotOnesOwn.

    Of an agent's account, the reset is among what was done to it: who was reset confirms nothing for who did it.
    """
    _refuse_ones_own(account, actor)
    if account.agent_id is not None:
        note_reset(account.agent_id, by=actor, at=at)
    return reset_second_factor(account.id, made_by=actor.agent_id, at=at)


def close_account_sessions(account: AccountShown, *, actor: Actor) -> int:
    """Close the sessions of a stolen telephone; how many there were. Raises NotOnesOwn."""
    _refuse_ones_own(account, actor)
    return close_sessions_of(account.id)


def close_account(account: AccountShown, *, actor: Actor) -> None:
    """Nobody enters by this account any more. Raises NotOnesOwn."""
    _refuse_ones_own(account, actor)
    User.objects.filter(pk=account.id).update(is_active=False)
    close_sessions_of(account.id)


def open_account_again(account: AccountShown, *, actor: Actor) -> None:
    """The account is what it was: its password and its factors serve again. Raises NotOnesOwn."""
    _refuse_ones_own(account, actor)
    User.objects.filter(pk=account.id).update(is_active=True)


def _refuse_ones_own(account: AccountShown, actor: Actor) -> None:
    # A session left open for a minute must not be enough to change the locks.
    if actor.agent_id is None or User.objects.filter(pk=account.id, agent_id=actor.agent_id).exists():
        raise NotOnesOwn
