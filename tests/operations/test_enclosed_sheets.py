"""Sheets of a campaign that go inside the envelope of the next notice: behind it, once, and never waiting for ever."""

import csv
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse
from tests.agreements import agree
from tests.conftest import HOME, ClientAs
from tests.landlord import Landlord
from tests.operations.bank import AT
from tests.operations.test_openings import protect
from tests.operations.test_print_lots import direct, issue_october, mark_on, pages, picture_of_sheet, take

from palier.adoption.assumptions import assumptions
from palier.adoption.models import WITH_NOTICE
from palier.adoption.operations.answers import propose_no_more
from palier.adoption.operations.campaigns import invite, open_campaign, send_survey
from palier.adoption.operations.leaving import send_out, send_out_all
from palier.adoption.queries.report import Figure, campaign, report_of
from palier.demo.providers import describe_providers
from palier.dispatch.adapters import hybrid, vault
from palier.dispatch.lot_files import SheetNotInLot
from palier.dispatch.operations import lots
from palier.dispatch.operations.lots import make_print_lots
from palier.dispatch.operations.printing import reprinted_sheet, take_out_lot
from palier.mail.print_lot import SheetMark
from palier.privacy.actor import BY_COMMAND, Actor, acting, batch
from palier.privacy.declare import Batch, Role

__all__ = ["direct"]
LOT, NEXT_LOT = "LOT-2026-000001", "LOT-2026-000002"
LEASES = (101, 102, 201)
Placed = list[tuple[object, ...]]


@pytest.fixture(autouse=True)
def _store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")


@pytest.fixture
def siege(own_landlord: Landlord, direct: psycopg.Connection) -> Actor:
    return Actor(role=Role.HEADQUARTERS, purpose="GESTION_LOCATIVE", agent_id=own_landlord.agents["siege"])


def make(at: datetime = AT) -> list[str]:
    return make_print_lots(by=BY_COMMAND, operator="essai", agent_id=None, at=at)


def surveyed(siege: Actor, *, means: str = WITH_NOTICE, at: datetime = AT) -> int:
    """A campaign whose surveys are written and routed."""
    with acting(siege):
        number = int(
            open_campaign(means=means, control_percent=0, residence_ids=None, actor=siege, at=at, seed="essai").pk
        )
        send_survey(campaign_id=number, at=at)
    assert send(number, at) == len(LEASES)
    return number


def invited(siege: Actor, number: int, at: datetime = AT) -> int:
    with acting(siege):
        invite(campaign_id=number, at=at)
    return send(number, at)


def send(number: int, at: datetime = AT) -> int:
    return send_out(campaign_id=number, operator="essai", agent_id=None, at=at)


def placed(direct: psycopg.Connection, *kinds: str) -> Placed:
    return direct.execute(
        """SELECT s.lease_id, s.kind, s.state, s.goes_with_notice, l.number, s.print_rank, s.print_place
           FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
           LEFT JOIN dispatch_printlot AS l ON l.id = s.print_lot_id
           WHERE s.channel = 'PRINT' AND s.kind = ANY (%s) ORDER BY 1, 2, s.id""",
        [list(kinds)],
    ).fetchall()


def sheets(direct: psycopg.Connection) -> Placed:
    return placed(direct, "QUESTIONNAIRE", "INVITATION")


def next_notice(direct: psycopg.Connection, lease: int) -> None:
    """The notice of November of a lease: that of October, under another number."""
    direct.execute(
        """INSERT INTO mail_document (kind, number, lease_id, account_id, residence_id, month, issued_on, data,
                                      data_sha256, template_sha256, pdf_sha256, pdf_bytes, frozen_at, rendered_at)
           SELECT kind, replace(number, '2026-10', '2026-11'), lease_id, account_id, residence_id, '2026-11-01',
                  issued_on, data, data_sha256, template_sha256, pdf_sha256, pdf_bytes, frozen_at, rendered_at
           FROM mail_document WHERE kind = 'AVIS_ECHEANCE' AND lease_id = %s AND month = '2026-10-01'""",
        [lease],
    )


