"""Outgoing mail: a list frozen, tried, signed, sent once under numbers without gap; replies; what is refused."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from PIL import Image
from tests.agreements import agree
from tests.landlord import Landlord

from palier.correspondence.access import FunctionMayNotWrite, SendingNotFound
from palier.correspondence.composing import FieldEmpty
from palier.correspondence.models import Sending
from palier.correspondence.operations.checking import at_work, try_letters
from palier.correspondence.operations.handling import NotRegisteredMail, note_returned, note_slip
from palier.correspondence.operations.issuing import issue_letters, write_block
from palier.correspondence.operations.replies import (
    Received,
    ReplyAlreadyThere,
    ReplyDayOutOfOrder,
    attach_reply,
    reply_content,
)
from palier.correspondence.operations.selecting import (
    AlreadyWithdrawn,
    DayMissing,
    NobodyChosen,
    NotAWithdrawal,
    Occasion,
    choose_leases,
    choose_one,
    choose_withdrawn,
)
from palier.correspondence.operations.signing import (
    AlreadySent,
    NothingToSend,
    SamePersonSigns,
    SignatureMissing,
    cancel_sending,
    launch_sending,
    sign_sending,
)
from palier.correspondence.operations.templates import (
    Draft,
    SameText,
    TextAboutSomeone,
    create_template,
    write_version,
)
from palier.correspondence.queries.register import Wanted, register_rows
from palier.correspondence.rules.markup import TextRefused
from palier.demo.letters import letters
from palier.demo.money import Scene
from palier.demo.months import Signers
from palier.dispatch.operations.lots import make_print_lots
from palier.dispatch.operations.printing import take_out_lot
from palier.dispatch.operations.returns import write_return
from palier.foundation.periods import Month
from palier.leases.access import LeaseNotFound
from palier.leases.queries.lists import LeaseFilter
from palier.mail.documents import pdf_of
from palier.mail.print_lot import SheetMark
from palier.mail.store import DocumentStore
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
EVERYONE = LeaseFilter()
WATER = """L’eau sera coupée le {{ envoi.jour }} à {{ logement.residence }}.

