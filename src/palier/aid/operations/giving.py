"""A file of the CAF given on screen: kept sealed, imported by a job, its bytes forgotten whatever became of it."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from palier.aid.models import GivenAidFile
from palier.aid.operations.import_file import import_aid
from palier.aid.rules.fixed_width import DEFAULT, profile_from
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.models import JobProgress
from palier.foundation.packing import pack, unpack_to
from palier.foundation.text import file_name
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.privacy.deferring import defer
from palier.quittancement.access import require_function

QUEUE: Final = "imports"
IMPORTS: Final = "palier.aid.tasks.import_given"
MAY_GIVE: Final = (Role.HEADQUARTERS,)
LABEL: Final = "Lecture d’un fichier de la CAF"
_SEALED_UNDER: Final = "aid_number_key"


class AidFileTooLarge(Refusal):
    """Ce fichier dépasse {limit} Mo : importez-le par la commande palier aid import."""


class GivenAidFileNotFound(Refusal):
    """Ce fichier n’existe pas."""


class GivenAidFileInHand(Refusal):
    """Ce fichier est lu en ce moment même, ou une autre personne en décide : rien n’a changé. Attendez un instant, puis
    rouvrez sa page."""


class GivenAidFileClosed(Refusal):
    """Le fichier « {name} » a déjà été {state} : donnez-le de nouveau pour le relire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Bytes as a browser sends them, block by block, and the import profile that goes with them."""

    name: str
    blocks: Iterable[bytes]
    largest_bytes: int
    profile: str = ""


def give_aid_file(given: Given, *, actor: Actor, at: datetime) -> GivenAidFile:
    """Keep a file sealed and ask for its import. Raises FunctionMayNot, AidProfileUnreadable, AidFileTooLarge."""
    require_function(Role(actor.role.value), MAY_GIVE)
    if given.profile:
        profile_from(given.profile)
    kept = GivenAidFile(
        name=given.name[:120],
        profile=given.profile,
        content_sealed=pack(_within_limit(given), under=_SEALED_UNDER),
        given_by=actor.agent_id or 0,
        given_at=at,
    )
    check_values(kept)
    kept.save(force_insert=True)
    _ask(kept.pk, actor, at)
    return kept


def ask_import_again(*, given_id: int, actor: Actor, at: datetime) -> int:
    """Ask for the import of a file whose job was stopped for good; the job's number.

    Raises FunctionMayNot, GivenAidFileNotFound, GivenAidFileInHand, GivenAidFileClosed, AlreadyAsked.
    """
    require_function(Role(actor.role.value), MAY_GIVE)
    return _ask(_waiting(given_id).pk, actor, at)


def leave_aid_file(*, given_id: int, actor: Actor, at: datetime) -> None:
    """Leave a file that no job has read: nothing was changed, its bytes are forgotten, a job that comes late finds it
    closed. Raises FunctionMayNot, GivenAidFileNotFound, GivenAidFileInHand, GivenAidFileClosed.
    """
    require_function(Role(actor.role.value), MAY_GIVE)
    given = _waiting(given_id)
    GivenAidFile.objects.filter(pk=given.pk).update(
        state="LEFT", content_sealed=None, decided_by=actor.agent_id, decided_at=at
    )


def import_given(*, given_id: int, by: int, at: datetime) -> GivenAidFile:
    """Import a given file, all of it or nothing, once; the sentence on which it is refused is kept with it.

    Called inside `batch()`. Raises GivenAidFileNotFound.
    """
    given = GivenAidFile.objects.select_for_update(of=("self",)).filter(pk=given_id).first()
    if given is None:
        raise GivenAidFileNotFound
    if given.state != "WAITING" or given.content_sealed is None:
        return given
    profile = profile_from(given.profile) if given.profile else DEFAULT
    try:
        with tempfile.TemporaryDirectory(prefix="palier-aid-") as folder:
            # Named as it was given: what reads it quotes its name.
            path = Path(folder) / file_name(given.name)
            unpack_to(path, given.content_sealed, under=_SEALED_UNDER)
            done = import_aid(path, by=by, at=at, profile=profile)
    except Refusal as refusal:
        given.state, given.refusal = "REFUSED", str(refusal)[:400]
    else:
        given.state, given.file_id, given.created_count = "IMPORTED", done.file_id, done.created
    given.content_sealed = None
    given.save(update_fields=["state", "refusal", "file_id", "created_count", "content_sealed"])
    return given


def _within_limit(given: Given) -> Iterator[bytes]:
    """The bytes given. Raises AidFileTooLarge."""
    size = 0
    for block in given.blocks:
        size += len(block)
        if size > given.largest_bytes:
            raise AidFileTooLarge(limit=given.largest_bytes // 1_000_000)
        yield block


def _ask(given_id: int, actor: Actor, at: datetime) -> int:
    job = defer(
        IMPORTS,
        queue=QUEUE,
        # One at a time: two would both believe that a row is new.
        lock="aid",
        queueing_lock=given_key(given_id),
        args={"given_id": given_id, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=given_key(given_id, job), label=LABEL, state="WAITING", updated_at=at)]
    )
    return job


def _waiting(given_id: int) -> GivenAidFile:
    """A file that no job has read yet; its bytes, which the site does not read, are left.

    A job holds the row of a file for as long as it reads it: a page does not wait for it.
    Raises GivenAidFileNotFound, GivenAidFileInHand, GivenAidFileClosed.
    """
    files = GivenAidFile.objects.filter(pk=given_id).only("id", "name", "state")
    given = files.select_for_update(of=("self",), skip_locked=True).first()
    if given is None:
        raise GivenAidFileInHand if files.exists() else GivenAidFileNotFound
    if given.state != "WAITING":
        raise GivenAidFileClosed(name=given.name, state=given.get_state_display())
    return given


def given_key(given_id: int, job: int | None = None) -> str:
    """The name under which the work on a given file shows: "aidfile:12/57"."""
    return f"aidfile:{given_id}" if job is None else f"aidfile:{given_id}/{job}"
