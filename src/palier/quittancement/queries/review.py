"""What the reviewer looks at: differences by cause, anomalies by decreasing effect, leases set aside, every bill."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.money import Cents
from palier.foundation.periods import Month
from palier.foundation.reading import fetch, fetch_one
from palier.quittancement.queries.bills import notice_number

# An export takes everything the screen's filter leaves: bounded by the table's own limit (web.exports.ROW_LIMIT).
EVERYTHING = 200_001

# The tenants named in the lease, and who they are for the journal.
_HOLDERS = """
LEFT JOIN LATERAL (
    SELECT string_agg(display_name, ', ' ORDER BY role DESC, id) AS holder, array_agg(person_id) AS person_ids
    FROM leases_occupant WHERE lease_id = l.id AND role IN ('HOLDER', 'COHOLDER')
) AS o ON true
"""
_SUBJECT = """l.id AS lease_id, l.reference AS lease_reference, coalesce(o.holder, '') AS holder,
       coalesce(o.person_ids, ARRAY[]::bigint[]) AS person_ids, s.name AS residence, s.id AS residence_id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCounts:
    """How far the review is, within what the reader may see."""

    to_see: int
    justified: int
    wrong: int
    set_aside: int

    @property
    def anomalies(self) -> int:
        return self.to_see + self.justified + self.wrong

    @property
    def seen(self) -> int:
        return self.justified + self.wrong


def review_counts(run_id: int) -> ReviewCounts:
    """Anomalies by verdict and leases set aside of a run, in the reader's scope."""
    found = fetch_one(
        ReviewCounts,
        """SELECT count(*) FILTER (WHERE verdict = 'TO_SEE') AS to_see,
                  count(*) FILTER (WHERE verdict = 'JUSTIFIED') AS justified,
                  count(*) FILTER (WHERE verdict = 'WRONG') AS wrong,
                  (SELECT count(*) FROM quittancement_setaside WHERE run_id = %(run)s) AS set_aside
           FROM quittancement_anomaly WHERE run_id = %(run)s""",
        {"run": run_id},
    )
    return found or ReviewCounts(to_see=0, justified=0, wrong=0, set_aside=0)


# --- Differences -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    cause: str
    lease_count: int
    amount_cents: Cents


