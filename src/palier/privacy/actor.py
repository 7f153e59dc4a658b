"""Who acts, for what purpose, in one transaction: the role is taken, the reading is written, then all is given back.

Outside `acting()` and `batch()` the application's logins have no right on business tables: a query forgotten outside is
refused by PostgreSQL, never answered.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from palier.foundation.errors import Refusal
from palier.privacy.catalogue import BATCH_CATEGORIES, BATCH_PURPOSES, CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import Batch, Role

TERMS_LIMIT = 120
OPERATOR_LIMIT = 80
SCREEN_LIMIT = 40
EXPORT = " (export)"
# Who did what a command did in nobody's name: the journal names its operator.
BY_COMMAND: Final = 0


class PurposeNotHeld(Refusal):
    """Le rôle {role} n’agit pas pour la finalité {purpose} : la page est fermée."""


class UnknownMotive(Refusal):
    """Le motif {motive} n’est pas dans la liste fermée des motifs."""


class OperatorNotNamed(Refusal):
    """Une commande qui lit des dossiers dit qui la lance et pourquoi."""


class AlreadyActing(Refusal):
    """Quelqu’un agit déjà dans cette transaction : on ne prend pas un second rôle par-dessus le premier."""


class JournalClosed(Refusal):
    """Le journal des lectures ne peut pas être écrit : rien n’est montré tant qu’il est fermé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an agent, a tenant for their own file, or a job on someone's request."""

    role: Role | Batch
    purpose: str
    name: str = ""
    agent_id: int | None = None
    person_id: int | None = None
    agency_id: int | None = None
    motive: str = ""
    # The role taken in place of the function's own, for a page that reads one file outside the portfolio.
    takes: str = ""
    # The help under which somebody reads another's pages, and what it lets them do.
    help_id: int | None = None
    helps: tuple[str, ...] = ()
    # Who is helped, as the banner names them.
    helped_name: str = ""
    # Whose file a job copies: it reads that person's rows alone, and is not that person.
    subject_id: int | None = None


class Reading:
    """What a page or a job shows of people: gathered while it works, written once before it answers."""

    def __init__(self, actor: Actor, *, screen: str, categories: Iterable[str], is_mass: bool = False) -> None:
        self.actor = actor
        self.screen = screen
        self.is_mass = is_mass
        self.subjects: set[int] = set()
        self.categories: set[str] = set(categories)
        self.terms = ""
        self._is_void = False
        self._others: list[Callable[[], object]] = []

    def saw(self, person_ids: Iterable[int], *categories: str) -> None:
        """Note the persons shown, and the categories of data beyond those the page declares."""
        self.subjects.update(person_ids)
        for category in categories:
            if category not in CATEGORIES:
                raise ValueError(f"unknown category of personal data: {category}")
            self.categories.add(category)

    def because(self, motive: str) -> None:
        """Note why a file outside the portfolio is read. Raises UnknownMotive."""
        if motive not in MOTIVES:
            raise UnknownMotive(motive=motive)
        self.actor = replace(self.actor, motive=motive)

    def searched(self, terms: str) -> None:
        """Note what was searched for: a search is a reading even when it finds no one."""
        self.terms = terms[:TERMS_LIMIT]

    def handed_over(self) -> None:
        """Note that what was shown left as a file: an export is counted apart from a page."""
        if not self.screen.startswith("export"):
            self.screen = f"{self.screen[: SCREEN_LIMIT - len(EXPORT)]}{EXPORT}"

    def also_traced(self, write: Callable[[], object]) -> None:
        """Have another journal written with this one, in the same transaction, even by a page that only reads."""
        self._others.append(write)

    def write_others(self) -> None:
        """Write them. An error page did nothing that another journal could tell."""
        if not self._is_void:
            for write in self._others:
                write()

    def showed_nothing(self) -> None:
        """An error page shows nothing of anyone: there is no reading to write."""
        self._is_void = True

    def traced_by_database(self) -> None:
        """Note that the function which read wrote the line itself, with persons whom the page must not know."""
        self._is_void = True

    @property
    def is_due(self) -> bool:
        """True when a line must be written."""
        return not self._is_void and bool(self.categories or self.subjects)


_current: ContextVar[Reading | None] = ContextVar("palier_reading", default=None)


@contextmanager
def acting(
    actor: Actor, *, screen: str = "", categories: Iterable[str] = (), using: str = "default"
) -> Iterator[Reading]:
    """Open a transaction in which `actor` reads and writes; write the reading and give the role back before it commits.

    Raises PurposeNotHeld, AlreadyActing, and JournalClosed when the reading cannot be written: then nothing is kept.
    """
    purpose = PURPOSES.get(actor.purpose)
    if purpose is None or actor.role not in purpose.roles:
        raise PurposeNotHeld(role=actor.role, purpose=actor.purpose)
    if actor.motive and actor.motive not in MOTIVES:
        raise UnknownMotive(motive=actor.motive)
    with _in_role(Reading(actor, screen=screen, categories=categories), using) as reading:
        yield reading


