"""Agents as headquarters and the technical administrator set them up: arrival, post, departure, mandates.

Every change leaves a line (StaffChange). Nobody changes their own post. A departure closes the account on its day by
the rules of access, which look at the date; it is never deleted: the journal names the agent by number.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, models, transaction

from palier.agents.access import agent_of
from palier.agents.models import Agent, Mandate, StaffChange, User
from palier.estate.models import Agency, Residence
from palier.foundation.errors import Refusal
from palier.privacy.actor import BY_COMMAND, Actor
from palier.privacy.declare import ROLE_LABELS, Role

_ADDRESS: Final = re.compile(r"[^@\s,;<>]{1,64}@[a-z0-9.-]{1,50}\.[a-z]{2,12}")
# Those whose work is cut by agency; the others work for the whole landlord, or by mandate.
OF_AN_AGENCY: Final = (Role.RENT_OFFICER, Role.AGENCY_MANAGER)
# Nobody is an agent by these.
_NOT_STAFF: Final = (Role.TENANT, Role.APPLICANT, Role.HELPER, Role.SUPPLIER, Role.EMPLOYEE)
STAFF_ROLES: Final = tuple(role for role in Role if role not in _NOT_STAFF)


class IdentifierWrong(Refusal):
    """« {identifier} » n’est pas une adresse électronique : l’identifiant d’un agent est celle de son travail, où il
    recevra son invitation."""


class IdentifierTaken(Refusal):
    """Un compte a déjà l’identifiant « {identifier} » : vérifiez que l’agent n’est pas déjà là."""


class PostIncomplete(Refusal):
    """Il manque le prénom, le nom, le service ou la fonction de l’agent."""


class RoleWrong(Refusal):
    """Ce métier n’est pas celui d’un agent : choisissez-le dans la liste."""


class AgencyNeeded(Refusal):
    """Un gestionnaire ou un responsable travaille pour une agence, les autres métiers pour tout l’organisme : indiquez
    l’agence, ou laissez-la vide."""


class StaffNotFound(Refusal):
    """Cet agent n’existe pas."""


class NotOnesOwnPost(Refusal):
    """On ne change ni son propre métier ni son départ : demandez à un collègue."""


class LeftAlready(Refusal):
    """Cet agent est parti : son poste ne change plus."""


class LeavesLater(Refusal):
    """Le départ s’enregistre le dernier jour, ou après : ce jour n’est pas encore venu."""


class InvitedForNothing(Refusal):
    """Ce compte a déjà servi, ou il est fermé : une invitation ne sert qu’à une première connexion. S’il ne peut plus
    entrer, réinitialisez-le depuis la page des comptes."""


class MandateWrong(Refusal):
    """Un mandat est donné à un gardien en fonction, sur une résidence dont le code existe, et finit après avoir
    commencé : corrigez le code ou les dates."""


class MandateOverlaps(Refusal):
    """Ce gardien a déjà un mandat sur cette résidence à ces dates : finissez-le d’abord."""


class StaffMandateNotFound(Refusal):
    """Ce mandat n’existe pas, ou il est déjà fini."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Who an agent is and what they do. `agency_id` for an officer or a manager alone."""

    first_name: str
    last_name: str
    service: str
    function: str
    role: str
    agency_id: int | None = None


def welcome_agent(post: Post, *, identifier: str, by: int, at: datetime) -> User:
    """A new agent and their account, that no password opens until the agent chooses one; `by` the agent who decides.

    Raises IdentifierWrong, IdentifierTaken, PostIncomplete, RoleWrong, AgencyNeeded.
    """
    address = identifier.strip().lower()
    if not _ADDRESS.fullmatch(address):
        raise IdentifierWrong(identifier=address[:60])
    wanted = _checked(post)
    if User.objects.filter(identifier=address).exists():
        raise IdentifierTaken(identifier=address)
    try:
        with transaction.atomic():
            agent = Agent.objects.create(**_columns(wanted))
            user = User(identifier=address, agent=agent)
            user.set_unusable_password()
            user.save()
            _keep(agent.pk, "ARRIVAL", after=ROLE_LABELS[Role(wanted.role)], by=by, at=at)
    except IntegrityError as error:
        # Two at once, for the same address.
        raise IdentifierTaken(identifier=address) from error
    return user


