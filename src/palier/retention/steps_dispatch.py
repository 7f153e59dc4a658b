"""What durations do to the register of sendings, and to the places where a person asked to be reached."""

from palier.retention.shape import Step, delete

DISPATCH: tuple[Step, ...] = (
    Step(
        rule="DOCUMENTS",
        name="dispatch_sending",
        table="dispatch_sending",
        label="registre des envois",
        # By their day, as the documents that it lists.
        rows="""SELECT s.id, make_date(extract(year FROM s.month)::int, 12, 31) AS since,
                       EXISTS (SELECT FROM held_lease AS h WHERE h.lease_id = s.lease_id) AS is_held
                FROM dispatch_sending AS s""",
        end=delete("dispatch_sending"),
    ),
    Step(
        rule="COORDONNEES",
        name="dispatch_pushpoint",
        table="dispatch_pushpoint",
        label="appareils prévenus",
        rows="""SELECT p.id, e.closed_on AS since, e.is_held
                FROM dispatch_pushpoint AS p JOIN person_end AS e ON e.person_id = p.person_id""",
        end=delete("dispatch_pushpoint"),
    ),
    Step(
        rule="COORDONNEES",
        name="dispatch_vaultaccount",
        table="dispatch_vaultaccount",
        label="coffres externes choisis",
        rows="""SELECT v.id, e.closed_on AS since, e.is_held
                FROM dispatch_vaultaccount AS v JOIN person_end AS e ON e.person_id = v.person_id""",
        end=delete("dispatch_vaultaccount"),
    ),
)
