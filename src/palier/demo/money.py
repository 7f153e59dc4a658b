"""What the bank and the counter brought to the landlord of a demonstration, by the product's own operations.

A statement with what is matched alone and what waits for someone, cheques and cash, a debit run of which the bank
refuses two, a refund that waits for its second signature.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection

from palier.banking.models import BankEntry, DebitRun, Payment, Refund
from palier.banking.operations.debit_file import write_debit_file
from palier.banking.operations.debits import draft_debits, sign_debits
from palier.banking.operations.payments import Received, receive_by_hand, take_back_by_hand
from palier.banking.operations.refunds import Wanted, prepare_refund, sign_refund
from palier.banking.operations.returns import read_status_report
from palier.banking.operations.statements import take_in_statement
from palier.banking.operations.worklist import class_without_tenant, match_by_hand
from palier.demo.bank_papers import Transfer, write_refusals, write_transfers
from palier.demo.mandates import fictional_iban
from palier.demo.months import Signers, acting_for
from palier.estate.models import Landlord
from palier.foundation.periods import Month
from palier.foundation.reading import fetch, fetch_count
from palier.ledger.chart import BANK_CODE, BANK_FEES_CODE
from palier.ledger.operations.manual import prepare_manual_entry

# Far from the accounts of the mandates, which are numbered by lease.
_FIRST_PAYER = 70_000_001
_FEES_CENTS, _STRANGE_CENTS = 1_840, 8_750
_TO_SIGN_CENTS = 125_000
# Why the bank refuses: no money, then a closed account.
_REFUSALS = ("AM04", "AC04")

# Those in debt on the day first, then those who owe the month that is not due yet; both agencies in turn.
_PAYERS = """
SELECT a.id AS account_id, a.reference, l.reference AS lease, max(o.display_name) AS name,
       sum(p.amount_cents)::bigint AS owed_cents
FROM leases_lease AS l JOIN ledger_account AS a ON a.id = l.account_id JOIN ledger_posting AS p ON p.account_id = a.id
JOIN estate_residence AS r ON r.id = a.residence_id
JOIN LATERAL (SELECT o.display_name FROM leases_occupant AS o WHERE o.lease_id = l.id ORDER BY o.id LIMIT 1) AS o
     ON true
WHERE a.id <> %(but)s AND l.payment_mode <> 'PRELEVEMENT' AND l.ends_on IS NULL
GROUP BY a.id, l.id, r.agency_id HAVING sum(p.amount_cents) > 0
ORDER BY coalesce(sum(p.amount_cents) FILTER (WHERE p.booked_on <= %(on)s), 0) <= 0,
         row_number() OVER (PARTITION BY r.agency_id ORDER BY a.id), a.id
LIMIT 16
"""


_BOOKS = """
SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
JOIN ledger_account AS a ON a.id = p.account_id WHERE a.code = %(code)s AND p.booked_on <= %(on)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays, and what they owe in all."""

    account_id: int
    reference: str
    lease: str
    name: str
    owed_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the acts of a demonstration take place: who signs, when, a folder for the files."""

    by: Signers
    at: datetime
    month: Month
    folder: Path
    # The account whose debt is the showcase's: nobody pays it.
    late_account_id: int

    @property
    def on(self) -> date:
        return self.at.date()


def money(scene: Scene, *, aid_cents: int) -> None:
    """The bank, the counter, debits and refunds; what is there already is left as it is.

    `aid_cents` is what the CAF pays: its transfer is in the statement, and waits for the file's page.
    """
    with acting_for(scene.by.sealer_id, "RELEVE"):
        payers = fetch(Payer, _PAYERS, {"on": scene.on, "but": scene.late_account_id})
    statement(scene, payers, aid_cents=aid_cents)
    at_the_counter(scene, payers[12:])
    debits(scene)
    refunds(scene)
    entry_to_sign(scene)


def statement(scene: Scene, payers: list[Payer], *, aid_cents: int) -> None:
    """Import the day's statement, then treat some of what waits."""
    with acting_for(scene.by.sealer_id, "RELEVE") as actor:
        if BankEntry.objects.exists():
            return
        iban = Landlord.objects.get().iban.replace(" ", "")
        opening_cents = fetch_count(_BOOKS, {"code": BANK_CODE, "on": scene.on})
        path = scene.folder / f"releve-{scene.on}.xml"
        movements = list(_movements(payers, on=scene.on, aid_cents=aid_cents))
        write_transfers(path, iban, movements, opening_cents=opening_cents, on=scene.on)
        take_in_statement(path, name=path.name, by=scene.by.sealer_id, at=scene.at)
        for movement in BankEntry.objects.filter(state="TO_REVIEW").order_by("id"):
            if movement.amount_cents == -_FEES_CENTS:
                class_without_tenant(
                    entry_id=movement.pk, account_code=BANK_FEES_CODE, reason="BANK_FEES", actor=actor, at=scene.at
                )
            elif len(payers) > 10 and movement.amount_cents == payers[10].owed_cents:
                match_by_hand(
                    entry_id=movement.pk,
                    account_id=payers[10].account_id,
                    indicated_id=None,
                    actor=actor,
                    at=scene.at,
                )