def welcome_first_administrator(post: Post, *, identifier: str, at: datetime) -> User:
    """The technical administrator of an installation; the one who is there, when the command runs again.

    Raises the refusals of welcome_agent.
    """
    known = User.objects.filter(identifier=identifier.strip().lower(), agent__role=Role.TECHNICAL_ADMIN).first()
    return known or welcome_agent(post, identifier=identifier, by=BY_COMMAND, at=at)


def change_post(post: Post, *, agent_id: int, actor: Actor, at: datetime) -> int:
    """Change what differs, each with its line of history; how many did.

    Raises StaffNotFound, LeftAlready, NotOnesOwnPost, PostIncomplete, RoleWrong, AgencyNeeded.
    """
    agent, wanted, by = _someone_else(agent_id, actor), _checked(post), agent_of(actor)
    if agent.left_on is not None:
        raise LeftAlready
    with transaction.atomic():
        changes = _differences(agent, wanted)
        if not changes:
            return 0
        if Agent.objects.filter(pk=agent_id).update(**_columns(wanted)) != 1:
            raise StaffNotFound
        for subject, before, after in changes:
            _keep(agent_id, subject, before=before, after=after, by=by, at=at)
    return len(changes)


def leave(*, agent_id: int, last_day: date, actor: Actor, on: date, at: datetime) -> None:
    """The last day of an agent in post: the day after, nothing opens any more. Their mandates end with it.

    Raises StaffNotFound, LeftAlready, LeavesLater, NotOnesOwnPost.
    """
    agent = _someone_else(agent_id, actor)
    if agent.left_on is not None:
        raise LeftAlready
    if last_day > on:
        # Whoever has a departure enters no more: said too early, it would close the door too early.
        raise LeavesLater
    with transaction.atomic():
        if Agent.objects.filter(pk=agent_id, left_on=None).update(left_on=last_day) != 1:
            raise LeftAlready
        running = models.Q(last_day__isnull=True) | models.Q(last_day__gt=last_day)
        theirs = Mandate.objects.filter(running, agent_id=agent_id)
        theirs.filter(first_day__lte=last_day).update(last_day=last_day)
        # One that had not begun keeps one day, on which nobody is there to use it.
        theirs.filter(first_day__gt=last_day).update(last_day=models.F("first_day"))
        _keep(agent_id, "DEPARTURE", after=last_day.isoformat(), by=agent_of(actor), at=at)


def account_to_invite(*, agent_id: int, actor: Actor, at: datetime) -> int:
    """The account of an agent who never entered: its number, and the line of history. Raises InvitedForNothing."""
    found = (
        User.objects.filter(agent_id=agent_id, is_active=True, last_login__isnull=True, agent__left_on__isnull=True)
        .values_list("pk", flat=True)
        .first()
    )
    if found is None:
        raise InvitedForNothing
    _keep(agent_id, "INVITED", by=agent_of(actor), at=at)
    return found


def note_reset(agent_id: int, *, by: Actor, at: datetime) -> None:
    """The line of history of an agent whose second factor someone else has taken away."""
    _keep(agent_id, "RESET", by=agent_of(by), at=at)


def give_mandate(
    *, agent_id: int, residence_code: str, first_day: date, last_day: date | None, actor: Actor, at: datetime
) -> Mandate:
    """A residence under a caretaker's care, between two days, both included. Raises MandateWrong, MandateOverlaps."""
    agent = Agent.objects.filter(pk=agent_id, role=Role.CARETAKER, left_on=None).first()
    # Columns named: the technical administrator reads no other of them.
    residence = Residence.objects.filter(code__iexact=residence_code.strip()).values_list("pk", flat=True).first()
    if agent is None or residence is None or (last_day is not None and last_day < first_day):
        raise MandateWrong
    with transaction.atomic():
        # Two at once would both see no other mandate.
        list(Agent.objects.select_for_update().filter(pk=agent_id).values_list("pk"))
        others = Mandate.objects.filter(agent_id=agent_id, residence_id=residence)
        if last_day is not None:
            others = others.filter(first_day__lte=last_day)
        if others.filter(models.Q(last_day__isnull=True) | models.Q(last_day__gte=first_day)).exists():
            raise MandateOverlaps
        made = Mandate.objects.create(agent_id=agent_id, residence_id=residence, first_day=first_day, last_day=last_day)
        until = f" au {last_day.isoformat()}" if last_day else ""
        _keep(
            agent_id,
            "MANDATE",
            after=f"{residence_code.strip().upper()}, du {first_day.isoformat()}{until}",
            residence_id=residence,
            by=agent_of(actor),
            at=at,
        )
    return made


