"""A landlord leaves the old suite: what the ledger holds afterwards, what is refused, who signs."""

import os
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from tests.landlord import Landlord

from palier.banking.models import SepaMandate
from palier.foundation.errors import Refusal
from palier.foundation.reviews import ReviewAlreadyClosed
from palier.foundation.tabular.outcome import write_refused_records
from palier.leases.models import Lease
from palier.ledger.models import Entry, Posting
from palier.people.models import Contact
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.takeover.imports.comments import CommentColumn
from palier.takeover.imports.mapping import MappedColumnMissing, Word
from palier.takeover.models import FormerLine, Instalment, Opening, Sheet, SheetLine
from palier.takeover.operations.files import Imported, apply_review, import_file, review_file
from palier.takeover.operations.mapping import MappingNotFound, WordReadTwoWays, save_mapping, words_for
from palier.takeover.operations.sheet import (
    SamePersonSignsTwice,
    SheetAlreadySigned,
    SheetDoesNotAgree,
    sign_sheet,
)
from palier.takeover.papers import sheet_report

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADER = "nature;reference_bail;mois;date;rubrique;montant;plan;rum;iban;bic;titulaire;jour_prelevement;telephone"
# A number whose key is right and whose bank does not exist.
IBAN = "FR7630006000011234567890189"
WHOLE = (
    "solde;B-101;2026-09;;;120,50;;;;;;;",
    "solde;B-101;2026-10;;;-20,00;;;;;;;",
    "solde;B-201;2026-10;;;15,00;;;;;;;",
    "dépôt;B-101;;2019-03-01;;450,00;;;;;;;",
    f"mandat;B-101;;2020-01-15;;;;RUM-101;{IBAN};;Lucie Amandier;5;",
    "échéance;B-101;;2026-12-05;;40,00;PLAN-7;;;;;;",
    "historique;B-101;2026-08;;loyer;450,00;;;;;;;",
    "historique;B-101;2026-08;;paiement;-450,00;;;;;;;",
    "contact;B-101;;;;;;;;;;;01 40 00 00 00",
)


@contextmanager
def importing() -> Iterator[None]:
    with batch(Batch.IMPORT, operator="test", motive="REPRISE", command="accounts import"):
        yield


