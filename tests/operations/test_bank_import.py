"""A bank's statement: each movement once, matched by the surest key or left to someone, and the bank to the cent."""

import json
import threading
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from tests.landlord import Landlord
from tests.operations.bank import (
    IBAN,
    ON,
    REFERENCES,
    balance,
    count,
    imported,
    name_accounts,
    settled,
    statement,
    transfer,
)

from palier.banking.formats.document import AmountTooLarge, AmountUnreadable, OtherCurrency
from palier.banking.operations.own_accounts import OtherBankAccount
from palier.banking.operations.statements import Imported
from palier.cli import main
from palier.demo.bank_papers import Transfer, write_transfers
from palier.foundation.errors import Refusal

KEYS = "SELECT account_id, key, amount_cents FROM banking_match ORDER BY id"
STATES = "SELECT state, amount_cents FROM banking_bankentry ORDER BY line"
PAYER, OTHER_PAYER = "FR7699998000020000000000189", "FR7699998000020000000000286"


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    name_accounts(superuser)
    return superuser


def test_a_transfer_with_the_reference_of_an_account_pays_its_oldest_debt(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    done = imported(statement(tmp_path, transfer(40_000, f"LOYER {REFERENCES[101]}")))
    assert (done.entries, done.total_cents, done.created, done.matched, done.to_review) == (1, 40_000, 1, 1, 0)
    assert direct.execute(KEYS).fetchall() == [(101, "RF", 40_000)]
    assert direct.execute(
        "SELECT account_id, residence_id, amount_cents, means, received_on FROM banking_payment"
    ).fetchall() == [(101, 11, 40_000, "VIREMENT", ON)]
    # The bill of October is entry 101 of the ledger.
    assert settled(direct) == [(101, 101, 40_000, "OLDEST")]
    assert (balance(direct, 101), balance(direct, "BNQ-COURANT"), balance(direct, "ATT-BANQUE")) == (0, 40_000, 0)
    entry = direct.execute("SELECT journal, number, source_kind, means FROM ledger_entry WHERE journal = 'BANK'")
    assert entry.fetchall() == [("BANK", 1, "PAYMENT", "VIREMENT")]


def test_the_account_that_a_payer_writes_in_their_words_is_kept_by_its_ending_alone(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    path = statement(tmp_path, transfer(40_000, f"LOYER {REFERENCES[101]} DE FR76 3000 6000 0112 3456 7890 189"))
    assert imported(path).matched == 1
    (kept,) = direct.execute("SELECT b::text FROM banking_bankentry AS b").fetchone() or ("",)
    assert f"LOYER {REFERENCES[101]} DE …0189" in kept
    assert "3000 6000" not in kept
    # Told again beside another, it is the same movement.
    twice = (transfer(40_000, f"LOYER {REFERENCES[101]} DE FR76 3000 6000 0112 3456 7890 189"), transfer(1, rank=2))
    assert imported(statement(tmp_path, *twice, name="deux.xml")).created == 1


def test_what_no_key_explains_waits_and_the_bank_still_agrees(direct: psycopg.Connection, tmp_path: Path) -> None:
    done = imported(statement(tmp_path, transfer(12_345, "DON"), transfer(-1_500, "FRAIS DE TENUE", rank=2)))
    assert (done.matched, done.to_review, done.total_cents) == (0, 2, 10_845)
    assert direct.execute(STATES).fetchall() == [("TO_REVIEW", 12_345), ("TO_REVIEW", -1_500)]
    assert (balance(direct, "BNQ-COURANT"), balance(direct, "ATT-BANQUE")) == (10_845, -10_845)
    assert count(direct, "banking_payment") == 0


def test_the_same_file_again_brings_nothing(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]), transfer(500, "?", rank=2))
    first = imported(path)
    for _ in range(4):
        again = imported(path)
        assert (again.entries, again.total_cents, again.created, again.matched) == (2, 40_500, 0, 0)
        assert again.already is not None
    assert first.created == count(direct, "banking_bankentry") == 2
    assert balance(direct, "BNQ-COURANT") == 40_500


def test_the_same_file_five_times_by_the_command_brings_nothing_after_the_first(
    direct: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]), transfer(950, "?", rank=2))
    created = []
    for _ in range(5):
        connections["default"].close()
        assert main(["bank", "import", str(path), "--json"]) == 0
        created.append(json.loads(capsys.readouterr().out)["created"])
    assert created == [2, 0, 0, 0, 0]
    assert [count(direct, table) for table in ("banking_bankentry", "banking_bankfile", "banking_payment")] == [2, 1, 1]
    assert balance(direct, "BNQ-COURANT") == 40_950


def test_the_same_movements_in_another_file_are_known(direct: psycopg.Connection, tmp_path: Path) -> None:
    one, two = transfer(40_000, REFERENCES[101]), transfer(30_000, REFERENCES[102], rank=2)
    imported(statement(tmp_path, one, name="avis.xml", message="camt.054"))
    overlapping = imported(statement(tmp_path, one, two))
    assert (overlapping.entries, overlapping.created, overlapping.matched) == (2, 1, 1)
    assert count(direct, "banking_bankentry") == count(direct, "banking_payment") == 2
    assert balance(direct, "BNQ-COURANT") == 70_000


