"""What somebody who holds the database may do to its journal: each way, and what the verifier is to name.

`cursor` is a superuser's, no trigger runs. Nothing here uses the product's own chaining: a forger writes their own.
"""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from palier.privacy.journal.canonical import LINE

Attack = Callable[[CursorWrapper, random.Random, Path], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of one reading: the SQL on the reading number %(id)s. The verifier names that number."""

    name: str
    sql: str


_SET = "UPDATE privacy_readevent SET {} WHERE id = %(id)s"
EDITS: tuple[Edit, ...] = (
    *(
        Edit(name=f"edit {column}", sql=_SET.format(f"{column} = {value}"))
        for column, value in (
            ("at", "at + interval '1 microsecond'"),
            ("agent_id", "agent_id + 1"),
            ("agent_id", "NULL"),
            ("person_id", "12"),
            ("operator", "'quelqu’un'"),
            ("role", "'dpo'"),
            ("purpose", "'COMPTABILITE'"),
            ("motive", "'URGENCE'"),
            ("is_mass", "true"),
            ("subjects", "subjects[2:2]"),
            ("subjects", "subjects || 5::bigint"),
            ("subjects", "ARRAY[subjects[2], subjects[1]]"),
            ("categories", "categories[1:1]"),
            ("screen", "screen || ' '"),
            ("terms", "terms || 'x'"),
            ("xid", "xid + 1"),
            ("xid", "1"),
            ("xid", "9000000000000000"),
            # Another month: the reading leaves its partition.
            ("at", "at - interval '40 days'"),
        )
    ),
    Edit(name="delete", sql="DELETE FROM privacy_readevent WHERE id = %(id)s"),
    Edit(name="renumber", sql=_SET.format("id = id + 100000000")),
    Edit(
        name="swap two readings' contents",
        sql="""UPDATE privacy_readevent AS a SET agent_id = b.agent_id + 1, subjects = b.subjects, terms = b.terms
               FROM privacy_readevent AS b WHERE (a.id, b.id) IN ((%(id)s, %(id)s + 1), (%(id)s + 1, %(id)s))""",
    ),
    Edit(
        name="write a reading twice",
        sql="""INSERT INTO privacy_readevent SELECT id, at + interval '1 microsecond', agent_id, person_id, operator,
               role, purpose, motive, is_mass, subjects, categories, screen, terms, xid
               FROM privacy_readevent WHERE id = %(id)s""",
    ),
    Edit(
        name="put one more among the sealed",
        sql="""INSERT INTO privacy_readevent SELECT id + 200000000, at, agent_id, person_id, operator, role, purpose,
               motive, is_mass, subjects, categories, screen, terms, xid FROM privacy_readevent WHERE id = %(id)s""",
    ),
    Edit(
        name="put one more, dated of last week",
        sql="""INSERT INTO privacy_readevent SELECT id + 300000000, at - interval '7 days', agent_id, person_id,
               operator, role, purpose, motive, is_mass, subjects, categories, screen, terms,
               pg_current_xact_id()::text::bigint + 10 FROM privacy_readevent WHERE id = %(id)s""",
    ),
)
# How far each insertion or renumbering moves the number that is to be named.
_MOVED = {
    "put one more among the sealed": 200_000_000,
    "put one more, dated of last week": 300_000_000,
}


def named_number(edit: Edit, victim: int) -> int:
    """The number of the reading that the verifier has to name."""
    return victim + _MOVED.get(edit.name, 0)


# --- On the chain itself: each alone ---------------------------------------------------------------------------------


def edit_header(column: str, value: str) -> Attack:
    def attack(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
        number = _some_block(cursor, rng)
        cursor.execute(f"UPDATE privacy_journalblock SET {column} = {value} WHERE number = %s", [number])
        return f"Bloc n°\u00a0{number}\u00a0"

    return attack


def edit_marks(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    number = _some_block(cursor, rng)
    cursor.execute("UPDATE privacy_journalmark SET marks = set_byte(marks, 3, 255) WHERE number = %s", [number])
    return f"Bloc n°\u00a0{number}\u00a0"


def drop_block(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    """The block, its marks and its readings, all gone."""
    number = _some_block(cursor, rng)
    cursor.execute(
        """DELETE FROM privacy_readevent USING privacy_journalblock AS b
           WHERE b.number = %s AND xid >= b.from_xid AND xid < b.until_xid""",
        [number],
    )
    _drop(cursor, "number = %s", number)
    return f"Bloc n°\u00a0{number + 1}\u00a0"


def drop_block_and_forge_the_rest(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    """As above, and everything after numbered and chained anew, windows joined: only the outside knows."""
    number = _some_block(cursor, rng)
    drop_block_number(cursor, number)
    cursor.execute("UPDATE privacy_journalblock SET number = number - 1 WHERE number > %s", [number])
    cursor.execute("UPDATE privacy_journalmark SET number = number - 1 WHERE number > %s", [number])
    cursor.execute(
        """UPDATE privacy_journalblock AS b SET from_xid = p.until_xid FROM privacy_journalblock AS p
           WHERE p.number = b.number - 1 AND b.number = %s""",
        [number],
    )
    _chain_anew(cursor, number)
    return "publiée"


def drop_block_number(cursor: CursorWrapper, number: int) -> None:
    cursor.execute(
        """DELETE FROM privacy_readevent USING privacy_journalblock AS b
           WHERE b.number = %s AND xid >= b.from_xid AND xid < b.until_xid""",
        [number],
    )
    _drop(cursor, "number = %s", number)


def forge_from_an_edit(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    """A reading edited, its block sealed anew, and the chain made again to its end."""
    number = _some_block(cursor, rng)
    cursor.execute("SELECT first_id FROM privacy_journalblock WHERE number = %s", [number])
    (victim,) = cursor.fetchone()
    cursor.execute("UPDATE privacy_readevent SET agent_id = 999 WHERE id = %s", [victim])
    _seal_anew(cursor, number)
    return f"Bloc n°\u00a0{number}\u00a0: son empreinte n’est pas celle qui a été publiée"


def forge_from_a_deletion(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    number = _some_block(cursor, rng)
    cursor.execute("SELECT last_id FROM privacy_journalblock WHERE number = %s", [number])
    (victim,) = cursor.fetchone()
    cursor.execute("DELETE FROM privacy_readevent WHERE id = %s", [victim])
    _seal_anew(cursor, number)
    return f"Bloc n°\u00a0{number}\u00a0: son empreinte n’est pas celle qui a été publiée"


def cut_the_tail(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    """The last blocks and all they covered: what is left holds by itself."""
    cursor.execute("SELECT max(number) FROM privacy_journalblock")
    (last,) = cursor.fetchone()
    kept = last - rng.randint(1, 5)
    cursor.execute(
        "DELETE FROM privacy_readevent WHERE xid >= (SELECT until_xid FROM privacy_journalblock WHERE number = %s)",
        [kept],
    )
    _drop(cursor, "number > %s", kept)
    return f"Bloc n°\u00a0{last}\u00a0: son empreinte a été publiée, mais il n’est plus dans le journal"


def erase_everything(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    cursor.execute("TRUNCATE privacy_readevent, privacy_journalblock, privacy_journalmark")
    return "n’est plus dans le journal"


def swap_two_blocks(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    number = _some_block(cursor, rng)
    for table in ("privacy_journalblock", "privacy_journalmark"):
        cursor.execute(f"UPDATE {table} SET number = -1 WHERE number = %s", [number])
        cursor.execute(f"UPDATE {table} SET number = %s WHERE number = %s", [number, number + 1])
        cursor.execute(f"UPDATE {table} SET number = %s WHERE number = -1", [number + 1])
    return f"Bloc n°\u00a0{number}\u00a0"


def pretend_that_the_month_expired(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    """The tombstone of a month that is not over, true to its seals; the readings and their marks gone."""
    cursor.execute("SELECT month FROM privacy_journalblock WHERE number = 1")
    (month,) = cursor.fetchone()
    cursor.execute("SELECT number, head, rows FROM privacy_journalblock WHERE month = %s ORDER BY number", [month])
    blocks = cursor.fetchall()
    digest = hashlib.sha256("".join(head for _, head, _ in blocks).encode()).hexdigest()
    cursor.execute(
        "INSERT INTO privacy_journaltombstone VALUES (%s, %s, %s, %s, %s, now(), 'propriétaire')",
        [month, sum(rows for _, _, rows in blocks), blocks[0][0], blocks[-1][0], digest],
    )
    cursor.execute("DELETE FROM privacy_readevent")
    cursor.execute("DELETE FROM privacy_journalmark WHERE month = %s", [month])
    return f"Mois {month}"


def alter_a_published_head(cursor: CursorWrapper, rng: random.Random, heads: Path) -> str:
    lines = heads.read_text(encoding="utf-8").splitlines()
    rank = rng.randrange(len(lines))
    told = json.loads(lines[rank])
    lines[rank] = json.dumps(told | {"head": hashlib.sha256(told["head"].encode()).hexdigest()})
    heads.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"Bloc n°\u00a0{told['number']}\u00a0: son empreinte n’est pas celle qui a été publiée"


ON_THE_CHAIN: tuple[tuple[str, Attack], ...] = (
    *(
        (f"header {column}", edit_header(column, value))
        for column, value in (
            ("month", "'2025-01'"),
            ("first_id", "first_id + 1"),
            ("last_id", "last_id - 1"),
            ("rows", "rows - 1"),
            ("rows_hash", "repeat('a', 64)"),
            ("from_xid", "from_xid + 1"),
            ("until_xid", "until_xid + 1"),
            ("after_id", "after_id + 1"),
            ("sealed_at", "sealed_at + interval '1 second'"),
            ("previous", "repeat('b', 64)"),
            ("head", "repeat('c', 64)"),
            ("version", "2"),
        )
    ),
    ("marks", edit_marks),
    ("drop a block", drop_block),
    ("drop a block, forge the rest", drop_block_and_forge_the_rest),
    ("edit and forge the rest", forge_from_an_edit),
    ("delete and forge the rest", forge_from_a_deletion),
    ("cut the tail", cut_the_tail),
    ("erase everything", erase_everything),
    ("swap two blocks", swap_two_blocks),
    ("false expiry", pretend_that_the_month_expired),
    ("published head", alter_a_published_head),
)


def _some_block(cursor: CursorWrapper, rng: random.Random) -> int:
    """A block that is neither the first nor the last."""
    cursor.execute("SELECT max(number) FROM privacy_journalblock")
    (last,) = cursor.fetchone()
    return rng.randint(2, int(last) - 1)


def _drop(cursor: CursorWrapper, condition: str, number: int) -> None:
    for table in ("privacy_journalblock", "privacy_journalmark"):
        cursor.execute(f"DELETE FROM {table} WHERE {condition}", [number])


def _seal_anew(cursor: CursorWrapper, number: int) -> None:
    """Marks and hashes of one block as its readings now are, then the chain to its end."""
    cursor.execute(
        f"""SELECT id, {LINE} FROM privacy_readevent, (SELECT from_xid, until_xid FROM privacy_journalblock
            WHERE number = %s) AS b WHERE xid >= b.from_xid AND xid < b.until_xid ORDER BY id""",
        [number],
    )
    rows = cursor.fetchall()
    marks = b"".join(
        identity.to_bytes(8, "big") + hashlib.sha256(line.encode()).digest()[:16] for identity, line in rows
    )
    cursor.execute("UPDATE privacy_journalmark SET marks = %s WHERE number = %s", [marks, number])
    cursor.execute(
        """UPDATE privacy_journalblock SET rows = %s, first_id = %s, last_id = %s, rows_hash = %s WHERE number = %s""",
        [len(rows), rows[0][0], rows[-1][0], hashlib.sha256(marks).hexdigest(), number],
    )
    _chain_anew(cursor, number)


def _chain_anew(cursor: CursorWrapper, number: int) -> None:
    cursor.execute("SELECT head FROM privacy_journalblock WHERE number = %s", [number - 1])
    (previous,) = cursor.fetchone()
    cursor.execute(
        """SELECT version, number, month, first_id, last_id, rows, rows_hash, from_xid, until_xid, after_id,
                  to_char(sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
           FROM privacy_journalblock WHERE number >= %s ORDER BY number""",
        [number],
    )
    for header in cursor.fetchall():
        head = hashlib.sha256(json.dumps([*header, previous], separators=(",", ":")).encode()).hexdigest()
        cursor.execute(
            "UPDATE privacy_journalblock SET previous = %s, head = %s WHERE number = %s", [previous, head, header[1]]
        )
        previous = head
