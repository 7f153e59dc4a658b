"""What the reviewer looks at: what moved since the month before, by cause, and what surprises, by amount."""

from django.db import connection

from palier.foundation.periods import Month
from palier.quittancement.models import Run

# One row per lease and family of amounts: this run against the sealed bills of the month before.
_DIFFERENCES = """
WITH families (kind, cause) AS (VALUES
    ('RENT', 'RENT'), ('ANNEX', 'ANNEX'), ('PROVISION_WATER', 'PROVISIONS'), ('PROVISION_HEATING', 'PROVISIONS'),
    ('PROVISION_COMMON', 'PROVISIONS'), ('ENERGY_WORKS', 'ENERGY_WORKS'), ('SLS', 'SLS'), ('APL', 'APL'),
    ('RLS', 'RLS'), ('ADJUSTMENT', 'ADJUSTMENT')
), this_month AS (
    SELECT lease_id, kind, sum(amount_cents) AS cents, bool_or(inputs LIKE '%% 0 %%' AND kind = 'RENT') AS suspended
    FROM quittancement_line WHERE run_id = %(run)s GROUP BY lease_id, kind
), month_before AS (
    SELECT l.lease_id, l.kind, sum(l.amount_cents) AS cents
    FROM quittancement_line AS l
    JOIN quittancement_bill AS b ON b.run_id = l.run_id AND b.lease_id = l.lease_id
    JOIN quittancement_run AS r ON r.id = b.run_id AND r.state = 'SEALED'
    LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
    WHERE b.month = %(before)s AND c.id IS NULL
    GROUP BY l.lease_id, l.kind
), moved AS (
    SELECT lease_id, kind, coalesce(t.cents, 0) - coalesce(m.cents, 0) AS cents, coalesce(t.suspended, false) AS suspended
    FROM this_month AS t FULL JOIN month_before AS m USING (lease_id, kind)
    WHERE coalesce(t.cents, 0) <> coalesce(m.cents, 0)
), caused AS (
    SELECT moved.lease_id, moved.cents,
        CASE
            WHEN NOT EXISTS (SELECT FROM month_before AS m WHERE m.lease_id = moved.lease_id)
                OR lease.starts_on >= %(before)s THEN 'ARRIVALS'
            WHEN NOT EXISTS (SELECT FROM this_month AS t WHERE t.lease_id = moved.lease_id)
                OR lease.ends_on <= %(last_day)s THEN 'DEPARTURES'
            WHEN moved.suspended THEN 'SUSPENSION'
            ELSE families.cause
        END AS cause
    FROM moved JOIN families USING (kind) JOIN leases_lease AS lease ON lease.id = moved.lease_id
)
"""
_STORE_DIFFERENCES = (
    _DIFFERENCES
    + """
INSERT INTO quittancement_difference (run_id, cause, lease_count, amount_cents)
SELECT %(run)s, cause, count(DISTINCT lease_id), sum(cents) FROM caused GROUP BY cause
"""
)

# A rent that moved by more than a fifth, a bill below zero, a rent above the convention's maximum, a supplement above
# the rent: each with its effect, so that the largest is looked at first.
_ANOMALIES = """
WITH bill AS (
    SELECT b.lease_id, b.residence_id, b.total_cents, b.first_day, b.last_day,
        coalesce(sum(l.amount_cents) FILTER (WHERE l.kind = 'RENT'), 0) AS rent_cents,
        coalesce(sum(l.amount_cents) FILTER (WHERE l.kind = 'SLS'), 0) AS sls_cents
    FROM quittancement_bill AS b
    JOIN quittancement_line AS l ON l.run_id = b.run_id AND l.lease_id = b.lease_id
    WHERE b.run_id = %(run)s GROUP BY b.id
), rent_before AS (
    SELECT l.lease_id, sum(l.amount_cents) AS cents
    FROM quittancement_line AS l
    JOIN quittancement_bill AS b ON b.run_id = l.run_id AND b.lease_id = l.lease_id
    JOIN quittancement_run AS r ON r.id = b.run_id AND r.state = 'SEALED'
    LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
    WHERE b.month = %(before)s AND c.id IS NULL AND l.kind = 'RENT'
      AND b.first_day = b.month AND b.last_day = (b.month + interval '1 month - 1 day')::date
    GROUP BY l.lease_id
)
INSERT INTO quittancement_anomaly (run_id, lease_id, residence_id, kind, effect_cents, verdict)
SELECT %(run)s, lease_id, residence_id, 'NEGATIVE_TOTAL', total_cents, 'TO_SEE' FROM bill WHERE total_cents < 0
UNION ALL
SELECT %(run)s, bill.lease_id, residence_id, 'RENT_JUMP', rent_cents - m.cents, 'TO_SEE'
FROM bill JOIN rent_before AS m ON m.lease_id = bill.lease_id
WHERE abs(rent_cents - m.cents) * 5 > m.cents AND first_day = %(first_day)s AND last_day = %(last_day)s
UNION ALL
SELECT %(run)s, lease_id, residence_id, 'SLS_HIGH', sls_cents, 'TO_SEE' FROM bill
WHERE sls_cents > rent_cents AND rent_cents > 0
UNION ALL
SELECT %(run)s, bill.lease_id, bill.residence_id, 'RENT_ABOVE_MAX',
    rent_cents - round(d.useful_area_m2 * v.max_rent_per_m2_cents * v.coefficient)::bigint, 'TO_SEE'
FROM bill
JOIN leases_lease AS lease ON lease.id = bill.lease_id
JOIN estate_dwelling AS d ON d.id = lease.dwelling_id
JOIN estate_convention AS v ON v.id = d.convention_id
WHERE rent_cents > round(d.useful_area_m2 * v.max_rent_per_m2_cents * v.coefficient)
"""


def note_surprises(run: Run) -> None:
    """Write the differences with the month before and the anomalies of a freshly computed run."""
    month = Month.of(run.month)
    facts = {
        "run": run.pk,
        "first_day": month.first_day,
        "last_day": month.last_day,
        "before": month.previous().first_day,
    }
    with connection.cursor() as cursor:
        if run.kind == "MONTHLY":
            cursor.execute(_STORE_DIFFERENCES, facts)
        cursor.execute(_ANOMALIES, facts)
