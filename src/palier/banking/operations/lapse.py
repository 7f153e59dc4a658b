"""Mandates that lapse: 36 months without a debit, and the creditor may no longer use them (EPC016-06)."""

from datetime import date

from django.db import connection, transaction

# Counted from the last debit, or from the signature; on 29 February, from the 28th when the year has no 29th. What was
# asked and is still on its way is waited for; whoever asked for their data not to move keeps them (RGPD, art. 18).
_LAPSED = """
SELECT m.id, m.account_id FROM banking_sepamandate AS m JOIN leases_lease AS l ON l.account_id = m.account_id
WHERE m.ended_on IS NULL AND (coalesce(m.last_used_on, m.signed_on) + interval '36 months')::date < %(on)s
  AND NOT EXISTS (SELECT FROM banking_debit AS d WHERE d.mandate_id = m.id AND d.state = 'ASKED')
  AND NOT palier.is_frozen('LEASE', l.id)
ORDER BY m.id FOR UPDATE OF m
"""
_END = "UPDATE banking_sepamandate SET ended_on = %(on)s, ended_why = 'LAPSED' WHERE id = ANY (%(mandates)s)"
# The lease repeats its mandate: it pays by transfer until another is signed.
_TELL_LEASES = """
UPDATE leases_lease SET payment_mode = 'VIREMENT', mandate_reference = '', debit_day = NULL, iban_last4 = ''
WHERE account_id = ANY (%(accounts)s)
"""


def lapse_mandates(*, on: date) -> int:
    """End the mandates whose 36 months were over before that day; how many. Again, or two at once, adds nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LAPSED, {"on": on})
        lapsed = cursor.fetchall()
        if lapsed:
            facts: dict[str, date | list[int]] = {
                "on": on,
                "mandates": [number for number, _ in lapsed],
                "accounts": [each for _, each in lapsed],
            }
            cursor.execute(_END, facts)
            cursor.execute(_TELL_LEASES, facts)
        return len(lapsed)
