"""What the CAF pays: a file read once, its totals checked, each row matched, accepted or waiting for somebody."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from tests.landlord import Landlord
from tests.operations import bank
from tests.operations.test_freezing import granted

from palier.aid.models import AidFile, AidRow, Beneficiary
from palier.aid.numbers import number_digest, number_end
from palier.aid.operations.import_file import Imported, import_aid
from palier.aid.operations.queue import (
    AidNumberAlreadyLinked,
    AidRowNotFound,
    TransferAlreadyReconciled,
    TransferNotFound,
    accept_row,
    attach_row,
    reconcile_transfer,
)
from palier.aid.queries.files import waiting_rows
from palier.aid.rules.fixed_width import (
    DEFAULT,
    AidAmountTooLarge,
    AidAmountUnreadable,
    AidFileEmpty,
    AidHeaderMissing,
    AidLineTooShort,
    AidMonthUnreadable,
    AidNumberMissing,
    AidOtherLandlord,
    AidProfileUnreadable,
    AidRecordUnknown,
    AidTotalMissing,
    AidTotalsDiffer,
    profile_from,
    read_aid,
)
from palier.banking.operations.worklist import MovementAlreadyTreated, class_without_tenant
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
CODE = "BAILLEUR0001"
# Fictional numbers of beneficiaries, by lease.
NUMBERS = {101: "900000000000101", 102: "900000000000102", 201: "900000000000201"}


def detail(number: str, month: str, amount: int, withheld: int = 0) -> str:
    return f"0602{'':32}{number:15}{'NOM FICTIF':20}{'PRENOM':12}{month}{'':4}{amount:011d}{withheld:011d}"


def closing(kind: str, amount: int, withheld: int = 0) -> str:
    return f"{kind}{'':87}{amount:011d}{withheld:011d}"


def lines(*details: str, amount: int, withheld: int = 0) -> list[str]:
    head = f"0302{CODE:12}"
    return [head, *details, closing("0702", amount, withheld), closing("0802", amount, withheld)]


def written(folder: Path, *details: str, amount: int, withheld: int = 0, name: str = "caf.txt") -> Path:
    path = folder / name
    path.write_text("\n".join(lines(*details, amount=amount, withheld=withheld)) + "\n", encoding="iso-8859-1")
    return path


@contextmanager
def working() -> Iterator[None]:
    with batch(Batch.IMPORT, operator="tests", motive="REPRISE", command="aid import"):
        yield


def imported(path: Path) -> Imported:
    with working():
        return import_aid(path, by=0, at=AT)


def siege(landlord: Landlord) -> Actor:
    return Actor(role=Role.HEADQUARTERS, purpose="QUITTANCEMENT", agent_id=landlord.agents["siege"])


def linked(lease: int, *, residence_id: int) -> None:
    """The lease is known to the CAF under its number."""
    Beneficiary.objects.create(
        lease_id=lease,
        residence_id=residence_id,
        number_digest=number_digest(CODE, NUMBERS[lease]),
        number_end=number_end(NUMBERS[lease]),
        linked_by=0,
        linked_at=AT,
    )


@pytest.fixture
def known(own_landlord: Landlord, superuser: psycopg.Connection) -> Landlord:
    """Leases 101 and 102 are known to the CAF; October's notice of 101 deducted 100.00 of APL."""
    with working():
        for lease in (101, 102):
            linked(lease, residence_id=11 if lease == 101 else 12)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        """INSERT INTO quittancement_line (run_id, lease_id, residence_id, rank, kind, label, amount_cents, rule,
                                           inputs, basis)
           VALUES (1, 101, 11, 2, 'APL', 'APL', -10000, 'rent-line/1', '-10000 31 31 1 -', '')"""
    )
    return own_landlord


def tenant_postings(superuser: psycopg.Connection, account: int = 101) -> list[int]:
    rows = superuser.execute(
        """SELECT p.amount_cents FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
           WHERE e.source_kind = 'AID' AND p.account_id = %s ORDER BY e.id""",
        [account],
    )
    return [cents for (cents,) in rows]


# --- The file alone --------------------------------------------------------------------------------------------------