@contextmanager
def batch(
    job: Batch,
    *,
    operator: str,
    motive: str,
    command: str,
    agent_id: int | None = None,
    categories: Iterable[str] | None = None,
    using: str = "default",
) -> Iterator[Reading]:
    """Open a transaction in which a command or a job works, named after its operator; journaled as a mass reading.

    `agent_id` is the agent who asked. `categories` replaces the job family's own; an empty one says that no person is
    read. Raises OperatorNotNamed, UnknownMotive, AlreadyActing, JournalClosed.
    """
    if not operator.strip():
        raise OperatorNotNamed
    if motive not in MOTIVES:
        raise UnknownMotive(motive=motive)
    actor = Actor(
        role=job,
        purpose=BATCH_PURPOSES[job],
        name=operator[:OPERATOR_LIMIT],
        agent_id=agent_id,
        motive=motive,
    )
    read = BATCH_CATEGORIES[job] if categories is None else categories
    with _in_role(Reading(actor, screen=command, categories=read, is_mass=True), using) as reading:
        yield reading


@contextmanager
def about_one(
    person_id: int,
    *,
    operator: str,
    motive: str,
    command: str,
    agent_id: int | None = None,
    categories: Iterable[str] | None = None,
    using: str = "default",
) -> Iterator[Reading]:
    """Open a transaction in which a job copies one person's file: row security gives it that person's rows alone.

    Journaled as a reading of that file, shown to the person like any other. An empty `categories` says that nothing of
    them is read. Raises OperatorNotNamed, UnknownMotive, AlreadyActing, JournalClosed.
    """
    if not operator.strip():
        raise OperatorNotNamed
    if motive not in MOTIVES:
        raise UnknownMotive(motive=motive)
    actor = Actor(
        role=Batch.RIGHTS,
        purpose=BATCH_PURPOSES[Batch.RIGHTS],
        name=operator[:OPERATOR_LIMIT],
        agent_id=agent_id,
        motive=motive,
        subject_id=person_id,
    )
    read = BATCH_CATEGORIES[Batch.RIGHTS] if categories is None else tuple(categories)
    with _in_role(Reading(actor, screen=command, categories=read), using) as reading:
        if read:
            reading.saw([person_id])
        yield reading


@contextmanager
def seeing_to_an_account(
    person_id: int | None, *, operator: str, motive: str, command: str, using: str = "default"
) -> Iterator[Reading]:
    """Open a transaction in which the operator of the machine sees to one account: an agent's when `person_id` is None.

    Journaled as a reading of that account, never as one of everybody's. Of a tenant, row security gives the address to
    write to and nothing more. Raises OperatorNotNamed, UnknownMotive, AlreadyActing, JournalClosed.
    """
    if not operator.strip():
        raise OperatorNotNamed
    if motive not in MOTIVES:
        raise UnknownMotive(motive=motive)
    actor = Actor(
        role=Batch.OPERATOR,
        purpose=BATCH_PURPOSES[Batch.OPERATOR],
        name=operator[:OPERATOR_LIMIT],
        motive=motive,
        subject_id=person_id,
    )
    with _in_role(Reading(actor, screen=command, categories=("CONNEXION",)), using) as reading:
        if person_id is not None:
            reading.saw([person_id])
        yield reading


@contextmanager
def _in_role(reading: Reading, using: str) -> Iterator[Reading]:
    if _current.get() is not None:
        raise AlreadyActing
    connection = connections[using]
    if connection.in_atomic_block:
        # A role taken inside someone else's transaction would outlive this block, or lose its trace to their rollback.
        raise AlreadyActing
    token = _current.set(reading)
    try:
        with transaction.atomic(using=using):
            _take_role(connection, reading.actor)
            yield reading
            reading.write_others()
            if reading.is_due:
                _write(connection, reading)
            _give_back(connection)
    finally:
        _current.reset(token)


def _take_role(connection: BaseDatabaseWrapper, actor: Actor) -> None:
    """One statement, for this transaction only."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT set_config('role', %s, true), set_config('palier.agent_id', %s, true),
                      set_config('palier.person_id', %s, true), set_config('palier.purpose', %s, true),
                      set_config('palier.motive', %s, true), set_config('palier.help_id', %s, true)""",
            [
                f"{settings.PALIER_ROLE_PREFIX}_{actor.takes or actor.role}",
                str(actor.agent_id or ""),
                str(actor.person_id or actor.subject_id or ""),
                actor.purpose,
                actor.motive,
                str(actor.help_id or ""),
            ],
        )


def _give_back(connection: BaseDatabaseWrapper) -> None:
    """The end of the transaction would do it: done before, so that nothing that runs on commit still holds the role."""
    if connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT set_config('role', 'none', true), set_config('palier.agent_id', '', true),
                      set_config('palier.person_id', '', true), set_config('palier.purpose', '', true),
                      set_config('palier.motive', '', true), set_config('palier.help_id', '', true)"""
        )


def _write(connection: BaseDatabaseWrapper, reading: Reading) -> None:
    actor = reading.actor
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO privacy_readevent (at, agent_id, person_id, operator, role, purpose, motive, is_mass,
                                                  subjects, categories, screen, terms)
                   VALUES (now(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
                [
                    actor.agent_id,
                    actor.person_id,
                    actor.name if isinstance(actor.role, Batch) else "",
                    actor.role.value,
                    actor.purpose,
                    actor.motive,
                    reading.is_mass,
                    sorted(reading.subjects),
                    sorted(reading.categories),
                    reading.screen,
                    reading.terms,
                ],
            )
    except DatabaseError as error:
        raise JournalClosed from error
