"""Quittances and reçus on paper: in a lot once, one PDF with its index and marks; twice, two at once, over."""

import io
import json
import re
import threading
from pathlib import Path

import pikepdf
import psycopg
import pymupdf
import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse
from tests.agreements import agree
from tests.conftest import ClientAs
from tests.operations.bank import AT, balance
from tests.operations.test_receipts import bounce, direct, issue, pay

from palier.cli import main
from palier.privacy.actor import BY_COMMAND
from palier.quittancement.operations.printing import (
    PrintLotNotFound,
    lots_to_take_out,
    make_print_lots,
    take_out_lot,
)

__all__ = ["direct"]


@pytest.fixture(autouse=True)
def _store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same papers come back from test to test, each time under another landlord's keys."""
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")


def make() -> list[str]:
    return make_print_lots(by=BY_COMMAND, operator="essai", agent_id=None, at=AT)


def take(number: str) -> bytes:
    return take_out_lot(number, operator="essai", agent_id=None, at=AT)[0]


def pages(pdf: bytes) -> list[str]:
    with pymupdf.open(stream=pdf) as document:
        return [re.sub(r"\s+", " ", page.get_text()) for page in document]


def ranks(direct: psycopg.Connection) -> list[tuple[object, ...]]:
    return direct.execute(
        """SELECT d.number, l.number, r.print_rank FROM quittancement_receipt AS r
           JOIN mail_document AS d ON d.id = r.document_id
           LEFT JOIN quittancement_printlot AS l ON l.id = r.print_lot_id
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
    assert json.loads(capsys.readouterr().out) == {"lots": ["LOT-2026-000001"], "made": 1, "papers": 1, "over": 0}
    assert [path.name for path in first.iterdir()] == ["LOT-2026-000001.pdf"]
    with pikepdf.open(io.BytesIO((first / "LOT-2026-000001.pdf").read_bytes())) as lot:
        assert len(lot.pages) == 2
    assert main(["rent", "print", "--output", str(first)]) == 1
    assert "donnez un dossier neuf" in capsys.readouterr().err
    assert main(["rent", "print", "--output", str(none)]) == 1
    assert "n’attend d’être posté" in capsys.readouterr().err.replace("\n", " ")
    assert main(["rent", "print", "--output", str(again), "--lot", "LOT-2026-000001", "--json"]) == 0
    assert (again / "LOT-2026-000001.pdf").read_bytes() == (first / "LOT-2026-000001.pdf").read_bytes()


def test_lots_on_screen_are_for_headquarters_and_the_accountant(
    direct: psycopg.Connection, client_as: ClientAs
) -> None:
    pay(40_000)
    issue()
    page, pdf = reverse("desk:print_lots"), reverse("desk:print_lot_pdf", args=["LOT-2026-000001"])
    accountant = client_as("comptable")
    assert "Rien n’attend" not in accountant.get(page).content.decode()
    assert accountant.post(page).status_code == 302
    make()
    shown = accountant.get(page).content.decode()
    assert "LOT-2026-000001" in shown
    assert "à prendre" in shown
    taken = accountant.post(pdf)
    assert (taken.status_code, taken.headers["Content-Type"]) == (200, "application/pdf")
    assert taken.content.startswith(b"%PDF")
    assert "Reprendre" in accountant.get(page).content.decode()
    # The tenant sees who had their paper printed.
    readings = direct.execute("SELECT subjects FROM privacy_readevent WHERE screen = 'lots à imprimer'").fetchall()
    assert any(subjects for (subjects,) in readings)
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
    direct.execute("UPDATE quittancement_printlot SET paper_count = 3")
    answer = client_as("comptable").post(reverse("desk:print_lot_pdf", args=["LOT-2026-000001"]), follow=True)
    assert "palier rent print" in answer.content.decode()
    assert balance(direct, 101) == 0
