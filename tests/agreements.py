"""Agreements of the holders of a lease, put straight into the tables: as if a former system had known them."""

from collections.abc import Sequence

import psycopg

_AGREE = """
INSERT INTO leases_consent (lease_id, residence_id, person_id, family, word, said_on, means, text_version, text_sha256,
                            kept_at)
SELECT l.id, l.residence_id, o.person_id, f.family, %(word)s, %(on)s, 'TAKEOVER', 0, '', %(on)s::date
FROM leases_lease AS l
JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role IN ('HOLDER', 'COHOLDER')
CROSS JOIN unnest(%(families)s::text[]) AS f (family)
WHERE l.id = ANY (%(leases)s::bigint[]) OR l.account_id = ANY (%(accounts)s::bigint[])
"""


def agree(
    connection: psycopg.Connection,
    *leases: int,
    accounts: Sequence[int] = (),
    families: Sequence[str] = ("NOTICES", "RECEIPTS", "LETTERS"),
    on: str = "2026-01-01",
    word: str = "GIVEN",
) -> None:
    """Every holder of these leases says that word, that day."""
    connection.execute(
        _AGREE,
        {"leases": list(leases), "accounts": list(accounts), "families": list(families), "on": on, "word": word},
    )