def differences(run_id: int) -> list[DifferenceRow]:
    """What moved since the month before, by cause, from the largest gain to the largest loss."""
    return fetch(
        DifferenceRow,
        """SELECT cause, lease_count, amount_cents FROM quittancement_difference
           WHERE run_id = %(run)s ORDER BY amount_cents DESC, cause""",
        {"run": run_id},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLease:
    """A lease behind a cause, and by how much it moved."""

    lease_id: int
    lease_reference: str
    holder: str
    person_ids: list[int]
    residence: str
    residence_id: int
    amount_cents: Cents


# The rule `rules.review.moved` told in SQL, for the leases behind one cause: this run against the sealed month before.
_MOVED = """
WITH families (kind, cause) AS (VALUES
    ('RENT', 'RENT'), ('ANNEX', 'ANNEX'), ('PROVISION_WATER', 'PROVISIONS'), ('PROVISION_HEATING', 'PROVISIONS'),
    ('PROVISION_COMMON', 'PROVISIONS'), ('ENERGY_WORKS', 'ENERGY_WORKS'), ('SLS', 'SLS'), ('APL', 'APL'),
    ('RLS', 'RLS'), ('ADJUSTMENT', 'ADJUSTMENT')
), this_month AS (
    SELECT lease_id, kind, sum(amount_cents) AS cents,
           bool_or(kind = 'RENT' AND split_part(inputs, ' ', 2) = '0') AS suspended
    FROM quittancement_line WHERE run_id = %(run)s GROUP BY lease_id, kind
), month_before AS (
    SELECT l.lease_id, l.kind, sum(l.amount_cents) AS cents
    FROM quittancement_line AS l
    JOIN quittancement_bill AS b ON b.run_id = l.run_id AND b.lease_id = l.lease_id
    JOIN quittancement_run AS r ON r.id = b.run_id AND r.state = 'SEALED'
    LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
    WHERE b.month = %(before)s AND c.id IS NULL
    GROUP BY l.lease_id, l.kind
), caused AS (
    SELECT lease_id, coalesce(t.cents, 0) - coalesce(m.cents, 0) AS cents,
        CASE
            WHEN NOT EXISTS (SELECT FROM this_month AS p WHERE p.lease_id = lease.id)
                AND EXISTS (SELECT FROM quittancement_setaside AS x WHERE x.run_id = %(run)s AND x.lease_id = lease.id)
                THEN 'SET_ASIDE'
            WHEN NOT EXISTS (SELECT FROM month_before AS p WHERE p.lease_id = lease.id)
                OR lease.starts_on >= %(before)s THEN 'ARRIVALS'
            WHEN NOT EXISTS (SELECT FROM this_month AS p WHERE p.lease_id = lease.id)
                OR lease.ends_on <= %(last_day)s THEN 'DEPARTURES'
            WHEN t.suspended THEN 'SUSPENSION'
            ELSE families.cause
        END AS cause
    FROM this_month AS t FULL JOIN month_before AS m USING (lease_id, kind)
    JOIN families USING (kind) JOIN leases_lease AS lease ON lease.id = lease_id
    WHERE coalesce(t.cents, 0) <> coalesce(m.cents, 0)
)
"""


def moved_leases(
    *, run_id: int, month: date, cause: str, cursor: tuple[int, int] | None, backwards: bool, limit: int
) -> list[MovedLease]:
    """The leases behind a cause, by decreasing effect; `limit` + 1 at most. The cursor is (|effect|, lease)."""
    period = Month.of(month)
    effect, lease = cursor or (0, 0)
    return fetch(
        MovedLease,
        _MOVED
        + f""", behind AS (
            SELECT lease_id, sum(cents)::bigint AS cents FROM caused WHERE cause = %(cause)s GROUP BY lease_id
        )
        SELECT {_SUBJECT}, page.cents AS amount_cents
        FROM (
            SELECT lease_id, cents FROM behind WHERE {_after("abs(cents)", "lease_id", cursor, backwards)}
            ORDER BY {_order("abs(cents)", "lease_id", backwards)} LIMIT %(limit)s
        ) AS page
        JOIN leases_lease AS l ON l.id = page.lease_id JOIN estate_residence AS s ON s.id = l.residence_id {_HOLDERS}
        ORDER BY {_order("abs(page.cents)", "l.id", backwards)}""",
        {
            "run": run_id,
            "before": period.previous().first_day,
            "last_day": period.last_day,
            "cause": cause,
            "cursor_value": effect,
            "cursor_id": lease,
            "limit": limit + 1,
        },
    )


# --- Anomalies -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyRow:
    id: int
    kind: str
    effect_cents: Cents
    verdict: str
    seen_by: str
    seen_at: datetime | None
    bill_id: int | None
    lease_id: int
    lease_reference: str
    holder: str
    person_ids: list[int]
    residence: str
    residence_id: int


_ANOMALIES = f"""
SELECT a.id, a.kind, a.effect_cents, a.verdict, coalesce(g.first_name || ' ' || g.last_name, '') AS seen_by, a.seen_at,
       b.id AS bill_id, {_SUBJECT}
FROM (
    SELECT * FROM quittancement_anomaly
    WHERE run_id = %(run)s AND (%(verdict)s = '' OR verdict = %(verdict)s) AND (%(kind)s = '' OR kind = %(kind)s)
      AND {{after}} ORDER BY {{inner}} LIMIT %(limit)s
) AS a
JOIN leases_lease AS l ON l.id = a.lease_id JOIN estate_residence AS s ON s.id = a.residence_id
LEFT JOIN quittancement_bill AS b ON b.run_id = a.run_id AND b.lease_id = a.lease_id
LEFT JOIN agents_agent AS g ON g.id = a.seen_by {_HOLDERS}
ORDER BY {{outer}}
"""


def anomalies(
    *,
    run_id: int,
    verdict: str = "",
    kind: str = "",
    cursor: tuple[int, int] | None = None,
    backwards: bool = False,
    limit: int,
) -> list[AnomalyRow]:
    """By decreasing effect, whatever its sign; `limit` + 1 at most. The cursor is (|effect|, anomaly)."""
    effect, number = cursor or (0, 0)
    return fetch(
        AnomalyRow,
        _ANOMALIES.format(
            after=_after("abs(effect_cents)", "id", cursor, backwards),
            inner=_order("abs(effect_cents)", "id", backwards),
            outer=_order("abs(a.effect_cents)", "a.id", backwards),
        ),
        {
            "run": run_id,
            "verdict": verdict,
            "kind": kind,
            "cursor_value": effect,
            "cursor_id": number,
            "limit": limit + 1,
        },
    )


def anomaly_count(*, run_id: int, verdict: str = "", kind: str = "") -> int:
    """How many anomalies the filter leaves, in the reader's scope."""
    return _count(
        """SELECT count(*) AS n FROM quittancement_anomaly
           WHERE run_id = %(run)s AND (%(verdict)s = '' OR verdict = %(verdict)s)
             AND (%(kind)s = '' OR kind = %(kind)s)""",
        {"run": run_id, "verdict": verdict, "kind": kind},
    )


# --- Set aside -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideRow:
    id: int
    code: str
    reason: str
    lease_id: int
    lease_reference: str
    holder: str
    person_ids: list[int]
    residence: str
    residence_id: int


def set_aside(*, run_id: int, cursor: int | None = None, backwards: bool = False, limit: int) -> list[SetAsideRow]:
    """The leases that could not be priced, with the reason, in the order they were met; `limit` + 1 at most."""
    sign, down = ("<", "DESC") if backwards else (">", "")
    return fetch(
        SetAsideRow,
        f"""SELECT x.id, x.code, x.reason, {_SUBJECT}
            FROM quittancement_setaside AS x
            JOIN leases_lease AS l ON l.id = x.lease_id JOIN estate_residence AS s ON s.id = x.residence_id {_HOLDERS}
            WHERE x.run_id = %(run)s
              AND (%(cursor)s::bigint IS NULL OR x.id {sign} %(cursor)s) ORDER BY x.id {down} LIMIT %(limit)s""",
        {"run": run_id, "cursor": cursor, "limit": limit + 1},
    )


# --- Bills -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRow:
    id: int
    sequence: int
    month: date
    first_number: int | None
    first_day: date
    last_day: date
    due_on: date
    total_cents: Cents
    is_taken_back: bool
    lease_id: int
    lease_reference: str
    holder: str
    person_ids: list[int]
    residence: str
    residence_id: int

    @property
    def number(self) -> str:
        return notice_number(self.month, self.first_number, self.sequence)


_BILLS = f"""
SELECT b.id, b.sequence, b.month, r.first_number, b.first_day, b.last_day, b.due_on, b.total_cents,
       c.id IS NOT NULL AS is_taken_back, {_SUBJECT}
FROM (
    SELECT * FROM quittancement_bill
    WHERE run_id = %(run)s AND (%(residence)s::int IS NULL OR residence_id = %(residence)s)
      AND {{after}} ORDER BY {{inner}} LIMIT %(limit)s
) AS b
JOIN quittancement_run AS r ON r.id = b.run_id JOIN leases_lease AS l ON l.id = b.lease_id
JOIN estate_residence AS s ON s.id = b.residence_id LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id {_HOLDERS}
ORDER BY {{outer}}
"""


def bills(
    *,
    run_id: int,
    by_total: bool = False,
    descending: bool = False,
    residence_id: int | None = None,
    cursor: tuple[int, int] | None = None,
    backwards: bool = False,
    limit: int,
) -> list[BillRow]:
    """The bills of a run by number or by total; `limit` + 1 at most. The cursor is (sort value, sequence)."""
    column = "total_cents" if by_total else "sequence"
    value, sequence = cursor or (0, 0)
    down = descending != backwards
    after = f"({column}, sequence) {'<' if down else '>'} (%(cursor_value)s, %(cursor_id)s)" if cursor else "true"
    order = "DESC" if down else ""
    return fetch(
        BillRow,
        _BILLS.format(
            after=after,
            inner=f"{column} {order}, sequence {order}",
            outer=f"b.{column} {order}, b.sequence {order}",
        ),
        {
            "run": run_id,
            "residence": residence_id,
            "cursor_value": value,
            "cursor_id": sequence,
            "limit": limit + 1,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSum:
    count: int
    total_cents: Cents


def bill_sum(*, run_id: int, residence_id: int | None = None) -> BillSum:
    """How many bills the filter leaves and what they call for, in the reader's scope."""
    found = fetch_one(
        BillSum,
        """SELECT count(*) AS count, coalesce(sum(total_cents), 0)::bigint AS total_cents FROM quittancement_bill
           WHERE run_id = %(run)s AND (%(residence)s::int IS NULL OR residence_id = %(residence)s)""",
        {"run": run_id, "residence": residence_id},
    )
    return found or BillSum(count=0, total_cents=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCount:
    """The notices of a month, frozen and made into PDFs, in the reader's scope."""

    frozen: int
    rendered: int


def notice_count(month: date) -> NoticeCount:
    """How far the notices of a month are."""
    found = fetch_one(
        NoticeCount,
        """SELECT count(*) AS frozen, count(*) FILTER (WHERE pdf_sha256 <> '') AS rendered FROM mail_document
           WHERE month = %(month)s AND kind = 'AVIS_ECHEANCE'""",
        {"month": month},
    )
    return found or NoticeCount(frozen=0, rendered=0)


# --- Pieces of SQL ---------------------------------------------------------------------------------------------------


def _after(value: str, number: str, cursor: tuple[int, int] | None, backwards: bool) -> str:
    """Largest value first, then the smallest number: the rows after the cursor, or before it."""
    if cursor is None:
        return "true"
    larger, smaller = (">", "<") if backwards else ("<", ">")
    return f"({value} {larger} %(cursor_value)s OR ({value} = %(cursor_value)s AND {number} {smaller} %(cursor_id)s))"


def _order(value: str, number: str, backwards: bool) -> str:
    return f"{value} ASC, {number} DESC" if backwards else f"{value} DESC, {number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    n: int


def _count(statement: str, parameters: dict[str, object]) -> int:
    found = fetch_one(_Count, statement, parameters)
    return found.n if found else 0