@pytest.fixture(autouse=True)
def known_references(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE leases_lease SET reference = 'B-' || id, deposit_cents = 0")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def written(*rows: str, header: str = HEADER) -> Path:
        path = tmp_path / "comptes.csv"
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return path

    return written


def take(path: Path, *, source: str = "", dry_run: bool = False) -> Imported:
    with importing():
        return import_file(path, created_by=0, at=AT, source=source, dry_run=dry_run)


def openings() -> list[tuple[str, int, date, int]]:
    with importing():
        return list(Opening.objects.order_by("id").values_list("kind", "lease_id", "term_on", "amount_cents"))


def test_balances_and_deposits_become_balanced_numbered_entries(file: Callable[..., Path]) -> None:
    done = take(file(*WHOLE))
    assert (done.outcome.read, done.outcome.created, done.outcome.refused) == (9, 9, 0), done.outcome.refusals
    assert sorted(openings()) == [
        ("BALANCE", 101, date(2026, 9, 1), 12_050),
        ("BALANCE", 101, date(2026, 10, 1), -2_000),
        ("BALANCE", 201, date(2026, 10, 1), 1_500),
        ("DEPOSIT", 101, date(2019, 3, 1), 45_000),
    ]
    with importing():
        entries = Entry.objects.filter(source_kind="OPENING").order_by("number")
        numbers = list(entries.values_list("number", flat=True))
        assert numbers == list(range(numbers[0], numbers[0] + 4))
        by_account: dict[str, int] = {}
        for code, cents in Posting.objects.filter(entry__in=entries).values_list("account__code", "amount_cents"):
            by_account[code] = by_account.get(code, 0) + cents
        # 120.50 − 20.00 + 15.00 owed by tenants; 450.00 of deposits owed to them.
        assert by_account.pop("DEP-GARANTIE") == -45_000
        assert by_account.pop("REP-SOLDES") == 45_000 - 11_550
        assert sorted(by_account.values()) == [1_500, 10_050]
        assert Lease.objects.get(pk=101).deposit_cents == 45_000
        assert Instalment.objects.values_list("plan", "due_on", "amount_cents").get() == (
            "PLAN-7", date(2026, 12, 5), 4_000,
        )  # fmt: skip
        assert sorted(FormerLine.objects.values_list("heading", "amount_cents")) == [
            ("PAYMENT", -45_000), ("RENT", 45_000),
        ]  # fmt: skip
        assert Contact.objects.filter(person_id=1, value="0140000000", channel="PHONE").count() == 1


def test_the_mandate_keeps_its_number_sealed(file: Callable[..., Path]) -> None:
    take(file(*WHOLE))
    with importing():
        mandate = SepaMandate.objects.get(reference="RUM-101")
    assert (mandate.iban_last4, mandate.debit_day, mandate.signed_on) == ("0189", 5, date(2020, 1, 15))
    assert IBAN.encode() not in bytes(mandate.iban_sealed)


def test_the_same_file_twice_changes_nothing(file: Callable[..., Path]) -> None:
    path = file(*WHOLE)
    take(path)
    before = openings()
    again = take(path)
    assert (again.outcome.created, again.outcome.unchanged, again.outcome.refused) == (0, 9, 0)
    assert openings() == before
    with importing():
        assert (FormerLine.objects.count(), Instalment.objects.count(), SepaMandate.objects.count()) == (2, 1, 1)
        assert Contact.objects.filter(person_id=1, value="0140000000").count() == 1


def test_a_dry_run_writes_nothing_and_leaves_no_sheet(file: Callable[..., Path]) -> None:
    done = take(file(*WHOLE), dry_run=True)
    assert done.outcome.created == 9
    assert done.sheet is None
    assert openings() == []


def test_two_balances_for_one_lease_and_one_term_are_both_refused_with_both_lines(file: Callable[..., Path]) -> None:
    done = take(file("solde;B-101;2026-10;;;10,00;;;;;;;", "solde;B-201;2026-10;;;5,00;;;;;;;",
                     "solde;B-101;2026-10;;;12,00;;;;;;;"))  # fmt: skip
    assert [(remark.line, remark.reason) for remark in done.outcome.refusals] == [
        (line, "deux soldes pour le même bail et le même mois, lignes 2 et 4 : gardez le bon") for line in (2, 4)
    ]
    assert openings() == [("BALANCE", 201, date(2026, 10, 1), 500)]


def test_another_balance_for_a_term_already_taken_is_refused(file: Callable[..., Path]) -> None:
    take(file("solde;B-101;2026-10;;;10,00;;;;;;;"))
    done = take(file("solde;B-101;2026-10;;;11,00;;;;;;;"))
    assert done.outcome.refused == 1
    assert "déjà repris" in done.outcome.refusals[0].reason


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("solde;B-999;2026-10;;;10,00;;;;;;;", "reference_bail", "bail inconnu"),
        ("solde;B-101;octobre;;;10,00;;;;;;;", "mois", "ce n’est pas un mois"),
        ("solde;B-101;2026-10;;;NaN;;;;;;;", "montant", "ce n’est pas un montant"),
        ("solde;B-101;2026-10;;;1e3;;;;;;;", "montant", "ce n’est pas un montant"),
        ("solde;B-101;2026-10;;;1000000000000000,00;;;;;;;", "montant", "1000000\u00a0€ au plus"),
        ("solde;B-101;2026-10;;;12,50 $;;;;;;;", "montant", "une autre monnaie"),
        ("solde;B-101;2026-10;;;USD 12,50;;;;;;;", "montant", "une autre monnaie"),
        ("solde;B-101;2026-10;;;1000000000000000;;;;;;;", "montant", "montant"),
        ("dépôt;B-101;;2019-03-01;;-450,00;;;;;;;", "montant", "montant négatif"),
        ("mandat;B-101;;2020-01-15;;;;R;FR7630006000011234567890188;;L A;5;", "iban", "clé de contrôle"),
        ("échéance;B-101;;2026-02-29;;40,00;P;;;;;;", "date", "cette date n’existe pas"),
        ("historique;B-101;2026-08;;pourboire;4,00;;;;;;;", "rubrique", "valeur inconnue"),
        ("contact;B-101;;;;;;;;;;;", "telephone", "ni téléphone ni courriel"),
        ("avoir;B-101;;;;;;;;;;;", "nature", "valeur inconnue"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_column(file: Callable[..., Path], row: str, column: str, said: str) -> None:
    done = take(file(row))
    found = [(remark.column, remark.reason) for remark in done.outcome.refusals]
    assert any(at == column and said in reason for at, reason in found), found
    assert openings() == []


def test_a_refused_iban_is_not_repeated(file: Callable[..., Path]) -> None:
    done = take(file("mandat;B-101;;2020-01-15;;;;R;FR7630006000011234567890188;;L A;5;"))
    assert [remark.value for remark in done.outcome.refusals] == ["…0188"]


@pytest.mark.parametrize(
    ("rum", "holder", "column"),
    [("RUM_101", "Lucie A", "rum"), ("RUM//101", "Lucie A", "rum"), ("R1", "山本", "titulaire")],
)
def test_a_mandate_that_no_file_could_carry_to_the_bank_is_refused(
    file: Callable[..., Path], rum: str, holder: str, column: str
) -> None:
    done = take(file(f"mandat;B-101;;2020-01-15;;;;{rum};{IBAN};;{holder};5;"))
    assert (done.outcome.created, done.outcome.refused) == (0, 1)
    assert [remark.column for remark in done.outcome.refusals] == [column]


def test_a_second_mandate_for_the_same_lease_is_refused(file: Callable[..., Path]) -> None:
    mandate = "mandat;B-101;;2020-01-15;;;;{rum};" + IBAN + ";;L A;5;"
    done = take(file(mandate.format(rum="R1"), mandate.format(rum="R2")))
    assert (done.outcome.created, done.outcome.refused) == (1, 1)
    assert "déjà un mandat" in done.outcome.refusals[0].reason


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("nature;reference_bail;mois;montant;commentaires", "solde;B-101;2026-10;10,00;x"),
        (
            "nature;reference_bail;mois;montant;zone1",
            "solde;B-101;2026-10;10,00;ne paie plus depuis que son mari est parti",
        ),
    ],
)
def test_a_comment_column_is_refused_by_its_name_or_by_what_it_holds(
    file: Callable[..., Path], header: str, row: str
) -> None:
    with pytest.raises(CommentColumn, match="palier comments audit"):
        take(file(row, header=header))
    assert openings() == []


