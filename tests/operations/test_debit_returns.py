"""Debits that come back: refused before their day, returned after, each once; and what the books say then."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from tests.operations.debits import (
    AT,
    COLLECTED_ON,
    LATER,
    MONTH,
    PREPARES,
    SIGNS,
    agent,
    as_batch,
    balance,
    drafted,
    one,
    rows,
    written,
)

from palier.banking.formats.reading import NotAStatusReport
from palier.banking.models import BankFile
from palier.banking.operations.debit_posting import post_due_debits
from palier.banking.operations.debits import draft_debits
from palier.banking.operations.returns import (
    DebitAlreadyAgain,
    DebitNotRepresentable,
    DebitNotReturned,
    Effect,
    Reported,
    ReturnedDebitNotFound,
    read_status_report,
    represent_debit,
    return_debit,
    take_in_returns,
)
from palier.banking.operations.statements import import_statement
from palier.demo.bank_papers import Transfer, write_transfers

pytestmark = pytest.mark.usefixtures("fresh_world")

_SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    connections.close_all()


def a_debit() -> tuple[int, str, int, int]:
    """Number, EndToEndId, account and cents of a debit of the run."""
    found = rows("SELECT id, end_to_end_id, account_id, amount_cents FROM banking_debit ORDER BY id LIMIT 1")[0]
    return int(str(found[0])), str(found[1]), int(str(found[2])), int(str(found[3]))


def report(path: Path, *, message: str, group: str = "PART", batch: str = "", reference: str = "") -> Path:
    """A pain.002 that refuses one payment, one batch, or the whole file."""
    payment = (
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        if reference
        else ""
    )
    status = "" if reference else "<PmtInfSts>RJCT</PmtInfSts>"
    info = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch or 'B'}</OrgnlPmtInfId>{status}{payment}</OrgnlPmtInfAndSts>"
        if batch or reference
        else ""
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{_SPACE}"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>CR-1</MsgId><CreDtTm>2026-11-26T06:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>"
        f"<GrpSts>{group}</GrpSts></OrgnlGrpInfAndSts>{info}</CstmrPmtStsRpt></Document>\n",
        encoding="utf-8",
    )
    return path


def read(path: Path) -> Reported:
    with as_batch(SIGNS):
        return read_status_report(path, name=path.name, by=SIGNS, at=AT)


def collected(tmp_path: Path) -> None:
    """The run of the month, credited on its day."""
    written(tmp_path / "p.xml")
    with as_batch():
        post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER)


def test_a_debit_refused_before_its_day_moves_nothing(tmp_path: Path) -> None:
    run = written(tmp_path / "p.xml")
    number, reference, account, _ = a_debit()
    before = balance(account)
    told = read(report(tmp_path / "cr.xml", message=run.message_id, reference=reference))
    assert (told.refused, told.taken_back, told.unknown) == (1, 0, 0)
    assert rows("SELECT state, reason FROM banking_debit WHERE id = %s", number) == [("REFUSED", "AC04")]
    assert balance(account) == before
    with as_batch():
        assert post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER) == run.count - 1
    assert balance(account) == before


def test_the_same_report_twice_does_nothing_more(tmp_path: Path) -> None:
    run = written(tmp_path / "p.xml")
    path = report(tmp_path / "cr.xml", message=run.message_id, reference=a_debit()[1])
    read(path)
    again = read(path)
    assert again.already is not None
    assert one("SELECT count(*) FROM banking_debit WHERE state = 'REFUSED'") == 1


def test_a_whole_file_refused_refuses_each_of_its_debits(tmp_path: Path) -> None:
    run = written(tmp_path / "p.xml")
    told = read(report(tmp_path / "cr.xml", message=run.message_id, group="RJCT"))
    assert told.refused == run.count
    assert rows("SELECT DISTINCT state FROM banking_debit") == [("REFUSED",)]


def test_a_batch_refused_refuses_its_own_debits_alone(tmp_path: Path) -> None:
    drafted()
    number, _, account, _ = a_debit()
    with as_batch(), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE banking_sepamandate SET signed_on = '2026-10-01',
                      last_used_on = CASE WHEN account_id = %s THEN NULL ELSE '2026-11-05'::date END""",
            [account],
        )
    run = written(tmp_path / "p.xml")
    # FRST comes before RCUR: the first batch holds the one first debit.
    told = read(report(tmp_path / "cr.xml", message=run.message_id, batch=f"{run.message_id}-001"))
    assert told.refused == 1
    assert rows("SELECT account_id FROM banking_debit WHERE state = 'REFUSED'") == [(account,)]
    assert number


