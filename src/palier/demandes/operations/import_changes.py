"""Known applications that the exchange file tells otherwise: what it tells is rewritten, what agents found is kept.

A proof that was judged stays with its code, a stay that was checked with its nationality, an income with its amount.
What the file does not tell (places and motives, without Palier's complement) is not touched.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from palier.demandes.imports.application_file import Reading
from palier.demandes.imports.record import Demande
from palier.demandes.operations import import_rows as rows
from palier.demandes.operations.import_rows import Item, KnownStay, Row
from palier.foundation.reading import fetch
from palier.foundation.staging import columns_of, copy_rows, insert_rows, next_ids

_MEMBERS = """
SELECT m.application_id, m.id, m.person_id, m.role, s.nationality, s.state, s.valid_until
FROM demandes_member AS m LEFT JOIN demandes_stay AS s ON s.member_id = m.id
WHERE m.application_id = ANY (%(ids)s) ORDER BY m.application_id, m.id
"""
# Someone who is in no other file becomes nobody, as the durations do it.
_UNNAME = """
WITH alone AS (
    SELECT p.id FROM people_person AS p
    WHERE p.id = ANY (%(people)s) AND p.residence_id IS NULL
      AND NOT EXISTS (SELECT FROM demandes_member AS m WHERE m.person_id = p.id)
      AND NOT EXISTS (SELECT FROM demandes_application AS a WHERE a.person_id = p.id)
      AND NOT EXISTS (SELECT FROM people_householdmember AS h WHERE h.person_id = p.id)
), contacts AS (
    DELETE FROM people_contact WHERE person_id IN (SELECT id FROM alone)
)
UPDATE people_person SET title = '', first_name = '', last_name = 'Personne anonymisée', birth_date = NULL
WHERE id IN (SELECT id FROM alone)
"""
_ASKED_TABLES = ("demandes_wish", "demandes_motive", "demandes_priority", "demandes_need")

Known = dict[str, list["_Member"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    application_id: int
    id: int
    person_id: int | None
    role: str
    nationality: str | None
    state: str | None
    valid_until: date | None


def write_changes(changed: Mapping[int, tuple[Reading, str]], at: datetime) -> None:
    """Rewrite these applications, by their number in the database. Called inside the import's transaction."""
    if not changed:
        return
    ids = list(changed)
    items, gone = _numbered(changed)
    _do("DELETE FROM demandes_resourceline WHERE application_id = ANY (%(ids)s)", ids=ids)
    _forget(gone)
    _write_members(items)
    _write_headings(items)
    _write_asked([item for item in items if item.demande.asked.is_told])
    insert_rows("demandes_resourceline", rows.RESOURCE_LINE, rows.resource_lines(items))
    insert_rows("demandes_event", rows.EVENT, rows.events(items, at, detail="CHANGED"))
    _upsert("demandes_receipt", rows.RECEIPT, rows.receipts(items, at))
    _do("UPDATE demandes_application SET version = version + 1 WHERE id = ANY (%(ids)s)", ids=ids)


def _numbered(changed: Mapping[int, tuple[Reading, str]]) -> tuple[list[Item], list[_Member]]:
    """The items, their members matched by role and order with those known; then the members that are no more."""
    known: dict[int, Known] = defaultdict(lambda: defaultdict(list))
    for member in fetch(_Member, _MEMBERS, {"ids": list(changed)}):
        known[member.application_id][member.role].append(member)
    items = [
        _item(number, reading, reading.demande, digest, known[number])
        for number, (reading, digest) in changed.items()
        if reading.demande
    ]
    # What was matched was taken out.
    gone = [member for roles in known.values() for left in roles.values() for member in left]
    return items, gone


def _item(number: int, reading: Reading, demande: Demande, digest: str, known: Known) -> Item:
    member_ids, person_ids, stays = [], [], {}
    for rank, adult in enumerate(demande.adults):
        same = _taken(known, rows.role_of(rank))
        member_ids.append(same.id if same else next_ids("demandes_member", 1)[0])
        person_ids.append(same.person_id if same and same.person_id else next_ids("people_person", 1)[0])
        # A nationality that the file no longer tells is no news.
        if same and same.state and not adult.stay and adult.nationality in ("", same.nationality):
            stays[rank] = KnownStay(nationality=same.nationality or "", state=same.state, valid_until=same.valid_until)
    for other in demande.others:
        same = _taken(known, other.role)
        member_ids.append(same.id if same else next_ids("demandes_member", 1)[0])
    return Item(
        demande=demande,
        digest=digest,
        file_on=reading.file_on,
        application_id=number,
        member_ids=tuple(member_ids),
        person_ids=tuple(person_ids),
        stays=stays,
    )


def _taken(known: Known, role: str) -> _Member | None:
    return known[role].pop(0) if known[role] else None


def _forget(gone: Sequence[_Member]) -> None:
    """Those who will not live there any more: their pieces stay with the application, their name does not."""
    ids = [member.id for member in gone]
    if not ids:
        return
    _do("UPDATE demandes_piece SET member_id = NULL WHERE member_id = ANY (%(ids)s)", ids=ids)
    _do("DELETE FROM demandes_nir WHERE member_id = ANY (%(ids)s)", ids=ids)
    _do("DELETE FROM demandes_stay WHERE member_id = ANY (%(ids)s)", ids=ids)
    _do("DELETE FROM demandes_work WHERE member_id = ANY (%(ids)s)", ids=ids)
    _do("DELETE FROM demandes_member WHERE id = ANY (%(ids)s)", ids=ids)
    people = [member.person_id for member in gone if member.person_id]
    _do(_UNNAME, people=people)


