"""Where each document goes: the own space with the tenant's agreement, paper without it. One statement for a month.

The channel is the one that the document itself says (« Vous recevez cet avis sur papier »): frozen with it, from the
agreement of that day. A protected address gets paper apart, and nobody outside hears of it. A registered letter gets
paper, in lots of its own. A sheet may be said to go with the next notice of its lease: it waits for it, where notices
are printed here (`operations/enclosing.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from palier.dispatch.adapters.hybrid import kinds_given_to_hybrid_mail
from palier.dispatch.channels import EMAIL, PUSH, VAULT
from palier.foundation.clock import day_of
from palier.foundation.periods import Month
from palier.leases.consents import Family
from palier.leases.queries.consents import told_persons
from palier.mail.models import NOTICE_KIND

# Those that say their channel in their data.
_SAID: Final = "convert_from(d.data, 'UTF8')::jsonb -> 'envoi' ->> 'canal'"
_ROUTE: Final = f"""
WITH hidden AS MATERIALIZED (
    SELECT unnest(palier.hidden_leases()) AS lease_id
), routed AS (
    SELECT d.id, d.lease_id, d.residence_id, d.kind, d.month, h.lease_id IS NOT NULL AS is_protected,
           g.id IS NOT NULL AS is_registered, coalesce(g.slip, '') AS slip,
           CASE WHEN %(online)s::bigint[] IS NULL THEN {_SAID} = 'espace'
                ELSE d.id = ANY (%(online)s::bigint[]) END AS is_online,
           %(with_notice)s AND (NOT %(notices_outside)s OR h.lease_id IS NOT NULL) AS goes_with_notice
    FROM mail_document AS d LEFT JOIN hidden AS h ON h.lease_id = d.lease_id
    LEFT JOIN unnest(%(registered)s::bigint[], %(slips)s::text[]) AS g (id, slip) ON g.id = d.id
    WHERE d.kind = ANY (%(kinds)s::text[]) AND d.withdrawn_on IS NULL
      AND (%(month)s::date IS NULL OR d.month = %(month)s)
      AND (%(documents)s::bigint[] IS NULL OR d.id = ANY (%(documents)s::bigint[]))
      AND NOT EXISTS (SELECT FROM dispatch_sending AS s WHERE s.document_id = d.id)
)
INSERT INTO dispatch_sending (document_id, lease_id, residence_id, kind, month, channel, state, is_protected,
                              is_registered, routed_at, told_at, tries, reference, code, return_reason,
                              goes_with_notice)
SELECT id, lease_id, residence_id, kind, month,
       CASE WHEN is_registered OR goes_with_notice THEN 'PRINT' WHEN is_online THEN 'SPACE'
            WHEN %(emailed)s AND NOT is_protected THEN 'EMAIL'
            WHEN kind = ANY (%(hybrid)s::text[]) AND NOT is_protected THEN 'HYBRID' ELSE 'PRINT' END,
       CASE WHEN is_online AND NOT is_registered THEN 'DELIVERED' ELSE 'WAITING' END, is_protected, is_registered,
       %(at)s, CASE WHEN is_online AND NOT is_registered THEN %(at)s::timestamptz END, 0, slip, '', '',
       goes_with_notice
FROM routed
ON CONFLICT (document_id, channel) DO NOTHING
"""
# Who reads on line is told that something waits, and may have a copy elsewhere: never of a protected address.
_TOLD: Final = """
SELECT DISTINCT lease_id FROM dispatch_sending
WHERE channel = 'SPACE' AND NOT is_protected AND routed_at = %(at)s AND kind = ANY (%(kinds)s::text[])
"""
_COPIES: Final = """
INSERT INTO dispatch_sending (document_id, lease_id, residence_id, kind, month, channel, state, is_protected, routed_at,
                              tries, reference, code, return_reason)
SELECT s.document_id, s.lease_id, s.residence_id, s.kind, s.month, %(channel)s, 'WAITING', false, %(at)s, 0, '', '', ''
FROM dispatch_sending AS s
WHERE s.channel = 'SPACE' AND NOT s.is_protected AND s.routed_at = %(at)s AND s.kind = ANY (%(kinds)s::text[])
  AND s.lease_id = ANY (%(leases)s::bigint[])
