"""What a debit run reads: each account that pays by direct debit, its bill, its mandate, what its notice announced."""

from datetime import date
from typing import NamedTuple

from palier.mail.queries import IS_ON_PAPER


class Candidate(NamedTuple):
    """One row of CANDIDATES, in its order: what the rule decides on. Without a running mandate, no day is known."""

    account_id: int
    residence_id: int
    bill_cents: int
    again_cents: int
    balance_cents: int
    signed_on: date | None
    last_used_on: date | None
    notice_days: int | None
    is_refused: bool
    issued_on: date | None
    debited_on: str
    announced_cents: str
    # Its notice goes by post, and nobody has made the paper yet.
    is_unprinted: bool


# What the month holds is set down and counted first: the planner knows nothing of a month that has just been sealed,
# takes it for one row, and would compare each bill with each notice.
# The bill of the month is told by its day: due on the first or the last day of the month of occupation.
# What the notice announced is read in its frozen data, the bytes that the tenant was shown; its words are found first,
# then a few signs are read by a pattern, which is slow over a whole notice. It bears the day of the sealing: nobody
# could read it before it was frozen, nor have it on paper before its PDF.
STAGED = (
    "DROP TABLE IF EXISTS month_bill, month_notice, month_candidate",
    """CREATE TEMPORARY TABLE month_bill ON COMMIT DROP AS
       SELECT DISTINCT ON (p.account_id) p.account_id, p.residence_id, e.id AS entry_id, p.amount_cents
       FROM ledger_entry AS e
       JOIN ledger_posting AS p ON p.entry_id = e.id
       JOIN leases_lease AS l ON l.account_id = p.account_id AND l.payment_mode = 'PRELEVEMENT'
       WHERE e.source_kind = 'BILL' AND e.booked_on BETWEEN %(first)s AND %(last)s
         AND NOT EXISTS (SELECT FROM ledger_entry AS c WHERE c.source_kind = 'CONTRA' AND c.source_id = e.source_id)
       ORDER BY p.account_id, e.id DESC""",
    "ANALYZE month_bill",
    """CREATE TEMPORARY TABLE month_notice ON COMMIT DROP AS
       SELECT account_id, issued_on, is_unprinted,
              coalesce(substring(left(split_part(said, '"preleve_le":"', 2), 10) FROM '^[0-9-]{10}$'), '')
                  AS debited_on,
              coalesce(substring(left(split_part(said, '"a_payer_cents":', 2), 20) FROM '^-?[0-9]+'), '') AS cents
       FROM (SELECT d.account_id, d.said,
                    (greatest(d.issued_on::timestamp, d.frozen_at AT TIME ZONE 'Europe/Paris',
                              CASE WHEN d.is_on_paper
                                   THEN d.rendered_at AT TIME ZONE 'Europe/Paris' END))::date AS issued_on,
                    d.is_on_paper AND d.rendered_at IS NULL AS is_unprinted
             FROM (SELECT d.account_id, d.issued_on, d.frozen_at, d.rendered_at, convert_from(d.data, 'UTF8') AS said,
                          """
    + IS_ON_PAPER
    + """ AS is_on_paper
                   FROM mail_document AS d
                   WHERE d.kind = 'AVIS_ECHEANCE' AND d.month = %(first)s OFFSET 0) AS d OFFSET 0) AS n""",
    "ANALYZE month_notice",
    # The balance leaves out bills that fall due after this month, and takes every payment in, and what is on its way.
    # The mandate is read once: an account given while the draft is made is told by the next file.
    """CREATE TEMPORARY TABLE month_candidate ON COMMIT DROP AS
       WITH owed AS MATERIALIZED (
           SELECT p.account_id, sum(p.amount_cents)::bigint AS cents FROM ledger_posting AS p
           WHERE p.account_id IN (SELECT account_id FROM month_bill) AND (p.amount_cents < 0 OR p.booked_on <= %(last)s)
           GROUP BY p.account_id
       ), coming AS MATERIALIZED (
           SELECT account_id, sum(amount_cents)::bigint AS cents FROM banking_debit
           WHERE state = 'ASKED' AND run_id <> %(run)s GROUP BY account_id
       ), again AS MATERIALIZED (
           SELECT account_id, sum(amount_cents)::bigint AS cents FROM banking_debit
           WHERE again_at IS NOT NULL AND again_in_id IS NULL GROUP BY account_id
       ), refused AS MATERIALIZED (
           SELECT d.mandate_id, max(d.returned_on) AS on_day FROM banking_debit AS d
           WHERE d.reason = ANY (%(refusing)s::text[]) GROUP BY d.mandate_id
       ), changed AS MATERIALIZED (
           SELECT mandate_id, bool_or(told_at IS NULL) AS is_untold, max(changed_on) AS on_day
           FROM banking_mandatechange GROUP BY mandate_id
       )
       SELECT b.account_id, b.residence_id, b.entry_id, b.amount_cents AS bill_cents,
              coalesce(g.cents, 0) AS again_cents, coalesce(o.cents, 0) - coalesce(y.cents, 0) AS balance_cents,
              m.id AS mandate_id, m.reference, m.signed_on, m.last_used_on, m.notice_days, m.holder_name,
              m.iban_sealed, m.iban_last4, m.bic,
              CASE WHEN m.creditor_id NOT IN ('', w.creditor_id) AND m.last_used_on IS NOT NULL
                   THEN m.creditor_id ELSE '' END AS former_creditor_id,
              coalesce(h.is_untold, false) AND m.last_used_on IS NOT NULL AS account_changed,
              r.on_day IS NOT NULL AND (h.on_day IS NULL OR h.on_day < r.on_day) AS is_refused,
              n.issued_on, coalesce(n.debited_on, '') AS debited_on, coalesce(n.cents, '') AS announced_cents,
              coalesce(n.is_unprinted, false) AS is_unprinted
       FROM month_bill AS b
       CROSS JOIN (SELECT creditor_id FROM estate_landlord ORDER BY id LIMIT 1) AS w
       LEFT JOIN owed AS o ON o.account_id = b.account_id
       LEFT JOIN coming AS y ON y.account_id = b.account_id
       LEFT JOIN again AS g ON g.account_id = b.account_id
       LEFT JOIN banking_sepamandate AS m ON m.account_id = b.account_id AND m.ended_on IS NULL
       LEFT JOIN month_notice AS n ON n.account_id = b.account_id
       LEFT JOIN refused AS r ON r.mandate_id = m.id
       LEFT JOIN changed AS h ON h.mandate_id = m.id
       WHERE NOT EXISTS (
           SELECT FROM banking_debit AS d
           WHERE d.bill_entry_id = b.entry_id AND d.run_id <> %(run)s
       )""",
)
CANDIDATES = """
SELECT account_id, residence_id, bill_cents, again_cents, balance_cents, signed_on, last_used_on, notice_days,
       is_refused, issued_on, debited_on, announced_cents, is_unprinted
FROM month_candidate ORDER BY account_id
"""
# What was decided, with what the mandate said when it was read.
DEBITS = """
INSERT INTO banking_debit
    (run_id, mandate_id, account_id, residence_id, end_to_end_id, amount_cents, collected_on, sequence,
     mandate_reference, signed_on, holder_name, iban_sealed, iban_last4, bic, former_reference, former_creditor_id,
     account_changed, used_before_on, bill_entry_id, state, reason)
SELECT %(run)s, c.mandate_id, c.account_id, c.residence_id, 'PRL-' || %(run)s || '-' || c.account_id, d.amount_cents,
       d.collected_on, d.sequence, c.reference, c.signed_on, c.holder_name, c.iban_sealed, c.iban_last4, c.bic, '',
       c.former_creditor_id, c.account_changed, c.last_used_on, c.entry_id, 'ASKED', ''
FROM drafted_debit AS d JOIN month_candidate AS c ON c.account_id = d.account_id
ORDER BY d.account_id
"""