def _write_members(items: Sequence[Item]) -> None:
    _upsert("people_person", rows.PERSON, rows.persons(items), key="id")
    _upsert("people_contact", rows.CONTACT, rows.contacts(items), key="person_id, channel, value", writes=())
    _upsert("demandes_member", rows.MEMBER, rows.members(items), key="id")
    stale = [
        item.member_ids[rank] for item in items for rank in range(len(item.demande.adults)) if rank not in item.stays
    ]
    _do("DELETE FROM demandes_stay WHERE member_id = ANY (%(ids)s)", ids=stale)
    insert_rows("demandes_stay", rows.STAY, rows.stays(items))
    # Not told is not changed.
    _upsert("demandes_work", rows.WORK, rows.works(items), key="member_id")


def _write_headings(items: Sequence[Item]) -> None:
    # The cards « invalidité », the wishes and the offers refused are written with what is asked for.
    own = ("disabled", "refused_offers", "wished_rooms_min", "wished_rooms_max", "highest_cost_cents")
    for table, columns, some in (
        ("demandes_composition", rows.COMPOSITION, rows.compositions(items)),
        ("demandes_situation", rows.SITUATION, rows.situations(items)),
    ):
        _upsert(table, columns, some, writes=[name for name in columns[1:] if name not in own])
    _upsert("demandes_postaladdress", rows.ADDRESS, rows.addresses(items))
    same = "(r.n2_year, r.n2_cents, r.n1_cents) IS NOT DISTINCT FROM (s.n2_year, s.n2_cents, s.n1_cents)"
    stage = columns_of("demandes_resources", rows.RESOURCES, into="told_resources")
    copy_rows(stage, rows.resources(items))
    _do(
        f"""UPDATE demandes_resources AS r SET n2_year = s.n2_year, n2_cents = s.n2_cents, n1_cents = s.n1_cents,
                   monthly_cents = s.monthly_cents, proof = CASE WHEN {same} THEN r.proof ELSE s.proof END
            FROM told_resources AS s WHERE s.application_id = r.application_id"""
    )
    _do("DROP TABLE told_resources")


def _write_asked(items: Sequence[Item]) -> None:
    """Places, motives, priorities, needs: what is told replaces what was, a proof that was judged stays."""
    if not items:
        return
    ids = [item.application_id for item in items]
    judged: dict[tuple[str, int, str], str] = {}
    for table in _ASKED_TABLES[1:]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT application_id, code, proof FROM {table} WHERE application_id = ANY (%s) "
                "AND proof <> 'DECLARED'",
                [ids],
            )
            judged |= {(table, number, code): proof for number, code, proof in cursor.fetchall()}
    for table in _ASKED_TABLES:
        _do(f"DELETE FROM {table} WHERE application_id = ANY (%(ids)s)", ids=ids)
    insert_rows("demandes_wish", rows.WISH, rows.wishes(items))
    for table in _ASKED_TABLES[1:]:
        told = rows.stated(items, table.removeprefix("demandes_"))
        insert_rows(table, rows.STATED, _kept(told, table, judged))
    _upsert("demandes_composition", rows.COMPOSITION, rows.compositions(items), writes=("disabled",))
    wished = ("wished_rooms_min", "wished_rooms_max", "highest_cost_cents")
    _upsert("demandes_situation", rows.SITUATION, rows.situations(items), writes=wished)


def _kept(told: Iterator[Row], table: str, judged: Mapping[tuple[str, int, str], str]) -> Iterator[Row]:
    for number, code, proof in told:
        # What the file says was proved is; what it only declares keeps what an agent found.
        before = judged.get((table, int(str(number)), str(code)), str(proof))
        yield number, code, before if proof == "DECLARED" else proof


def _upsert(
    table: str,
    columns: Sequence[str],
    some: Iterator[Row],
    *,
    key: str = "application_id",
    writes: Sequence[str] | None = None,
) -> None:
    """Insert the rows, or write these columns (all but the key) of those that are there."""
    stage = columns_of(table, columns, into=f"told_{table}")
    copy_rows(stage, some)
    written = [name for name in columns if name != key] if writes is None else writes
    values = ", ".join(f'"{name}" = {_written(table, name)}' for name in written)
    with connection.cursor() as cursor:
        cursor.execute(
            stage.named(
                f"INSERT INTO {{table}} ({{columns}}) SELECT {{columns}} FROM {{into}} ON CONFLICT ({key}) DO "
                + (f"UPDATE SET {values}" if values else "NOTHING")
            )
        )
        cursor.execute(stage.named("DROP TABLE {into}"))


def _written(table: str, column: str) -> str:
    if column == "housing":
        # What an agent made precise is not made vague again.
        return f"CASE excluded.housing WHEN 'INCONNU' THEN {table}.housing ELSE excluded.housing END"
    return f'excluded."{column}"'


def _do(statement: str, **parameters: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