def end_mandate(*, mandate_id: int, last_day: date, actor: Actor, at: datetime) -> None:
    """The last day of a mandate that runs or has not begun. Raises StaffMandateNotFound."""
    with transaction.atomic():
        found = (
            Mandate.objects.select_for_update(of=("self",))
            .filter(models.Q(last_day__isnull=True) | models.Q(last_day__gt=last_day), pk=mandate_id)
            .values_list("agent_id", "residence_id", "residence__code", "first_day")
            .first()
        )
        if found is None:
            raise StaffMandateNotFound
        agent_id, residence_id, code, first_day = found
        # One that has not begun ends on its first day: it is told, and never opened anything before.
        ends = max(last_day, first_day)
        Mandate.objects.filter(pk=mandate_id).update(last_day=ends)
        _keep(
            agent_id,
            "MANDATE_END",
            after=f"{code}, le {ends.isoformat()}",
            residence_id=residence_id,
            by=agent_of(actor),
            at=at,
        )


def _checked(post: Post) -> Post:
    """The post with its spaces off. Raises PostIncomplete, RoleWrong, AgencyNeeded."""
    told = {name: getattr(post, name).strip() for name in ("first_name", "last_name", "service", "function")}
    if not all(told.values()):
        raise PostIncomplete
    if post.role not in STAFF_ROLES:
        raise RoleWrong
    if (post.agency_id is not None) != (post.role in OF_AN_AGENCY):
        raise AgencyNeeded
    if post.agency_id is not None and not Agency.objects.filter(pk=post.agency_id).exists():
        raise AgencyNeeded
    return Post(**told, role=str(post.role), agency_id=post.agency_id)


def _columns(post: Post) -> dict[str, str | int | None]:
    return {
        "first_name": post.first_name,
        "last_name": post.last_name,
        "service": post.service,
        "function": post.function,
        "role": post.role,
        "agency_id": post.agency_id,
    }


def _differences(agent: Agent, wanted: Post) -> list[tuple[str, str, str]]:
    """What changes: subject, before, after, in words. The names themselves are kept in the agent's row alone."""
    found = []
    if (agent.first_name, agent.last_name) != (wanted.first_name, wanted.last_name):
        found.append(("NAME", "", ""))
    if agent.role != wanted.role:
        found.append(("ROLE", ROLE_LABELS[Role(agent.role)], ROLE_LABELS[Role(wanted.role)]))
    for subject, before, after in (
        ("SERVICE", agent.service, wanted.service),
        ("FUNCTION", agent.function, wanted.function),
    ):
        if before != after:
            found.append((subject, before, after))
    if agent.agency_id != wanted.agency_id:
        names = dict(Agency.objects.values_list("pk", "name"))
        found.append(("AGENCY", _agency(names, agent.agency_id), _agency(names, wanted.agency_id)))
    return found


def _agency(names: dict[int, str], number: int | None) -> str:
    return names[number] if number is not None else "siège"


def _someone_else(agent_id: int, actor: Actor) -> Agent:
    if agent_id == actor.agent_id:
        raise NotOnesOwnPost
    found = Agent.objects.filter(pk=agent_id).first()
    if found is None:
        raise StaffNotFound
    return found


def _keep(
    agent_id: int,
    subject: str,
    *,
    by: int,
    at: datetime,
    before: str = "",
    after: str = "",
    residence_id: int | None = None,
) -> None:
    StaffChange.objects.create(
        agent_id=agent_id,
        subject=subject,
        before=before,
        after=after,
        residence_id=residence_id,
        changed_by=by,
        at=at,
    )
