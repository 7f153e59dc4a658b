"""The letters after a breach: one person, one reading, one PDF. The DPO never has the list of names."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french, write_private
from palier.mail.address import PostalAddress, postal_lines, street_lines
from palier.mail.report import render_report
from palier.oversight.models import IncidentStep
from palier.oversight.operations.incidents import IncidentNotAssessed, IncidentNotFound
from palier.oversight.papers import Known, assessment, letter
from palier.oversight.queries.incidents import ConcernedRow, concerned, incident_of
from palier.oversight.queries.known import known_of
from palier.privacy.actor import Actor, about_one, batch
from palier.privacy.declare import Batch
from palier.privacy.deferring import defer
from palier.rights.queries.people import asker
from palier.rights.spool import Spool

Listener = Callable[[int, int], None]

QUEUE = "rights"


class LettersFolderNotEmpty(Refusal):
    """Le dossier {path} n’est pas vide : donnez-en un autre, les lettres d’avant pourraient être confondues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What was written: letters made, and persons without an address today, to be found another way."""

    made: int
    without_address: tuple[int, ...]


def write_letters(
    *, known: Known, people: list[ConcernedRow], output: Path, operator: str, at: datetime, listener: Listener
) -> Letters:
    """A PDF for each person in a folder, named by their number.

    Raises IncidentNotAssessed, LettersFolderNotEmpty, DiskFull, HomeUnreachable.
    """
    with told_in_french(output):
        output.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(output.iterdir()):
            raise LettersFolderNotEmpty(path=output)
    lost: list[int] = []
    for person_id, pdf in _letters(known, people, operator=operator, at=at, listener=listener):
        if pdf is None:
            lost.append(person_id)
            continue
        with told_in_french(output):
            write_private(output / _name(known, person_id), pdf)
    return Letters(made=len(people) - len(lost), without_address=tuple(lost))


def ask_letters(*, number: str, actor: Actor) -> int:
    """The DPO asks for the letters of a breach; the job's number. Raises IncidentNotFound, IncidentNotAssessed,
    AlreadyAsked."""
    row = incident_of(number)
    if row is None:
        raise IncidentNotFound
    if not row.level:
        raise IncidentNotAssessed
    return defer(
        "palier.oversight.tasks.letters",
        queue=QUEUE,
        queueing_lock=f"letters:{number}",
        args={"number": number, "asked_by": actor.agent_id},
    )


def package_letters(
    *, number: str, operator: str, agent_id: int, at: datetime, documents: Path, listener: Listener
) -> Letters:
    """Make the letters and leave them in one ZIP for the DPO, with the numbers of those who have no address.

    Raises IncidentNotFound, IncidentNotAssessed, DiskFull.
    """
    known, people = known_for_letters(number=number, operator=operator)
    lost: list[int] = []
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for person_id, pdf in _letters(known, people, operator=operator, at=at, listener=listener):
            if pdf is None:
                lost.append(person_id)
            else:
                archive.writestr(_name(known, person_id), pdf)
        archive.writestr("sans-adresse.txt", "".join(f"{person_id}\n" for person_id in lost))
    digest, key = Spool(documents).keep_sealed(package.getvalue(), at=at)
    with batch(Batch.RIGHTS, operator=operator, motive="VIOLATION", command="lettres de violation", categories=()):
        IncidentStep.objects.create(
            incident_id=known.incident.id,
            kind="LETTERS_MADE",
            at=at,
            by_agent_id=agent_id,
            persons=len(people) - len(lost),
            package_sha256=digest,
            package_key=key,
        )
    return Letters(made=len(people) - len(lost), without_address=tuple(lost))


def _letters(
    known: Known, people: list[ConcernedRow], *, operator: str, at: datetime, listener: Listener
) -> Iterator[tuple[int, bytes | None]]:
    """Each person with their letter, or None without an address. Each is a reading of that person's identity."""
    if assessment(known) is None:
        raise IncidentNotAssessed
    for rank, person in enumerate(people, start=1):
        address = _address(person.person_id, operator=operator, at=at)
        told = letter(
            known,
            address=address,
            categories=person.categories,
            first=person.first_at,
            last=person.last_at,
            on=at.date(),
        )
        yield person.person_id, render_report(told) if address else None
        listener(rank, len(people))


def _name(known: Known, person_id: int) -> str:
    return f"{known.incident.number}-{person_id:07d}.pdf"


def known_for_letters(*, number: str, operator: str) -> tuple[Known, list[ConcernedRow]]:
    """A breach and the numbers of those concerned, read by the job that writes to them. Raises IncidentNotFound."""
    # Numbers only here: each letter is a reading of its own.
    with batch(Batch.RIGHTS, operator=operator, motive="VIOLATION", command="lettres de violation", categories=()):
        row = incident_of(number)
        if row is None:
            raise IncidentNotFound
        known = known_of(row, with_screens=False)
        return known, concerned(row.id, limit=row.persons)


def _address(person_id: int, *, operator: str, at: datetime) -> tuple[str, ...]:
    with about_one(
        person_id, operator=operator, motive="VIOLATION", command="lettre de violation", categories=("IDENTITE",)
    ):
        found = asker(person_id, on=at.date())
    if found is None or not found.postcode:
        return ()
    street, more = street_lines(found.address)
    return postal_lines(
        PostalAddress(
            name=f"{found.title} {found.name}".strip(),
            unit=f"Porte {found.door}" if found.door else "",
            building=found.residence,
            street=street,
            locality=more,
            postcode=found.postcode,
            town=found.city,
        )
    )
