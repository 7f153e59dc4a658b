"""Sums that a card holder contests in parts: each is taken back once, whichever way the gateway tells it first."""

from datetime import date
from pathlib import Path

import psycopg
import pytest
from tests.operations.bank import balance

from palier.banking.cards_gateway import Told
from palier.banking.formats.remittance import RemittanceRowTwice
from palier.banking.operations.card_notices import keep_notice, treat_notices
from palier.banking.operations.card_remittances import take_in_remittance
from palier.banking.rules.cards import Said
from palier.foundation.clock import now
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

HEADER = "remise;jour;sorte;reference;montant\n"


def contested(tmp_path: Path, remittance: str, *sums: str) -> Path:
    contests = "".join(f"{remittance};2026-11-05;IMPAYE;CB-1;{each}\n" for each in sums)
    path = tmp_path / f"{remittance}.csv"
    path.write_text(f"{HEADER}{contests}")
    return path


def remit(path: Path) -> int:
    """The settlement file taken in, as the job does; how many of its rows were news."""
    with batch(Batch.IMPORT, operator="essai", motive="RELEVE", command="essai"):
        return take_in_remittance(path, name=path.name, by=5, at=now()).news


def test_two_partial_chargebacks_of_one_payment_are_booked_and_each_once(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    superuser.execute(
        """INSERT INTO banking_cardpayment (account_id, residence_id, amount_cents, reference, gateway,
               is_simulated, asked_at, expires_at, state, reason, back_cents)
           VALUES (101, 11, 30000, 'CB-1', 'Essai', true, now() - interval '1 day', now(), 'ASKED', '', 0)"""
    )
    paid = tmp_path / "payee.csv"
    paid.write_text(f"{HEADER}REM-1;2026-11-05;PAIEMENT;CB-1;300,00\n")
    owed = balance(superuser, 101)
    remit(paid)

    def back() -> list[tuple[object, ...]]:
        return superuser.execute("SELECT back_cents, state FROM banking_cardpayment").fetchall()

    # Two in one remittance, the smaller once more in the next; the same file again brings nothing.
    first = contested(tmp_path, "REM-2", "50,00", "20,00")
    assert remit(first) == 2
    assert back() == [(7_000, "PARTLY_BACK")]
    assert remit(first) == 0
    assert remit(contested(tmp_path, "REM-3", "20,00")) == 1
    assert back() == [(9_000, "PARTLY_BACK")]
    assert balance(superuser, 101) == owed - 30_000 + 9_000
    with pytest.raises(RemittanceRowTwice):
        remit(contested(tmp_path, "REM-4", "10,00", "10,00"))

    def notified(event: str, cents: int) -> None:
        told = Told(
            event=event, reference="CB-1", said=Said.CHARGEBACK, amount_cents=cents, currency="EUR", reason="",
            on=date(2026, 11, 6),
        )  # fmt: skip
        with batch(Batch.RENT, operator="essai", motive="PRELEVEMENTS", command="essai"):
            keep_notice(told, at=now())
            treat_notices(by=5, at=now())

    # The gateway's notification of what its settlement told already is the same sum; a new one is not.
    for rank in range(3):
        notified(f"LIT-{rank}", 2_000 if rank else 5_000)
    assert back() == [(9_000, "PARTLY_BACK")]
    notified("LIT-9", 2_000)
    assert back() == [(11_000, "PARTLY_BACK")]
    # And its settlement, the other way round.
    remit(contested(tmp_path, "REM-5", "20,00"))
    assert back() == [(11_000, "PARTLY_BACK")]
    assert balance(superuser, 101) == owed - 30_000 + 11_000
