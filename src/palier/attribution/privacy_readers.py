"""Who reads and writes allocation, and how: what the declarations of its tables share."""

from palier.privacy.declare import Batch, Hidden, Read, Reader, Role, Scope, Secret, Verb, Write

# Those who sign in to allocate; then with the job that keeps its clocks and figures, which reads no name.
AGENTS = (Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY)
OFFICERS = (Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY, Batch.ALLOCATION)
MEMBER = (Role.COMMISSION_MEMBER,)
ONESELF = (Role.TENANT, Role.APPLICANT)
HIDDEN = (Hidden(by=Secret.APPLICATION, column="application_id", optional=True),)
# A landlord's own allocations are taken over, and those of a demonstration written, with the rest.
TAKEN_OVER = Read(by=(Batch.IMPORT,), scope=Scope.ALL)
TAKE_OVER = Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL)
# The job of letters reads the decisions to tell and writes what it told; its night closes what has no answer.
TOLD = Read(by=(Batch.LETTERS,), scope=Scope.ALL)
ERASE = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)


def old(*columns: str) -> Read:
    """What the end of a duration looks at."""
    return Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", *columns))


def counted(*columns: str) -> Read:
    """What an audit counts: neither a pseudonym, nor a number that leads to a person, nor a text."""
    return Read(by=(Role.AUDITOR, Batch.AUDIT), scope=Scope.ALL, columns=("id", *columns))


def worked_by(by: tuple[Reader, ...], *columns: str, delete: bool = False, while_: str = "") -> tuple[Write, ...]:
    """Written whole by these, then changed in these columns only. `while_`: on that condition of the row, always."""
    verbs = (Verb.INSERT, Verb.DELETE) if delete else (Verb.INSERT,)
    made = Write(by=by, verbs=verbs, scope=Scope.ALL, where=while_, standing=while_)
    changed = Write(by=by, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=columns, where=while_, standing=while_)
    return (made, changed, TAKE_OVER) if columns else (made, TAKE_OVER)
