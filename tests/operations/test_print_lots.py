"""Quittances and reçus on paper: in a lot once, one PDF with its index and marks; twice, two at once, over."""

import io
import json
import re
import threading
from hashlib import sha256
from pathlib import Path

import pikepdf
import psycopg
import pymupdf
import pytest
import zxingcpp
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from PIL import Image
from tests.agreements import agree
from tests.conftest import ClientAs
from tests.landlord import Landlord
from tests.operations.bank import ACCOUNTANT, AT, balance
from tests.operations.test_openings import protect
from tests.operations.test_receipts import OCTOBER, bounce, direct, issue, pay

from palier.cli import main
from palier.dispatch.lot_files import PrintLotNotFound, SheetNotInLot
from palier.dispatch.models import Sending
from palier.dispatch.operations.lots import make_print_lots
from palier.dispatch.operations.printing import lots_to_take_out, reprinted_sheet, take_out_lot
from palier.mail.documents import pdf_of
from palier.mail.print_lot import SheetMark, read_mark
from palier.mail.store import DocumentStore
from palier.privacy.actor import BY_COMMAND, acting, batch
from palier.privacy.declare import Batch
from palier.quittancement.operations.issuing import issue_notices

__all__ = ["direct"]


@pytest.fixture(autouse=True)
def _store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same papers come back from test to test, each time under another landlord's keys."""
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")


def make() -> list[str]:
    return make_print_lots(by=BY_COMMAND, operator="essai", agent_id=None, at=AT)


def take(number: str) -> bytes:
    return take_out_lot(number, by=BY_COMMAND, operator="essai", agent_id=None, at=AT).pdf


def pages(pdf: bytes) -> list[str]:
    with pymupdf.open(stream=pdf) as document:
        return [re.sub(r"\s+", " ", page.get_text()) for page in document]


def ranks(direct: psycopg.Connection) -> list[tuple[object, ...]]:
    return direct.execute(
        """SELECT d.number, l.number, s.print_rank FROM quittancement_receipt AS r
           JOIN mail_document AS d ON d.id = r.document_id
           LEFT JOIN dispatch_sending AS s ON s.document_id = d.id
           LEFT JOIN dispatch_printlot AS l ON l.id = s.print_lot_id
           ORDER BY d.number"""
    ).fetchall()


def test_each_paper_is_in_one_lot_under_its_rank_and_its_sheet_says_so(direct: psycopg.Connection) -> None:
    pay(40_000)
    pay(15_000, account=102)
    issue()
    assert make() == ["LOT-2026-000001"]
    assert ranks(direct) == [
        ("QU-2026-10-000001", "LOT-2026-000001", 1), ("RE-2026-10-000001", "LOT-2026-000001", 2),
    ]  # fmt: skip
    index, quittance, receipt = pages(take("LOT-2026-000001"))
    assert "Papiers à poster : 2. Feuilles : 2." in index
    assert index.index("QU-2026-10-000001") < index.index("RE-2026-10-000001")
    assert "Quittance de loyer" in quittance
    assert quittance.rstrip().endswith("LOT-2026-000001, 1/2, page 1/1")
    assert "Reçu d’un paiement partiel" in receipt
    assert receipt.rstrip().endswith("LOT-2026-000001, 2/2, page 1/1")


def test_asked_again_nothing_more_is_put_in_a_lot_and_a_lot_gives_the_same_bytes(direct: psycopg.Connection) -> None:
    pay(40_000)
    issue()
    assert make() == ["LOT-2026-000001"]
    assert make() == []
    assert lots_to_take_out(operator="essai", agent_id=None) == ["LOT-2026-000001"]
    first = take("LOT-2026-000001")
    assert lots_to_take_out(operator="essai", agent_id=None) == []
    assert take("LOT-2026-000001") == first
    pay(40_000, account=102)
    issue()
    assert make() == ["LOT-2026-000002"]
    assert [lot for _, lot, _ in ranks(direct)] == ["LOT-2026-000001", "LOT-2026-000002"]