def test_the_sums_of_a_file_are_those_it_announces() -> None:
    content = read_aid(
        lines(detail(NUMBERS[101], "2611", 12_345, 45), detail(NUMBERS[102], "2610", 655), amount=13_000, withheld=45),
        DEFAULT,
    )
    assert (content.landlord_code, content.month) == (CODE, date(2026, 11, 1))
    assert (content.amount_cents, content.withheld_cents, content.net_cents) == (13_000, 45, 12_955)
    assert [(each.number, each.month.month, each.amount_cents) for each in content.details] == [
        (NUMBERS[101], 11, 12_345),
        (NUMBERS[102], 10, 655),
    ]


@pytest.mark.parametrize(
    ("given", "refusal", "line"),
    [
        (lines(detail(NUMBERS[101], "2611", 100), amount=101), AidTotalsDiffer, "Ligne 3"),
        (lines(detail(NUMBERS[101], "2611", 100), amount=100)[:-1], AidTotalMissing, "total"),
        ([*lines(detail(NUMBERS[101], "2611", 100), amount=100), "9999"], AidRecordUnknown, "Ligne 5"),
        ([f"0302{CODE:12}", "0602 trop court"], AidLineTooShort, "Ligne 2"),
        ([f"0302{CODE:12}", detail(NUMBERS[101], "2613", 100)], AidMonthUnreadable, "Ligne 2"),
        ([detail(NUMBERS[101], "2611", 100).replace("00000000100", "0000000NaN0")], AidAmountUnreadable, "Ligne 1"),
        ([f"0302{CODE:12}"], AidFileEmpty, "caf-0302-0802"),
        # Slipped in behind the total, which does not count it.
        (
            [*lines(detail(NUMBERS[101], "2611", 100), amount=100), detail(NUMBERS[102], "2611", 999_999)],
            AidTotalMissing,
            "total",
        ),
        (lines(detail("", "2611", 100), amount=100), AidNumberMissing, "Ligne 2"),
        (lines(detail(NUMBERS[101], "2611", 100), amount=100)[1:], AidHeaderMissing, "Ligne 1"),
        (
            [*lines(detail(NUMBERS[101], "2611", 100), amount=100)[:-1], f"0302{'AUTREBAIL001':12}"],
            AidOtherLandlord,
            "Ligne 4",
        ),
    ],
)
def test_a_file_that_does_not_hold_is_refused_with_its_line(
    given: list[str], refusal: type[Refusal], line: str
) -> None:
    with pytest.raises(refusal, match=line):
        read_aid(given, DEFAULT)


def test_another_profile_cuts_another_file() -> None:
    profile = profile_from(
        """
        name = "essai"
        header = "H001"
        detail = "D001"
        subtotal = "S001"
        total = "T001"
        landlord = [4, 8]
        number = [4, 9]
        month = [9, 13]
        amount = [13, 19]
        withheld = [19, 25]
        rls = [25, 31]
        total_amount = [4, 10]
        total_withheld = [10, 16]
        """
    )
    content = read_aid(["H001ABCD", "D001123452611010000000000002500", "T001010000000000"], profile)
    assert (content.details[0].number, content.details[0].rls_cents, profile.verified) == ("12345", 2_500, False)
    with pytest.raises(AidProfileUnreadable, match="number"):
        profile_from(
            'name = "a"\nheader = "H"\ndetail = "D"\nsubtotal = "S"\ntotal = "T"\nlandlord = [0, 2]\nnumber = 3'
        )


def test_a_profile_that_cuts_too_wide_gives_no_amount_that_no_table_holds() -> None:
    wide = replace(DEFAULT, amount=(91, 113))
    with pytest.raises(AidAmountTooLarge, match="Ligne 2"):
        read_aid(lines(detail(NUMBERS[101], "2611", 12_345, 45), amount=12_345, withheld=45), wide)


# --- The import ------------------------------------------------------------------------------------------------------


def test_what_agrees_with_the_notice_is_matched_and_writes_nothing(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    done = imported(written(tmp_path, detail(NUMBERS[101], "2610", 10_000), amount=10_000))
    assert (done.rows, done.created, done.matched, done.exceptions, done.net_cents) == (1, 1, 1, 0, 10_000)
    assert tenant_postings(superuser) == []


def test_the_same_file_twice_creates_nothing(known: Landlord, tmp_path: Path) -> None:
    path = written(tmp_path, detail(NUMBERS[101], "2610", 10_000), amount=10_000)
    first, second = imported(path), imported(path)
    assert (first.created, second.created, second.rows) == (1, 0, 1)
    with working():
        assert (AidFile.objects.count(), AidRow.objects.count()) == (1, 1)


def test_two_at_once_import_it_once(known: Landlord, tmp_path: Path) -> None:
    path = written(tmp_path, detail(NUMBERS[101], "2610", 10_000), amount=10_000)
    done: list[Imported] = []

    def work() -> None:
        done.append(imported(path))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.created for each in done) == [0, 1]


