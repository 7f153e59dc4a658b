"""A batch of the payroll, from the file to the employee: matched by number, set aside, undone, released by another."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pikepdf
import psycopg
import pytest
from django.db import ProgrammingError, connection
from tests.landlord import Landlord
from tests.operations.payroll import REGISTER, employee, file_of, fill_register, office, page, saved, slip, totals

from palier.foundation.clock import PARIS, now
from palier.foundation.periods import Month
from palier.foundation.tabular.reading import open_table
from palier.mail.store import DocumentShredded, DocumentStore
from palier.payroll.access import PayslipNotFound, payslip_in_scope
from palier.payroll.models import PayBatch, Payslip, Quarantined
from palier.payroll.operations import admitting
from palier.payroll.operations.admitting import SheetsNotToMake, TooManySheets, open_accounts, sheets_to_make
from palier.payroll.operations.batches import (
    BatchAlreadyReleased,
    BatchNotReviewed,
    FileTakenBefore,
    GivenBatch,
    PagesDecided,
    QuarantineNotEmpty,
    ReleasedByTheSame,
    TotalsDisagree,
    import_batch,
    match_again,
    release_batch,
    return_pages,
    review_batch,
    undo_batch,
)
from palier.payroll.operations.closing import ClosingAnnounced, ClosingTooSoon, announce_closing
from palier.payroll.operations.opposing import AlreadyOpposed, oppose, take_back_opposition
from palier.payroll.operations.register import import_register
from palier.payroll.pay_file import (
    PageWithoutText,
    PayFileLocked,
    PayFileNotPdf,
    PayFileTruncated,
    PayFileWithScript,
    open_pay_file,
)
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.retention.operations.purge import Asked, purge

ISSUED = date(2026, 10, 30)
AT = datetime(2026, 10, 30, 9, tzinfo=PARIS)
# Six payslips: one of two pages, one opposed, one not told, a stranger, a page without number, another of two numbers.
OCTOBER = file_of(
    [
        slip("A001", "1 234,56"),
        ("Bulletin de paie, organisme fictif", "Matricule : A002", "Page 1 sur 2"),
        slip("A002", "2 000,00"),
        slip("A003", "1 500,10"),
        slip("A004", "900,34"),
        slip("Z999", "4 000,00"),
        ("Bulletin de paie, organisme fictif", "sans rien d’autre"[:9], "Net à payer : 10,00"),
        ("Matricule : A001 puis Matricule : A002", "Net à payer : 5,00", "une page mal coupée"),
        totals(7, "9 650,00"),
    ]
)


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents")


@pytest.fixture
def clerks(own_landlord: Landlord, tmp_path: Path) -> tuple[int, int]:
    """Two agents of the payroll, the register filled."""
    first, second = own_landlord.agents["paie"], own_landlord.agents["paie_seconde"]
    with acting(office(first)):
        fill_register(tmp_path, by=first)
    return first, second


def take(clerk: int, store: DocumentStore, *, content: bytes = OCTOBER, issued_on: date = ISSUED) -> int:
    with acting(office(clerk)):
        given = GivenBatch(content=content, name="octobre.pdf", month=Month(2026, 10), issued_on=issued_on)
        return import_batch(given, store=store, by=clerk, at=AT).pk


def release(batch_id: int, clerks: tuple[int, int]) -> None:
    first, second = clerks
    with acting(office(first)):
        for aside in Quarantined.objects.filter(batch_id=batch_id, outcome=""):
            return_pages(quarantined_id=aside.pk, by=first, at=AT)
        review_batch(batch_id=batch_id, by=first, at=AT)
    with acting(office(second)):
        release_batch(batch_id=batch_id, by=second, at=AT)


def person_of(superuser: psycopg.Connection, number: str) -> int:
    row = superuser.execute("SELECT person_id FROM payroll_employee WHERE number = %s", [number]).fetchone()
    assert row is not None
    return int(row[0])


def test_a_batch_is_split_matched_set_aside_and_agrees_with_its_totals(
    clerks: tuple[int, int], store: DocumentStore
) -> None:
    number = take(clerks[0], store)
    with acting(office(clerks[0])):
        kept = PayBatch.objects.get(pk=number)
        assert (kept.pages, kept.found_count, kept.found_net_cents, kept.told_net_cents) == (9, 7, 965_000, 965_000)
        slips = list(
            Payslip.objects.order_by("first_page").values_list(
                "employee__number", "first_page", "pages", "net_cents", "route", "paper_reason"
            )
        )
        assert slips == [
            ("A001", 1, 1, 123_456, "OWN_SPACE", ""),
            ("A002", 2, 2, 200_000, "OWN_SPACE", ""),
            ("A003", 4, 1, 150_010, "PAPER", "OPPOSED"),
            ("A004", 5, 1, 90_034, "PAPER", "NOT_TOLD"),
        ]
        aside = list(Quarantined.objects.order_by("first_page").values_list("reason", "number", "first_page"))
        assert aside == [("UNKNOWN", "Z999", 6), ("NO_NUMBER", "", 7), ("TWO_NUMBERS", "", 8)]
        keys = [bytes(row.kept_key or b"") for row in (*Payslip.objects.all(), *Quarantined.objects.all())]
        assert len(set(keys)) == 7
    # On the disk nothing of it can be read.
    files = [path for path in store.root.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"%PDF" in path.read_bytes()]


def test_a_number_given_twice_goes_to_nobody(clerks: tuple[int, int], store: DocumentStore) -> None:
    take(clerks[0], store, content=file_of([slip("A001", "1,00"), slip("A002", "2,00"), slip("A001", "3,00")]))
    with acting(office(clerks[0])):
        assert list(Payslip.objects.values_list("employee__number", flat=True)) == ["A002"]
        assert list(Quarantined.objects.values_list("reason", "first_page").order_by("first_page")) == [
            ("TWICE", 1),
            ("TWICE", 3),
        ]


def test_two_nets_in_a_row_for_one_number_are_two_payslips(clerks: tuple[int, int], store: DocumentStore) -> None:
    take(clerks[0], store, content=file_of([slip("A001", "1,00"), slip("A001", "3,00")]))
    with acting(office(clerks[0])):
        assert not Payslip.objects.exists()
        assert set(Quarantined.objects.values_list("reason", flat=True)) == {"TWICE"}


def test_the_same_file_is_refused_until_its_batch_is_undone_and_a_wrong_batch_leaves_nothing(
    clerks: tuple[int, int], store: DocumentStore
) -> None:
    number = take(clerks[0], store)
    with pytest.raises(FileTakenBefore, match=f"lot n° {number}"):
        take(clerks[1], store)
    with acting(office(clerks[1])):
        kept = Payslip.objects.all()[0].kept
        undo_batch(batch_id=number, by=clerks[1], at=AT)
        assert not Payslip.objects.exists()
        assert not Quarantined.objects.exists()
        assert PayBatch.objects.get().state == "UNDONE"
    with pytest.raises(DocumentShredded):
        store.open(replace(kept, wrapped=b""))
    assert take(clerks[0], store) > number


def test_a_work_that_stops_keeps_nothing_and_the_same_file_then_ends_it(
    clerks: tuple[int, int], store: DocumentStore
) -> None:
    given = GivenBatch(content=OCTOBER, name="octobre.pdf", month=Month(2026, 10), issued_on=ISSUED)

    def stopped() -> None:
        with acting(office(clerks[0])):
            import_batch(given, store=store, by=clerks[0], at=AT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    with acting(office(clerks[0])):
        assert not PayBatch.objects.exists()
    # What the first left on the disk is noise, its keys went with it: these are written again, and open.
    number = take(clerks[0], store)
    with acting(office(clerks[0])):
        assert all(store.open(row.kept).startswith(b"%PDF") for row in Payslip.objects.filter(batch_id=number))


def test_a_batch_is_reviewed_by_one_and_released_by_another_once(clerks: tuple[int, int], store: DocumentStore) -> None:
    first, second = clerks
    number = take(first, store)
    with pytest.raises(BatchNotReviewed), acting(office(second)):
        release_batch(batch_id=number, by=second, at=AT)
    with acting(office(second)):
        review_batch(batch_id=number, by=second, at=AT)
    for clerk in (first, second):
        with pytest.raises(ReleasedByTheSame), acting(office(clerk)):
            release_batch(batch_id=number, by=clerk, at=AT)
    with acting(office(first)):
        review_batch(batch_id=number, by=first, at=AT)
    with pytest.raises(QuarantineNotEmpty), acting(office(second)):
        release_batch(batch_id=number, by=second, at=AT)
    release(number, clerks)
    with pytest.raises(BatchAlreadyReleased), acting(office(second)):
        undo_batch(batch_id=number, by=second, at=AT)


def test_totals_that_disagree_stop_the_review(clerks: tuple[int, int], store: DocumentStore) -> None:
    number = take(clerks[0], store, content=file_of([slip("A001", "1 234,56"), totals(2, "1 234,56")]))
    with pytest.raises(TotalsDisagree, match="1 bulletins lus"), acting(office(clerks[0])):
        review_batch(batch_id=number, by=clerks[0], at=AT)


def test_each_employee_opens_their_own_released_payslip_and_no_other_agent_any(
    clerks: tuple[int, int], own_landlord: Landlord, superuser: psycopg.Connection, store: DocumentStore
) -> None:
    number = take(clerks[0], store)
    ines, marc, lea = (person_of(superuser, one) for one in ("A001", "A002", "A003"))
    with acting(employee(ines)):
        assert not Payslip.objects.exists()
    release(number, clerks)
    with acting(employee(ines)) as reading:
        (mine,) = Payslip.objects.all()
        reading.saw([ines], "PAIE")
        with open_pay_file(store.open(mine.kept)) as read:
            assert "A001" in read.texts[0]
            assert "1 234,56" in read.texts[0].replace("\u00a0", " ")
    with acting(employee(marc)), pytest.raises(PayslipNotFound):
        payslip_in_scope(mine.pk)
    with acting(employee(lea)):
        assert not Payslip.objects.exists()
    agents = (("gestionnaire_nord", Role.RENT_OFFICER), ("siege", Role.HEADQUARTERS), ("comptable", Role.ACCOUNTANT))
    for name, role in agents:
        actor = Actor(role=role, agent_id=own_landlord.agents[name], purpose="PATRIMOINE")
        for table in ("payslip", "employee", "quarantined", "paybatch", "opposition"):
            with pytest.raises(ProgrammingError, match="permission denied"), acting(actor):
                connection.cursor().execute(f"SELECT * FROM payroll_{table}")
    # Nor may the office change what was released.
    with acting(office(clerks[0])):
        assert Payslip.objects.update(released_at=None) == 0
        assert Payslip.objects.all().delete()[0] == 0


def test_an_opposition_between_import_and_release_sends_the_payslip_on_paper(
    clerks: tuple[int, int], superuser: psycopg.Connection, store: DocumentStore
) -> None:
    ines = person_of(superuser, "A001")
    number = take(clerks[0], store)
    with acting(employee(ines)):
        oppose(person_id=ines, on=ISSUED)
    with pytest.raises(AlreadyOpposed), acting(employee(ines)):
        oppose(person_id=ines, on=ISSUED)
    release(number, clerks)
    with acting(employee(ines)):
        assert not Payslip.objects.exists()
        take_back_opposition(person_id=ines, on=date(2026, 11, 2))
    with acting(office(clerks[0])):
        assert Payslip.objects.get(employee__number="A001").paper_reason == "OPPOSED"
    marc = person_of(superuser, "A002")
    with pytest.raises(ProgrammingError, match="row-level security"), acting(employee(marc)):
        connection.cursor().execute(
            """INSERT INTO payroll_opposition (employee_id, person_id, said_on, said_by)
               SELECT id, %s, '2026-11-01', 'EMPLOYEE' FROM payroll_employee""",
            [ines],
        )


def test_a_corrected_payslip_stands_beside_the_first(
    clerks: tuple[int, int], superuser: psycopg.Connection, store: DocumentStore
) -> None:
    release(take(clerks[0], store), clerks)
    # The same page is among the new file's: its first keeping must stay readable.
    again = take(clerks[0], store, content=file_of([slip("A001", "1 234,56"), slip("A002", "2 100,00")]))
    release(again, clerks)
    with acting(employee(person_of(superuser, "A002"))):
        first, second = Payslip.objects.order_by("pk")
        assert (first.net_cents, second.net_cents, second.corrects_id) == (200_000, 210_000, first.pk)
        assert all(store.open(row.kept) for row in (first, second))
    with acting(employee(person_of(superuser, "A001"))):
        assert all(store.open(row.kept) for row in Payslip.objects.all())


def test_a_stranger_who_enters_the_register_is_matched_again(
    clerks: tuple[int, int], tmp_path: Path, store: DocumentStore
) -> None:
    number = take(clerks[0], store)
    with acting(office(clerks[0])):
        assert match_again(batch_id=number, by=clerks[0], at=AT) == 0
        fill_register(tmp_path, text=REGISTER + "Z999;If;Noé;Siège;2026-10-01;2026-10-01;embauche;;\n")
        review_batch(batch_id=number, by=clerks[0], at=AT)
        (aside,) = Quarantined.objects.filter(batch_id=number, number="Z999").values_list("pk", flat=True)
        assert match_again(batch_id=number, by=clerks[0], at=AT) == 1
        # A colleague whose page still shows it set aside: it is not given back to the payroll besides.
        with pytest.raises(PagesDecided, match="rouvrez le lot"):
            return_pages(quarantined_id=aside, by=clerks[1], at=AT)
        assert Quarantined.objects.get(pk=aside).outcome == "MATCHED"
        # Signed before Noé was in it: nothing is released on that signature.
        with pytest.raises(BatchNotReviewed):
            release_batch(batch_id=number, by=clerks[1], at=AT)
        found = Payslip.objects.get(employee__number="Z999")
        assert (found.route, found.net_cents) == ("OWN_SPACE", 400_000)
        assert store.open(found.kept).startswith(b"%PDF")


def test_a_register_tells_each_wrong_cell_and_never_gives_a_number_twice(
    clerks: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "registre.csv"
    path.write_text(
        "matricule;nom;prenom;adresse_travail;entree;information_le;courriel;naissance\n"
        "A001;Autre;Personne;Siège;2015-03-01;;;1990-01-01\n"
        "B001;Orme;Zoé;Siège;2026-02-30;;;\n"
        "B002;Orme;Zoé;Siège;2026-02-03;2026-02-03;pas-une-adresse;\n"
        "B003;Orme;Zoé;Siège;2026-02-03;;;\n"
        "B003;Orme;Zoé;Siège;2026-02-03;;;\n"
        "A002;Frêne;Marc;Agence Est;2018-09-01;;;2006-11-02\n",
        encoding="utf-8",
    )
    with batch(Batch.PAYROLL, operator="essai", motive="PAIE", command="payslips register"):
        outcome = import_register(open_table(path))
    assert (outcome.created, outcome.updated, outcome.refused) == (1, 1, 4)
    assert {(remark.line, remark.column) for remark in outcome.refusals} == {
        (2, "matricule"),
        (3, "entree"),
        (4, "information_par"),
        (4, "courriel"),
        (6, "matricule"),
    }


def scripted() -> bytes:
    document = page(*slip("A001", "1,00"))
    document.pages.extend(page(*slip("A002", "1,00")).pages)
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    note = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action))
    document.pages[1].obj.Annots = pikepdf.Array([note])
    return saved(document)


def scanned() -> bytes:
    document = page(*slip("A001", "1,00"))
    document.add_blank_page(page_size=(595, 842))
    return saved(document)


@pytest.mark.parametrize(
    ("content", "refusal", "said"),
    [
        (
            saved(page(*slip("A001", "1,00")), encryption=pikepdf.Encryption(owner="o", user="u")),
            PayFileLocked,
            "page 1",
        ),
        (saved(page(*slip("A001", "1,00")), encryption=pikepdf.Encryption(owner="o")), PayFileLocked, "page 1"),
        (scripted(), PayFileWithScript, "page 2"),
        (scanned(), PageWithoutText, "page 2"),
        (OCTOBER[: len(OCTOBER) // 2], PayFileTruncated, "incomplet"),
        (b"PK\x03\x04 un classeur", PayFileNotPdf, "pas un PDF"),
    ],
    ids=["locked", "restricted", "script", "scan", "truncated", "not a PDF"],
)
def test_a_bad_file_is_refused_in_one_sentence_and_nothing_is_kept(
    clerks: tuple[int, int], store: DocumentStore, content: bytes, refusal: type[Exception], said: str
) -> None:
    with pytest.raises(refusal, match=said):
        take(clerks[0], store, content=content)
    with acting(office(clerks[0])):
        assert not PayBatch.objects.exists()
    assert not store.root.exists()


def test_the_closing_is_announced_three_months_before(clerks: tuple[int, int]) -> None:
    with acting(office(clerks[0])):
        with pytest.raises(ClosingTooSoon, match=r"prévenus 3 mois avant.*23/02/2027"):
            announce_closing(closes_on=date(2027, 2, 22), by=clerks[0], on=date(2026, 11, 23))
        announce_closing(closes_on=date(2027, 2, 23), by=clerks[0], on=date(2026, 11, 23))
        with pytest.raises(ClosingAnnounced, match="retirez-la"):
            announce_closing(closes_on=date(2027, 2, 24), by=clerks[0], on=date(2026, 11, 23))


def test_a_payslip_ends_after_fifty_years_or_the_age_of_76_when_it_comes_later(
    clerks: tuple[int, int], superuser: psycopg.Connection, store: DocumentStore
) -> None:
    release(take(clerks[0], store), clerks)
    superuser.execute("UPDATE payroll_employee SET left_on = '2030-06-30'")

    def purged(day: date) -> set[str]:
        purge(
            Asked(day=day, operator="essai", agent_id=None, at=now(), documents=store.root),
            today=date(2100, 1, 1),
        )
        rows = superuser.execute(
            "SELECT e.number FROM payroll_payslip AS s JOIN payroll_employee AS e ON e.id = s.employee_id"
        )
        return {number for (number,) in rows}

    assert purged(date(2076, 10, 30)) == {"A001", "A002", "A003", "A004"}
    # A002 was born on 2 November 2006: 76 years on 2 November 2082.
    assert purged(date(2076, 10, 31)) == {"A002"}
    assert purged(date(2082, 11, 2)) == {"A002"}
    assert purged(date(2082, 11, 3)) == set()
    assert superuser.execute("SELECT count(*) FROM payroll_employee").fetchone() == (0,)


def test_sheets_go_on_after_those_just_printed_and_only_those_asked_for_again_are_remade(
    clerks: tuple[int, int], superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admitting, "MOST_SHEETS", 2)
    lasts = timedelta(days=60)

    def printed(at: datetime, *again: str) -> list[str]:
        with acting(office(clerks[0])):
            return [each.number for each in open_accounts(lasts=lasts, at=at, again=again)]

    assert printed(AT) == ["A001", "A002"]
    with acting(office(clerks[0])):
        assert sheets_to_make(lasts=lasts, at=AT) == 2
    superuser.execute(
        """UPDATE agents_user SET last_login = now() WHERE person_id = (
               SELECT person_id FROM payroll_employee WHERE number = 'A002')"""
    )
    assert printed(AT) == ["A003", "A004"]
    assert printed(AT) == []
    assert printed(AT + timedelta(days=1), "A003") == ["A003"]
    with pytest.raises(SheetsNotToMake, match="A002, Z999"):
        printed(AT, "Z999", "A002")
    with pytest.raises(TooManySheets):
        printed(AT, "A001", "A003", "A004")
    # A sheet that no longer serves is made again; the one of the day after serves a day more.
    assert printed(AT + lasts) == ["A001", "A004"]
    assert superuser.execute("SELECT count(*) FROM agents_user WHERE identifier LIKE 'sal-%'").fetchone() == (4,)