{{ si compte.doit }}
Dû : {{ compte.du }}.
{{ fin }}"""
DAY = Occasion(event_on=date(2026, 12, 7))
WITHDRAWN = "La lettre {{ retrait.numero }} du {{ retrait.date }} est retirée."


@pytest.fixture
def siege(own_landlord: Landlord) -> Actor:
    return Actor(role=Role.HEADQUARTERS, purpose="GESTION_LOCATIVE", agent_id=own_landlord.agents["siege"])


@pytest.fixture
def nord(own_landlord: Landlord) -> Actor:
    agent = own_landlord.agents["responsable_nord"]
    return Actor(role=Role.AGENCY_MANAGER, purpose="GESTION_LOCATIVE", agent_id=agent, agency_id=1)


@pytest.fixture
def gestionnaire(own_landlord: Landlord) -> Actor:
    agent = own_landlord.agents["gestionnaire_nord"]
    return Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=agent, agency_id=1)


def version(siege: Actor, source: str = WATER, *, code: str = "eau", two: bool = False) -> int:
    with acting(siege):
        draft = Draft(title="Coupure d’eau", source=source, needs_two=two)
        return create_template(code=code, name="Coupure", draft=draft, actor=siege, at=AT).pk


def chosen(actor: Actor, version_id: int, kept: LeaseFilter = EVERYONE) -> int:
    with acting(actor):
        return choose_leases(version_id=version_id, kept=kept, occasion=DAY, actor=actor, at=AT).pk


def tried(sending: int) -> tuple[int, int]:
    done = try_letters(sending_id=sending, operator="tests", agent_id=4, at=AT)
    return done.letters, done.refused


def launched(actor: Actor, sending: int) -> None:
    with acting(actor):
        launch_sending(sending_id=sending, actor=actor, at=AT)


def issued(sending: int) -> tuple[int, int]:
    done = issue_letters(sending_id=sending, operator="tests", agent_id=4, at=AT)
    return done.letters, done.refused


def register(superuser: psycopg.Connection) -> list[tuple[int, str, str]]:
    return superuser.execute(
        "SELECT lease_id, number, refusal_code FROM correspondence_letter ORDER BY sending_id, lease_id"
    ).fetchall()


def test_a_list_is_frozen_tried_sent_once_and_reads_only_what_its_fields_name(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    agree(superuser, 102, families=["LETTERS"])
    sending = chosen(siege, version(siege))
    assert tried(sending) == (3, 0)
    assert register(superuser) == [(101, "", ""), (102, "", ""), (201, "", "")]
    launched(siege, sending)
    assert issued(sending) == (3, 0)
    assert issued(sending) == (3, 0)
    assert register(superuser) == [
        (101, "COURRIER-2026-000001", ""),
        (102, "COURRIER-2026-000002", ""),
        (201, "COURRIER-2026-000003", ""),
    ]
    channels = superuser.execute("SELECT channel FROM correspondence_letter ORDER BY lease_id").fetchall()
    assert channels == [("PAPER",), ("ONLINE",), ("PAPER",)]
    # In the outbox once, whatever was asked twice; one lot holds the two that go by the post.
    sent = superuser.execute("SELECT lease_id, channel, state FROM dispatch_sending ORDER BY 1").fetchall()
    assert sent == [(101, "PRINT", "WAITING"), (102, "SPACE", "DELIVERED"), (201, "PRINT", "WAITING")]
    (lot,) = make_print_lots(by=4, operator="tests", agent_id=4, at=AT)
    taken = take_out_lot(lot, by=4, operator="tests", agent_id=4, at=AT)
    assert sorted(line.document for line in taken.lines) == ["COURRIER-2026-000001", "COURRIER-2026-000003"]
    with at_work("tests", None):
        back = write_return(SheetMark(lot=lot, rank=1, sheet=1, sheets=1), reason="NPAI", by=4, at=AT)
        (row,) = register_rows(Wanted(state="REVENUE"))
    assert (row.lease_id, row.lot, row.came_back, row.returned_on) == (back.lease_id, lot, "NPAI", AT.date())
    document, digest, said = superuser.execute(
        """SELECT id, pdf_sha256, convert_from(data, 'UTF8') FROM mail_document
           WHERE number = 'COURRIER-2026-000001'"""
    ).fetchone() or (0, "", "")
    for words in ("lundi 7\u00a0décembre 2026", "Les Tilleuls", "400,00\u00a0€", "LUCIE AMANDIER"):
        assert words in said, words
    with at_work("tests", None):
        assert pdf_of(document, digest, store=DocumentStore(settings.DOCUMENT_ROOT)).startswith(b"%PDF")
    read = superuser.execute(
        """SELECT DISTINCT unnest(categories) FROM privacy_readevent
           WHERE screen = 'courrier sortant' AND role = 'batch_mail' ORDER BY 1"""
    ).fetchall()
    assert read == [("BAIL",), ("COMPTE",), ("DOCUMENTS",), ("IDENTITE",)]


def test_two_different_people_sign_and_the_database_itself_says_so(
    siege: Actor, nord: Actor, superuser: psycopg.Connection
) -> None:
    sending = chosen(nord, version(siege, two=True))
    assert tried(sending) == (2, 0)
    with acting(nord), pytest.raises(SignatureMissing):
        launch_sending(sending_id=sending, actor=nord, at=AT)
    with acting(nord):
        sign_sending(sending_id=sending, actor=nord, at=AT)
        with pytest.raises(SamePersonSigns):
            launch_sending(sending_id=sending, actor=nord, at=AT)
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute(
            """UPDATE correspondence_sending SET state = 'LAUNCHED', launched_by = signed_by, launched_at = now(),
               issued_on = '2026-11-23' WHERE id = %s""",
            [sending],
        )
    superuser.rollback()
    launched(siege, sending)
    assert issued(sending) == (2, 0)


def test_undone_before_it_leaves_takes_no_number_and_withdrawn_after_by_a_letter_only(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    given_up = chosen(siege, version(siege))
    tried(given_up)
    with acting(siege):
        cancel_sending(sending_id=given_up, actor=siege)
        with pytest.raises(AlreadySent):
            launch_sending(sending_id=given_up, actor=siege, at=AT)
    sending = chosen(siege, version(siege, code="eau-2"))
    tried(sending)
    launched(siege, sending)
    assert issued(sending) == (3, 0)
    with acting(siege), pytest.raises(AlreadySent):
        cancel_sending(sending_id=sending, actor=siege)
    taken_back = version(siege, WITHDRAWN, code="retrait")
    with acting(siege):
        with pytest.raises(NotAWithdrawal):
            choose_leases(version_id=taken_back, kept=EVERYONE, occasion=DAY, actor=siege, at=AT)
        again = choose_withdrawn(sending_id=sending, version_id=taken_back, occasion=Occasion(), actor=siege, at=AT).pk
    with acting(siege), pytest.raises(AlreadyWithdrawn):
        choose_withdrawn(sending_id=sending, version_id=taken_back, occasion=Occasion(), actor=siege, at=AT)
    assert tried(again) == (3, 0)
    launched(siege, again)
    assert issued(again) == (3, 0)
    assert superuser.execute(
        "SELECT count(*) FROM mail_document WHERE withdrawn_on IS NOT NULL AND number <= 'COURRIER-2026-000003'"
    ).fetchone() == (3,)
    (said,) = superuser.execute(
        "SELECT convert_from(data, 'UTF8') FROM mail_document WHERE number = 'COURRIER-2026-000004'"
    ).fetchone() or ("",)
    assert "COURRIER-2026-000001" in said


def test_what_stands_in_the_way_is_told_line_by_line_and_again_when_it_happens_meanwhile(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE leases_occupant SET display_name = '山田' WHERE lease_id = 102")
    superuser.execute("UPDATE leases_lease SET ends_on = '2026-11-30', notice_given_on = '2026-11-01' WHERE id < 200")
    sending = chosen(siege, version(siege, "Fin : {{ bail.fin }}, {{ locataire.noms }}"))
    assert tried(sending) == (1, 2)
    assert register(superuser) == [(101, "", ""), (102, "", "SIGNS"), (201, "", "EMPTY")]
    superuser.execute("UPDATE leases_lease SET ends_on = '2026-11-22' WHERE id = 101")
    launched(siege, sending)
    assert issued(sending) == (0, 3)
    assert register(superuser)[0] == (101, "", "ENDED")


def test_a_protected_address_is_in_no_batch_and_named_to_nobody(
    siege: Actor, superuser: psycopg.Connection, own_landlord: Landlord
) -> None:
    superuser.execute(
        """INSERT INTO agents_protectedperson (person_id, ground, first_day, declared_by_id)
           VALUES (3, 'ORDONNANCE', '2026-01-01', %s)""",
        [own_landlord.agents["siege"]],
    )
    sending = chosen(siege, version(siege))
    assert tried(sending) == (2, 1)
    assert register(superuser)[1] == (102, "", "PROTECTED")
    with acting(siege):
        assert sorted(Sending.objects.get(pk=sending).letter_set.values_list("lease_id", flat=True)) == [101, 201]
    launched(siege, sending)
    assert issued(sending) == (2, 1)
    assert superuser.execute(
        "SELECT count(*) FROM mail_document WHERE lease_id = 102 AND kind = 'COURRIER'"
    ).fetchone() == (0,)
    said = superuser.execute("SELECT refusal FROM correspondence_letter WHERE lease_id = 102").fetchone()
    assert said == ("Cette lettre ne part pas par un envoi groupé.",)
    left = superuser.execute("SELECT lease_id FROM dispatch_sending WHERE kind = 'COURRIER' ORDER BY 1").fetchall()
    assert left == [(101,), (201,)]


def test_who_may_write_what(siege: Actor, nord: Actor, gestionnaire: Actor, own_landlord: Landlord) -> None:
    text = version(siege)
    with acting(gestionnaire), pytest.raises(FunctionMayNotWrite):
        choose_leases(version_id=text, kept=EVERYONE, occasion=DAY, actor=gestionnaire, at=AT)
    with acting(gestionnaire):
        with pytest.raises(LeaseNotFound):
            choose_one(version_id=text, lease_id=201, occasion=DAY, actor=gestionnaire, at=AT)
        one = choose_one(version_id=text, lease_id=101, occasion=DAY, actor=gestionnaire, at=AT).pk
        launch_sending(sending_id=one, actor=gestionnaire, at=AT)
    assert issued(one) == (1, 0)
    sending = chosen(siege, text)
    with acting(nord), pytest.raises(SendingNotFound):
        launch_sending(sending_id=sending, actor=nord, at=AT)
    with acting(siege):
        with pytest.raises(DayMissing):
            choose_one(version_id=text, lease_id=101, occasion=Occasion(), actor=siege, at=AT)
        with pytest.raises(NobodyChosen):
            choose_leases(version_id=text, kept=LeaseFilter(state="FINI"), occasion=DAY, actor=siege, at=AT)


def test_two_who_launch_at_once_send_it_once_and_two_jobs_share_the_numbers(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    sending = chosen(siege, version(siege))
    tried(sending)

    def launch(_: int) -> str:
        try:
            launched(siege, sending)
        except AlreadySent:
            return "refused"
        finally:
            connections.close_all()
        return "launched"

    def write(_: int) -> int:
        try:
            with at_work("tests", None, "IDENTITE"):
                return write_block(sending_id=sending, at=AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(launch, range(2))) == ["launched", "refused"]
        assert sorted(pool.map(write, range(2))) == [0, 3]
    numbers = superuser.execute("SELECT count(DISTINCT number), count(*) FROM correspondence_letter").fetchone()
    assert numbers == (3, 3)


def test_a_block_that_dies_takes_no_number(siege: Actor, superuser: psycopg.Connection) -> None:
    sending = chosen(siege, version(siege))
    tried(sending)
    launched(siege, sending)
    with suppress(KeyboardInterrupt), at_work("tests", None, "IDENTITE"):
        assert write_block(sending_id=sending, at=AT) == 3
        raise KeyboardInterrupt
    assert superuser.execute("SELECT count(*) FROM correspondence_letter WHERE number <> ''").fetchone() == (0,)
    assert issued(sending) == (3, 0)


def test_a_version_never_changes_and_a_text_about_someone_is_not_kept(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    first = version(siege)
    with pytest.raises(psycopg.errors.Error):
        superuser.execute("UPDATE correspondence_templateversion SET source = 'autre' WHERE id = %s", [first])
    superuser.rollback()
    (template,) = superuser.execute("SELECT template_id FROM correspondence_templateversion").fetchone() or (0,)
    with acting(siege):
        same = Draft(title="Coupure d’eau", source=WATER)
        with pytest.raises(SameText):
            write_version(template_id=template, draft=same, actor=siege, at=AT)
        about = Draft(title="Suivi", source="Bonjour,\n\nVous êtes séropositif.")
        with pytest.raises(TextAboutSomeone) as refused:
            write_version(template_id=template, draft=about, actor=siege, at=AT)
        assert "Ligne 3, colonne" in str(refused.value)
        with pytest.raises(TextRefused):
            write_version(template_id=template, draft=Draft(title="a", source="{{ nom }}"), actor=siege, at=AT)
        second = write_version(template_id=template, draft=Draft(title="a", source="Autre."), actor=siege, at=AT)
    assert second.rank == 2


def test_a_reply_is_made_anew_sealed_linked_and_kept_once(
    siege: Actor, gestionnaire: Actor, superuser: psycopg.Connection
) -> None:
    text = version(siege, "Bonjour {{ locataire.nom }}.", two=False)
    with acting(gestionnaire):
        one = choose_one(version_id=text, lease_id=101, occasion=Occasion(), actor=gestionnaire, at=AT).pk
        launch_sending(sending_id=one, actor=gestionnaire, at=AT)
    issued(one)
    (letter,) = superuser.execute("SELECT id FROM correspondence_letter").fetchone() or (0,)
    scan = scanned()
    received = Received(content=scan, received_on=date(2026, 11, 23), nature="ACCORD", answer_by=date(2026, 12, 1))
    with acting(gestionnaire):
        reply = attach_reply(letter_id=letter, received=received, actor=gestionnaire, at=AT)
        kept = reply_content(reply)
    assert kept.startswith(b"\xff\xd8")
    assert b"secret-in-exif" in scan
    assert b"secret-in-exif" not in kept
    assert reply.kept_pack
    noted = superuser.execute(
        "SELECT kind, by FROM mail_vaultevent WHERE sha256 = %s AND lease_id = 101", [reply.sha256]
    ).fetchall()
    assert noted == [("DEPOSITED", "LANDLORD")]
    for lot in make_print_lots(by=4, operator="tests", agent_id=4, at=AT):
        take_out_lot(lot, by=4, operator="tests", agent_id=4, at=AT)
    with acting(gestionnaire), pytest.raises(ReplyAlreadyThere):
        attach_reply(letter_id=letter, received=received, actor=gestionnaire, at=AT)
    early = Received(content=scan, received_on=date(2026, 11, 1), nature="ACCORD")
    with acting(gestionnaire), pytest.raises(ReplyDayOutOfOrder):
        attach_reply(letter_id=letter, received=early, actor=gestionnaire, at=AT)
    with acting(gestionnaire):
        # Its lot left: who reads of its return in the register and who checks addresses read the same.
        note_returned(letter_id=letter, on=date(2026, 11, 23), reason="MOVED", actor=gestionnaire, at=AT)
        with pytest.raises(NotRegisteredMail):
            note_slip(letter_id=letter, number="1A00000000000", actor=gestionnaire)
    noted_too = superuser.execute(
        "SELECT state, return_reason FROM dispatch_sending WHERE kind = 'COURRIER'"
    ).fetchall()
    assert noted_too == [("RETURNED", "NPAI")]


def test_nothing_leaves_when_every_letter_is_refused(siege: Actor, superuser: psycopg.Connection) -> None:
    sending = chosen(siege, version(siege, "Fin : {{ bail.fin }}"))
    assert tried(sending) == (0, 3)
    with acting(siege), pytest.raises(NothingToSend):
        launch_sending(sending_id=sending, actor=siege, at=AT)
    other = version(siege, "Fin : {{ bail.fin }}", code="fin")
    with acting(siege), pytest.raises(FieldEmpty):
        choose_one(version_id=other, lease_id=101, occasion=Occasion(), actor=siege, at=AT)


def scanned() -> bytes:
    """A photo of a letter, with what a phone hides in it."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret-in-exif"
    Image.new("RGB", (60, 80), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_the_demonstration_writes_its_mail_once(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    by = Signers(reviewer_id=own_landlord.agents["siege"], sealer_id=own_landlord.agents["comptable"])
    scene = Scene(by=by, at=AT, month=Month(2026, 11), folder=tmp_path, late_account_id=101)
    letters(scene)
    letters(scene)
    states = superuser.execute("SELECT state, selected_count FROM correspondence_sending ORDER BY id").fetchall()
    # One of each agency, a reminder where somebody else owes former months, and a list.
    assert states == [("MADE", 1), ("MADE", 1), ("MADE", 1), ("SIGNED", 3)]
    reminded = superuser.execute("""
        SELECT t.code, s.id, (SELECT sum(p.amount_cents) FROM ledger_posting AS p WHERE p.account_id = l.account_id) > 0
        FROM correspondence_letter AS w JOIN correspondence_sending AS s ON s.id = w.sending_id
        JOIN correspondence_templateversion AS v ON v.id = s.version_id JOIN correspondence_template AS t
        ON t.id = v.template_id JOIN leases_lease AS l ON l.id = w.lease_id WHERE s.state = 'MADE' ORDER BY s.id
    """).fetchall()
    assert [code for code, *_ in reminded].count("rappel-loyer") == 1
    assert all(owes for code, _, owes in reminded if code == "rappel-loyer")
    assert superuser.execute("SELECT count(*) FROM correspondence_reply").fetchone() == (2,)
