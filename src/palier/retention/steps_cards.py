"""What durations do to payments by card and to the files of the bank given on screen."""

from palier.retention.shape import Step, delete

CARDS: tuple[Step, ...] = (
    Step(
        rule="COMPTE",
        name="banking_cardpayment",
        table="banking_cardpayment",
        label="paiements par carte demandés à la passerelle",
        rows="""SELECT c.id,
                       make_date(extract(year FROM c.asked_at AT TIME ZONE 'Europe/Paris')::int, 12, 31) AS since,
                       EXISTS (SELECT FROM leases_lease AS l JOIN held_lease AS h ON h.lease_id = l.id
                               WHERE l.account_id = c.account_id) AS is_held
                FROM banking_cardpayment AS c""",
        end=delete("banking_cardpayment"),
    ),
    Step(
        rule="COMPTE",
        name="banking_cardnotice",
        table="banking_cardnotice",
        label="avis de la passerelle de paiement",
        rows="""SELECT n.id,
                       make_date(extract(year FROM n.received_at AT TIME ZONE 'Europe/Paris')::int, 12, 31) AS since,
                       false AS is_held
                FROM banking_cardnotice AS n""",
        # Of a payment that is kept, its story is kept with it.
        waits_for="""EXISTS (SELECT FROM banking_cardnotice AS n
                            JOIN banking_cardpayment AS c ON c.reference = n.reference WHERE n.id = t.id)""",
        end=delete("banking_cardnotice"),
    ),
    Step(
        rule="REPRISE",
        name="banking_givenfile",
        table="banking_givenfile",
        label="fichiers de banque donnés à l’écran",
        rows="""SELECT g.id, (g.given_at AT TIME ZONE 'Europe/Paris')::date AS since, false AS is_held
                FROM banking_givenfile AS g""",
        end=delete("banking_givenfile"),
    ),
)