def test_one_refusal_that_names_no_payment_does_not_refuse_its_whole_batch(tmp_path: Path) -> None:
    run = written(tmp_path / "p.xml")
    path = report(tmp_path / "cr.xml", message=run.message_id, batch=f"{run.message_id}-001", reference=a_debit()[1])
    nameless = path.read_text().replace(f"<OrgnlEndToEndId>{a_debit()[1]}</OrgnlEndToEndId>", "<StsId>1</StsId>")
    path.write_text(nameless)
    told = read(path)
    assert (told.refused, told.taken_back, told.unknown) == (0, 0, 1)
    assert rows("SELECT DISTINCT state FROM banking_debit") == [("ASKED",)]


def test_a_debit_that_is_not_ours_is_counted_and_changes_nothing(tmp_path: Path) -> None:
    run = written(tmp_path / "p.xml")
    told = read(report(tmp_path / "cr.xml", message=run.message_id, reference="AUTRE-1"))
    assert (told.refused, told.unknown) == (0, 1)


def test_a_refused_payment_that_the_bank_does_not_name_refuses_neither_its_batch_nor_the_file(tmp_path: Path) -> None:
    run = written(tmp_path / "p.xml")
    path = report(tmp_path / "cr.xml", message=run.message_id, batch=f"{run.message_id}-001", reference="A-OTER")
    path.write_text(
        path.read_text(encoding="utf-8").replace("<OrgnlEndToEndId>A-OTER</OrgnlEndToEndId>", ""), encoding="utf-8"
    )
    told = read(path)
    assert (told.refused, told.unknown) == (0, 1)
    assert rows("SELECT DISTINCT state FROM banking_debit") == [("ASKED",)]
    with as_batch():
        remarks = BankFile.objects.values_list("warnings", flat=True).get()
    assert any("désigné par aucune référence" in remark for remark in remarks)


def test_a_statement_is_not_a_report(tmp_path: Path) -> None:
    write_transfers(tmp_path / "r.xml", "FR7600000000000000000000097", [])
    with pytest.raises(NotAStatusReport):
        read(tmp_path / "r.xml")


def test_a_debit_returned_by_the_statement_is_taken_back_by_a_contra_entry(tmp_path: Path) -> None:
    written(tmp_path / "p.xml")
    number, reference, account, cents = a_debit()
    before = balance(account)
    with as_batch():
        post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER)
    back = Transfer(cents=-cents, on=LATER.date(), bank_reference="R1", end_to_end_id=reference, return_reason="AM04")
    write_transfers(tmp_path / "releve.xml", "FR7600000000000000000000097", [back])
    with as_batch(SIGNS):
        import_statement(tmp_path / "releve.xml", name="releve.xml", by=SIGNS, at=LATER)
        take_in_returns(by=SIGNS, at=LATER)
    with as_batch(SIGNS):
        assert take_in_returns(by=SIGNS, at=LATER) == 0
    assert rows("SELECT state, reason FROM banking_debit WHERE id = %s", number) == [("RETURNED", "AM04")]
    assert balance(account) == before
    assert balance("ATT-BANQUE") == 0
    assert one("SELECT state FROM banking_bankentry WHERE end_to_end_id = %s", reference) == "MATCHED"
    settled = one(
        """SELECT coalesce(sum(s.amount_cents), 0)::bigint FROM banking_settlement AS s
           JOIN banking_debit AS d ON d.payment_id = s.payment_id WHERE d.id = %s""",
        number,
    )
    assert settled == 0
    labels = rows("SELECT label FROM ledger_entry WHERE source_kind = 'RETURN'")
    assert labels == [("Prélèvement rejeté\u00a0: provision insuffisante",)]
    taken = rows(
        """SELECT p.taken_back_reason, p.taken_back_on FROM banking_payment AS p
           JOIN banking_debit AS d ON d.payment_id = p.id WHERE d.id = %s""",
        number,
    )
    assert taken == [("REJECT", LATER.date())]


