"""Sealing: the month enters the ledger once, in one transaction, by two different people."""

from datetime import datetime

from django.db import connection

from palier.agents.access import agent_of
from palier.banking.operations.settling import hold_settlements, settle_with_money_left
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month, day_fr
from palier.ledger.models import Account
from palier.ledger.operations.post import hold_numbers, require_open
from palier.privacy.actor import Actor
from palier.quittancement.models import Run
from palier.quittancement.operations.runs import lock_run

# Neutral accounts of the sub-ledger, exported later to the chart of accounts of the landlord (leases-and-rent, §10).
PRODUCT_ACCOUNTS: dict[str, tuple[str, str]] = {
    "RENT": ("PRD-LOYER", "Loyers des logements"),
    "ANNEX": ("PRD-ANNEXE", "Loyers des annexes"),
    "PROVISION_WATER": ("AVC-EAU", "Avances sur charges, eau"),
    "PROVISION_HEATING": ("AVC-CHAUFFAGE", "Avances sur charges, chauffage"),
    "PROVISION_COMMON": ("AVC-COMMUNES", "Avances sur charges, parties communes"),
    "ENERGY_WORKS": ("PRD-ENERGIE", "Contribution aux économies d’énergie"),
    "SLS": ("PRD-SLS", "Suppléments de loyer de solidarité"),
    "APL": ("CAF-APL", "APL à recevoir de la CAF"),
    "RLS": ("RED-RLS", "Réductions de loyer de solidarité"),
    "ADJUSTMENT": ("PRD-RAPPEL", "Rappels et régularisations"),
}


class RunAlreadySealed(Refusal):
    """Le mois {of_month} est déjà scellé depuis le {sealed_on}. Rien n’a été changé."""


class RunNotReviewed(Refusal):
    """Le mois {of_month} n’est pas relu : une première personne doit viser la relecture avant le scellement."""


class SamePersonReviewsAndSeals(Refusal):
    """Vous avez relu ce mois : une autre personne doit le sceller."""


_ENTRIES = """
INSERT INTO ledger_entry
    (journal, number, booked_on, label, residence_id, source_kind, source_id, means, posted_at, posted_by)
SELECT 'QUIT', %(first_entry)s + sequence - 1, due_on, %(label)s, residence_id, 'BILL', id, '', %(at)s, %(by)s
FROM quittancement_bill WHERE run_id = %(run)s ORDER BY sequence
"""
_POSTINGS = """
WITH owed AS (
    SELECT e.id AS entry_id, b.account_id, b.residence_id, b.due_on, b.lease_id, b.total_cents
    FROM quittancement_bill AS b JOIN ledger_entry AS e ON e.source_kind = 'BILL' AND e.source_id = b.id
    WHERE b.run_id = %(run)s
)
INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
SELECT entry_id, account_id, residence_id, due_on, total_cents FROM owed
UNION ALL
SELECT o.entry_id, p.account_id, o.residence_id, o.due_on, -sum(l.amount_cents)
FROM owed AS o
JOIN quittancement_line AS l ON l.run_id = %(run)s AND l.lease_id = o.lease_id
JOIN unnest(%(kinds)s::text[], %(accounts)s::bigint[]) AS p (kind, account_id) ON p.kind = l.kind
GROUP BY o.entry_id, p.account_id, o.residence_id, o.due_on
"""
# A notice in the tenant's favour pays the others, of this month or of the months to come.
_IN_FAVOUR = "SELECT DISTINCT account_id FROM quittancement_bill WHERE total_cents < 0"


def _product_accounts() -> dict[str, int]:
    """The general accounts, opened when they are first needed."""
    Account.objects.bulk_create(
        [Account(code=code, label=label, kind="GENERAL") for code, label in PRODUCT_ACCOUNTS.values()],
        ignore_conflicts=True,
    )
    return dict(Account.objects.filter(kind="GENERAL").values_list("code", "id"))


def seal_run(*, run_id: int, actor: Actor, at: datetime) -> Run:
    """Post every bill of a reviewed run to the ledger and number it; nothing moves afterwards.

    What the tenants had in advance, payment or credit, settles the new month at once.

    Raises RunNotFound, RunAlreadySealed, RunNotReviewed, SamePersonReviewsAndSeals, PeriodIsClosed.
    """
    run = lock_run(run_id)
    month = Month.of(run.month)
    if run.state == "SEALED":
        raise RunAlreadySealed(of_month=month.of_fr(), sealed_on=day_fr(day_of(run.sealed_at or at)))
    if run.state != "REVIEWED":
        raise RunNotReviewed(of_month=month.of_fr())
    if run.reviewed_by == actor.agent_id:
        raise SamePersonReviewsAndSeals
    # Settlements before numbers, as a payment does: the other way round, two people would wait for each other for ever.
    hold_settlements()
    require_open(run.month)
    accounts = _product_accounts()
    # One sealing at a time: numbers follow each other without gap.
    hold_numbers()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(max(r.first_number + r.lease_count), 1) FROM quittancement_run AS r
               WHERE r.month = %s AND r.state = 'SEALED'""",
            (run.month,),
        )
        first_number = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM ledger_entry WHERE journal = 'QUIT'")
        first_entry = cursor.fetchone()[0]
        facts = {
            "run": run.pk,
            "first_entry": first_entry,
            "label": f"Avis d’échéance, {month.label_fr()}",
            "at": at,
            "by": actor.agent_id,
            "kinds": list(PRODUCT_ACCOUNTS),
            "accounts": [accounts[code] for code, _ in PRODUCT_ACCOUNTS.values()],
        }
        # The rows were written a moment ago and have no statistics yet: without this, a month of 120,000 leases can be
        # planned as a nested loop that never ends.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_ENTRIES, facts)
        cursor.execute(_POSTINGS, facts)
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute(_IN_FAVOUR)
        in_favour = [account_id for (account_id,) in cursor.fetchall()]
    settle_with_money_left(in_favour, by=agent_of(actor), at=at)
    run.first_number = first_number
    run.state, run.sealed_by, run.sealed_at = "SEALED", actor.agent_id, at
    run.save(update_fields=["first_number", "state", "sealed_by", "sealed_at"])
    return run
