"""Rounds, tickets, keys, papers: one effect for one sending, nothing of anyone's file, nothing of another residence."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections
from PIL import Image
from tests.landlord import Landlord

from palier.foundation.clock import now, today
from palier.foundation.periods import Month
from palier.mail.store import DocumentStore
from palier.maintenance.access import TicketNotFound
from palier.maintenance.operations.deliveries import (
    DeliveryNotFound,
    NothingToDeliver,
    ReasonNeeded,
    prepare_deliveries,
    tick_delivery,
)
from palier.maintenance.operations.keys import (
    DoorElsewhere,
    HolderRefused,
    KeyKindUnknown,
    KeyNotFound,
    KeyTagRefused,
    KeyTagTaken,
    add_key_set,
    move_key,
)
from palier.maintenance.operations.rounds import (
    LONGEST_ROUND,
    ResidenceNotYours,
    RoutineNotPlanned,
    RoutineUnknown,
    end_round,
    plan_routine,
    start_round,
    tick_routine,
)
from palier.maintenance.operations.tickets import (
    ClosingUnknown,
    DwellingNeeded,
    Report,
    TicketAlreadyClosed,
    TicketNotForTheLodge,
    TradeUnknown,
    assign_ticket,
    close_ticket,
    report_ticket,
)
from palier.maintenance.photos import NotAPhoto, PhotoTooLarge, redrawn
from palier.maintenance.queries.site import (
    deliveries_of_residence,
    keys_of_residence,
    routines_of_day,
    running_round,
    tickets_of_residence,
)
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

TILLEULS, PINS, OLIVIERS = 11, 12, 21
CARETAKER = Actor(role=Role.CARETAKER, purpose="PROXIMITE", agent_id=6, name="gardien_nord")
WITHOUT_MANDATE = Actor(role=Role.CARETAKER, purpose="PROXIMITE", agent_id=10, name="gardien_sans_mandat")
OFFICER = Actor(role=Role.RENT_OFFICER, purpose="TRAVAUX", agent_id=1, name="gestionnaire_nord")
HALL_DOOR = Report(place="HALL", equipment="CLOSER", symptom="DOES_NOT_CLOSE", urgency="WEEK")


@pytest.fixture(autouse=True)
def _numbers(own_landlord: Landlord) -> None:
    agents = own_landlord.agents
    assert (agents["gestionnaire_nord"], agents["gardien_nord"], agents["gardien_sans_mandat"]) == (1, 6, 10)


def jpeg(width: int = 40, height: int = 30, *, exif: bool = False) -> bytes:
    image, out = Image.new("RGB", (width, height), "red"), io.BytesIO()
    data = Image.Exif()
    if exif:
        data[0x010F] = "TELEPHONE-DU-GARDIEN"
        data.get_ifd(0x8825)[1] = "N"
        data[0x0112] = 6
    image.save(out, "JPEG", exif=data)
    return out.getvalue()


# --- photos -----------------------------------------------------------------------------------------------------------


def test_a_photo_keeps_its_pixels_and_nothing_of_the_phone() -> None:
    given = jpeg(exif=True)
    assert b"TELEPHONE-DU-GARDIEN" in given
    made = redrawn(given)
    assert b"TELEPHONE" not in made.image
    assert b"Exif" not in made.image
    with Image.open(io.BytesIO(made.image)) as image:
        assert (image.format, dict(image.getexif())) == ("JPEG", {})
    # Turned upright before its orientation is forgotten.
    assert (made.width, made.height) == (30, 40)


def test_a_photo_is_made_smaller() -> None:
    made = redrawn(jpeg(4_000, 3_000))
    assert (made.width, made.height) == (1_280, 960)


def test_an_archive_hidden_behind_a_photo_is_left_behind() -> None:
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("secret.html", "<script>alert(1)</script>")
    made = redrawn(jpeg() + hidden.getvalue())
    assert not zipfile.is_zipfile(io.BytesIO(made.image))
    assert b"script" not in made.image


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a" + b"\0" * 50, b"%PDF-1.7", b"<svg xmlns='x'/>", jpeg()[:200], b"\xff\xd8\xff"]
)
def test_what_is_not_a_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        redrawn(content)


def test_a_picture_of_fifty_thousand_pixels_is_refused_before_it_is_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (50_000, 50_000)).save(out, "PNG")
    assert len(out.getvalue()) < 2_000_000
    with pytest.raises(PhotoTooLarge):
        redrawn(out.getvalue())


def test_a_file_too_heavy_is_refused() -> None:
    with pytest.raises(PhotoTooLarge):
        redrawn(jpeg() + b"\0" * 13 * 1024 * 1024)


# --- tickets ----------------------------------------------------------------------------------------------------------


def report(
    by: Actor = CARETAKER, *, what: Report = HALL_DOOR, residence: int = TILLEULS, key: UUID | None = None
) -> int | None:
    with acting(by):
        store = DocumentStore(settings.DOCUMENT_ROOT)
        return report_ticket(residence_id=residence, report=what, key=key or uuid4(), store=store, actor=by, at=now())


def test_a_report_is_seen_by_the_agency_given_to_the_lodge_and_closed() -> None:
    number = report()
    assert number is not None
    with acting(OFFICER):
        assign_ticket(ticket_id=number, trade="LODGE", actor=OFFICER, at=now())
    with acting(CARETAKER):
        assert close_ticket(ticket_id=number, closing="REPAIRED", key=uuid4(), actor=CARETAKER, at=now()) == TILLEULS
        (row,) = tickets_of_residence(TILLEULS, since=now() - timedelta(days=1))
    assert (row.state, row.trade, row.closing) == ("CLOSED", "LODGE", "REPAIRED")


def test_the_same_report_sent_again_is_one_ticket() -> None:
    key = uuid4()
    assert report(key=key) is not None
    assert report(key=key) is None
    with acting(CARETAKER):
        assert len(tickets_of_residence(TILLEULS, since=now())) == 1


def test_two_sendings_of_one_report_at_once_are_one_ticket(superuser: psycopg.Connection) -> None:
    key = uuid4()

    def send(_: int) -> int | None:
        try:
            return report(key=key)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(send, range(4)))
    assert sorted(number is not None for number in made) == [False, False, False, True]
    assert superuser.execute("SELECT count(*) FROM maintenance_ticket").fetchone() == (1,)


def test_a_caretaker_reports_nothing_beyond_their_residences() -> None:
    for residence in (PINS, OLIVIERS):
        with pytest.raises(ResidenceNotYours):
            report(residence=residence)
    with pytest.raises(ResidenceNotYours):
        report(WITHOUT_MANDATE)


def test_a_defect_in_a_dwelling_names_a_door_of_that_residence() -> None:
    in_dwelling = Report(place="DWELLING", equipment="TAP", symptom="LEAK", urgency="TODAY")
    with pytest.raises(DwellingNeeded):
        report(what=in_dwelling)
    with pytest.raises(DwellingNeeded):
        report(what=replace(in_dwelling, dwelling_id=2_101))
    assert report(what=replace(in_dwelling, dwelling_id=1_101)) is not None


def test_what_was_given_to_a_firm_is_not_the_caretakers_to_close() -> None:
    number = report()
    assert number is not None
    with acting(OFFICER):
        assign_ticket(ticket_id=number, trade="LOCKSMITH", actor=OFFICER, at=now())
    with pytest.raises(TicketNotForTheLodge), acting(CARETAKER):
        close_ticket(ticket_id=number, closing="REPAIRED", key=uuid4(), actor=CARETAKER, at=now())
    with pytest.raises(DatabaseError, match="row-level security"), acting(CARETAKER), connection.cursor() as cursor:
        cursor.execute("UPDATE maintenance_ticket SET state = 'CLOSED', closing = 'REPAIRED', closed_at = now()")


def test_a_closed_ticket_stays_closed() -> None:
    number = report(OFFICER)
    assert number is not None
    with acting(OFFICER):
        close_ticket(ticket_id=number, closing="NO_FAULT", key=uuid4(), actor=OFFICER, at=now())
        with pytest.raises(TicketAlreadyClosed):
            assign_ticket(ticket_id=number, trade="PLUMBER", actor=OFFICER, at=now())


def test_a_ticket_of_elsewhere_does_not_exist() -> None:
    number = report()
    assert number is not None
    south = Actor(role=Role.RENT_OFFICER, purpose="TRAVAUX", agent_id=2, name="gestionnaire_sud")
    with pytest.raises(TicketNotFound), acting(south):
        assign_ticket(ticket_id=number, trade="PLUMBER", actor=OFFICER, at=now())


def test_a_ticket_is_given_and_closed_from_the_lists() -> None:
    number = report()
    assert number is not None
    with pytest.raises(TradeUnknown), acting(OFFICER):
        assign_ticket(ticket_id=number, trade="WIZARD", actor=OFFICER, at=now())
    with pytest.raises(ClosingUnknown), acting(OFFICER):
        close_ticket(ticket_id=number, closing="FORGOTTEN", key=uuid4(), actor=OFFICER, at=now())


# --- rounds -----------------------------------------------------------------------------------------------------------


def test_a_round_ends_by_itself_with_the_day_and_the_session_at_the_latest() -> None:
    at = now().replace(hour=8, minute=0, second=0, microsecond=0)
    with acting(CARETAKER):
        begun = start_round(actor=CARETAKER, at=at, session_ends_at=None)
        assert begun.until_at == at + LONGEST_ROUND
        assert start_round(actor=CARETAKER, at=at, session_ends_at=None).pk == begun.pk
        assert running_round(at + LONGEST_ROUND) is None
        end_round(actor=CARETAKER, at=at)
        end_round(actor=CARETAKER, at=at)
        assert running_round(at) is None
        late = at.replace(hour=22)
        midnight = (late + timedelta(days=1)).replace(hour=0)
        assert start_round(actor=CARETAKER, at=late, session_ends_at=None).until_at == midnight
        end_round(actor=CARETAKER, at=late)
        closing = late + timedelta(minutes=20)
        assert start_round(actor=CARETAKER, at=late, session_ends_at=closing).until_at == closing


def test_a_round_is_nobody_elses_business() -> None:
    with acting(CARETAKER):
        start_round(actor=CARETAKER, at=now(), session_ends_at=None)
    with acting(WITHOUT_MANDATE):
        assert running_round(now()) is None
    with pytest.raises(DatabaseError, match="permission denied"), acting(OFFICER), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM maintenance_round")


def plan(code: str, weekdays: int) -> None:
    with acting(OFFICER):
        plan_routine(residence_id=TILLEULS, code=code, weekdays=weekdays)


def test_a_routine_is_ticked_once_and_unticked() -> None:
    plan("BINS_OUT", 127)

    def tick(*, done: bool, key: UUID) -> None:
        with acting(CARETAKER):
            tick_routine(
                residence_id=TILLEULS, code="BINS_OUT", day=today(), done=done, key=key, actor=CARETAKER, at=now()
            )

    def is_done() -> bool:
        with acting(CARETAKER):
            return routines_of_day(TILLEULS, today())[0].done_at is not None

    first, second = uuid4(), uuid4()
    tick(done=True, key=first)
    tick(done=True, key=second)
    assert is_done()
    tick(done=False, key=uuid4())
    # What comes again from a phone long without network does not undo what was said since.
    tick(done=True, key=first)
    assert not is_done()


def test_a_routine_that_is_not_on_the_list_is_not_planned() -> None:
    with pytest.raises(RoutineUnknown):
        plan("WATCH", 127)


def test_a_routine_of_another_day_is_refused() -> None:
    plan("BINS_OUT", 1 << (today() + timedelta(days=1)).weekday())
    with pytest.raises(RoutineNotPlanned), acting(CARETAKER):
        tick_routine(
            residence_id=TILLEULS, code="BINS_OUT", day=today(), done=True, key=uuid4(), actor=CARETAKER, at=now()
        )
    plan("BINS_OUT", 0)
    with acting(CARETAKER):
        assert routines_of_day(TILLEULS, today()) == []


def test_the_agency_sees_what_was_done_and_not_by_whom() -> None:
    with pytest.raises(DatabaseError, match="permission denied"), acting(OFFICER), connection.cursor() as cursor:
        cursor.execute("SELECT agent_id FROM maintenance_routinedone")


# --- keys -------------------------------------------------------------------------------------------------------------


def key_set(tag: str = "a-006") -> int:
    with acting(OFFICER):
        return add_key_set(residence_id=TILLEULS, kind="DWELLING", tag=tag, dwelling_id=1_101, actor=OFFICER, at=now())


def test_a_key_goes_from_hand_to_hand_and_the_last_one_holds_it() -> None:
    number, sending = key_set(), uuid4()
    with acting(CARETAKER):
        for _ in range(2):
            move_key(key_set_id=number, holder="CONTRACTOR", trade="PAINTER", key=sending, actor=CARETAKER, at=now())
        (row,) = keys_of_residence(TILLEULS)
    assert (row.tag, row.holder, row.trade, row.door) == ("A-006", "CONTRACTOR", "PAINTER", "101")
    with acting(OFFICER), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM maintenance_keymovement")
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize("tag", ["", "Mme Amandier", "trop-long-pour-une-etiquette", "A 006"])
def test_a_tag_is_a_number_and_never_a_name(tag: str) -> None:
    with pytest.raises(KeyTagRefused):
        key_set(tag)


def test_a_tag_is_on_one_set_only() -> None:
    key_set()
    with pytest.raises(KeyTagTaken):
        key_set("A-006")


def test_a_set_opens_what_is_on_the_list_behind_a_door_of_its_residence() -> None:
    with pytest.raises(KeyKindUnknown), acting(OFFICER):
        add_key_set(residence_id=TILLEULS, kind="SAFE", tag="A-7", dwelling_id=None, actor=OFFICER, at=now())
    with pytest.raises(DoorElsewhere), acting(OFFICER):
        add_key_set(residence_id=PINS, kind="DWELLING", tag="A-7", dwelling_id=1_101, actor=OFFICER, at=now())


def test_a_contractor_has_a_trade_and_a_key_of_elsewhere_does_not_exist() -> None:
    number = key_set()
    with pytest.raises(HolderRefused), acting(CARETAKER):
        move_key(key_set_id=number, holder="CONTRACTOR", trade="", key=uuid4(), actor=CARETAKER, at=now())
    with pytest.raises(KeyNotFound), acting(WITHOUT_MANDATE):
        move_key(key_set_id=number, holder="LODGE", trade="", key=uuid4(), actor=WITHOUT_MANDATE, at=now())


# --- papers -----------------------------------------------------------------------------------------------------------

OCTOBER = Month(2026, 10)


def prepared() -> int:
    with acting(OFFICER):
        return prepare_deliveries(month=OCTOBER, at=now())


def test_papers_are_those_of_tenants_who_did_not_choose_the_screen(superuser: psycopg.Connection) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        """UPDATE mail_document SET data = convert_to('{"envoi":{"accord_le":"2026-01-01","canal":"espace"}}', 'UTF8')
           WHERE lease_id = 102"""
    )
    # 101 and 102 are the north's; 201 is another agency's.
    assert prepared() == 1
    with pytest.raises(NothingToDeliver):
        prepared()
    with acting(CARETAKER):
        (paper,) = deliveries_of_residence(TILLEULS, since=now())
    assert (paper.door, paper.door_names, paper.month, paper.state) == (
        "101",
        "Amandier",
        OCTOBER.first_day,
        "TO_DELIVER",
    )


def test_a_paper_is_delivered_or_comes_back_for_a_reason() -> None:
    prepared()
    with acting(CARETAKER):
        (paper,) = deliveries_of_residence(TILLEULS, since=now())
        with pytest.raises(ReasonNeeded):
            tick_delivery(delivery_id=paper.id, reason="AGRESSIF", key=uuid4(), actor=CARETAKER, at=now())
        tick_delivery(delivery_id=paper.id, reason="NO_NAME", key=uuid4(), actor=CARETAKER, at=now())
        tick_delivery(delivery_id=paper.id, reason="", key=uuid4(), actor=CARETAKER, at=now())
        (after,) = deliveries_of_residence(TILLEULS, since=now() - timedelta(hours=1))
    assert (after.state, after.reason) == ("DELIVERED", "")


def test_a_paper_of_elsewhere_does_not_exist() -> None:
    prepared()
    with acting(CARETAKER):
        (paper,) = deliveries_of_residence(TILLEULS, since=now())
    with pytest.raises(DeliveryNotFound), acting(WITHOUT_MANDATE):
        tick_delivery(delivery_id=paper.id, reason="", key=uuid4(), actor=WITHOUT_MANDATE, at=now())
