"""Import of the exchange file: new demandes written block by block, known ones by what the file changes.

One transaction: a file that breaks at its last line leaves nothing. A demande refused does not stop the others.
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from palier.demandes.imports.application_file import Reading, readings
from palier.demandes.imports.record import Demande
from palier.demandes.operations import import_rows as rows
from palier.demandes.operations.import_changes import write_changes
from palier.demandes.operations.import_rows import Item
from palier.foundation.collector import collector_paused
from palier.foundation.errors import Refusal
from palier.foundation.reviews import GivenFile, digest_of, keep_applied
from palier.foundation.staging import insert_rows, next_ids
from palier.foundation.tabular.checking import Remark, Severity
from palier.foundation.tabular.outcome import Outcome, RefusedRecord

KIND, LAYOUT = "DEMANDES", "interfaceNuu"
# One import at a time: two would both believe that a number is new.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('palier applications import'))"
# Demandes held in memory before they are written.
BLOCK = 5_000
# Beyond, the file is not one to correct: it is to be sent again.
MOST_REFUSED = 10_000
# Remarks that stop nothing, told once for each element and value.
MOST_WARNINGS = 2_000
_KNOWN = """
SELECT a.number, a.id, a.state, r.digest, r.received_at FROM demandes_application AS a
LEFT JOIN demandes_receipt AS r ON r.application_id = a.id WHERE a.number = ANY (%s)
"""

Each = Callable[[Demande], None]


class TooManyRefused(Refusal):
    """Plus de {count} demandes sont refusées (la première, ligne {line} : {reason}) : ce fichier n’est pas sain,
    demandez qu’il soit renvoyé. Rien n’a été importé."""


class NoDemande(Refusal):
    """« {name} » ne contient aucune demande : demandez qu’il soit renvoyé. Rien n’a été importé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    id: int
    state: str
    digest: str | None
    received_at: datetime | None


def import_file(path: Path, *, created_by: int, at: datetime, each: Each | None = None, block: int = BLOCK) -> Outcome:
    """Import a file: its sound demandes written, the others given back with their lines, the trace of the file kept.

    Called inside `batch()`. `each` is given every demande that is accepted, known or not, in the order of the file.
    Raises the refusals of a file that is not sound, NoDemande, TooManyRefused: nothing is then kept.
    """
    with transaction.atomic(), collector_paused():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
            # Told at each statement: a queue of millions of checks would be held in memory until the end.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        taken = _Import(Outcome(), at, each)
        for some in _one_ahead(readings(path, on=at.date()), block):
            taken.take(some)
        outcome = taken.outcome
        if not outcome.read:
            raise NoDemande(name=path.name)
        file = GivenFile(kind=KIND, layout=LAYOUT, name=path.name, sha256=digest_of(path), created_by=created_by, at=at)
        keep_applied(outcome, file)
    return outcome


