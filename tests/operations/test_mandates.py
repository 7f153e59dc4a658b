"""Mandates and refunds: an account checked and sealed, one mandate at a time, two people for money that leaves."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections
from lxml import etree

from palier.banking.identifiers import BicWrong, IbanOutsideSepa, IbanWrong, open_iban, person_iban, without_ibans
from palier.banking.models import MandateChange, SepaMandate
from palier.banking.operations.mandates import (
    DebitDayImpossible,
    LeaseToDebitNotFound,
    MandateAlreadyEnded,
    MandateAlreadyRunning,
    MandateSignedInTheFuture,
    NothingAmended,
    NoticeDaysImpossible,
    Terms,
    amend_mandate,
    end_mandate,
    sign_mandate,
)
from palier.banking.operations.order_files import OrderFileOfFormerSheet
from palier.banking.operations.refunds import (
    NoRefundToSend,
    RefundAboveCredit,
    RefundAccountMissing,
    RefundAccountNotFound,
    RefundAlreadySigned,
    RefundDropped,
    SamePersonPreparesAndSignsRefund,
    Wanted,
    drop_refund,
    prepare_refund,
    sign_refund,
    write_refund_file,
)
from palier.foundation.clock import PARIS
from palier.leases.models import Lease
from palier.privacy.actor import Actor, Reading, acting, batch
from palier.privacy.declare import Batch, Role

pytestmark = pytest.mark.usefixtures("own_landlord")

AT = datetime(2026, 11, 24, 9, tzinfo=PARIS)
# Bank 99999 is nobody's; both keys are sound, worked out by hand: 97 less the weighted remainder, 98 less ISO 7064's.
IBAN, OTHER = "FR7699999000010000000000115", "FR7699999000010000000009912"
SIGNED_ON = AT.date()
TERMS = Terms(holder_name="Amandier Lucie", debit_day=5)


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    connections.close_all()


def as_officer(agent_id: int = 1, agency_id: int = 1) -> AbstractContextManager[Reading]:
    """The rent officer of an agency."""
    return acting(
        Actor(role=Role.RENT_OFFICER, purpose="COMPTABILITE", name="Agent", agent_id=agent_id, agency_id=agency_id)
    )


def as_job(agent_id: int) -> AbstractContextManager[Reading]:
    """The job that someone asked for."""
    return batch(Batch.RENT, operator="essai", motive="PRELEVEMENTS", command="essai", agent_id=agent_id)


def as_head(agent_id: int) -> AbstractContextManager[Reading]:
    """Someone of headquarters."""
    return acting(Actor(role=Role.HEADQUARTERS, purpose="COMPTABILITE", name="Agent siège", agent_id=agent_id))


def signed(*, lease_id: int = 101, iban: str = IBAN, bic: str = "", terms: Terms = TERMS, on: date = SIGNED_ON) -> int:
    with as_officer() as reading:
        mandate = sign_mandate(
            lease_id=lease_id, terms=terms, iban=iban, bic=bic, signed_on=on, actor=reading.actor, at=AT
        )
        return int(mandate.pk)


def test_a_mandate_seals_its_account_and_the_lease_says_it(superuser: psycopg.Connection) -> None:
    number = signed(iban="fr76 9999 9000 0100 0000 0000 115", bic="zzzzfrpp")
    found = superuser.execute(
        "SELECT reference, iban_sealed, iban_last4, bic, length(iban_digest) FROM banking_sepamandate WHERE id = %s",
        [number],
    ).fetchone()
    assert found is not None
    reference, kept, last4, bic, length = found
    assert IBAN.encode() not in bytes(kept)
    assert open_iban(bytes(kept)) == IBAN
    assert (reference, last4, bic, length) == ("L101-01", "0115", "ZZZZFRPP", 64)
    lease = superuser.execute(
        "SELECT payment_mode, mandate_reference, debit_day, iban_last4 FROM leases_lease WHERE id = 101"
    ).fetchone()
    assert lease == ("PRELEVEMENT", "L101-01", 5, "0115")


@pytest.mark.parametrize(
    ("iban", "refusal"),
    [
        ("FR7699999000010000000000116", IbanWrong),  # the key
        ("FR76999990000100000000001", IbanWrong),
        ("", IbanWrong),
        # Sound keys, worked out by ISO 7064, of countries outside the SEPA area: Morocco, Saudi Arabia.
        ("MA64011519000001205000534921", IbanOutsideSepa),
        ("SA0380000000608010167519", IbanOutsideSepa),
    ],
)
def test_an_account_that_cannot_be_debited_is_refused(iban: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        person_iban(iban)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("VIR DE FR76 3000 6000 0112 3456 7890 189 MERCI", "VIR DE …0189 MERCI"),
        ("IBANfr7630006000011234567890189 ET DE89370400440532013000", "IBAN…0189 ET …3000"),
        # A reference has the same check digits; a wrong key is no one's account.
        ("LOYER RF18 5390 0754 7034", "LOYER RF18 5390 0754 7034"),
        ("FR7630006000011234567890188", "FR7630006000011234567890188"),
        ("FR76", "FR76"),
    ],
)
def test_the_words_of_others_keep_the_ending_of_an_account_alone(said: str, kept: str) -> None:
    assert without_ibans(said) == kept


@pytest.mark.parametrize(
    ("signing", "refusal"),
    [
        (partial(signed, terms=Terms(holder_name="Amandier", debit_day=29)), DebitDayImpossible),
        (partial(signed, terms=Terms(holder_name="Amandier", debit_day=0)), DebitDayImpossible),
        (partial(signed, terms=Terms(holder_name="Amandier", debit_day=5, notice_days=0)), NoticeDaysImpossible),
        (partial(signed, on=date(2026, 11, 25)), MandateSignedInTheFuture),
        (partial(signed, bic="BNP"), BicWrong),
        # Of the other agency: what is out of scope does not exist.
        (partial(signed, lease_id=201), LeaseToDebitNotFound),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(
    signing: Callable[[], int], refusal: type[Exception], superuser: psycopg.Connection
) -> None:
    with pytest.raises(refusal):
        signing()
    assert superuser.execute("SELECT count(*) FROM banking_sepamandate").fetchone() == (0,)


def test_two_mandates_signed_at_once_make_one(superuser: psycopg.Connection) -> None:
    ready = threading.Barrier(2)
    told: list[str] = []

    def sign() -> None:
        ready.wait()
        try:
            signed()
            told.append("signé")
        except MandateAlreadyRunning:
            told.append("refusé")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told) == ["refusé", "signé"]
    assert superuser.execute("SELECT count(*) FROM banking_sepamandate").fetchone() == (1,)


def test_another_account_is_kept_to_be_told_and_the_same_words_are_refused() -> None:
    number = signed()
    with as_officer() as reading:
        amend_mandate(mandate_id=number, terms=TERMS, iban=OTHER, bic="", actor=reading.actor, at=AT)
    with pytest.raises(NothingAmended), as_officer() as reading:
        amend_mandate(mandate_id=number, terms=TERMS, iban="", bic="", actor=reading.actor, at=AT)
    with as_head(4):
        assert Lease.objects.get(pk=101).iban_last4 == "9912"
        assert list(MandateChange.objects.values_list("mandate_id", "told_at")) == [(number, None)]
        assert open_iban(bytes(SepaMandate.objects.get(pk=number).iban_sealed)) == OTHER


def test_another_day_changes_the_lease_and_is_no_news_for_the_bank() -> None:
    number = signed()
    with as_officer() as reading:
        terms = Terms(holder_name="Amandier Lucie", debit_day=10)
        amend_mandate(mandate_id=number, terms=terms, iban="", bic="", actor=reading.actor, at=AT)
    with as_head(4):
        assert Lease.objects.get(pk=101).debit_day == 10
        assert not MandateChange.objects.exists()


def test_a_mandate_ended_leaves_the_lease_pay_otherwise_and_ends_once() -> None:
    number = signed()
    with as_officer() as reading:
        end_mandate(mandate_id=number, why="REVOKED", pays_by="CHEQUE", actor=reading.actor, at=AT)
    with pytest.raises(MandateAlreadyEnded), as_officer() as reading:
        end_mandate(mandate_id=number, why="REVOKED", pays_by="CHEQUE", actor=reading.actor, at=AT)
    with as_head(4):
        lease = Lease.objects.get(pk=101)
        assert (lease.payment_mode, lease.mandate_reference, lease.debit_day) == ("CHEQUE", "", None)
    assert signed() != number


def test_an_officer_never_reads_the_sealed_number() -> None:
    signed()
    with pytest.raises(Exception, match="permission denied"), as_officer():
        list(SepaMandate.objects.values_list("iban_sealed"))


# --- Refunds ---------------------------------------------------------------------------------------------------------


def credit(connection: psycopg.Connection, cents: int) -> None:
    """Put the account 101 in credit of that sum."""
    owed = connection.execute("SELECT coalesce(sum(amount_cents), 0) FROM ledger_posting WHERE account_id = 101")
    (balance,) = owed.fetchone() or (0,)
    entry = connection.execute(
        """INSERT INTO ledger_entry (journal, number, booked_on, label, residence_id, source_kind, source_id, means,
                                     posted_at, posted_by)
           VALUES ('MISC', 900, '2026-11-20', 'Avoir', 11, 'OPENING', 900, '', now(), 4) RETURNING id"""
    ).fetchone()
    assert entry is not None
    connection.execute(
        """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
           VALUES (%(entry)s, 101, 11, '2026-11-20', %(cents)s), (%(entry)s, 900, 11, '2026-11-20', -%(cents)s)""",
        {"entry": entry[0], "cents": -cents - int(balance)},
    )


def prepared(cents: int, *, agent_id: int = 4, iban: str = IBAN, account_id: int = 101) -> int:
    wanted = Wanted(
        account_id=account_id, amount_cents=cents, reason="CREDIT", iban=iban, holder_name="Amandier" if iban else ""
    )
    with as_head(agent_id) as reading:
        return int(prepare_refund(wanted=wanted, actor=reading.actor, at=AT).pk)


def test_a_refund_leaves_the_account_when_another_person_signs(superuser: psycopg.Connection, tmp_path: Path) -> None:
    credit(superuser, 10_000)
    number = prepared(7_500)
    with pytest.raises(SamePersonPreparesAndSignsRefund), as_head(4) as reading:
        sign_refund(refund_id=number, actor=reading.actor, at=AT)
    with as_head(7) as reading:
        sign_refund(refund_id=number, actor=reading.actor, at=AT)
    with pytest.raises(RefundAlreadySigned), as_head(7) as reading:
        sign_refund(refund_id=number, actor=reading.actor, at=AT)
    balances = superuser.execute(
        """SELECT a.code, sum(p.amount_cents)::bigint FROM ledger_posting AS p
           JOIN ledger_account AS a ON a.id = p.account_id
           WHERE a.code IN ('411-101', 'RMB-ENCOURS') GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    assert balances == [("411-101", -2_500), ("RMB-ENCOURS", -7_500)]
    path, again = tmp_path / "un.xml", tmp_path / "deux.xml"
    with as_job(7):
        name, written = write_refund_file(path=path, at=AT)
    assert (written.count, written.total_cents) == (1, 7_500)
    space = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
    assert etree.parse(path).findtext(f".//{space}CdtrAcct/{space}Id/{space}IBAN") == IBAN
    with pytest.raises(NoRefundToSend), as_job(7):
        write_refund_file(path=again, at=AT)
    with as_job(7):
        write_refund_file(path=again, at=AT.replace(day=26), message_id=name)
    assert again.read_bytes() == path.read_bytes()