def test_a_month_to_come_is_billed_as_the_caf_pays_it(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(written(tmp_path, detail(NUMBERS[101], "2611", 15_000), amount=15_000))
    rows = superuser.execute("SELECT lease_id, kind, amount_cents, first_day, source FROM quittancement_datedamount")
    assert rows.fetchall() == [(101, "APL", 15_000, date(2026, 11, 1), "CAF")]
    imported(written(tmp_path, detail(NUMBERS[101], "2612", 16_000), amount=16_000, name="decembre.txt"))
    rows = superuser.execute("SELECT amount_cents, first_day, last_day FROM quittancement_datedamount ORDER BY 2")
    assert rows.fetchall() == [
        (15_000, date(2026, 11, 1), date(2026, 11, 30)),
        (16_000, date(2026, 12, 1), None),
    ]


def test_rappel_and_indu_are_lines_of_their_own(known: Landlord, superuser: psycopg.Connection, tmp_path: Path) -> None:
    imported(
        written(
            tmp_path,
            detail(NUMBERS[101], "2610", 10_000, 1_500),
            detail(NUMBERS[101], "2609", 4_000),
            amount=14_000,
            withheld=1_500,
        )
    )
    # Withheld: the tenant owes it; a rappel of September is theirs.
    assert tenant_postings(superuser) == [1_500, -4_000]
    labels = superuser.execute("SELECT label FROM ledger_entry WHERE source_kind = 'AID' ORDER BY id").fetchall()
    assert labels == [
        ("Indu d’APL retenu par la CAF, octobre 2026",),
        ("Rappel d’APL, septembre 2026",),
    ]


def test_a_rappel_of_what_the_notice_had_already_given_is_not_given_twice(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    # October's notice deducted 100.00; the CAF paid nothing in October, then 100.00 and 30.00 more in two rappels.
    later = [detail(NUMBERS[101], "2611", 10_000), detail(NUMBERS[101], "2610", 10_000)]
    imported(written(tmp_path, *later, amount=20_000))
    assert tenant_postings(superuser) == []
    imported(
        written(
            tmp_path,
            detail(NUMBERS[101], "2612", 10_000),
            detail(NUMBERS[101], "2610", 3_000),
            amount=13_000,
            name="decembre.txt",
        )
    )
    assert tenant_postings(superuser) == [-3_000]


def test_a_rappel_makes_up_for_a_difference_before_or_after_it_is_accepted(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(written(tmp_path, detail(NUMBERS[101], "2610", 8_000), amount=8_000))
    actor = siege(known)
    rappel = [detail(NUMBERS[101], "2611", 9_000), detail(NUMBERS[101], "2610", 1_500)]
    imported(written(tmp_path, *rappel, amount=10_500, name="novembre.txt"))
    # 100.00 deducted, 80.00 then 15.00 paid: 5.00 are owed, whoever accepts and when.
    assert tenant_postings(superuser) == []
    with acting(actor):
        accept_row(row_id=AidRow.objects.get(state="DIFFERS").pk, actor=actor, at=AT)
    assert tenant_postings(superuser) == [500]
    more = [detail(NUMBERS[101], "2612", 9_000), detail(NUMBERS[101], "2610", 500)]
    imported(written(tmp_path, *more, amount=9_500, name="decembre.txt"))
    assert tenant_postings(superuser) == [500, -500]


# 35.99 notified and 30.00 deducted: 5.99. The rent of October was 400.00: no more than 370.00 is left to give.
@pytest.mark.parametrize(("notified", "given"), [(3_599, 599), (50_000, 37_000)])
def test_a_reduction_that_the_notice_left_out_is_given_up_to_the_rent(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path, notified: int, given: int
) -> None:
    superuser.execute(
        """INSERT INTO quittancement_line (run_id, lease_id, residence_id, rank, kind, label, amount_cents, rule,
                                           inputs, basis)
           VALUES (1, 101, 11, 3, 'RLS', 'RLS', -3000, 'rent-line/1', '-3000 31 31 1 40000', '')"""
    )
    path = written(tmp_path, detail(NUMBERS[101], "2610", 10_000) + f"{notified:011d}", amount=10_000)
    with working():
        import_aid(path, by=0, at=AT, profile=replace(DEFAULT, rls=(113, 124)))
    actor = siege(known)
    with acting(actor):
        accept_row(row_id=AidRow.objects.get(state="DIFFERS").pk, actor=actor, at=AT)
    assert tenant_postings(superuser) == [-given]
    assert bank.balance(superuser, "RED-RLS") == given


def test_an_unknown_number_waits_and_is_attached_once_for_all(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    done = imported(
        written(
            tmp_path,
            detail(NUMBERS[201], "2611", 20_000),
            detail(NUMBERS[201], "2610", 3_000),
            amount=23_000,
        )
    )
    assert (done.exceptions, done.matched) == (2, 0)
    actor = siege(known)
    with acting(actor):
        row = AidRow.objects.order_by("rank").first()
        assert row is not None
        assert (row.state, row.lease_id, row.number_end) == ("UNKNOWN", None, "201")
        assert attach_row(row_id=row.pk, reference="L201", actor=actor, at=AT) == 2
    assert tenant_postings(superuser, 201) == [-3_000]
    with acting(actor), pytest.raises(AidRowNotFound):
        attach_row(row_id=row.pk, reference="L201", actor=actor, at=AT)


def test_two_rows_of_one_number_attached_at_once_and_the_second_is_told(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    rows = (detail(NUMBERS[201], "2611", 20_000), detail(NUMBERS[201], "2610", 3_000))
    imported(written(tmp_path, *rows, amount=23_000))
    numbers = [number for (number,) in superuser.execute("SELECT id FROM aid_aidrow ORDER BY id").fetchall()]
    said: list[str] = []
    ready = threading.Barrier(2)

    def attach(row_id: int) -> None:
        actor = siege(known)
        try:
            with acting(actor):
                # Both transactions are open before either begins.
                ready.wait(timeout=30)
                said.append(str(attach_row(row_id=row_id, reference="L201", actor=actor, at=AT)))
        except AidRowNotFound as refusal:
            said.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attach, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(said) == ["2", "AidRowNotFound"]
    assert bank.count(superuser, "aid_beneficiary", "lease_id = 201") == 1
    assert tenant_postings(superuser, 201) == [-3_000]


def test_a_number_that_leads_to_a_lease_already_is_not_attached_again(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(written(tmp_path, detail(NUMBERS[201], "2610", 3_000), amount=3_000))
    actor = siege(known)
    with acting(actor):
        row = AidRow.objects.get()
    superuser.execute(
        """INSERT INTO aid_beneficiary (lease_id, residence_id, number_digest, number_end, linked_by, linked_at)
           VALUES (201, 21, %s, '201', 0, now())""",
        [row.number_digest],
    )
    with acting(actor), pytest.raises(AidNumberAlreadyLinked):
        attach_row(row_id=row.pk, reference="L201", actor=actor, at=AT)


def test_a_different_amount_is_accepted_in_an_entry_of_its_own(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    done = imported(written(tmp_path, detail(NUMBERS[101], "2610", 8_000), amount=8_000))
    assert done.exceptions == 1
    actor = siege(known)
    with acting(actor):
        row = AidRow.objects.get()
        assert (row.state, row.expected_cents) == ("DIFFERS", 10_000)
        accept_row(row_id=row.pk, actor=actor, at=AT)
    # The notice deducted 100.00 and the CAF pays 80.00: 20.00 are owed.
    assert tenant_postings(superuser) == [2_000]
    notified = superuser.execute("SELECT amount_cents, first_day FROM quittancement_datedamount").fetchall()
    assert notified == [(8_000, date(2026, 11, 1))]
    with acting(actor), pytest.raises(AidRowNotFound):
        accept_row(row_id=row.pk, actor=actor, at=AT)


def test_a_lease_that_has_ended_waits(known: Landlord, superuser: psycopg.Connection, tmp_path: Path) -> None:
    superuser.execute("UPDATE leases_lease SET ends_on = '2026-09-30' WHERE id = 102")
    done = imported(written(tmp_path, detail(NUMBERS[102], "2611", 9_000), amount=9_000))
    assert done.exceptions == 1
    with working():
        assert AidRow.objects.get().state == "ENDED"


def test_the_transfer_of_the_caf_is_the_total_of_its_file(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    done = imported(written(tmp_path, detail(NUMBERS[101], "2610", 10_000), amount=10_000))
    actor = siege(known)
    with acting(actor), pytest.raises(TransferNotFound, match="100,00"):
        reconcile_transfer(file_id=done.file_id, actor=actor, at=AT)
    bank.imported(bank.statement(tmp_path, bank.transfer(10_000, "VIR CAF")))
    with acting(actor):
        reconcile_transfer(file_id=done.file_id, actor=actor, at=AT)
    balances = superuser.execute(
        """SELECT a.code, sum(p.amount_cents)::int FROM ledger_posting AS p JOIN ledger_account AS a
           ON a.id = p.account_id WHERE a.code IN ('ATT-BANQUE', 'CAF-APL') GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    assert balances == [("ATT-BANQUE", 0), ("CAF-APL", -10_000)]
    # On the bank's own day: a transfer of November does not wait in the books of November.
    days = superuser.execute("SELECT booked_on FROM ledger_entry WHERE source_kind = 'AID'").fetchall()
    assert days == [(bank.ON,)]
    with acting(actor), pytest.raises(TransferAlreadyReconciled):
        reconcile_transfer(file_id=done.file_id, actor=actor, at=AT)


def test_a_transfer_that_was_reconciled_leaves_the_list_of_the_bank(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    done = imported(written(tmp_path, detail(NUMBERS[101], "2610", 10_000), amount=10_000))
    bank.imported(bank.statement(tmp_path, bank.transfer(10_000, "VIR CAF")))
    actor = siege(known)
    with acting(actor):
        reconcile_transfer(file_id=done.file_id, actor=actor, at=AT)
    (entry, state) = superuser.execute("SELECT id, state FROM banking_bankentry").fetchone() or (0, "")
    assert state == "OTHER"
    with acting(actor), pytest.raises(MovementAlreadyTreated):
        class_without_tenant(entry_id=entry, account_code="CAF-APL", reason="TRANSFER", actor=actor, at=AT)
    assert (bank.balance(superuser, "ATT-BANQUE"), bank.balance(superuser, "CAF-APL")) == (0, -10_000)


def test_a_movement_that_somebody_treated_is_not_the_transfer(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    done = imported(written(tmp_path, detail(NUMBERS[101], "2610", 10_000), amount=10_000))
    other = bank.transfer(10_000, "REMISE", rank=2)
    bank.imported(bank.statement(tmp_path, bank.transfer(9_999, "VIR"), other))
    actor = siege(known)
    (entry,) = superuser.execute("SELECT id FROM banking_bankentry WHERE amount_cents = 10000").fetchone() or (0,)
    with acting(actor):
        class_without_tenant(entry_id=entry, account_code="PRD-LOYER", reason="CORRECTION", actor=actor, at=AT)
    with acting(actor), pytest.raises(TransferNotFound):
        reconcile_transfer(file_id=done.file_id, actor=actor, at=AT)


def test_neither_name_nor_number_of_a_beneficiary_is_kept(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(written(tmp_path, detail(NUMBERS[201], "2611", 20_000), amount=20_000))
    kept = str(superuser.execute("SELECT to_jsonb(r) FROM aid_aidrow AS r").fetchall())
    assert NUMBERS[201] not in kept
    assert "FICTIF" not in kept


def test_a_frozen_lease_waits_and_stops_nobody_else(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    granted()
    done = imported(
        written(tmp_path, detail(NUMBERS[101], "2611", 15_000), detail(NUMBERS[102], "2611", 9_000), amount=24_000)
    )
    assert (done.matched, done.exceptions) == (1, 1)
    assert superuser.execute("SELECT lease_id, amount_cents FROM quittancement_datedamount").fetchall() == [
        (102, 9_000)
    ]
    actor = siege(known)
    with acting(actor):
        row = AidRow.objects.get(lease_id=101)
        assert row.state == "FROZEN"
        accept_row(row_id=row.pk, actor=actor, at=AT)
    assert tenant_postings(superuser) == []


# --- Who is absent from a file ---------------------------------------------------------------------------------------


def states(superuser: psycopg.Connection) -> list[tuple[object, ...]]:
    return superuser.execute(
        "SELECT f.month, r.number_end, r.state, r.amount_cents FROM aid_aidrow AS r JOIN aid_aidfile AS f "
        "ON f.id = r.file_id WHERE r.state IN ('ABSENT', 'FOUND') OR r.amount_cents = 0 ORDER BY r.id"
    ).fetchall()


def both_paid(folder: Path, month: str, name: str) -> Path:
    rows = (detail(NUMBERS[101], month, 10_000), detail(NUMBERS[102], month, 9_000))
    return written(folder, *rows, amount=19_000, name=name)


def test_who_was_paid_the_month_before_and_is_in_no_row_waits_once(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    assert imported(both_paid(tmp_path, "2609", "septembre.txt")).absent == 0
    october = written(tmp_path, detail(NUMBERS[102], "2610", 9_000), amount=9_000, name="octobre.txt")
    done, again = imported(october), imported(october)
    # October's notice of 102 deducted nothing: that row waits too.
    assert (done.rows, done.matched, done.exceptions, done.absent) == (1, 0, 2, 1)
    assert (again.created, again.exceptions, again.absent) == (0, 2, 1)
    assert states(superuser) == [(date(2026, 10, 1), "101", "ABSENT", 0)]
    with working():
        _, waiting = waiting_rows(done.file_id)
    assert (waiting.reference, waiting.amount_cents, waiting.expected_cents) == ("L101", 0, 10_000)


def test_to_accept_who_is_absent_asks_the_tenant_for_what_the_notice_gave_and_stops_the_aid(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(both_paid(tmp_path, "2609", "septembre.txt"))
    superuser.execute(
        """INSERT INTO quittancement_datedamount (lease_id, residence_id, kind, amount_cents, basis, source,
                                                  notified_on, first_day)
           VALUES (101, 11, 'APL', 10000, 'CAF', 'CAF', '2026-09-01', '2026-10-01')
           ON CONFLICT (lease_id, kind, first_day) DO NOTHING"""
    )
    imported(written(tmp_path, detail(NUMBERS[102], "2610", 9_000), amount=9_000, name="octobre.txt"))
    actor = siege(known)
    with acting(actor):
        accept_row(row_id=AidRow.objects.get(state="ABSENT").pk, actor=actor, at=AT)
    # October's notice deducted 100.00 that the CAF did not pay: they are owed, and November deducts nothing.
    assert tenant_postings(superuser) == [10_000]
    running = superuser.execute(
        "SELECT count(*) FROM quittancement_datedamount WHERE lease_id = 101 AND (last_day IS NULL OR last_day >= %s)",
        [date(2026, 11, 1)],
    ).fetchone()
    assert running == (0,)


def test_a_file_of_rappels_or_a_complement_queues_nobody(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(both_paid(tmp_path, "2610", "octobre.txt"))
    rappels = (detail(NUMBERS[101], "2609", 4_000), detail(NUMBERS[101], "2608", 4_000))
    assert imported(written(tmp_path, *rappels, amount=8_000, name="rappels.txt")).absent == 0
    more = written(tmp_path, detail(NUMBERS[201], "2610", 5_000), amount=5_000, name="complement.txt")
    assert imported(more).absent == 0
    assert states(superuser) == []


def test_a_month_that_comes_in_two_files_takes_out_of_the_queue_those_whom_the_second_pays(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(both_paid(tmp_path, "2610", "octobre.txt"))
    imported(written(tmp_path, detail(NUMBERS[101], "2611", 10_000), amount=10_000, name="novembre.txt"))
    assert states(superuser) == [(date(2026, 11, 1), "102", "ABSENT", 0)]
    imported(written(tmp_path, detail(NUMBERS[102], "2611", 9_000), amount=9_000, name="novembre-2.txt"))
    assert states(superuser) == [(date(2026, 11, 1), "102", "FOUND", 0)]
    # December pays both: November's second file counts as much as its first.
    december = written(tmp_path, detail(NUMBERS[101], "2612", 10_000), amount=10_000, name="decembre.txt")
    assert imported(december).absent == 1


def test_a_lease_that_ended_before_the_month_has_nothing_to_explain(
    known: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(both_paid(tmp_path, "2609", "septembre.txt"))
    superuser.execute("UPDATE leases_lease SET ends_on = '2026-09-30' WHERE id = 102")
    done = imported(written(tmp_path, detail(NUMBERS[101], "2610", 10_000), amount=10_000, name="octobre.txt"))
    assert (done.exceptions, done.absent) == (0, 0)
