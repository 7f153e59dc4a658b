"""Payslips on paper: in a lot at their release, with their marks, again as often as needed; the payroll's alone."""

import json
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.urls import reverse
from tests.conftest import ClientAs
from tests.landlord import Landlord
from tests.operations.payroll import file_of, office, slip
from tests.operations.test_payslips import AT, clerks, release, store, take
from tests.operations.test_print_lots import mark_on, pages

from palier.dispatch.lot_files import PrintLotNotFound, SheetNotInLot
from palier.dispatch.models import LotTaking, PrintLot
from palier.dispatch.operations.printing import LotOfThePayroll, lots_to_take_out, take_out_lot
from palier.mail.print_lot import SheetMark
from palier.mail.store import DocumentStore
from palier.payroll.models import Payslip
from palier.payroll.operations.batches import undo_batch
from palier.payroll.operations.paper import payslip_sheet_again, take_out_payslips
from palier.privacy.actor import acting

__all__ = ["clerks", "store"]
LOT = "LOT-2026-000001"


def test_paper_is_put_in_a_lot_at_the_release_and_taken_out_as_often_as_needed(
    clerks: tuple[int, int], store: DocumentStore, superuser: psycopg.Connection
) -> None:
    number = take(clerks[0], store)
    assert superuser.execute("SELECT count(*) FROM dispatch_printlot").fetchone() == (0,)
    release(number, clerks)
    with acting(office(clerks[0])):
        taken = take_out_payslips(LOT, store=store, by=clerks[0], at=AT)
        again = take_out_payslips(LOT, store=store, by=clerks[1], at=AT)
        sheet, person = payslip_sheet_again(LOT, rank=2, sheet=1, store=store, by=clerks[0], at=AT)
        with pytest.raises(SheetNotInLot):
            payslip_sheet_again(LOT, rank=3, sheet=1, store=store, by=clerks[0], at=AT)
        placed = Payslip.objects.filter(print_lot__number=LOT).order_by("print_rank")
        assert list(placed.values_list("print_rank", "employee__number")) == [(1, "A003"), (2, "A004")]
        digests = list(placed.values_list("sha256", flat=True))
    index, lea, omar = pages(taken.files.pdf)
    assert "Papiers à poster : 2. Feuilles : 2." in index
    assert "Matricule : A003" in lea
    assert omar.rstrip().endswith(f"{LOT}, 2/2, page 1/1")
    assert [mark_on(taken.files.pdf, page) for page in (1, 2)] == [
        SheetMark(lot=LOT, rank=rank, sheet=1, sheets=1) for rank in (1, 2)
    ]
    assert mark_on(sheet, 0) == SheetMark(lot=LOT, rank=2, sheet=1, sheets=1)
    assert person == taken.person_ids[1]
    assert again.files.pdf == taken.files.pdf
    told = json.loads(taken.files.manifest_json())
    assert (told["famille"], told["papiers"], told["sha256"]) == (
        "bulletins de paie", 2, sha256(taken.files.pdf).hexdigest(),
    )  # fmt: skip
    assert [fold["sha256"] for fold in told["plis"]] == digests
    words = (index, taken.files.manifest_json().decode(), taken.files.manifest_csv().decode("utf-8-sig"))
    assert not [word for word in ("A003", "A004", "Léa", "Omar") if any(word in told for told in words)]
    takings = superuser.execute("SELECT rank, sheet, taken_by FROM dispatch_lottaking ORDER BY id").fetchall()
    assert takings == [(None, None, clerks[0]), (None, None, clerks[1]), (2, 1, clerks[0])]


def test_what_was_corrected_since_is_not_posted_and_an_undone_batch_has_no_lot(
    clerks: tuple[int, int], store: DocumentStore, superuser: psycopg.Connection
) -> None:
    release(take(clerks[0], store), clerks)
    release(take(clerks[0], store, content=file_of([slip("A003", "1 600,00")])), clerks)
    wrong = take(clerks[0], store, content=file_of([slip("A004", "1,00")]))
    with acting(office(clerks[0])):
        undo_batch(batch_id=wrong, by=clerks[0], at=AT)
        first = take_out_payslips(LOT, store=store, by=clerks[0], at=AT)
        second = take_out_payslips("LOT-2026-000002", store=store, by=clerks[0], at=AT)
    assert (first.files.over, [line.rank for line in first.files.lines]) == ((1,), [2])
    assert "ne vaut plus : à ne pas poster" in pages(first.files.pdf)[0].replace("\u00a0", " ")
    assert [line.rank for line in second.files.lines] == [1]
    assert superuser.execute("SELECT count(*) FROM dispatch_printlot").fetchone() == (2,)