def test_who_reads_theirs_on_line_gets_no_paper(direct: psycopg.Connection) -> None:
    agree(direct, accounts=[101], families=["RECEIPTS"])
    pay(40_000)
    pay(40_000, account=102)
    issue()
    make()
    assert [lot for _, lot, _ in ranks(direct)] == [None, "LOT-2026-000001"]


def test_a_paper_that_no_longer_holds_is_left_out_of_its_lot_and_the_index_says_so(direct: psycopg.Connection) -> None:
    payment = pay(40_000)
    pay(40_000, account=102)
    issue()
    make()
    bounce(payment)
    issue()
    index, kept = pages(take("LOT-2026-000001"))
    assert "Papiers à poster : 1." in index
    assert "QU-2026-10-000001" in index
    assert "ne vaut plus : à ne pas poster" in index.replace("\u00a0", " ")
    assert "QU-2026-10-000002" in kept
    # What takes it back goes to paper too.
    assert make() == ["LOT-2026-000002"]
    assert [number for number, lot, _ in ranks(direct) if lot == "LOT-2026-000002"] == ["RT-2026-10-000001"]


def test_two_at_once_put_each_paper_in_one_lot(direct: psycopg.Connection) -> None:
    pay(40_000)
    pay(40_000, account=102)
    pay(40_000, account=201)
    issue()
    made: list[str] = []

    def work() -> None:
        try:
            made.extend(make())
        finally:
            connections.close_all()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert made == ["LOT-2026-000001"]
    assert [rank for _, _, rank in ranks(direct)] == [1, 2, 3]


def test_a_lot_that_does_not_exist_is_refused(direct: psycopg.Connection) -> None:
    with pytest.raises(PrintLotNotFound):
        take("LOT-2026-000009")