def test_the_file_of_an_old_suite_is_read_by_its_saved_mapping(file: Callable[..., Path]) -> None:
    words = [
        Word(column="", theirs="Num contrat", ours="reference_bail"),
        Word(column="", theirs="Periode", ours="mois"),
        Word(column="", theirs="Solde", ours="montant"),
        Word(column="nature", theirs="*", ours="solde"),
    ]
    with importing():
        first = save_mapping(source="Ancien", words=words[:1], by=4, at=AT)
        second = save_mapping(source="Ancien", words=words, by=4, at=AT)
        assert (first.version, second.version, len(words_for("Ancien"))) == (1, 2, 4)
    path = file("B-101;2026-10;10,00", header="Num contrat;Periode;Solde")
    assert take(path, source="Ancien").outcome.created == 1
    assert openings() == [("BALANCE", 101, date(2026, 10, 1), 1_000)]
    with pytest.raises(MappedColumnMissing):
        take(file("B-101;2026-11;10,00", header="Num contrat;Mois;Solde"), source="Ancien")
    with pytest.raises(MappingNotFound):
        take(path, source="Autre")


def test_a_word_is_read_one_way() -> None:
    words = [Word(column="", theirs="X", ours="mois"), Word(column="", theirs="x", ours="date")]
    with pytest.raises(WordReadTwoWays), importing():
        save_mapping(source="Ancien", words=words, by=4, at=AT)


def sign(sheet_id: int, agent_id: int, role: Role) -> Sheet:
    actor = Actor(role=role, purpose="COMPTABILITE", agent_id=agent_id)
    with acting(actor, screen="reprise", categories=()) as reading:
        reading.showed_nothing()
        return sign_sheet(sheet_id=sheet_id, actor=actor, at=AT)


def test_the_sheet_equals_the_ledger_and_two_different_people_sign_it(
    file: Callable[..., Path], own_landlord: Landlord
) -> None:
    done = take(file(*WHOLE))
    assert done.sheet is not None
    with importing():
        lines = sorted(SheetLine.objects.values_list("residence_id", "kind", "file_cents", "taken_cents"))
    assert lines == [(11, "BALANCE", 10_050, 10_050), (11, "DEPOSIT", 45_000, 45_000), (21, "BALANCE", 1_500, 1_500)]
    siege, comptable = own_landlord.agents["siege"], own_landlord.agents["comptable"]
    sign(done.sheet.pk, siege, Role.HEADQUARTERS)
    with pytest.raises(SamePersonSignsTwice):
        sign(done.sheet.pk, siege, Role.HEADQUARTERS)
    assert sign(done.sheet.pk, comptable, Role.ACCOUNTANT).second_signed_by == comptable
    with importing():
        paper = sheet_report(done.sheet.pk)
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=paper, capture_output=True, check=True).stdout
    assert told.decode().count(", le 21/11/2026") == 2
    with pytest.raises(SheetAlreadySigned):
        sign(done.sheet.pk, siege, Role.HEADQUARTERS)


