"""What a step is: the rows that a rule ends one day, and the statement that ends them.

`rows` gives (id, since, is_held) for every row that the rule will end; `since` empty = its time has not begun.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One table that a rule ends rows of."""

    rule: str
    # The table, and what of it when a rule touches it twice: the name that the certificate prints.
    name: str
    table: str
    label: str
    rows: str
    # Ends the rows whose ids are given; %(day)s is the day of the purge.
    end: str
    # A condition on the row `t`, of which it is too early to end it although its time is over.
    waits_for: str = "false"
    # Gives the digests of the files that the rows name in the store of documents.
    files: str = ""
    # Gives each row as JSON: what a rule that ends in the public archives writes out before it goes.
    archived: str = ""

    @property
    def is_sealed(self) -> bool:
        """True when only a function of privacy/sql/purge.sql may end these rows."""
        return self.end.startswith("SELECT palier.")


def delete(table: str, *, key: str = "id", key_type: str = "bigint") -> str:
    return f"DELETE FROM {table} WHERE {key} = ANY (%(ids)s::{key_type}[])"


def shred(table: str, *, already: str = "") -> str:
    """Delete rows with the keys of their documents: the journal keeps that each was destroyed, no longer whose it was.

    `already` is the column that says since when a row has lost its key: that one was noted then.
    """
    told, left = (f", {already}", f" WHERE {already} IS NULL") if already else ("", "")
    return f"""WITH gone AS (DELETE FROM {table} WHERE id = ANY (%(ids)s::bigint[]) RETURNING id, sha256{told}),
                    noted AS (INSERT INTO mail_vaultevent (ref, at, kind, sha256, by)
                              SELECT gen_random_uuid(), now(), 'DESTROYED', sha256, 'JOB' FROM gone{left})
               SELECT id FROM gone"""


def held_lease(column: str) -> str:
    """Whether the lease of this column is held back from any purge."""
    return f"EXISTS (SELECT FROM held_lease AS h WHERE h.lease_id = {column})"


def year_end(column: str) -> str:
    """The last day of the year of this column."""
    return f"make_date(extract(year FROM {column})::int, 12, 31)"