def by_parts(path: Path, *parts: tuple[int, str]) -> Path:
    """The one entry of a file, told payment by payment."""
    text = path.read_text()
    start, end = text.index("<TxDtls>"), text.index("</NtryDtls>")
    details = "".join(
        f'<TxDtls><Refs><EndToEndId>E{cents}</EndToEndId></Refs><Amt Ccy="EUR">{cents / 100:.2f}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>{wording}</Ustrd></RmtInf></TxDtls>"
        for cents, wording in parts
    )
    path.write_text(text[:start] + details + text[end:])
    return path


@pytest.mark.parametrize("is_whole_first", [True, False], ids=["statement first", "notification first"])
def test_a_batch_told_whole_then_by_its_payments_comes_in_once(
    direct: psycopg.Connection, tmp_path: Path, is_whole_first: bool
) -> None:
    whole = statement(tmp_path, transfer(75_000, "REMISE"), name="releve.xml")
    avis = statement(tmp_path, transfer(75_000, "REMISE"), name="avis.xml", message="camt.054")
    parts = by_parts(avis, (40_000, REFERENCES[101]), (30_000, REFERENCES[102]), (5_000, "?"))
    for path in (whole, parts) if is_whole_first else (parts, whole):
        imported(path)
    assert balance(direct, "BNQ-COURANT") == 75_000
    assert (balance(direct, 101), balance(direct, 102), balance(direct, "ATT-BANQUE")) == (0, 10_000, -5_000)
    waiting = direct.execute("SELECT amount_cents FROM banking_bankentry WHERE state = 'TO_REVIEW'").fetchall()
    assert waiting == [(5_000,)]
    # Sent again in another file, nothing more.
    avis.write_text(avis.read_text().replace("<MsgId>REL-1<", "<MsgId>REL-2<"))
    assert imported(avis).created == 0


def test_the_payments_of_a_sum_that_someone_treated_change_nothing(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(70_000, "REMISE"), name="releve.xml"))
    direct.execute("UPDATE banking_bankentry SET state = 'OTHER'")
    avis = statement(tmp_path, transfer(70_000, "REMISE"), name="avis.xml", message="camt.054")
    done = imported(by_parts(avis, (40_000, REFERENCES[101]), (30_000, REFERENCES[102])))
    assert (done.created, balance(direct, "BNQ-COURANT"), balance(direct, 101)) == (0, 70_000, 40_000)


def test_two_equal_payments_of_one_day_are_two(direct: psycopg.Connection, tmp_path: Path) -> None:
    same = Transfer(cents=20_000, on=ON, bank_reference="", wording=REFERENCES[101])
    done = imported(statement(tmp_path, same, same))
    assert (done.created, done.matched) == (2, 2)
    assert balance(direct, 101) == 0
    assert imported(statement(tmp_path, same, same, name="encore.xml", message="camt.054")).created == 0


def test_a_lease_named_in_the_wording_is_found_and_two_are_not_guessed(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(40_000, "BAIL L101 NOV"), transfer(40_000, "L101 OU L102", rank=2)))
    assert direct.execute(KEYS).fetchall() == [(101, "LEASE", 40_000)]
    assert direct.execute(STATES).fetchall() == [("MATCHED", 40_000), ("TO_REVIEW", 40_000)]


def test_a_payer_known_for_one_account_is_matched_for_the_exact_amount_owed(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(15_000, REFERENCES[101], payer_iban=PAYER), name="un.xml"))
    odd = transfer(24_999, "SANS REFERENCE", rank=2, payer_iban=PAYER)
    exact = transfer(25_000, "SANS REFERENCE", rank=3, payer_iban=PAYER)
    stranger = transfer(25_000, "SANS REFERENCE", rank=4, payer_iban=OTHER_PAYER)
    assert imported(statement(tmp_path, odd, name="deux.xml")).matched == 0
    done = imported(statement(tmp_path, exact, stranger, name="trois.xml"))
    assert (done.matched, done.to_review) == (1, 1)
    assert direct.execute(KEYS).fetchall() == [(101, "RF", 15_000), (101, "AMOUNT_IBAN", 25_000)]
    assert balance(direct, 101) == 0


def test_a_payer_of_two_accounts_is_not_guessed(direct: psycopg.Connection, tmp_path: Path) -> None:
    both = [transfer(1_000 * n, REFERENCES[account], rank=n, payer_iban=PAYER) for n, account in ((1, 101), (2, 102))]
    imported(statement(tmp_path, *both, name="un.xml"))
    assert imported(statement(tmp_path, transfer(39_000, "?", rank=3, payer_iban=PAYER), name="deux.xml")).matched == 0