def test_a_debit_returned_before_the_books_credited_it_is_credited_then_taken_back(tmp_path: Path) -> None:
    written(tmp_path / "p.xml")
    number, reference, account, cents = a_debit()
    before = balance(account)
    back = Transfer(cents=-cents, on=LATER.date(), bank_reference="R1", end_to_end_id=reference, return_reason="MD06")
    write_transfers(tmp_path / "releve.xml", "FR7600000000000000000000097", [back])
    with as_batch(SIGNS):
        import_statement(tmp_path / "releve.xml", name="releve.xml", by=SIGNS, at=LATER)
        take_in_returns(by=SIGNS, at=LATER)
    assert balance(account) == before
    # Asked for by the payer: said as such.
    assert rows("SELECT state, reason FROM banking_debit WHERE id = %s", number) == [("REFUNDED", "MD06")]
    others = one("SELECT count(*) - 1 FROM banking_debit")
    with as_batch():
        assert post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER) == others


def taken_in(tmp_path: Path, *movements: Transfer) -> None:
    """A statement of these movements, and the returned debits that it tells."""
    write_transfers(tmp_path / "releve.xml", "FR7600000000000000000000097", movements)
    with as_batch(SIGNS):
        import_statement(tmp_path / "releve.xml", name="releve.xml", by=SIGNS, at=LATER)
        take_in_returns(by=SIGNS, at=LATER)


@pytest.mark.parametrize("is_collected", [False, True], ids=["refused", "returned"])
def test_a_return_told_by_the_report_then_by_the_statement_leaves_nothing_waiting(
    tmp_path: Path, is_collected: bool
) -> None:
    run = written(tmp_path / "p.xml")
    number, reference, account, cents = a_debit()
    before, bank = balance(account), balance("BNQ-COURANT")
    if is_collected:
        with as_batch():
            post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER)
    read(report(tmp_path / "cr.xml", message=run.message_id, reference=reference))
    with as_batch():
        post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER)
    # The bank credits the file whole, then takes back what it could not collect.
    taken_in(
        tmp_path,
        *(
            Transfer(cents=int(str(sum_)), on=COLLECTED_ON, bank_reference=f"C{rank}", end_to_end_id=str(said))
            for rank, (said, sum_) in enumerate(rows("SELECT end_to_end_id, amount_cents FROM banking_debit"))
        ),
        Transfer(cents=-cents, on=LATER.date(), bank_reference="R1", end_to_end_id=reference, return_reason="AC04"),
    )
    assert (balance("ATT-BANQUE"), balance("PRL-ENCOURS")) == (0, 0)
    assert int(str(balance("BNQ-COURANT"))) - int(str(bank)) == run.total_cents - cents
    assert balance(account) == before
    assert rows("SELECT state FROM banking_debit WHERE id = %s", number) == [
        ("RETURNED" if is_collected else "REFUSED",)
    ]
    # Told a third time, under another reference of the bank: someone looks.
    again = Transfer(cents=-cents, on=LATER.date(), bank_reference="R2", end_to_end_id=reference, return_reason="AC04")
    taken_in(tmp_path, again)
    assert one("SELECT count(*) FROM banking_bankentry WHERE state = 'TO_REVIEW'") == 1


def test_a_credit_that_bears_the_mandate_alone_is_not_paid_twice(tmp_path: Path) -> None:
    collected(tmp_path)
    number, _, account, cents = a_debit()
    before = balance(account)
    mandate = str(one("SELECT mandate_reference FROM banking_debit WHERE id = %s", number))
    credit = Transfer(cents=cents, on=COLLECTED_ON, bank_reference="C1", mandate_reference=mandate)
    odd = Transfer(cents=cents + 1, on=COLLECTED_ON, bank_reference="C2", mandate_reference=mandate)
    taken_in(tmp_path, credit, odd)
    assert balance(account) == before
    assert rows("SELECT state, amount_cents FROM banking_bankentry ORDER BY amount_cents") == [
        ("MATCHED", cents),
        ("TO_REVIEW", cents + 1),
    ]
    assert one("SELECT count(*) FROM banking_payment WHERE account_id = %s AND bank_entry_id IS NOT NULL", account) == 0


