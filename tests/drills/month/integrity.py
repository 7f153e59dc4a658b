"""What a month must be when all that made it was killed on the way: whole, once, balanced, numbered, readable."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import psycopg

from palier.foundation.periods import Month
from palier.mail.notice import Notice
from palier.mail.render import render_frozen
from palier.mail.store import DocumentStore, Kept
from palier.mail.store.packs import PackAltered, check_pack

# Rendering again costs 11 ms a notice: beyond this, notices are taken at regular intervals.
RENDERED_AGAIN = 500

# Each gives the rows that should not be: nothing when all is well. %(month)s and %(run)s may be used.
LOST = {
    "leases with neither a bill nor a reason": """
        SELECT l.id FROM leases_lease AS l
        WHERE l.starts_on <= %(last_day)s AND (l.ends_on IS NULL OR l.ends_on >= %(month)s)
          AND NOT EXISTS (SELECT FROM quittancement_bill AS b WHERE b.lease_id = l.id AND b.month = %(month)s)
          AND NOT EXISTS (SELECT FROM quittancement_setaside AS s WHERE s.lease_id = l.id AND s.run_id = %(run)s)""",
    "bills without a line": """
        SELECT b.id FROM quittancement_bill AS b WHERE b.run_id = %(run)s AND NOT EXISTS
            (SELECT FROM quittancement_line AS l WHERE l.run_id = b.run_id AND l.lease_id = b.lease_id)""",
    "bills without an entry": """
        SELECT b.id FROM quittancement_bill AS b WHERE b.run_id = %(run)s AND NOT EXISTS
            (SELECT FROM ledger_entry AS e WHERE e.source_kind = 'BILL' AND e.source_id = b.id)""",
    "bills without a notice": """
        SELECT b.id FROM quittancement_bill AS b WHERE b.run_id = %(run)s AND NOT EXISTS
            (SELECT FROM mail_document AS d WHERE d.lease_id = b.lease_id AND d.month = b.month)""",
    "notices without their PDF": "SELECT id FROM mail_document WHERE month = %(month)s AND rendered_at IS NULL",
    "numbers missing in the journal": """
        SELECT n FROM generate_series(1, (SELECT max(number) FROM ledger_entry WHERE journal = 'QUIT')) AS n
        WHERE NOT EXISTS (SELECT FROM ledger_entry AS e WHERE e.journal = 'QUIT' AND e.number = n)""",
    "numbers missing among the notices": """
        SELECT n FROM quittancement_run AS r, generate_series(r.first_number, r.first_number + r.lease_count - 1) AS n
        WHERE r.id = %(run)s AND NOT EXISTS (
            SELECT FROM mail_document AS d
            WHERE d.number = 'AE-' || to_char(r.month, 'YYYY-MM') || '-' || lpad(n::text, 6, '0'))""",
    "jobs left behind": "SELECT id FROM procrastinate_jobs WHERE status NOT IN ('succeeded', 'cancelled')",
    "progress said to be open": "SELECT id FROM foundation_jobprogress WHERE state IN ('WAITING', 'RUNNING')",
}
DOUBLED = {
    "leases billed twice": """
        SELECT lease_id FROM quittancement_bill WHERE month = %(month)s GROUP BY lease_id HAVING count(*) > 1""",
    "leases billed and set aside": """
        SELECT b.id FROM quittancement_bill AS b
        JOIN quittancement_setaside AS s ON s.run_id = b.run_id AND s.lease_id = b.lease_id
        WHERE b.run_id = %(run)s""",
    "bills posted twice": """
        SELECT source_id FROM ledger_entry WHERE source_kind = 'BILL' GROUP BY source_id HAVING count(*) > 1""",
    "entries of no bill": """
        SELECT e.id FROM ledger_entry AS e WHERE e.source_kind = 'BILL' AND NOT EXISTS
            (SELECT FROM quittancement_bill AS b WHERE b.id = e.source_id)""",
    "numbers taken twice": """
        SELECT number FROM ledger_entry WHERE journal = 'QUIT' GROUP BY number HAVING count(*) > 1""",
    "notices made twice": """
        SELECT lease_id FROM mail_document WHERE month = %(month)s GROUP BY lease_id HAVING count(*) > 1""",
    "months with two runs": "SELECT month FROM quittancement_run GROUP BY month, kind, scope, rank HAVING count(*) > 1",
}
UNBALANCED = {
    "entries that do not balance": """
        SELECT e.id FROM ledger_entry AS e LEFT JOIN ledger_posting AS p ON p.entry_id = e.id
        GROUP BY e.id HAVING count(p.entry_id) < 2 OR sum(p.amount_cents) <> 0""",
    "bills that are not their lines": """
        SELECT b.id FROM quittancement_bill AS b
        JOIN quittancement_line AS l ON l.run_id = b.run_id AND l.lease_id = b.lease_id
        WHERE b.run_id = %(run)s GROUP BY b.id HAVING sum(l.amount_cents) <> b.total_cents""",
    "accounts not charged with their bill": """
        SELECT b.id FROM quittancement_bill AS b
        JOIN ledger_entry AS e ON e.source_kind = 'BILL' AND e.source_id = b.id
        LEFT JOIN ledger_posting AS p ON p.entry_id = e.id AND p.account_id = b.account_id
        WHERE b.run_id = %(run)s AND p.amount_cents IS DISTINCT FROM b.total_cents""",
    "runs that are not their bills": """
        SELECT r.id FROM quittancement_run AS r
        JOIN (SELECT run_id, count(*) AS bills, sum(total_cents) AS cents FROM quittancement_bill GROUP BY run_id) AS b
          ON b.run_id = r.id
        WHERE r.id = %(run)s AND (r.lease_count <> b.bills OR r.total_cents <> b.cents)""",
}


@dataclass(slots=True)
class Findings:
    """What is wrong, in words, by family."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)
    spoilt: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.unbalanced, *self.spoilt]


