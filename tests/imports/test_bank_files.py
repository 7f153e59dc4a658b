"""A file of a bank is read whole, or refused with a sentence that names its line; never half."""

import gzip
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from tests.house.tree import ROOT
from tests.imports.bank_samples import balance, camt, cfonb, detail, entry, statement, written
from tests.places import shared_data

from palier.banking.formats.document import BankDocument, Format, Movement
from palier.banking.formats.reading import open_bank_file
from palier.bench.bank_files import OWN, payer_iban, write_camt, write_cfonb, write_statuses
from palier.foundation.errors import Refusal

DOLLARS = "un montant est en « USD »"


def read(folder: Path, content: str | bytes) -> tuple[list[Movement], BankDocument]:
    file = open_bank_file(written(folder, content))
    movements = list(file.movements())
    return movements, file.document()


def refusal_of(folder: Path, content: str | bytes) -> str:
    with pytest.raises(Refusal) as caught:
        open_bank_file(written(folder, content)).document()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "{" not in sentence
    return sentence


def test_a_statement_gives_each_movement_with_what_names_its_payer(tmp_path: Path) -> None:
    movements, document = read(tmp_path, statement())
    assert document.format is Format.CAMT053
    assert (document.entries, document.total_cents, document.warnings) == (3, 2302, ())
    free, structured, returned = movements
    assert (free.amount_cents, free.rf_reference, free.end_to_end_id) == (40_000, "RF18539007547034", "")
    assert (free.payer_name, free.payer_iban, free.operation) == (
        "La locataire du 12",
        payer_iban(12),
        "PMNT/RCDT/ESCT",
    )
    assert (free.booked_on, free.account_iban, free.line) == (date(2026, 11, 5), OWN.iban, 15)
    assert structured.rf_reference == "RF18539007547034"
    assert (returned.amount_cents, returned.return_reason, returned.end_to_end_id) == (
        -41_218,
        "AM04",
        "PAL-202610-0000012",
    )
    assert returned.payer_name == "La locataire du 12"
    assert returned.is_reversal


def test_the_parts_of_a_batch_are_movements_when_they_make_up_its_sum(tmp_path: Path) -> None:
    batch = entry("900.00", details=detail("400.00", end_to_end="A") + detail("500.00", end_to_end="B"))
    movements, document = read(tmp_path, camt(batch))
    assert [(each.amount_cents, each.end_to_end_id, each.entry) for each in movements] == [
        (40_000, "A", 1),
        (50_000, "B", 1),
    ]
    assert document.entries == 1


def test_a_batch_whose_parts_make_another_sum_stays_whole_and_is_told(tmp_path: Path) -> None:
    batch = entry("900.00", details=detail("400.00", end_to_end="A") + detail("400.00", end_to_end="B"))
    movements, document = read(tmp_path, camt(batch))
    assert [(each.amount_cents, each.end_to_end_id) for each in movements] == [(90_000, "")]
    assert "ne font pas le montant" in document.warnings[0]


def test_what_is_announced_but_not_booked_is_told_apart(tmp_path: Path) -> None:
    movements, document = read(tmp_path, camt(entry("10.00", status="PDNG")))
    assert not movements[0].is_booked
    assert document.warnings[0].startswith("Ligne 7 : l’écriture est annoncée")


@pytest.mark.parametrize(
    ("message", "version"), [("camt.053", "02"), ("camt.053", "13"), ("camt.054", "02"), ("camt.054", "08")]
)
def test_each_version_whose_schema_is_here_is_held_against_it(tmp_path: Path, message: str, version: str) -> None:
    path = tmp_path / "releve.xml"
    total = write_camt(path, 7, message=message, version=version)
    document = open_bank_file(path).document()
    assert (document.version, document.entries, document.total_cents, document.warnings) == (version, 7, total, ())


def test_a_version_without_schema_is_read_and_told(tmp_path: Path) -> None:
    _, document = read(tmp_path, statement().replace("053.001.08", "053.001.04"))
    assert document.total_cents == 2302
    assert document.warnings == (
        "Ligne 1 : le schéma camt.053.001.04 n’est pas ici : le fichier est lu sans lui être comparé.",
    )


@pytest.mark.parametrize(
    ("was", "put", "line"),
    [
        ("</Nm></Pty>", "</Nm><PstlAdr><Ctry>France</Ctry></PstlAdr></Pty>", 18),
        ("<Ccy>EUR</Ccy></Acct>", "<Ccy>EUR</Ccy><Svcr><FinInstnId><BIC>ZZZZFRPP</BIC></FinInstnId></Svcr></Acct>", 6),
    ],
)
def test_what_real_banks_do_against_the_schema_is_read_with_its_line(
    tmp_path: Path, was: str, put: str, line: int
) -> None:
    _, document = read(tmp_path, statement().replace(was, put, 1))
    assert document.total_cents == 2302
    assert document.warnings[0].startswith(f"Ligne {line} : ")
    assert "schéma ISO 20022" in document.warnings[0]