def test_a_sheet_that_differs_is_not_signed(file: Callable[..., Path], own_landlord: Landlord) -> None:
    done = take(file("solde;B-101;2026-10;;;10,00;;;;;;;", "solde;B-999;2026-10;;;7,00;;;;;;;"))
    assert done.sheet is not None
    with pytest.raises(SheetDoesNotAgree):
        sign(done.sheet.pk, own_landlord.agents["siege"], Role.HEADQUARTERS)


def test_a_file_is_looked_at_then_applied_once_and_its_ibans_are_not_kept(
    file: Callable[..., Path], superuser: psycopg.Connection
) -> None:
    with importing():
        number = review_file(file(*WHOLE), file_name="comptes.csv", created_by=0, at=AT)
    kept = str(superuser.execute("SELECT cells FROM foundation_importrow").fetchall())
    assert "…0189" in kept
    assert IBAN not in kept
    assert openings() == []
    with importing():
        apply_review(number, at=AT)
    assert len(openings()) == 4
    with pytest.raises(ReviewAlreadyClosed), importing():
        apply_review(number, at=AT)
    # One row was refused on screen: nothing is to be signed until the whole file is in.
    with importing():
        assert Sheet.objects.count() == 0


def test_an_iban_under_a_name_of_theirs_is_not_kept_either(
    file: Callable[..., Path], superuser: psycopg.Connection
) -> None:
    rows = [f"{row};{IBAN[:4]} {IBAN[4:]}" for row in WHOLE if not row.startswith("mandat")]
    with importing():
        review_file(file(*rows, header=f"{HEADER};compte_bancaire"), file_name="c.csv", created_by=0, at=AT)
    kept = str(superuser.execute("SELECT cells FROM foundation_importrow").fetchall())
    assert "compte_bancaire" not in kept
    assert IBAN[4:] not in kept


def test_an_iban_in_a_column_that_is_read_is_kept_by_its_ending(
    file: Callable[..., Path], superuser: psycopg.Connection
) -> None:
    with importing():
        review_file(file(f"solde;B-101;2026-09;;;1,00;;;;;{IBAN};;"), file_name="c.csv", created_by=0, at=AT)
    kept = str(superuser.execute("SELECT cells FROM foundation_importrow").fetchall())
    assert "'titulaire': '…0189'" in kept


def test_what_is_given_back_to_correct_is_closed_to_other_accounts(file: Callable[..., Path], tmp_path: Path) -> None:
    done = take(file(f"mandat;B-101;2020-01-15;;;;RUM-1;{IBAN[:-1]}0;;Lucie Amandier;5;"), dry_run=True)
    before = os.umask(0o022)
    try:
        write_refused_records(done.outcome, tmp_path / "refus.csv")
    finally:
        os.umask(before)
    assert IBAN[:-1] in (tmp_path / "refus.csv").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "refus.csv").stat().st_mode) == 0o600


def test_what_is_given_back_runs_in_no_spreadsheet_and_keeps_its_amounts(
    file: Callable[..., Path], tmp_path: Path
) -> None:
    done = take(file('solde;=CMD("calc");2026-10;;;-20,00;;;;;;;', "solde;-2+3;2026-10;;;+7,00;;;;;;;"), dry_run=True)
    write_refused_records(done.outcome, tmp_path / "refus.csv")
    given_back = (tmp_path / "refus.csv").read_text(encoding="utf-8-sig")
    assert "'=CMD" in given_back
    assert ";'-2+3;" in given_back
    assert ";-20,00;" in given_back
    assert ";+7,00;" in given_back


def test_two_imports_at_once_take_each_balance_once(file: Callable[..., Path]) -> None:
    path = file(*WHOLE)
    told: list[int | str] = []

    def run() -> None:
        try:
            told.append(take(path).outcome.created)
        except Refusal as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, told)) == ["0", "9"]
    assert len(openings()) == 4


def test_the_database_itself_refuses_one_person_twice(file: Callable[..., Path], superuser: psycopg.Connection) -> None:
    done = take(file(*WHOLE))
    assert done.sheet is not None
    with pytest.raises(psycopg.errors.CheckViolation), transaction.atomic():
        superuser.execute("UPDATE takeover_sheet SET first_signed_by = 4, second_signed_by = 4")