def findings(database: psycopg.Connection, *, month: Month, run_id: int, documents: Path) -> Findings:
    """Look at the month from outside the application, as superuser."""
    facts = {"month": month.first_day, "last_day": month.last_day, "run": run_id}
    found = Findings()
    for kind, questions in ((found.lost, LOST), (found.doubled, DOUBLED), (found.unbalanced, UNBALANCED)):
        for what, question in questions.items():
            rows = database.execute(question, facts).fetchall()
            if rows:
                kind.append(f"{len(rows)} {what}: {[row[0] for row in rows[:5]]}")
    found.spoilt.extend(_spoilt_documents(database, month, DocumentStore(documents)))
    found.spoilt.extend(_strays(database, documents))
    return found


def _spoilt_documents(database: psycopg.Connection, month: Month, store: DocumentStore) -> Iterator[str]:
    """The stored bytes have their digest, and the frozen data give them again."""
    rows = database.execute(
        """SELECT number, data, data_sha256, pdf_sha256, pdf_bytes, kept_key, kept_pack, kept_slot FROM mail_document
           WHERE month = %s AND rendered_at IS NOT NULL ORDER BY id""",
        [month.first_day],
    ).fetchall()
    every = max(1, -(-len(rows) // RENDERED_AGAIN))
    for rank, (number, data, data_digest, digest, size, key, pack, slot) in enumerate(rows):
        pdf = store.open(Kept(digest=digest, size=size, wrapped=bytes(key), pack=pack, slot=slot))
        if len(pdf) != size or sha256(data).hexdigest() != data_digest:
            yield f"{number} is not what was recorded"
        if rank % every == 0 and render_frozen(Notice.parse(bytes(data)), bytes(data)).pdf != pdf:
            yield f"{number} is not rendered again to the same bytes"


def _strays(database: psycopg.Connection, documents: Path) -> Iterator[str]:
    """A pack is whole or has no name. One that no document names was left by a kill: nothing opens it."""
    named = {pack for (pack,) in database.execute("SELECT kept_pack FROM mail_document WHERE kept_pack <> ''")}
    shelf = DocumentStore(documents).shelf
    held = {pack for pack, _ in shelf.packs()}
    for pack in named - held:
        yield f"the pack {pack} is lost"
    for pack in held:
        try:
            check_pack(shelf, pack)
        except PackAltered:
            yield f"the pack {pack} is not whole"
