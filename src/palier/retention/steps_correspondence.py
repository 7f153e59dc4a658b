"""What durations do to outgoing mail: the register of letters and the papers that answered them."""

from palier.retention.shape import Step, delete

CORRESPONDENCE: tuple[Step, ...] = (
    Step(
        rule="DOCUMENTS",
        name="correspondence_reply",
        table="correspondence_reply",
        label="réponses au courrier et leurs papiers",
        rows="""SELECT p.id, make_date(extract(year FROM p.received_on)::int, 12, 31) AS since,
                       EXISTS (SELECT FROM held_lease AS h WHERE h.lease_id = p.lease_id) AS is_held
                FROM correspondence_reply AS p""",
        end=delete("correspondence_reply"),
    ),
    Step(
        rule="DOCUMENTS",
        name="correspondence_letter",
        table="correspondence_letter",
        label="registre du courrier sortant",
        rows="""SELECT w.id, make_date(extract(year FROM m.selected_at)::int, 12, 31) AS since,
                       EXISTS (SELECT FROM held_lease AS h WHERE h.lease_id = w.lease_id) AS is_held
                FROM correspondence_letter AS w JOIN correspondence_sending AS m ON m.id = w.sending_id""",
        waits_for="""EXISTS (SELECT FROM correspondence_reply AS p WHERE p.letter_id = t.id)
                     OR EXISTS (SELECT FROM correspondence_letter AS n WHERE n.withdraws_id = t.id)""",
        end=delete("correspondence_letter"),
    ),
)
