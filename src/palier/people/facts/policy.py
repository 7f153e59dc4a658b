"""Who reads and writes coded facts: the caretaker those of their audience in force today, the person all of theirs."""

from palier.people.facts.kinds import KINDS, Source, codes_read_by, codes_stated_by
from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write


def _in(codes: tuple[str, ...]) -> str:
    """One of these codes, which come from the closed list and never from a request; as PostgreSQL prints it back."""
    return "({})".format(" OR ".join(f"code = '{code}'" for code in codes))


_OPEN = _in(tuple(code for code, kind in KINDS.items() if not kind.is_restricted))
_IN_FORCE = "suspended_at IS NULL AND ended_on IS NULL AND palier.today() >= first_day AND palier.today() <= last_day"
_STATED_BY_ME = "stated_by_id = (SELECT palier.my_agent()) AND palier.is_someone_i_see(person_id)"
# What the person is told: everything but the number of the agent.
_TOLD = (
    "id", "person_id", "residence_id", "code", "language", "reason", "source", "stated_at", "first_day", "review_on",
    "last_day", "announced_on", "announced_by", "suspended_at", "ended_on",
)  # fmt: skip
_CONTEST_TOLD = ("id", "fact_id", "person_id", "residence_id", "ground", "asked_at", "due_on", "answer", "answered_at")
# A landlord's own tasks, keys and facts are taken over with the rest of its files.
_TAKE_OVER = Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT,), scope=Scope.ALL)
_ERASE = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="people_codedfact",
        category="SIGNALEMENTS",
        hidden=(Hidden(by=Secret.PERSON, column="person_id"),),
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(
                by=(Role.CARETAKER,),
                scope=Scope.MY_RESIDENCES,
                columns=("person_id", "residence_id", "code", "language", "last_day"),
                # What helps before knocking, today: neither the past, nor what is contested, nor why.
                where=f"{_in(codes_read_by(Role.CARETAKER))} AND {_IN_FORCE}",
            ),
            Read(by=(Role.TENANT, Role.APPLICANT, Batch.RIGHTS), scope=Scope.MYSELF, columns=_TOLD),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "person_id", "last_day", "ended_on")),
            Read(by=(Batch.IMPORT,), scope=Scope.ALL, columns=("id", "person_id", "code", "language")),
            Read(by=(Batch.AUDIT,), scope=Scope.ALL, columns=("code", "source", "first_day", "last_day", "ended_on")),
            # For the auditor, under pseudonym (privacy/sql/audit.sql).
            Read(
                by=(SCOPE,),
                scope=Scope.ALL,
                columns=("person_id", "residence_id", "code", "source", "first_day", "last_day", "ended_on"),
            ),
        ),
        writes=(
            Write(
                by=(Role.RENT_OFFICER,),
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where=f"{_OPEN} AND source = 'AGENT' AND {_STATED_BY_ME}",
            ),
            # « Intervenir à deux » is a manager's decision.
            Write(
                by=(Role.AGENCY_MANAGER,),
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where=f"source <> 'PERSON' AND {_STATED_BY_ME}",
            ),
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.INSERT,),
                scope=Scope.MYSELF,
                # About oneself, where one lives, from what one may state.
                where=f"{_in(codes_stated_by(Source.PERSON))} AND source = 'PERSON' AND stated_by_id IS NULL"
                " AND residence_id IN (SELECT people_person.residence_id FROM people_person"
                " WHERE people_person.id = people_codedfact.person_id)",
            ),
            Write(
                by=(Role.RENT_OFFICER,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_RESIDENCES,
                columns=("ended_on",),
                where=_OPEN,
            ),
            Write(
                by=(Role.AGENCY_MANAGER,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_RESIDENCES,
                columns=("ended_on", "suspended_at", "announced_on", "announced_by"),
            ),
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MYSELF,
                columns=("ended_on", "suspended_at"),
                # What a manager decided for the safety of those who come is contested, not taken away.
                where="source <> 'MANAGER'",
            ),
            _TAKE_OVER,
            _ERASE,
        ),
    ),
    TableAccess(
        table="people_factcontest",
        category="SIGNALEMENTS",
        hidden=(Hidden(by=Secret.PERSON, column="person_id"),),
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.TENANT, Role.APPLICANT, Batch.RIGHTS), scope=Scope.MYSELF, columns=_CONTEST_TOLD),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "fact_id", "answered_at")),
        ),
        writes=(
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.INSERT,),
                scope=Scope.MYSELF,
                where="answered_at IS NULL AND fact_id IN (SELECT people_codedfact.id FROM people_codedfact)",
            ),
            Write(
                by=(Role.AGENCY_MANAGER,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_RESIDENCES,
                columns=("answer", "answered_by_id", "answered_at"),
            ),
            _ERASE,
        ),
    ),
)