def test_the_command_takes_out_each_lot_once_and_again_by_its_number(
    direct: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pay(40_000)
    issue()
    first, again, none = tmp_path / "lots", tmp_path / "encore", tmp_path / "rien"
    assert main(["rent", "print", "--output", str(first), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "lots": ["LOT-2026-000001"],
        "made": 1,
        "papers": 1,
        "envelopes": 1,
        "sheets": 1,
        "over": 0,
        "failed": [],
    }
    assert sorted(path.suffix for path in first.iterdir()) == [".csv", ".json", ".pdf"]
    with pikepdf.open(io.BytesIO((first / "LOT-2026-000001.pdf").read_bytes())) as lot:
        assert len(lot.pages) == 2
    assert main(["rent", "print", "--output", str(first)]) == 1
    assert "donnez un dossier neuf" in capsys.readouterr().err
    assert main(["rent", "print", "--output", str(none)]) == 1
    assert "n’attend d’être posté" in capsys.readouterr().err.replace("\n", " ")
    assert main(["rent", "print", "--output", str(again), "--lot", "LOT-2026-000001", "--json"]) == 0
    assert (again / "LOT-2026-000001.pdf").read_bytes() == (first / "LOT-2026-000001.pdf").read_bytes()


def test_a_lot_that_cannot_be_opened_is_told_and_stops_no_other(
    direct: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = pay(40_000)
    issue()
    assert make() == ["LOT-2026-000001"]
    # What takes the quittance back is bound from its exact PDF; then another is paid.
    bounce(first)
    issue()
    assert make() == ["LOT-2026-000002"]
    pay(40_000, account=102)
    issue()
    assert make() == ["LOT-2026-000003"]
    spoil = """UPDATE mail_document SET pdf_sha256 = %s, template_sha256 = %s WHERE id = (
                   SELECT s.document_id FROM dispatch_sending AS s JOIN dispatch_printlot AS l ON l.id = s.print_lot_id
                   WHERE l.number = 'LOT-2026-000002') RETURNING id"""
    direct.execute(spoil, ["0" * 64, "0" * 64])
    folder = tmp_path / "lots"
    assert main(["rent", "print", "--output", str(folder), "--json"]) == 1
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["lots"], told["failed"]) == (["LOT-2026-000001", "LOT-2026-000003"], ["LOT-2026-000002"])
    assert "LOT-2026-000002 : " in said.err
    assert sorted(path.stem for path in folder.glob("*.pdf")) == ["LOT-2026-000001", "LOT-2026-000003"]
    # It waits for its document, and leaves once it is mended.
    assert lots_to_take_out(operator="essai", agent_id=None) == ["LOT-2026-000002"]


def test_a_lot_of_which_a_part_is_hidden_is_shown_as_a_whole(
    direct: psycopg.Connection, own_landlord: Landlord, client_as: ClientAs
) -> None:
    issue_october(direct)
    make()
    page = reverse("desk:print_lot", args=["LOT-2026-000001"])
    accountant = client_as("comptable")
    assert "2026-10-000002" in accountant.get(page).content.decode()
    protect(own_landlord, 1)
    shown = accountant.get(page).content.decode()
    # Neither a rank that lacks nor the neighbours of one: the lot, its papers counted as the day it was made.
    assert "2026-10-0000" not in shown
    assert 'class="num">2<' not in shown
    assert "papier par papier" in shown
    assert "Réimprimer" not in shown
    for rank in ("1", "2", "3"):
        sheet = {"rang": rank, "feuille": "1"}
        refused = accountant.post(reverse("desk:print_lot_sheet", args=["LOT-2026-000001"]), sheet, follow=True)
        assert "n’en voit pas tout" in refused.content.decode()


def test_lots_on_screen_are_for_headquarters_and_the_accountant(
    direct: psycopg.Connection, client_as: ClientAs
) -> None:
    pay(40_000)
    issue()
    page, pdf = reverse("desk:print_lots"), reverse("desk:print_lot_pdf", args=["LOT-2026-000001"])
    accountant = client_as("comptable")
    assert "Rien n’attend" not in accountant.get(page).content.decode()
    assert accountant.post(page).status_code == 302
    direct.execute(
        "UPDATE leases_occupant SET role = 'COHOLDER', moved_out_on = NULL WHERE lease_id = 101 AND person_id = 2"
    )
    paper = direct.execute(
        """SELECT d.pdf_sha256, d.id FROM mail_document AS d JOIN dispatch_sending AS s ON s.document_id = d.id
           WHERE s.channel = 'PRINT' AND d.pdf_sha256 <> '' ORDER BY d.id LIMIT 1"""
    ).fetchone() or ("", 0)
    direct.execute("SET session_replication_role = replica")
    direct.execute("UPDATE mail_document SET pdf_sha256 = '' WHERE id = %s", [paper[1]])
    assert "pas encore son PDF" in accountant.get(page).content.decode()
    direct.execute("UPDATE mail_document SET pdf_sha256 = %s WHERE id = %s", paper)
    direct.execute("SET session_replication_role = origin")
    assert "pas encore son PDF" not in accountant.get(page).content.decode()
    make()
    shown = accountant.get(page).content.decode()
    assert "LOT-2026-000001" in shown
    assert "à prendre" in shown
    taken = accountant.post(pdf)
    assert (taken.status_code, taken.headers["Content-Type"]) == (200, "application/zip")
    assert "Reprendre" in accountant.get(page).content.decode()
    # Each of the tenants sees who had their paper printed.
    readings = direct.execute(
        "SELECT subjects FROM privacy_readevent WHERE screen = 'lots à imprimer (export)'"
    ).fetchall()
    assert any({1, 2} <= set(subjects) for (subjects,) in readings)
    assert accountant.post(reverse("desk:print_lot_pdf", args=["LOT-2026-000009"])).status_code == 404
    for intruder in ("gestionnaire_nord", "responsable_nord", "dpo", "gardien_nord", "locataire"):
        client = client_as(intruder)
        assert client.get(page).status_code in (302, 404)
        assert client.post(pdf).status_code in (302, 404)


def test_the_accountant_is_not_given_a_lot_of_which_they_may_not_see_all(
    direct: psycopg.Connection, client_as: ClientAs
) -> None:
    pay(40_000)
    pay(40_000, account=102)
    issue()
    make()
    direct.execute("UPDATE dispatch_printlot SET paper_count = 3")
    answer = client_as("comptable").post(reverse("desk:print_lot_pdf", args=["LOT-2026-000001"]), follow=True)
    assert "palier rent print" in answer.content.decode()
    assert balance(direct, 101) == 0


def test_a_sheet_bears_a_code_that_a_scanner_reads_and_is_printed_again_alone(direct: psycopg.Connection) -> None:
    pay(40_000)
    pay(15_000, account=102)
    issue()
    make()
    taken = take_out_lot("LOT-2026-000001", by=BY_COMMAND, operator="essai", agent_id=None, at=AT)
    assert [mark_on(taken.pdf, page) for page in (0, 1, 2)] == [
        None,
        SheetMark(lot="LOT-2026-000001", rank=1, sheet=1, sheets=1),
        SheetMark(lot="LOT-2026-000001", rank=2, sheet=1, sheets=1),
    ]
    with batch(Batch.MAIL, operator="essai", motive="COURRIER", command="essai"):
        alone, paper = reprinted_sheet("LOT-2026-000001", rank=2, sheet=1, by=5, at=AT)
        with pytest.raises(SheetNotInLot):
            reprinted_sheet("LOT-2026-000001", rank=2, sheet=2, by=5, at=AT)
    assert (len(pages(alone)), paper.number) == (1, "RE-2026-10-000001")
    assert mark_on(alone, 0) == SheetMark(lot="LOT-2026-000001", rank=2, sheet=1, sheets=1)
    written = direct.execute("SELECT rank, sheet, taken_by FROM dispatch_lottaking ORDER BY id").fetchall()
    assert written == [(None, None, BY_COMMAND), (2, 1, 5)]


def test_the_manifest_of_notices_in_postal_order_adds_up_to_the_sheets(direct: psycopg.Connection) -> None:
    direct.execute("UPDATE estate_residence SET postcode = '75001' WHERE id = 21")
    issue_october(direct)
    assert make() == ["LOT-2026-000001"]
    taken = take_out_lot("LOT-2026-000001", by=BY_COMMAND, operator="essai", agent_id=None, at=AT)
    told = json.loads(taken.manifest_json())
    assert [fold["code_postal"] for fold in told["plis"]] == ["75001", "75013", "75013"]
    assert (told["famille"], told["papiers"], told["feuilles"]) == ("avis d’échéance", 3, 3)
    assert len(pages(taken.pdf)) - told["pages_de_liste"] == told["feuilles"]
    assert told["sha256"] == sha256(taken.pdf).hexdigest()
    # Printed in one compile, a notice says what its own PDF says.
    sold = direct.execute("SELECT id, pdf_sha256 FROM mail_document WHERE number = %s", [told["plis"][0]["document"]])
    document, digest = sold.fetchone() or (0, "")
    with batch(Batch.MAIL, operator="essai", motive="COURRIER", command="essai"):
        exact = pdf_of(document, digest, store=DocumentStore(Path(settings.DOCUMENT_ROOT)))
    assert digest == told["plis"][0]["sha256"]
    assert pages(taken.pdf)[told["pages_de_liste"]].startswith(pages(exact)[0].strip())


def test_a_protected_address_is_printed_apart_and_seen_on_no_page(
    direct: psycopg.Connection, own_landlord: Landlord, client_as: ClientAs, tmp_path: Path
) -> None:
    protect(own_landlord, 1)
    issue_october(direct)
    assert make() == ["LOT-2026-000001", "LOT-2026-000002"]
    lots = direct.execute("SELECT number, is_protected, paper_count FROM dispatch_printlot ORDER BY number").fetchall()
    assert lots == [("LOT-2026-000001", False, 2), ("LOT-2026-000002", True, 1)]
    leases = direct.execute("SELECT lease_id FROM dispatch_sending WHERE is_protected").fetchall()
    assert leases == [(101,)]
    accountant = client_as("comptable")
    shown = accountant.get(reverse("desk:print_lots")).content.decode()
    assert "LOT-2026-000001" in shown
    assert "LOT-2026-000002" not in shown
    hidden = reverse("desk:print_lot_pdf", args=["LOT-2026-000002"])
    assert accountant.post(hidden).status_code == 404
    with acting(ACCOUNTANT):
        assert not Sending.objects.filter(lease_id=101).exists()
    # Nothing of it may be put in the hands of anyone outside, whoever writes the row.
    with pytest.raises(psycopg.errors.CheckViolation):
        direct.execute("UPDATE dispatch_sending SET channel = 'HYBRID' WHERE is_protected")
    assert main(["rent", "print", "--month", "2026-10", "--output", str(tmp_path / "lots")]) == 0
    assert len(list((tmp_path / "lots").glob("*.pdf"))) == 2


def issue_october(direct: psycopg.Connection) -> None:
    """The notices of October, in place of those that other tests only look at."""
    direct.execute("SET session_replication_role = replica")
    direct.execute("DELETE FROM mail_document WHERE kind = 'AVIS_ECHEANCE'")
    direct.execute("SET session_replication_role = origin")
    issue_notices(month=OCTOBER, operator="essai", agent_id=None)


def mark_on(pdf: bytes, page: int) -> SheetMark | None:
    with pymupdf.open(stream=pdf) as document:
        drawn = document[page].get_pixmap(dpi=150)
    picture = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)
    found = [code for code in zxingcpp.read_barcodes(picture) if code.format == zxingcpp.BarcodeFormat.DataMatrix]
    return read_mark(found[0].text) if found else None


def test_a_letter_that_comes_back_is_known_by_its_sheet_and_its_address_is_looked_at(
    direct: psycopg.Connection, client_as: ClientAs
) -> None:
    pay(40_000)
    pay(40_000, account=201)
    issue()
    make()
    taken = take_out_lot("LOT-2026-000001", by=BY_COMMAND, operator="essai", agent_id=None, at=AT)
    page = reverse("desk:returned_mail")
    officer = client_as("gestionnaire_nord")
    photo = SimpleUploadedFile("pli.png", picture_of_sheet(taken.pdf, 1), "image/png")
    assert officer.post(page, {"photo": photo, "raison": "NPAI"}).status_code == 302
    row = "SELECT lease_id, state, return_reason, returned_by FROM dispatch_sending WHERE returned_at IS NOT NULL"
    assert direct.execute(row).fetchall() == [(101, "RETURNED", "NPAI", 1)]
    shown = officer.get(page).content.decode()
    assert "QU-2026-10-000001" in shown
    assert "n’habite pas à l’adresse indiquée" in shown
    # Twice, wrong, of another agency: each a sentence, nothing written.
    for code, reason, said in (
        ("lot-2026-000001;1;1;1", "NPAI", "déjà noté revenu"),
        ("LOT-2026-000001;2;1;1", "NPAI", "que votre fonction voit"),
        ("LOT-2026-000001;9;1;1", "NPAI", "que votre fonction voit"),
        ("AE-2026-10-000001", "NPAI", "n’est pas celui d’une feuille"),
        ("LOT-2026-000001;1;1;1", "SICK", "dans la liste"),
    ):
        answer = officer.post(page, {"code": code, "raison": reason})
        refused = answer.content.decode()
        assert answer.status_code == 422
        assert said in refused, code
        assert f'value="{code}"' in refused
    assert len(direct.execute(row).fetchall()) == 1
    assert "QU-2026-10-000001" not in client_as("gestionnaire_sud").get(page).content.decode()
    (number,) = direct.execute("SELECT id FROM dispatch_sending WHERE state = 'RETURNED'").fetchone() or (0,)
    checked = reverse("desk:returned_checked", args=[number])
    assert client_as("gestionnaire_sud").post(checked).status_code == 404
    assert officer.post(checked).status_code == 302
    assert officer.post(checked).status_code == 404
    assert "Aucun pli à vérifier" in officer.get(page).content.decode()
    month = client_as("siege").get(reverse("desk:sendings")).content.decode()
    assert "Lot à imprimer" in month
    assert "simulé" in month


def picture_of_sheet(pdf: bytes, page: int) -> bytes:
    with pymupdf.open(stream=pdf) as document:
        drawn: bytes = document[page].get_pixmap(dpi=150).tobytes("png")
        return drawn