def end_notice(direct: psycopg.Connection, lease: int) -> None:
    """A notice that no longer says the truth."""
    direct.execute("SET session_replication_role = replica")
    direct.execute(
        "UPDATE mail_document SET withdrawn_on = '2026-11-06' WHERE kind = 'AVIS_ECHEANCE' AND lease_id = %s", [lease]
    )
    direct.execute("SET session_replication_role = origin")


def test_a_sheet_waits_then_enters_the_envelope_of_its_notice(siege: Actor, direct: psycopg.Connection) -> None:
    direct.execute("UPDATE estate_residence SET postcode = '75001' WHERE id = 21")
    surveyed(siege)
    # It is no paper to put in a lot: nothing leaves of itself.
    assert make() == []
    assert sheets(direct) == [(lease, "QUESTIONNAIRE", "WAITING", True, None, None, 0) for lease in LEASES]
    issue_october(direct)
    assert (make(), make()) == ([LOT], [])
    # The post's order is that of the notices, and each sheet is at the rank of its own.
    order = {201: 1, 101: 2, 102: 3}
    assert placed(direct, "AVIS_ECHEANCE") == [
        (lease, "AVIS_ECHEANCE", "TAKEN", False, LOT, order[lease], 0) for lease in LEASES
    ]
    assert sheets(direct) == [(lease, "QUESTIONNAIRE", "TAKEN", True, LOT, order[lease], 1) for lease in LEASES]
    taken = take_out_lot(LOT, by=BY_COMMAND, operator="essai", agent_id=None, at=AT)
    told = json.loads(taken.manifest_json())
    assert (told["papiers"], told["enveloppes"], told["feuilles"]) == (6, 3, 6)
    assert direct.execute("SELECT paper_count, sheet_count FROM dispatch_printlot").fetchall() == [(6, 6)]
    assert [fold["code_postal"] for fold in told["plis"]] == ["75001", "75013", "75013"]
    assert [(fold["rang"], fold["feuilles"], len(fold["avec"])) for fold in told["plis"]] == [
        (1, 2, 1), (2, 2, 1), (3, 2, 1),
    ]  # fmt: skip
    assert {fold["avec"][0]["document"].split("-")[0] for fold in told["plis"]} == {"QUESTIONNAIRE"}
    digests = direct.execute("SELECT number, pdf_sha256 FROM mail_document").fetchall()
    assert {(each["document"], each["sha256"]) for fold in told["plis"] for each in (fold, *fold["avec"])} <= set(
        digests
    )
    rows = list(csv.reader(io.StringIO(taken.manifest_csv().decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["rang", "1", "1", "2", "2", "3", "3", "total"]
    assert rows[-1][1:3] == ["6", "6"]


def test_the_marks_and_the_words_number_the_sheets_of_an_envelope(siege: Actor, direct: psycopg.Connection) -> None:
    surveyed(siege)
    issue_october(direct)
    make()
    taken = take(LOT)
    index, *printed = pages(taken)
    assert "Papiers à poster : 6, en 3 enveloppes. Feuilles : 6." in index
    assert index.count("dans l’enveloppe de l’avis") == 3
    said = [(rank, sheet) for rank in (1, 2, 3) for sheet in (1, 2)]
    for page, (text, (rank, sheet)) in enumerate(zip(printed, said, strict=True), start=1):
        assert mark_on(taken, page) == SheetMark(lot=LOT, rank=rank, sheet=sheet, sheets=2)
        assert text.rstrip().endswith(f"{LOT}, {rank}/3, page {sheet}/2")
        assert ("Avis d’échéance" in text, "Code du questionnaire" in text) == (sheet == 1, sheet == 2)
    assert take(LOT) == taken
    with batch(Batch.MAIL, operator="essai", motive="COURRIER", command="essai"):
        alone, paper = reprinted_sheet(LOT, rank=2, sheet=2, by=5, at=AT)
        assert (paper.kind, paper.lease_id) == ("QUESTIONNAIRE", 102)
        assert reprinted_sheet(LOT, rank=2, sheet=1, by=5, at=AT)[1].kind == "AVIS_ECHEANCE"
        with pytest.raises(SheetNotInLot):
            reprinted_sheet(LOT, rank=2, sheet=3, by=5, at=AT)
    assert mark_on(alone, 0) == SheetMark(lot=LOT, rank=2, sheet=2, sheets=2)


def test_one_sheet_an_envelope_and_no_code_on_an_invitation(siege: Actor, direct: psycopg.Connection) -> None:
    number = surveyed(siege)
    assert invited(siege, number) == 3
    codes = direct.execute("SELECT code FROM adoption_invitee").fetchall()
    written = direct.execute(
        "SELECT convert_from(data, 'UTF8') FROM mail_document WHERE kind = 'INVITATION'"
    ).fetchall()
    assert len(written) == 3
    assert not any(code in paper or f"{code[:4]} {code[4:]}" in paper for (code,) in codes for (paper,) in written)
    issue_october(direct)
    assert make() == [LOT]
    # The survey first, the invitation with the notice after.
    assert {row[1:] for row in sheets(direct) if row[1] == "INVITATION"} == {
        ("INVITATION", "WAITING", True, None, None, 0)
    }
    next_notice(direct, 102)
    assert make() == [NEXT_LOT]
    assert [row for row in sheets(direct) if row[4] == NEXT_LOT] == [(102, "INVITATION", "TAKEN", True, NEXT_LOT, 1, 1)]


def test_a_lot_holds_so_many_envelopes(
    siege: Actor, direct: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lots, "MOST_PAPERS", 2)
    surveyed(siege)
    issue_october(direct)
    assert make() == [LOT, NEXT_LOT]
    made = "SELECT number, paper_count FROM dispatch_printlot ORDER BY number"
    assert direct.execute(made).fetchall() == [(LOT, 4), (NEXT_LOT, 2)]
    assert [(row[4], row[5], row[6]) for row in sheets(direct)] == [(LOT, 1, 1), (LOT, 2, 1), (NEXT_LOT, 1, 1)]


def test_who_no_longer_needs_it_is_sent_nothing(siege: Actor, direct: psycopg.Connection) -> None:
    surveyed(siege)
    issue_october(direct)
    lucie = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1)
    with acting(lucie):
        propose_no_more(actor=lucie, at=AT)
    agree(direct, 102, families=["NOTICES"])
    direct.execute("UPDATE leases_lease SET ends_on = '2026-10-31' WHERE id = 201")
    # Their notices of October, frozen before, are on paper: they leave alone.
    assert make() == [LOT]
    ended = "SELECT lease_id, state, code FROM dispatch_sending WHERE kind = 'QUESTIONNAIRE' ORDER BY 1"
    assert direct.execute(ended).fetchall() == [
        (101, "VOID", "NO_MORE"), (102, "VOID", "AGREED"), (201, "VOID", "ENDED"),
    ]  # fmt: skip
    assert direct.execute("SELECT paper_count FROM dispatch_printlot").fetchall() == [(3,)]


def test_a_letter_that_waits_for_its_lot_is_not_sent_to_who_wants_no_more(
    siege: Actor, direct: psycopg.Connection
) -> None:
    surveyed(siege, means="LETTER")
    lucie = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1)
    with acting(lucie):
        propose_no_more(actor=lucie, at=AT)
    assert make() == [LOT]
    assert [(row[0], row[2], row[3], row[4]) for row in sheets(direct)] == [
        (101, "VOID", False, None), (102, "TAKEN", False, LOT), (201, "TAKEN", False, LOT),
    ]  # fmt: skip


def test_without_a_notice_on_paper_a_sheet_leaves_alone_after_sixty_days(
    siege: Actor, direct: psycopg.Connection
) -> None:
    number = surveyed(siege)
    issue_october(direct)
    # 101 reads its notices on line when they are routed, and takes it back: paper again, but none for a while.
    direct.execute("DELETE FROM dispatch_sending WHERE kind = 'AVIS_ECHEANCE'")
    direct.execute("SET session_replication_role = replica")
    direct.execute("DELETE FROM mail_document WHERE kind = 'AVIS_ECHEANCE' AND lease_id = 101")
    direct.execute("SET session_replication_role = origin")
    assert make() == [LOT]
    assert make(AT + timedelta(days=60)) == []
    assert make(AT + timedelta(days=61)) == ["LOT-2027-000001"]
    assert [row[2:] for row in sheets(direct) if row[0] == 101] == [("TAKEN", False, "LOT-2027-000001", 1, 0)]
    families = direct.execute("SELECT number, family, paper_count FROM dispatch_printlot ORDER BY number").fetchall()
    assert families == [(LOT, "NOTICES", 4), ("LOT-2027-000001", "LETTERS", 1)]
    assert send(number) == 0


def test_where_notices_are_given_to_hybrid_mail_nothing_waits(siege: Actor, direct: psycopg.Connection) -> None:
    surveyed(siege)
    describe_providers(HOME, port=1, hybrid_kinds=("AVIS_ECHEANCE",))
    try:
        assert make() == [LOT]
        assert {row[2:5] for row in sheets(direct)} == {("TAKEN", False, LOT)}
        # What is written from then on does not wait either.
        direct.execute("UPDATE adoption_campaign SET survey_on = opened_on")
        number = direct.execute("SELECT max(id) FROM adoption_campaign").fetchone() or (0,)
        assert invited(siege, int(number[0])) == 3
        assert {row[2:4] for row in sheets(direct) if row[1] == "INVITATION"} == {("WAITING", False)}
    finally:
        for file in (hybrid.FILE, vault.FILE):
            (HOME.root / file).unlink()


def test_without_its_notice_a_sheet_is_not_posted_and_waits_for_the_next(
    siege: Actor, direct: psycopg.Connection
) -> None:
    surveyed(siege)
    issue_october(direct)
    make()
    end_notice(direct, 101)
    taken = take_out_lot(LOT, by=BY_COMMAND, operator="essai", agent_id=None, at=AT)
    assert (len(taken.lines), len(taken.envelopes), taken.over) == (4, 2, (1,))
    index, *printed = pages(taken.pdf)
    assert "Papiers à poster : 4, en 2 enveloppes." in index
    assert "avis qui ne vaut plus : attend le suivant" in index
    assert len(printed) == 4
    ((waits, *_), *_) = [row[2:] for row in sheets(direct) if row[0] == 101]
    assert waits == "TAKEN"
    # The next lots free it: it is in no lot, and what its lot says of itself still adds up.
    assert make() == []
    assert [row[2:] for row in sheets(direct) if row[0] == 101] == [("WAITING", True, None, None, 0)]
    again = take_out_lot(LOT, by=BY_COMMAND, operator="essai", agent_id=None, at=AT)
    assert (len(again.papers), again.sheet_count) == (5, 4)
    next_notice(direct, 101)
    assert make() == [NEXT_LOT]
    assert [row[2:] for row in sheets(direct) if row[0] == 101] == [("TAKEN", True, NEXT_LOT, 1, 1)]


def test_a_sheet_that_went_is_not_freed_when_its_notice_ends_later(siege: Actor, direct: psycopg.Connection) -> None:
    surveyed(siege)
    issue_october(direct)
    make()
    take(LOT)
    end_notice(direct, 101)
    assert make() == []
    assert [row[2:] for row in sheets(direct) if row[0] == 101] == [("ACCEPTED", True, LOT, 1, 1)]


def test_one_envelope_that_comes_back_brings_back_all_its_papers(
    siege: Actor, direct: psycopg.Connection, client_as: ClientAs
) -> None:
    surveyed(siege)
    issue_october(direct)
    make()
    taken = take(LOT)
    page, officer = reverse("desk:returned_mail"), client_as("gestionnaire_nord")
    # The sheet on top of the pile is the second one: it names the envelope.
    photo = io.BytesIO(picture_of_sheet(taken, 2))
    photo.name = "pli.png"
    assert officer.post(page, {"photo": photo, "raison": "NPAI"}).status_code == 302
    back = "SELECT lease_id, kind, return_reason FROM dispatch_sending WHERE state = 'RETURNED' ORDER BY print_place"
    assert direct.execute(back).fetchall() == [(101, "AVIS_ECHEANCE", "NPAI"), (101, "QUESTIONNAIRE", "NPAI")]
    shown = officer.get(page).content.decode()
    assert shown.count("Vérifiée<") == 1
    assert "et 1\u00a0feuille de la même enveloppe" in shown
    again = officer.post(page, {"code": f"{LOT};1;1;2", "raison": "NPAI"})
    assert "déjà noté revenu" in again.content.decode()
    (number,) = direct.execute(
        "SELECT id FROM dispatch_sending WHERE state = 'RETURNED' AND print_place = 0"
    ).fetchone() or (0,)
    assert officer.post(reverse("desk:returned_checked", args=[number])).status_code == 302
    left = "SELECT count(*) FROM dispatch_sending WHERE state = 'RETURNED' AND checked_at IS NULL"
    assert direct.execute(left).fetchone() == (0,)


def test_the_sheet_of_a_protected_address_stays_with_its_notice_apart(
    siege: Actor, own_landlord: Landlord, direct: psycopg.Connection, client_as: ClientAs
) -> None:
    surveyed(siege)
    protect(own_landlord, 1)
    issue_october(direct)
    assert make() == [LOT, NEXT_LOT]
    lots_made = direct.execute("SELECT number, is_protected, paper_count FROM dispatch_printlot ORDER BY number")
    assert lots_made.fetchall() == [(LOT, False, 4), (NEXT_LOT, True, 2)]
    assert [row[4:] for row in sheets(direct) if row[0] == 101] == [(NEXT_LOT, 1, 1)]
    shown = client_as("siege").get(reverse("desk:adoption_campaign", args=[1])).content.decode()
    assert NEXT_LOT not in shown


def test_nobody_waits_longer_than_the_night_for_what_ended(siege: Actor, direct: psycopg.Connection) -> None:
    surveyed(siege)
    agree(direct, 102, families=["NOTICES"])
    assert send_out_all(operator="essai", at=AT) == 0
    assert [(row[0], row[2]) for row in sheets(direct)] == [(101, "WAITING"), (102, "VOID"), (201, "WAITING")]


def test_a_sheet_freed_of_an_address_protected_since_leaves_apart(
    siege: Actor, own_landlord: Landlord, direct: psycopg.Connection
) -> None:
    surveyed(siege)
    issue_october(direct)
    make()
    end_notice(direct, 101)
    protect(own_landlord, 1)
    # Freed and past its sixty days in the same making: it leaves alone, in a lot of protected addresses.
    assert make(AT + timedelta(days=61)) == ["LOT-2027-000001"]
    made = "SELECT is_protected, paper_count FROM dispatch_printlot WHERE number LIKE 'LOT-2027-%'"
    assert direct.execute(made).fetchall() == [(True, 1)]


def test_the_night_ends_no_sheet_while_lots_are_made(siege: Actor, direct: psycopg.Connection) -> None:
    surveyed(siege)
    agree(direct, 102, families=["NOTICES"])
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"

    def night() -> int:
        try:
            return send_out_all(operator="essai", at=AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with direct.transaction():
            direct.execute("SELECT pg_advisory_xact_lock(hashtext('palier.print_lots'))")
            asked = pool.submit(night)
            until = time.monotonic() + 10
            while direct.execute(waits).fetchone() != (1,):
                assert time.monotonic() < until
                time.sleep(0.02)
            assert {row[2] for row in sheets(direct)} == {"WAITING"}
        assert asked.result() == 0
    assert [row[2] for row in sheets(direct)] == ["WAITING", "VOID", "WAITING"]


def test_the_cost_counts_the_sheet_and_not_the_stamp(siege: Actor, direct: psycopg.Connection, tmp_path: Path) -> None:
    number = surveyed(siege)
    issue_october(direct)
    make()
    stated = (
        '[[assumption]]\ncode = "{code}"\nvalue = "{value}"\non = 2026-01-05\nsource = "Marché 2026"\n'.format(**each)
        for each in (
            {"code": "PAPER_COST", "value": "1.50"},
            {"code": "INVITATION_COST", "value": "9.00"},
            {"code": "ENCLOSED_COST", "value": "0.07"},
        )
    )
    (tmp_path / "adoption.toml").write_text("".join(stated), encoding="utf-8")

    def spent() -> Figure:
        with acting(siege):
            row = campaign(number)
            assert row is not None
            return next(each for each in report_of(row, assumptions(tmp_path)).figures if each.code == "SPENT")

    # Three leases are too few to be told.
    assert spent().value is None
    # Twice twelve more of the cohort, who were sent nothing: enough are invited, and enough are not.
    direct.execute("SET session_replication_role = replica")
    direct.execute(
        """INSERT INTO adoption_invitee (campaign_id, lease_id, residence_id, person_id, cohort, code, invited_on)
           SELECT %s, 9000 + n, 11, 9000 + n, 'INVITED', 'ESSAI' || n,
                  CASE WHEN n <= 12 THEN '2026-11-06'::date END FROM generate_series(1, 24) AS n""",
        [number],
    )
    direct.execute("SET session_replication_role = origin")
    found = spent()
    # Three sheets at seven cents, though an invitation of its own costs nine euros.
    assert found.value == Decimal("0.21")
    assert "à vérifier à la pesée" in found.how
    # Their invitations find no notice for two months: three letters.
    assert invited(siege, number) == 3
    make(AT + timedelta(days=61))
    assert spent().value == Decimal("0.21") + 3 * Decimal("1.50")


def test_headquarters_read_before_and_after_where_the_sheets_are(
    siege: Actor, direct: psycopg.Connection, client_as: ClientAs
) -> None:
    director = client_as("siege")
    assert director.post("/bureau/adoption/", {"moyen": WITH_NOTICE, "temoins": "10"}).status_code == 302
    (number,) = direct.execute("SELECT max(id) FROM adoption_campaign").fetchone() or (0,)
    page = reverse("desk:adoption_campaign", args=[number])
    before = director.get(page).content.decode()
    assert "Dans l’enveloppe de l’avis" in before
    assert "sans affranchissement de plus" in before
    assert "dans les 60 jours" in before
    assert director.post(f"{page}etape/", {"etape": "questionnaire"}).status_code == 302
    assert send(number) == 3
    assert "En attente de l’avis de leur bail" in director.get(page).content.decode()
    waiting = director.get(reverse("desk:print_lots")).content.decode()
    assert "3 feuilles de campagne attendent l’avis du bail" in waiting
    assert "disabled" in waiting
    issue_october(direct)
    assert "3\u00a0avis sur papier attendent un lot" in director.get(page).content.decode()
    make()
    after = director.get(page).content.decode()
    assert "Les avis d’octobre 2026 sont déjà en lots" in after
    assert "ceux de novembre 2026" in after
    assert "3\u00a0feuilles, avec les avis, à prendre" in after
    lot = director.get(reverse("desk:print_lot", args=[LOT])).content.decode()
    assert "Enveloppes" in lot
    assert lot.count("avec l’avis") == 3
    for intruder in ("gestionnaire_nord", "comptable"):
        assert client_as(intruder).get(page).status_code == 404