def test_the_iban_of_a_payer_is_kept_as_a_digest_and_its_ending(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(100, "?", payer_iban=PAYER)))
    rows = direct.execute("SELECT to_jsonb(b)::text, iban_last4 FROM banking_bankentry AS b").fetchall()
    assert [ending for _, ending in rows] == [PAYER[-4:]]
    assert PAYER not in rows[0][0]


def test_an_advance_settles_nothing_until_something_is_owed(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(50_000, REFERENCES[101])))
    assert settled(direct) == [(101, 101, 40_000, "OLDEST")]
    assert balance(direct, 101) == -10_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('<Amt Ccy="USD">400.00</Amt>', OtherCurrency),
        ('<Amt Ccy="EUR">NaN</Amt>', AmountUnreadable),
        (f'<Amt Ccy="EUR">1{"0" * 15}.00</Amt>', AmountTooLarge),
    ],
)
def test_a_file_that_cannot_be_believed_leaves_nothing(
    direct: psycopg.Connection, tmp_path: Path, wrong: str, said: type[Refusal]
) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]), transfer(41_000, REFERENCES[102], rank=2))
    path.write_text(path.read_text().replace('<Amt Ccy="EUR">410.00</Amt>', wrong))
    with pytest.raises(said):
        imported(path)
    for table in ("banking_bankfile", "banking_bankentry", "banking_payment", "banking_match", "banking_settlement"):
        assert count(direct, table) == 0, table
    assert balance(direct, 101) == 40_000


def test_a_statement_of_an_account_that_is_not_the_landlord_s_is_refused(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "ailleurs.xml"
    write_transfers(path, PAYER, [transfer(40_000, REFERENCES[101])])
    with pytest.raises(OtherBankAccount, match="FR76…0189"):
        imported(path)
    assert count(direct, "banking_bankfile") == count(direct, "banking_bankaccount") == 0


@pytest.mark.parametrize("state", ["CLOSED", "LOCKED"])
def test_a_movement_of_a_closed_month_keeps_its_day_and_is_booked_on_the_first_open_one(
    direct: psycopg.Connection, tmp_path: Path, state: str
) -> None:
    direct.execute(
        "INSERT INTO ledger_period (month, state, asked, asked_reason) VALUES (%s, %s, '', '')",
        [date(2026, 11, 1), state],
    )
    done = imported(statement(tmp_path, transfer(40_000, REFERENCES[101]), transfer(700, "?", rank=2)))
    assert done.warnings[-1].startswith("Mouvements d’un mois clos\u00a0: 2.")
    assert "comptabilisés au 01/12/2026" in done.warnings[-1]
    assert direct.execute("SELECT booked_on, received_on FROM banking_payment, banking_bankentry").fetchall() == [
        (ON, ON),
        (ON, ON),
    ]
    booked = (
        "SELECT DISTINCT e.booked_on, p.booked_on FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id"
    )
    assert direct.execute(f"{booked} WHERE e.journal = 'BANK'").fetchall() == [(date(2026, 12, 1), date(2026, 12, 1))]
    # The bank still agrees, and October is paid.
    assert (balance(direct, "BNQ-COURANT"), balance(direct, 101)) == (40_700, 0)


def test_the_same_file_given_twice_at_once_enters_once(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = statement(tmp_path, *(transfer(1_000 + n, REFERENCES[101], rank=n) for n in range(1, 40)))
    done: list[Imported] = []
    ready = threading.Barrier(2)

    def one() -> None:
        ready.wait()
        try:
            done.append(imported(path))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(each.created for each in done) == [0, 39]
    assert count(direct, "banking_bankentry") == 39


def test_numbers_of_the_bank_journal_have_no_gap(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(10, REFERENCES[101]), transfer(20, "?", rank=2), name="un.xml"))
    imported(statement(tmp_path, transfer(30, REFERENCES[201], rank=3), name="deux.xml"))
    numbers = direct.execute("SELECT number FROM ledger_entry WHERE journal = 'BANK' ORDER BY number").fetchall()
    assert numbers == [(1,), (2,), (3,)]


def test_the_command_prints_the_figures_that_were_promised(
    direct: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]), transfer(950, "?", rank=2))
    assert main(["bank", "import", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"entries": 2, "total": "409.50", "matched": 1, "to_review": 1, "created": 2}
    assert main(["bank", "import", str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"entries": 2, "total": "409.50", "matched": 0, "to_review": 0, "created": 0}
    assert "déjà été importé" in err


def test_the_command_refuses_an_unknown_account_in_one_sentence(
    own_landlord: Landlord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ailleurs.xml"
    write_transfers(path, PAYER, [transfer(100)])
    assert main(["bank", "import", str(path), "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "n’a jamais été un compte de l’organisme" in err
    assert "Traceback" not in err


def test_the_landlord_written_by_hand_has_the_account_of_these_statements(direct: psycopg.Connection) -> None:
    assert direct.execute("SELECT iban FROM estate_landlord").fetchall() == [(IBAN,)]
