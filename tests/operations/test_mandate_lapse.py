"""Mandates that lapse: 36 months without a debit, told on the lease, once, and never under a debit on its way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest
from django.db import connections
from tests.landlord import Landlord
from tests.operations.test_freezing import granted
from tests.operations.test_mandates import signed

from palier.banking.operations.lapse import lapse_mandates
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

pytestmark = pytest.mark.usefixtures("own_landlord")


def lapsed(on: date) -> int:
    with batch(Batch.IMPORT, operator="tests", motive="PRELEVEMENTS", command="mandats caducs"):
        return lapse_mandates(on=on)


def mandates(superuser: psycopg.Connection) -> list[tuple[date | None, str]]:
    return superuser.execute("SELECT ended_on, ended_why FROM banking_sepamandate ORDER BY id").fetchall()


def test_a_mandate_unused_for_36_months_lapses_and_the_lease_pays_by_transfer(superuser: psycopg.Connection) -> None:
    signed(on=date(2023, 11, 20))
    # Signed on 20 November 2023: good until 20 November 2026 included.
    assert lapsed(date(2026, 11, 20)) == 0
    assert lapsed(date(2026, 11, 21)) == 1
    assert lapsed(date(2026, 11, 22)) == 0
    assert mandates(superuser) == [(date(2026, 11, 21), "LAPSED")]
    assert superuser.execute(
        "SELECT payment_mode, mandate_reference, debit_day, iban_last4 FROM leases_lease WHERE id = 101"
    ).fetchone() == ("VIREMENT", "", None, "")


def test_the_36_months_run_from_the_last_debit_even_on_a_29_february(superuser: psycopg.Connection) -> None:
    number = signed(on=date(2020, 1, 1))
    superuser.execute("UPDATE banking_sepamandate SET last_used_on = '2024-02-29' WHERE id = %s", [number])
    assert lapsed(date(2027, 2, 28)) == 0
    assert lapsed(date(2027, 3, 1)) == 1


def test_a_frozen_lease_keeps_its_mandate(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    signed(on=date(2020, 1, 1))
    granted()
    assert lapsed(date(2026, 11, 24)) == 0
    assert mandates(superuser) == [(None, "")]


def test_two_jobs_at_once_end_a_mandate_once(superuser: psycopg.Connection) -> None:
    signed(on=date(2020, 1, 1))

    def work() -> int:
        try:
            return lapsed(date(2026, 11, 24))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(work) for _ in range(2)]
    assert sorted(each.result() for each in found) == [0, 1]