def _movements(payers: list[Payer], *, on: date, aid_cents: int) -> Iterator[Transfer]:
    """Told with their reference, with their lease, by their name alone, twice too much, and what is no tenant's."""
    for rank, payer in enumerate(payers[:12]):
        cents, wording = payer.owed_cents, f"LOYER {payer.reference}"
        if rank == 6:
            wording = f"BAIL {payer.lease}"
        elif rank in (7, 8):
            cents = 2 * payer.owed_cents
        elif rank > 8:
            wording = "LOYER"
        yield Transfer(
            cents=cents,
            on=on,
            bank_reference=f"D{on:%y%m%d}{rank:03d}",
            wording=wording,
            payer_name=payer.name[:70],
            payer_iban=fictional_iban(_FIRST_PAYER + rank),
        )
    others = [(-_FEES_CENTS, "FRAIS DE TENUE DE COMPTE", ""), (_STRANGE_CENTS, "VIREMENT", "Association fictive")]
    if aid_cents > 0:
        others.append((aid_cents, "APL", "Caisse fictive d’allocations"))
    for rank, (cents, wording, name) in enumerate(others, start=100):
        yield Transfer(cents=cents, on=on, bank_reference=f"D{on:%y%m%d}{rank}", wording=wording, payer_name=name)


def at_the_counter(scene: Scene, payers: list[Payer]) -> None:
    """Two cheques, one of them unpaid since, and cash with its receipt."""
    with acting_for(scene.by.sealer_id, "RELEVE") as actor:
        if Payment.objects.filter(entry__journal="BANK", means__in=("CHEQUE", "ESPECES")).exclude(proof="").exists():
            return
        for payer, means, proof in zip(
            payers, ("CHEQUE", "CHEQUE", "ESPECES"), ("0000123", "0000124", ""), strict=False
        ):
            cents = min(payer.owed_cents, 30_000) if means == "ESPECES" else payer.owed_cents
            received = Received(
                account_id=payer.account_id, amount_cents=cents, means=means, received_on=scene.on, proof=proof
            )
            payment = receive_by_hand(received, actor=actor, at=scene.at)
            if proof == "0000124":
                take_back_by_hand(payment_id=payment.pk, reason="BOUNCED", actor=actor, at=scene.at)


def debits(scene: Scene) -> None:
    """The month's debits: drafted by one, signed by another, written; the bank refuses two of them the same day."""
    with acting_for(scene.by.reviewer_id, "PRELEVEMENTS") as actor:
        if DebitRun.objects.exists():
            return
        run = draft_debits(month=scene.month, actor=actor, at=scene.at).run
    if not run.count:
        return
    with acting_for(scene.by.sealer_id, "PRELEVEMENTS") as actor:
        sign_debits(run_id=run.pk, actor=actor, at=scene.at)
        write_debit_file(run_id=run.pk, path=scene.folder / "prelevements.xml", at=scene.at)
        asked = fetch(_Asked, _ASKED, {"run": run.pk, "limit": len(_REFUSALS)})
        report = scene.folder / "compte-rendu.xml"
        refused = [(each.reference, each.cents, reason) for each, reason in zip(asked, _REFUSALS, strict=False)]
        write_refusals(report, run.message_id, refused)
        read_status_report(report, name=report.name, by=scene.by.sealer_id, at=scene.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    reference: str
    cents: int


_ASKED = """
SELECT end_to_end_id AS reference, amount_cents AS cents FROM banking_debit WHERE run_id = %(run)s
ORDER BY id LIMIT %(limit)s
"""
_IN_CREDIT = """
SELECT p.account_id, -sum(p.amount_cents)::bigint AS cents FROM ledger_posting AS p
JOIN ledger_account AS a ON a.id = p.account_id WHERE a.kind = 'TENANT' AND a.residence_id IS NOT NULL
GROUP BY p.account_id HAVING sum(p.amount_cents) < -2000 ORDER BY 2 DESC LIMIT 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _InCredit:
    account_id: int
    cents: int


def refunds(scene: Scene) -> None:
    """Whoever paid twice is given it back: one refund waits for its second signature, another has it."""
    with acting_for(scene.by.reviewer_id, "PRELEVEMENTS") as actor:
        if Refund.objects.exists():
            return
        prepared = [
            prepare_refund(
                wanted=Wanted(
                    account_id=each.account_id,
                    amount_cents=each.cents // 2,
                    reason="CREDIT",
                    iban=fictional_iban(_FIRST_PAYER + 500 + rank),
                    holder_name="Titulaire fictif",
                ),
                actor=actor,
                at=scene.at,
            )
            for rank, each in enumerate(fetch(_InCredit, _IN_CREDIT, {}))
        ]
    with acting_for(scene.by.sealer_id, "PRELEVEMENTS") as actor:
        for refund in prepared[1:]:
            sign_refund(refund_id=refund.pk, actor=actor, at=scene.at)


def entry_to_sign(scene: Scene) -> None:
    """A manual entry above the threshold of two signatures."""
    with acting_for(scene.by.sealer_id, "MOIS") as actor:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM ledger_manualentry WHERE entry_id IS NULL)")
            (waits,) = cursor.fetchone()
        if not waits:
            prepare_manual_entry(
                reason="CORRECTION",
                debit_code="PRD-LOYER",
                credit_code="PRD-ANNEXE",
                amount_cents=_TO_SIGN_CENTS,
                booked_on=scene.on,
                actor=actor,
                at=scene.at,
            )