def test_a_batch_of_which_nobody_has_paper_makes_no_lot(
    clerks: tuple[int, int], store: DocumentStore, superuser: psycopg.Connection
) -> None:
    release(take(clerks[0], store, content=file_of([slip("A001", "1,00")])), clerks)
    assert superuser.execute("SELECT count(*) FROM dispatch_printlot").fetchone() == (0,)


def test_what_was_released_before_lots_is_given_one_that_waits_for_nobody(
    clerks: tuple[int, int], store: DocumentStore, superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    number = take(clerks[0], store)
    release(number, clerks)
    superuser.execute("UPDATE payroll_payslip SET print_lot_id = NULL, print_rank = NULL")
    superuser.execute("DELETE FROM dispatch_printlot")
    with superuser.transaction():
        superuser.execute((Path("src/palier/payroll/sql/paper_in_lots.sql")).read_text(encoding="utf-8").encode())
    told = client_as("paie").get(reverse("desk:payroll_batch", args=[number])).content.decode()
    assert "diffusé avant les lots" in told
    assert "à prendre" not in told
    with acting(office(clerks[0])):
        taken = take_out_payslips(LOT, store=store, by=clerks[0], at=AT)
    assert [line.rank for line in taken.files.lines] == [1, 2]
    assert superuser.execute("SELECT sha256 FROM dispatch_printlot").fetchone() == (taken.files.sha256,)


def test_a_release_does_not_wait_for_a_whole_job_of_lots(
    clerks: tuple[int, int], store: DocumentStore, superuser: psycopg.Connection
) -> None:
    number = take(clerks[0], store)
    with superuser.transaction():
        superuser.execute("SELECT pg_advisory_xact_lock(hashtext('palier.print_lots'))")
        release(number, clerks)
    assert superuser.execute("SELECT number FROM dispatch_printlot").fetchall() == [(LOT,)]


def test_the_lots_of_the_payroll_are_nobody_elses(
    clerks: tuple[int, int],
    store: DocumentStore,
    own_landlord: Landlord,
    client_as: ClientAs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", store.root)
    number = take(clerks[0], store)
    paie = client_as("paie")
    batch_page = reverse("desk:payroll_batch", args=[number])
    assert "se mettent en lots à la diffusion" in paie.get(batch_page).content.decode()
    release(number, clerks)
    assert LOT in paie.get(batch_page).content.decode()
    shown, pdf, sheet = (reverse(f"desk:payroll_lot{page}", args=[LOT]) for page in ("", "_pdf", "_sheet"))
    assert "BP-0" in paie.get(shown).content.decode()
    taken = paie.post(pdf)
    assert (taken.status_code, taken.headers["Content-Type"]) == (200, "application/zip")
    assert paie.post(sheet, {"rang": "1", "feuille": "1"}).headers["Content-Type"] == "application/pdf"
    assert "n’est pas dans ce lot" in paie.post(sheet, {"rang": "9", "feuille": "1"}, follow=True).content.decode()
    for intruder in ("siege", "comptable", "gestionnaire_nord", "dpo", "gardien_nord"):
        client = client_as(intruder)
        for address in (shown, reverse("desk:print_lot", args=[LOT])):
            assert client.get(address).status_code in (302, 404), (intruder, address)
        assert client.post(pdf).status_code in (302, 404)
    assert LOT not in client_as("siege").get(reverse("desk:print_lots")).content.decode()
    with pytest.raises(LotOfThePayroll):
        take_out_lot(LOT, by=0, operator="essai", agent_id=None, at=AT)
    assert lots_to_take_out(operator="essai", agent_id=None) == []
    # Of the other families the payroll office sees nothing, not even when they were taken out.
    with acting(office(clerks[0])):
        assert set(PrintLot.objects.values_list("family", flat=True)) == {"PAYSLIPS"}
        assert set(LotTaking.objects.values_list("lot__family", flat=True)) == {"PAYSLIPS"}
        with pytest.raises(PrintLotNotFound):
            take_out_payslips("LOT-2026-000009", store=store, by=clerks[0], at=AT)
