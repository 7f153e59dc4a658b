"""What durations do to the register of quittances and reçus, and to what agents lettered by hand."""

from palier.retention.shape import Step, delete

RECEIPTS: tuple[Step, ...] = (
    Step(
        rule="DOCUMENTS",
        name="quittancement_receipt",
        table="quittancement_receipt",
        label="registre des quittances et des reçus",
        # By the day of issue, as the documents that it lists.
        rows="""SELECT r.id, make_date(extract(year FROM r.issued_at)::int, 12, 31) AS since,
                       EXISTS (SELECT FROM held_lease AS h WHERE h.lease_id = r.lease_id) AS is_held
                FROM quittancement_receipt AS r""",
        end=delete("quittancement_receipt"),
    ),
    Step(
        rule="COMPTE",
        name="quittancement_lettering",
        table="quittancement_lettering",
        label="lettrages faits par un agent",
        rows="""SELECT t.id, make_date(extract(year FROM t.lettered_at)::int, 12, 31) AS since,
                       EXISTS (SELECT FROM leases_lease AS l JOIN held_lease AS h ON h.lease_id = l.id
                               WHERE l.account_id = t.account_id) AS is_held
                FROM quittancement_lettering AS t""",
        end=delete("quittancement_lettering"),
    ),
)