def test_a_file_of_refunds_is_not_made_again_for_another_account_of_the_landlord(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    credit(superuser, 10_000)
    number = prepared(7_500)
    with as_head(7) as reading:
        sign_refund(refund_id=number, actor=reading.actor, at=AT)
    with as_job(7):
        name, _ = write_refund_file(path=tmp_path / "un.xml", at=AT)
    superuser.execute("UPDATE estate_landlord SET iban = 'FR7699998000020000000000189'")
    with pytest.raises(OrderFileOfFormerSheet), as_job(7):
        write_refund_file(path=tmp_path / "deux.xml", at=AT, message_id=name)
    assert not (tmp_path / "deux.xml").exists()


def test_never_more_than_the_credit_nor_twice_the_same(superuser: psycopg.Connection) -> None:
    credit(superuser, 10_000)
    with pytest.raises(RefundAboveCredit):
        prepared(10_001)
    prepared(6_000)
    # The first one already holds 60 euros of the hundred.
    with pytest.raises(RefundAboveCredit):
        prepared(4_001)
    with pytest.raises(RefundAboveCredit):
        prepared(0)


def test_an_account_that_owes_gives_nothing_back(superuser: psycopg.Connection) -> None:
    credit(superuser, -5_000)
    with pytest.raises(RefundAboveCredit):
        prepared(100)


def test_without_an_iban_the_running_mandate_is_credited(superuser: psycopg.Connection) -> None:
    credit(superuser, 10_000)
    with pytest.raises(RefundAccountMissing):
        prepared(100, iban="")
    signed(iban=OTHER)
    prepared(100, iban="")
    assert superuser.execute("SELECT iban_last4, holder_name FROM banking_refund").fetchall() == [
        ("9912", "Amandier Lucie")
    ]


def test_a_refund_given_up_is_not_signed_and_frees_its_credit(superuser: psycopg.Connection) -> None:
    credit(superuser, 10_000)
    number = prepared(10_000)
    with as_head(4) as reading:
        drop_refund(refund_id=number, actor=reading.actor, at=AT)
    with pytest.raises(RefundDropped), as_head(7) as reading:
        sign_refund(refund_id=number, actor=reading.actor, at=AT)
    assert prepared(10_000) != number


def test_an_account_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RefundAccountNotFound):
        prepared(100, account_id=999_999)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("signed_at = now()", "refund_signed_by_someone"),
        ("signed_by = 7", "refund_signed_by_someone"),
        ("signed_at = now(), signed_by = prepared_by", "two_different_people_refund"),
        ("message_id = 'RMB-20261124-1', written_at = now()", "refund_leaves_signed"),
    ],
)
def test_the_database_itself_wants_a_second_person_s_signature_before_a_refund_leaves(
    superuser: psycopg.Connection, change: str, constraint: str
) -> None:
    credit(superuser, 10_000)
    prepared(7_500)
    with pytest.raises(psycopg.errors.CheckViolation, match=constraint):
        superuser.execute(f"UPDATE banking_refund SET {change}".encode())


def test_whoever_signs_a_refund_changes_neither_its_sum_nor_who_prepared_it(superuser: psycopg.Connection) -> None:
    credit(superuser, 10_000)
    prepared(7_500)
    for change in ("amount_cents = 1", "prepared_by = 9", "message_id = 'X'"):
        with pytest.raises(ProgrammingError, match="permission denied"), as_head(7), connection.cursor() as cursor:
            cursor.execute(f"UPDATE banking_refund SET {change}")