ON CONFLICT (document_id, channel) DO NOTHING
"""
# Whoever agreed to be told on a device, or to a copy in a vault, and gave neither yet.
_WITH_A_DEVICE: Final = "SELECT DISTINCT person_id FROM dispatch_pushpoint WHERE person_id = ANY (%s::bigint[])"
_WITH_A_VAULT: Final = """
SELECT DISTINCT person_id FROM dispatch_vaultaccount WHERE person_id = ANY (%s::bigint[]) AND ended_on IS NULL
"""
_WITH_AN_ADDRESS: Final = """
SELECT DISTINCT person_id FROM people_contact WHERE person_id = ANY (%s::bigint[]) AND channel = 'EMAIL'
"""
# The channel of each family of agreement, and who can be reached by it.
_OWN: Final = (
    (Family.EMAIL, EMAIL, _WITH_AN_ADDRESS),
    (Family.DEVICE, PUSH, _WITH_A_DEVICE),
    (Family.VAULT, VAULT, _WITH_A_VAULT),
)
_VOID: Final = """
UPDATE dispatch_sending SET state = 'VOID', told_at = %(at)s
WHERE document_id = ANY (%(documents)s::bigint[]) AND state IN ('WAITING', 'REFUSED') AND print_lot_id IS NULL
"""


def route(*, month: Month | None, kinds: Sequence[str], at: datetime) -> int:
    """Route the documents of these kinds, of one month or of all, that say their channel and have none yet; how many.

    Inside `batch`. Asked again, only what is new.
    """
    return _routed(month=month, kinds=kinds, documents=None, online=None, registered={}, at=at)


def route_letters(
    *,
    document_ids: Sequence[int],
    online_ids: Sequence[int],
    registered: Mapping[int, str],
    kinds: Sequence[str],
    at: datetime,
) -> int:
    """Route these documents, whose sender says which go to the own space; the others are printed. Inside `batch`.

    `registered`: those that are registered letters, with the number of their slip where a carrier gave one.
    """
    return _routed(
        month=None,
        kinds=kinds,
        documents=list(document_ids),
        online=list(online_ids),
        registered=registered,
        at=at,
    )


def route_invitations(
    *, document_ids: Sequence[int], emailed: bool, with_notice: bool, kinds: Sequence[str], at: datetime
) -> int:
    """Route what proposes the space to those who do not have it: on paper, or by a message where an address is known.

    Whoever has none gets the paper. `with_notice`: on paper, each waits for the next notice of its lease; where notices
    are given to hybrid mail, none is printed here, and it leaves as any letter. Inside `batch`.
    """
    return _routed(
        month=None,
        kinds=kinds,
        documents=list(document_ids),
        online=[],
        registered={},
        emailed=emailed,
        with_notice=with_notice,
        at=at,
    )


def void(*, document_ids: Sequence[int], at: datetime) -> None:
    """What these documents said no longer holds: what of them did not leave yet does not leave. Inside `batch`."""
    with connection.cursor() as cursor:
        cursor.execute(_VOID, {"documents": list(document_ids), "at": at})


def _routed(
    *,
    month: Month | None,
    kinds: Sequence[str],
    documents: list[int] | None,
    online: list[int] | None,
    registered: Mapping[int, str],
    at: datetime,
    emailed: bool = False,
    with_notice: bool = False,
) -> int:
    by_hybrid_mail = kinds_given_to_hybrid_mail()
    with connection.cursor() as cursor:
        if documents is None:
            # A month's documents were written a moment ago: the planner believes that there are few, and would look
            # through what it is writing once for each of them.
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            _ROUTE,
            {
                "month": month.first_day if month is not None else None,
                "kinds": list(kinds),
                "documents": documents,
                "online": online,
                "emailed": emailed,
                "registered": list(registered),
                "slips": list(registered.values()),
                "hybrid": list(by_hybrid_mail),
                "with_notice": with_notice,
                "notices_outside": NOTICE_KIND in by_hybrid_mail,
                "at": at,
            },
        )
        routed = int(cursor.rowcount)
        if documents is None:
            cursor.execute("SET LOCAL enable_nestloop = on")
        if routed:
            _copies(cursor, kinds, at)
    return routed


def _copies(cursor: CursorWrapper, kinds: Sequence[str], at: datetime) -> None:
    """What was routed just now to the own space, told and copied to whoever agreed to it for themselves."""
    cursor.execute(_TOLD, {"at": at, "kinds": list(kinds)})
    leases = [lease_id for (lease_id,) in cursor.fetchall()]
    if not leases:
        return
    for family, channel, reached in _OWN:
        told = told_persons(leases, family, on=day_of(at))
        if not told:
            continue
        cursor.execute(reached, [sorted({person for persons in told.values() for person in persons})])
        with_means = {person for (person,) in cursor.fetchall()}
        wanted = [lease for lease, persons in told.items() if with_means.intersection(persons)]
        cursor.execute(_COPIES, {"channel": channel, "at": at, "kinds": list(kinds), "leases": wanted})
