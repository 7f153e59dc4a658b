"""What durations do to mandates, debits and refunds: the sums stay for the books, the account behind them goes."""

from palier.retention.shape import Step, delete


def _dated(table: str, label: str, day: str, *, end: str, where: str = "true") -> Step:
    """Rows of an account, whose time starts at the end of the year of `day`."""
    return Step(
        rule="COMPTE",
        name=table,
        table=table,
        label=label,
        rows=f"""SELECT t.id, make_date(extract(year FROM {day})::int, 12, 31) AS since,
                        EXISTS (SELECT FROM leases_lease AS l JOIN held_lease AS h ON h.lease_id = l.id
                                WHERE l.account_id = t.account_id) AS is_held
                 FROM {table} AS t WHERE {where}""",
        end=end,
    )


DEBITS: tuple[Step, ...] = (
    _dated("banking_mandatechange", "modifications de mandats", "t.changed_on", end=delete("banking_mandatechange")),
    _dated(
        "banking_debitaside",
        "comptes mis de côté d’un prélèvement",
        "(SELECT r.month FROM banking_debitrun AS r WHERE r.id = t.run_id)",
        end=delete("banking_debitaside"),
    ),
    Step(
        rule="REPRISE",
        name="banking_orderfile",
        table="banking_orderfile",
        label="fichiers d’ordres à la banque, scellés",
        rows="""SELECT o.id, (o.made_at AT TIME ZONE 'Europe/Paris')::date AS since, false AS is_held
                FROM banking_orderfile AS o""",
        end=delete("banking_orderfile"),
    ),
    _dated(
        "banking_debit",
        "titulaires et comptes prélevés",
        "t.collected_on",
        end="""UPDATE banking_debit SET holder_name = '', iban_sealed = '', iban_last4 = '', bic = ''
               WHERE id = ANY (%(ids)s::bigint[])""",
        where="t.iban_last4 <> ''",
    ),
    _dated(
        "banking_refund",
        "titulaires et comptes remboursés",
        "t.prepared_at",
        end="""UPDATE banking_refund SET holder_name = '', iban_sealed = '', iban_last4 = ''
               WHERE id = ANY (%(ids)s::bigint[])""",
        where="t.iban_last4 <> ''",
    ),
    _dated(
        "banking_sepamandate",
        "titulaires et comptes des mandats arrêtés",
        "t.ended_on",
        end="""UPDATE banking_sepamandate
               SET holder_name = '', iban_sealed = '', iban_digest = '', iban_last4 = '', bic = ''
               WHERE id = ANY (%(ids)s::bigint[])""",
        where="t.iban_last4 <> ''",
    ),
)