def _one_ahead(coming: Iterator[Reading], block: int) -> Iterator[list[Reading]]:
    """The demandes by blocks, the next one being read while the database takes this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        ahead = thread.submit(_block, coming, block)
        while some := ahead.result():
            ahead = thread.submit(_block, coming, block)
            yield some


def _block(coming: Iterator[Reading], block: int) -> list[Reading]:
    return list(islice(coming, block))


class _Import:
    """What one import does, block after block."""

    def __init__(self, outcome: Outcome, at: datetime, each: Each | None) -> None:
        self.outcome = outcome
        self.at = at
        self.each = each
        self.told: set[tuple[str, str]] = set()

    def take(self, some: list[Reading]) -> None:
        """Write one block of demandes."""
        known = self._known([one.demande.number for one in some if one.demande])
        new: dict[str, tuple[Reading, str]] = {}
        changed: dict[str, tuple[Reading, str]] = {}
        for reading in some:
            self._tell(reading)
            if reading.demande is None:
                self._refuse(reading, [remark for remark in reading.remarks if remark.severity is Severity.HARD])
                continue
            number, digest = reading.demande.number, _digest(reading.demande)
            found = known.get(number)
            if number in new or number in changed or (found and found.received_at == self.at):
                self._refuse_for(reading, "ce numéro est déjà dans ce fichier : une seule des deux est reprise.")
            elif found is None:
                new[number] = (reading, digest)
                self.outcome.created += 1
                self._accept(reading.demande)
            elif found.digest == digest:
                self.outcome.unchanged += 1
                self._accept(reading.demande)
            elif found.state != "ACTIVE":
                self._refuse_for(reading, "cette demande est radiée ici : réactivez-la avant de la reprendre.")
            else:
                changed[number] = (reading, digest)
        _write_new(_numbered(new), self.at)
        if changed:
            self._change(changed, known)

    def _change(self, changed: dict[str, tuple[Reading, str]], known: dict[str, _Known]) -> None:
        frozen = _frozen([known[number].id for number in changed])
        kept = {}
        for number, (reading, digest) in changed.items():
            if known[number].id in frozen:
                self._refuse_for(reading, "les données de cette personne sont gelées à sa demande (RGPD, art. 18).")
                continue
            kept[known[number].id] = (reading, digest)
            self.outcome.updated += 1
            if reading.demande:
                self._accept(reading.demande)
        write_changes(kept, self.at)

    def _known(self, numbers: list[str]) -> dict[str, _Known]:
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [numbers])
            return {
                number: _Known(id=id_, state=state, digest=digest, received_at=received_at)
                for number, id_, state, digest, received_at in cursor.fetchall()
            }

    def _accept(self, demande: Demande) -> None:
        if self.each:
            self.each(demande)

    def _tell(self, reading: Reading) -> None:
        """Keep what stops nothing, once for each element and value."""
        for remark in reading.remarks:
            said = (remark.column, remark.value)
            if remark.severity is Severity.SOFT and said not in self.told and len(self.told) < MOST_WARNINGS:
                self.told.add(said)
                self.outcome.remarks.append(remark)

    def _refuse_for(self, reading: Reading, reason: str) -> None:
        number = reading.demande.number if reading.demande else ""
        remark = Remark(record=reading.record, line=reading.line, column="numUnique", value=number, reason=reason)
        self._refuse(reading, [remark])

    def _refuse(self, reading: Reading, remarks: list[Remark]) -> None:
        outcome = self.outcome
        outcome.remarks.extend(remarks)
        reasons = tuple(f"{remark.column} : {remark.reason}" for remark in remarks)
        outcome.refused_records.append(RefusedRecord(line=reading.line, cells=(), reasons=reasons))
        if outcome.refused > MOST_REFUSED:
            first = outcome.refusals[0]
            raise TooManyRefused(count=MOST_REFUSED, line=first.line, reason=first.reason.rstrip("."))


def _digest(demande: Demande) -> str:
    return hashlib.sha256(repr(demande).encode("utf-8", errors="surrogatepass")).hexdigest()


def _frozen(ids: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM unnest(%s::bigint[]) AS id WHERE palier.is_frozen('APPLICATION', id)", [ids])
        return {number for (number,) in cursor.fetchall()}


def _numbered(new: dict[str, tuple[Reading, str]]) -> list[Item]:
    found = [(reading, reading.demande, digest) for reading, digest in new.values() if reading.demande]
    applications = iter(next_ids("demandes_application", len(found)))
    adults = sum(len(one.adults) for _, one, _ in found)
    people = iter(next_ids("people_person", adults))
    members = iter(next_ids("demandes_member", adults + sum(len(one.others) for _, one, _ in found)))
    return [
        Item(
            demande=demande,
            digest=digest,
            file_on=reading.file_on,
            application_id=next(applications),
            member_ids=tuple(_some(members, len(demande.adults) + len(demande.others))),
            person_ids=tuple(_some(people, len(demande.adults))),
            stays={},
        )
        for reading, demande, digest in found
    ]


def _some(numbers: Iterator[int], count: int) -> Iterator[int]:
    return islice(numbers, count)


def _write_new(new: list[Item], at: datetime) -> None:
    if not new:
        return
    insert_rows("people_person", rows.PERSON, rows.persons(new))
    insert_rows("people_contact", rows.CONTACT, rows.contacts(new))
    insert_rows("demandes_application", rows.APPLICATION, rows.applications(new))
    insert_rows("demandes_member", rows.MEMBER, rows.members(new))
    insert_rows("demandes_stay", rows.STAY, rows.stays(new))
    insert_rows("demandes_work", rows.WORK, rows.works(new))
    insert_rows("demandes_composition", rows.COMPOSITION, rows.compositions(new))
    insert_rows("demandes_situation", rows.SITUATION, rows.situations(new))
    insert_rows("demandes_resources", rows.RESOURCES, rows.resources(new))
    insert_rows("demandes_resourceline", rows.RESOURCE_LINE, rows.resource_lines(new))
    insert_rows("demandes_postaladdress", rows.ADDRESS, rows.addresses(new))
    insert_rows("demandes_wish", rows.WISH, rows.wishes(new))
    for which in ("motive", "priority", "need"):
        insert_rows(f"demandes_{which}", rows.STATED, rows.stated(new, which))
    insert_rows("demandes_event", rows.EVENT, rows.events(new, at, detail=""))
    insert_rows("demandes_receipt", rows.RECEIPT, rows.receipts(new, at))