def test_a_closing_balance_that_disagrees_is_told_at_its_line(tmp_path: Path) -> None:
    _, document = read(tmp_path, camt(balance("OPBD", "5.00"), balance("CLBD", "6.00"), entry("2.00")))
    assert document.warnings[0].startswith("Ligne 8 : le solde de fin 6,00")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (camt(entry("NaN")), "Ligne 7, écriture 1 : « NaN » n’est pas un montant"),
        (camt(entry("1.00"), entry("1000000000000000")), "Ligne 14, écriture 2 : le montant"),
        (camt(entry("1e3")), "« 1e3 » n’est pas un montant"),
        (camt(entry("-4.00")), "n’est pas un montant"),
        (camt(entry("1.005")), "n’est pas un montant"),
        (camt(entry("4.00", currency="USD")), "Ligne 7, écriture 1 : " + DOLLARS),
        (camt(entry("4.00", "BOTH")), "(CRDT)"),
        (camt(entry("4.00")).replace("2026-11-05", "2026-02-30"), "n’est pas une date"),
        (camt(entry("4.00")).replace("2026-11-05", "9999-12-31"), "9999-12-31\u00a0» n’est pas une date"),
        (camt(entry("4.00")).replace("2026-11-05", "0001-01-01"), "0001-01-01\u00a0» n’est pas une date"),
        (camt(entry("4.00")).replace("<BookgDt><Dt>2026-11-05</Dt></BookgDt>", ""), "la date de l’opération"),
        (camt().replace("<Ccy>EUR</Ccy>", "<Ccy>USD</Ccy>"), "« USD »"),
        (statement()[:900], "coupé ou mal formé"),
        (statement()[:-4], "coupé ou mal formé"),
        (statement() + "<a/>", "contenu après la fin"),
        (statement().replace("</Ntry>", "</Entry>", 1), "balises"),
        (statement().encode().replace(b"LOYER", b"LOY\xe9R"), "encodage"),
        (statement().replace("<Stmt>", "<Stmt>&nom;", 1), "entité"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    sentence = refusal_of(tmp_path, content)
    assert sentence.startswith("Ligne ")
    assert said in sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n", "un document PDF"),
        (b"PK\x03\x04rien", "zip"),
        (gzip.compress(statement().encode()), "décompressez-le"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien format"),
        (b":20:940\n:25:FR76\n", "MT940"),
        (b"{1:F01ZZZZFRPPAXXX}{2:I940}", "MT940"),
        (b"OFXHEADER:100\nDATA:OFXSGML\n", "OFX"),
        (b"31" + b" " * 238 + b"\n34" + b" " * 238 + b"\n", "CFONB 240"),
        (b"date;libelle;montant\n05/11/2026;loyer;400\n", "un tableau CSV"),
        (b"Bonjour\n", "d’aucun format connu"),
        (b"\x00\x01\x02\x03\x04", "binaire"),
        (b"", "est vide"),
        (b"<html><body/></html>", "une page web"),
        (b"<Invoice xmlns='urn:x'/>", "une autre famille"),
        (statement().replace("camt.053.001.08", "camt.052.001.08").encode(), "camt.052"),
        (statement().replace("camt.053.001.08", "pain.008.001.08").encode(), "que l’on envoie"),
        (statement().replace('encoding="UTF-8"', 'encoding="UTF-7"').encode(), "UTF-7"),
    ],
)
def test_another_kind_of_file_is_named_with_what_to_ask_for(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refusal_of(tmp_path, content)


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "doctype", [BOMB, '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE d SYSTEM "x.dtd">']
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_unread_in_any_encoding(tmp_path: Path, doctype: str, encoding: str) -> None:
    spoilt = statement().replace("<Document", doctype + "<Document").replace("UTF-8", encoding.upper())
    sentence = refusal_of(tmp_path, spoilt.encode(encoding))
    assert sentence.startswith("Ligne 2 : ")
    assert "entités" in sentence


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + statement().encode(),
        statement().replace("UTF-8", "UTF-16").encode("utf-16"),
        statement().replace("UTF-8", "ISO-8859-1").replace("du 12", "né à 12").encode("latin-1"),
        statement().replace("\n", "\r\n").encode(),
        statement().replace("\n", "").replace("?>", "?>\n").encode(),
        statement().replace("<Document xmlns=", "<c:Document xmlns:c=").replace("<", "<c:").replace("<c:/", "</c:")
        .replace("<c:c:", "<c:").replace("<c:?", "<?").encode(),
    ],
)  # fmt: skip
def test_marks_encodings_and_prefixes_change_nothing(tmp_path: Path, content: bytes) -> None:
    _, document = read(tmp_path, content)
    assert (document.entries, document.total_cents) == (3, 2302)