@pytest.mark.parametrize("batch", ["-001", ""], ids=["batch", "file"])
def test_a_file_credited_in_one_sum_is_known_by_its_name(tmp_path: Path, batch: str) -> None:
    run = written(tmp_path / "p.xml")
    with as_batch():
        post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER)
    path = tmp_path / "releve.xml"
    sums = [Transfer(cents=run.total_cents, on=COLLECTED_ON, bank_reference="C1")]
    write_transfers(path, "FR7600000000000000000000097", sums)
    tag = "PmtInfId" if batch else "MsgId"
    named = f"<NtryDtls><Btch><{tag}>{run.message_id}{batch}</{tag}></Btch><TxDtls>"
    path.write_text(path.read_text().replace("<NtryDtls><TxDtls>", named))
    with as_batch(SIGNS):
        done = import_statement(path, name="releve.xml", by=SIGNS, at=LATER)
    assert (done.created, done.matched, done.warnings) == (1, 1, ())
    assert (balance("PRL-ENCOURS"), balance("ATT-BANQUE")) == (0, 0)


def test_another_sum_than_the_debit_is_left_to_someone(tmp_path: Path) -> None:
    collected(tmp_path)
    _, reference, _, cents = a_debit()
    back = Transfer(cents=-cents - 500, on=LATER.date(), bank_reference="R1", end_to_end_id=reference)
    write_transfers(tmp_path / "releve.xml", "FR7600000000000000000000097", [back])
    with as_batch(SIGNS):
        import_statement(tmp_path / "releve.xml", name="releve.xml", by=SIGNS, at=LATER)
        assert take_in_returns(by=SIGNS, at=LATER) == 0
    assert one("SELECT state FROM banking_bankentry WHERE end_to_end_id = %s", reference) == "TO_REVIEW"


def test_a_return_told_twice_is_written_once(tmp_path: Path) -> None:
    collected(tmp_path)
    number, *_ = a_debit()
    with as_batch(SIGNS):
        first = return_debit(debit_id=number, reason="AM04", on=LATER.date(), by=SIGNS, at=LATER)
        second = return_debit(debit_id=number, reason="AM04", on=LATER.date(), by=SIGNS, at=LATER)
    assert (first, second) == (Effect.TAKEN_BACK, Effect.ALREADY)
    assert one("SELECT count(*) FROM ledger_entry WHERE source_kind = 'RETURN'") == 1


def test_a_debit_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ReturnedDebitNotFound), as_batch(SIGNS):
        return_debit(debit_id=999_999, reason="AM04", on=AT.date(), by=SIGNS, at=AT)


def test_only_a_debit_returned_for_want_of_funds_is_presented_again_and_once(tmp_path: Path) -> None:
    collected(tmp_path)
    numbers = [int(str(number)) for (number,) in rows("SELECT id FROM banking_debit ORDER BY id LIMIT 3")]
    with as_batch(SIGNS):
        return_debit(debit_id=numbers[0], reason="AM04", on=LATER.date(), by=SIGNS, at=LATER)
        return_debit(debit_id=numbers[1], reason="MD01", on=LATER.date(), by=SIGNS, at=LATER)
    with as_batch(SIGNS):
        represent_debit(debit_id=numbers[0], actor=agent(PREPARES), at=LATER)
    assert one("SELECT again_by FROM banking_debit WHERE id = %s", numbers[0]) == PREPARES
    for number, refusal in (
        (numbers[0], DebitAlreadyAgain),
        (numbers[1], DebitNotRepresentable),
        (numbers[2], DebitNotReturned),
        (999_999, ReturnedDebitNotFound),
    ):
        with pytest.raises(refusal), as_batch(SIGNS):
            represent_debit(debit_id=number, actor=agent(PREPARES), at=LATER)


def test_after_a_refusal_of_authorisation_the_mandate_is_set_aside(tmp_path: Path) -> None:
    written(tmp_path / "p.xml")
    number, _, account, _ = a_debit()
    with as_batch(SIGNS):
        return_debit(debit_id=number, reason="MD07", on=AT.date(), by=SIGNS, at=AT)
    # As if nothing of the month had been asked: the same bill is looked at again, by a complement.
    with as_batch(), connection.cursor() as cursor:
        cursor.execute("UPDATE banking_debit SET bill_entry_id = NULL WHERE id = %s", [number])
    with as_batch() as reading:
        draft_debits(month=MONTH, actor=reading.actor, at=AT, is_complement=True)
    assert rows("SELECT reason FROM banking_debitaside WHERE account_id = %s", account) == [("BANK_REFUSES",)]