def test_elements_that_nobody_reads_do_not_fill_the_memory(tmp_path: Path) -> None:
    stuffed = statement().replace("<Ntry>", "<a/>" * 1_500_000 + "<Ntry>", 1)
    assert "n’en finit pas" in refusal_of(tmp_path, stuffed)


def test_a_report_says_which_payments_were_refused_and_why(tmp_path: Path) -> None:
    path = tmp_path / "compte-rendu.xml"
    write_statuses(path, 4)
    file = open_bank_file(path)
    statuses = list(file.statuses())
    assert [(each.end_to_end_id, each.status, each.reason, each.amount_cents) for each in statuses] == [
        ("", "PART", "", None),
        ("PAL-202611-0000000", "RJCT", "AM04", 30_000),
        ("PAL-202611-0000001", "ACSC", "", 30_037),
        ("PAL-202611-0000002", "RJCT", "AM04", 30_074),
        ("PAL-202611-0000003", "ACSC", "", 30_111),
    ]
    assert statuses[1].batch_id == "PAL-202611-001"
    assert file.document().entries == 4
    with pytest.raises(Refusal, match="pas un relevé"):
        next(file.movements())


def test_the_sample_report_follows_its_schema(tmp_path: Path) -> None:
    schema = shared_data("bank/xsd/pain.002.001.11.xsd")
    path = tmp_path / "compte-rendu.xml"
    write_statuses(path, 4)
    etree.XMLSchema(file=str(schema)).assertValid(etree.parse(str(path)))


def run_check(path: Path, action: str = "check") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "palier", "bank", action, str(path), "--json"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )


def test_the_command_prints_the_shape_that_is_promised(tmp_path: Path) -> None:
    answer = run_check(written(tmp_path, statement()))
    assert json.loads(answer.stdout) == {"format": "camt.053.001.08", "entries": 3, "total": "23.02", "warnings": []}
    assert (answer.returncode, answer.stderr) == (0, "")
    answer = run_check(written(tmp_path, cfonb()))
    assert json.loads(answer.stdout) == {"format": "CFONB120", "entries": 2, "total": "392.10", "warnings": []}


CARDS = (
    ("remise", "jour", "sorte", "reference", "montant"),
    ("R-7", "2026-11-20", "PAIEMENT", "CB-1", "400,00"),
    ("R-7", "2026-11-20", "REMBOURSEMENT", "CB-2", "9,90"),
)


@pytest.mark.parametrize("kind", ["csv", "quoted", "xlsx"])
def test_the_settlement_file_of_the_cards_is_checked_as_it_is_imported(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "remise"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in CARDS:
            book.worksheets[0].append(row)
        book.save(path)
    else:
        mark = '"' if kind == "quoted" else ""
        lines = [";".join(f"{mark}{cell}{mark}" for cell in row) for row in CARDS]
        path.write_text("\ufeff" + "\r\n".join(lines) + "\r\n", encoding="utf-8")
    answer = run_check(path)
    assert answer.stderr == ""
    assert json.loads(answer.stdout) == {"format": "CARDS", "entries": 2, "total": "390.10", "warnings": []}


@pytest.mark.parametrize("action", ["check", "import"])
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.csv", None, "n’existe pas"),
        ("", None, "dossier"),
        ("vide.csv", b"", "vide"),
        ("classeur.xlsx", b"PK\x03\x04 abime", "archive zip ou un classeur"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence_by_both_commands(
    tmp_path: Path, action: str, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    answer = run_check(path, action)
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (1, "", 1)
    assert said in answer.stderr


def test_the_command_refuses_in_one_sentence_and_exits_1(tmp_path: Path) -> None:
    answer = run_check(written(tmp_path, camt(entry("NaN"))))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("Ligne 7, écriture 1 : « NaN »")
    assert answer.stderr.count("\n") == 1


def test_two_readings_of_a_file_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "releve.txt"
    write_cfonb(path, 20)
    file = open_bank_file(path)
    assert list(file.movements()) == list(file.movements())
    assert file.document().entries == 20
