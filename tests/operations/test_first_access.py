"""A letter of first access: who has one, what it holds, what a wrong code does, and what a second proof may be."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pymupdf
import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from tests.conftest import ClientAs
from tests.operations.test_print_lots import mark_on

from palier.admission.operations.letters import AddressIsProtected, Asked, make_letters, make_one_letter
from palier.admission.operations.printing import NoLetterWaits, Printed, print_letters
from palier.admission.operations.proving import (
    CodeMistyped,
    CodeOpensNothing,
    LetterOver,
    ProofRefused,
    TooManyCodes,
    admitted_by,
    ask_for_a_code,
    give_proof,
    try_code,
    ways_of,
)
from palier.admission.operations.slips import NobodyHere, give_slip
from palier.admission.rules import shown, typed_code, with_its_check
from palier.admission.tasks import close_returned, prepare_letters, send_code
from palier.cli import main
from palier.continuity.operations.end_again import end_again
from palier.dispatch.operations.printing import CodesDestroyed, take_out_lot
from palier.foundation.clock import now
from palier.mail.print_lot import SheetMark
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

BY = Asked(operator="essai")
OFFICER = 1
CODE = re.compile(r"[A-HJ-NP-Z2-9]{4}(?:-[A-HJ-NP-Z2-9]{4}){3}")


@pytest.fixture
def office(superuser: psycopg.Connection) -> psycopg.Connection:
    """The landlord written by hand, with telephones and mailboxes that exist, and no tenant's account."""
    superuser.execute("DELETE FROM agents_user WHERE person_id IS NOT NULL")
    superuser.execute("DELETE FROM people_contact")
    for person, residence, channel, value in (
        (1, 11, "SMS", "06 39 98 00 01"),
        (1, 11, "EMAIL", "lucie@courriel.example"),
        (3, 12, "PHONE", "01 99 00 00 03"),
        (4, 21, "SMS", "06 39 98 00 04"),
    ):
        superuser.execute(
            """INSERT INTO people_contact (person_id, residence_id, channel, value, shared_with_caretaker)
               VALUES (%s, %s, %s, %s, false)""",
            [person, residence, channel, value],
        )
    return superuser


def printed(at: datetime | None = None) -> tuple[Printed, dict[str, bytes]]:
    kept: dict[str, bytes] = {}
    return print_letters(keep=kept.__setitem__, operator="essai", at=at or now()), kept


def pages(kept: dict[str, bytes]) -> list[str]:
    found = []
    for name, pdf in kept.items():
        if not name.endswith(".pdf"):
            continue
        with pymupdf.open(stream=pdf) as document:
            found += [page.get_text() for page in document if "Lot à imprimer" not in page.get_text()]
    return found


def code_of(name: str, texts: list[str]) -> str:
    (page,) = [text for text in texts if name in text]
    found = CODE.search(page)
    assert found is not None
    return found.group()


def letter(person_id: int, at: datetime) -> str:
    """Another letter for one person: its code, as printed."""
    make_one_letter(person_id=person_id, by_hand=False, by=BY, at=at)
    _, kept = printed(at)
    return code_of({1: "Amandier", 3: "Cerisier", 4: "Datura"}[person_id], pages(kept))


def test_each_holder_has_one_letter_and_the_paper_alone_holds_its_code(office: psycopg.Connection) -> None:
    assert make_letters(residence_id=None, by=BY, at=now()) == 3
    assert make_letters(residence_id=None, by=BY, at=now()) == 0
    made, kept = printed()
    texts = pages(kept)
    assert (made.letters, made.refused, len(texts)) == (3, (), 3)
    # Who left the lease holds nothing any more; who never held one is nobody here.
    assert not [text for text in texts if "Bouleau" in text or "Érable" in text]
    code = code_of("Amandier", texts)
    assert "https" not in code
    assert typed_code(code.lower().replace("-", " ")) is not None
    assert office.execute("SELECT count(*) FROM admission_accessletter WHERE sealed_code IS NOT NULL").fetchone() == (
        0,
    )
    with pytest.raises(NoLetterWaits):
        printed()
    # Nowhere in the database, in clear: neither whole, nor without its dashes, nor its secret part.
    for (table,) in office.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
        rows = office.execute(f"SELECT t::text FROM {table} AS t").fetchall()
        assert not [row for row in rows if code in row[0] or code.replace("-", "")[5:15] in row[0]], table
    # Neither a round of the lodge nor a document of the tenant's carries it.
    assert office.execute("SELECT count(*) FROM maintenance_delivery").fetchone() == (0,)
    assert office.execute("SELECT count(*) FROM mail_document WHERE kind <> 'AVIS_ECHEANCE'").fetchone() == (0,)
    kinds = office.execute("SELECT kind, count(*) FROM admission_accessevent GROUP BY kind ORDER BY kind").fetchall()
    assert kinds == [("CODE_SENT", 3), ("INVITED", 3)]


@pytest.mark.parametrize(("role", "agent"), [("rent_officer", 1), ("agency_manager", 3), ("caretaker", 6)])
def test_no_agent_reads_what_finds_or_proves_a_letter(office: psycopg.Connection, role: str, agent: int) -> None:
    make_letters(residence_id=11, by=BY, at=now())
    purpose = "PROXIMITE" if role == "caretaker" else "GESTION_LOCATIVE"
    for column in ("sealed_code", "code_sha256", "selector", "identifier"):
        with (
            pytest.raises(Exception, match="permission denied"),
            acting(Actor(role=Role(role), purpose=purpose, agent_id=agent)),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {column} FROM admission_accessletter")


def test_a_protected_address_receives_nothing_and_is_handed_its_letter_without_an_address(
    office: psycopg.Connection,
) -> None:
    office.execute(
        """INSERT INTO agents_protectedperson (person_id, ground, first_day, declared_by_id)
           VALUES (1, 'ORDONNANCE', current_date - 1, 3)"""
    )
    assert make_letters(residence_id=11, by=BY, at=now()) == 0
    with pytest.raises(AddressIsProtected):
        make_one_letter(person_id=1, by_hand=False, by=BY, at=now())
    make_one_letter(person_id=1, by_hand=True, by=BY, at=now())
    made, kept = printed()
    assert [lot.by_hand for lot in made.lots] == [True]
    (page,) = pages(kept)
    assert "main propre" in page
    assert "rue des Arbres" not in page
    assert "75013" not in page


def test_a_letter_that_waits_is_not_posted_once_its_address_is_protected(office: psycopg.Connection) -> None:
    make_letters(residence_id=11, by=BY, at=now())
    office.execute(
        """INSERT INTO agents_protectedperson (person_id, ground, first_day, declared_by_id)
           VALUES (1, 'ORDONNANCE', current_date - 1, 3)"""
    )
    with pytest.raises(NoLetterWaits):
        printed()


def test_ten_wrong_codes_end_the_letter_and_an_unknown_one_is_told_the_same(office: psycopg.Connection) -> None:
    at = now()
    good = typed_code(letter(1, at)) or ""
    wrong = with_its_check(good[:5], "2222222222")
    unknown = with_its_check("ZZZZZ", "2222222222")
    said = set()
    for rank in range(10):
        # Five in a quarter of an hour: whoever guesses waits.
        at += timedelta(minutes=4)
        for code in (wrong, unknown):
            with pytest.raises(CodeOpensNothing) as refused:
                try_code(code, origin=f"198.51.100.{rank}", at=at)
            said.add(str(refused.value))
    assert len(said) == 1
    ended = "SELECT ended_by, wrong_codes FROM admission_accessletter WHERE person_id = 1"
    assert office.execute(ended).fetchone() == ("WRONG_CODES", 10)
    with pytest.raises(CodeOpensNothing) as refused:
        try_code(good, origin="", at=at + timedelta(hours=1))
    assert {str(refused.value)} == said
    assert office.execute("SELECT count(*) FROM admission_accessevent WHERE kind = 'WRONG_CODES'").fetchone() == (1,)
    assert office.execute("SELECT count(*) FROM admission_knowncontact").fetchone() == (0,)


def test_those_who_guess_wait_and_a_slip_of_the_finger_costs_nothing(office: psycopg.Connection) -> None:
    at = now()
    code = letter(1, at)
    with pytest.raises(CodeMistyped):
        try_code(("B" if code[0] != "B" else "C") + code[1:], origin="", at=at)
    for selector in "ABCDEFGH":
        for _ in range(5):
            with pytest.raises(CodeOpensNothing):
                try_code(shown(with_its_check(selector * 5, "2" * 10)), origin="198.51.100.7", at=at)
    with pytest.raises(TooManyCodes):
        try_code(code, origin="198.51.100.7", at=at)
    assert try_code(code, origin="198.51.100.8", at=at) > 0


def test_a_letter_serves_sixty_days_and_a_new_one_ends_it(office: psycopg.Connection) -> None:
    at = now()
    first = letter(1, at)
    second = letter(1, at)
    with pytest.raises(CodeOpensNothing):
        try_code(first, origin="", at=at)
    assert try_code(second, origin="", at=at + timedelta(days=60, seconds=-1)) > 0
    with pytest.raises(CodeOpensNothing):
        try_code(second, origin="", at=at + timedelta(days=60))


@pytest.fixture
def texts() -> Iterator[Path]:
    """Where the short messages are left."""
    folder = Path(settings.PALIER_HOME) / "sms"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def sent(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*"))]


def queued(office: psycopg.Connection, task: Callable[..., object], name: str) -> None:
    rows = office.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name]).fetchall()
    office.execute("DELETE FROM procrastinate_jobs")
    for (args,) in rows:
        task(**args)


def test_the_second_proof_is_a_code_sent_to_what_the_file_held_before(office: psycopg.Connection, texts: Path) -> None:
    at = now()
    # The flatmate has the same mailbox in their file: it proves nothing.
    office.execute(
        """INSERT INTO people_contact (person_id, residence_id, channel, value, shared_with_caretaker)
           VALUES (2, 11, 'EMAIL', 'LUCIE@courriel.example', false)"""
    )
    letter_id = try_code(letter(1, at), origin="", at=at)
    # Written in the file afterwards, by whoever holds the letter: not offered.
    office.execute("UPDATE people_contact SET value = '06 39 98 66 66' WHERE channel = 'EMAIL' AND person_id = 1")
    (way,) = ways_of(letter_id)
    assert (way.channel, way.hint) == ("SMS", "•• •• •• •• 01")
    with pytest.raises(LetterOver):
        admitted_by(letter_id, proved=None, at=at)
    with pytest.raises(ProofRefused):
        ask_for_a_code(letter_id, way.id + 100, at=at)
    ask_for_a_code(letter_id, way.id, at=at)
    queued(office, send_code, "palier.admission.tasks.send_code")
    (text,) = sent(texts)
    number, code = text.splitlines()[0], re.search(r"(\d{3}) (\d{3})\.", text)
    assert number == "06 39 98 00 01"
    assert code is not None
    right = "".join(code.groups())
    for wrong in ("000000" if right != "000000" else "111111", "01/01/1970", "", "1" * 8):
        with pytest.raises(ProofRefused):
            give_proof(letter_id, wrong, origin="", at=at)
    proved = give_proof(letter_id, right, origin="", at=at + timedelta(minutes=5))
    assert admitted_by(letter_id, proved=proved, at=at + timedelta(minutes=5)).person_id == 1
    with pytest.raises(ProofRefused):
        give_proof(letter_id, right, origin="", at=at + timedelta(minutes=20))


def test_a_number_changed_since_the_letter_receives_no_code(office: psycopg.Connection, texts: Path) -> None:
    at = now()
    letter_id = try_code(letter(4, at), origin="", at=at)
    office.execute("UPDATE people_contact SET value = '06 39 98 66 66' WHERE person_id = 4")
    (way,) = ways_of(letter_id)
    ask_for_a_code(letter_id, way.id, at=at)
    queued(office, send_code, "palier.admission.tasks.send_code")
    assert sent(texts) == []


def officer(agent_id: int = OFFICER) -> Actor:
    return Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=agent_id)


def test_without_telephone_the_agency_gives_a_slip_that_opens_nothing_alone(office: psycopg.Connection) -> None:
    at = now()
    letter_id = try_code(letter(3, at), origin="", at=at)
    # A landline takes no short message.
    assert ways_of(letter_id) == []
    with acting(officer()) as reading:
        number = give_slip(person_id=3, paper="CNI", actor=reading.actor, at=at)
    kept = office.execute("SELECT s::text FROM admission_accessslip AS s").fetchall()
    assert number.replace(" ", "") not in str(kept)
    other = try_code(letter(1, at), origin="", at=at)
    with pytest.raises(ProofRefused):
        give_proof(other, number, origin="", at=at)
    proved = give_proof(letter_id, number, origin="", at=at)
    assert admitted_by(letter_id, proved=proved, at=at).person_id == 3
    with pytest.raises(ProofRefused):
        give_proof(letter_id, number, origin="", at=at)
    for stranger in (4, 5):
        with pytest.raises(NobodyHere), acting(officer()) as reading:
            give_slip(person_id=stranger, paper="CNI", actor=reading.actor, at=at)


def test_the_job_answers_an_officer_and_no_other_function(office: psycopg.Connection) -> None:
    prepare_letters(residence_id=11, asked_by=6)
    assert office.execute("SELECT count(*) FROM admission_accessletter").fetchone() == (0,)
    prepare_letters(residence_id=11, asked_by=OFFICER)
    assert office.execute("SELECT person_id, made_by FROM admission_accessletter").fetchall() == [(1, OFFICER)]
    (state,) = office.execute("SELECT message FROM foundation_jobprogress").fetchone() or ("",)
    assert "1 lettre préparée" in state


def test_a_lot_of_letters_bears_marks_and_names_nobody_and_is_never_made_again(office: psycopg.Connection) -> None:
    make_letters(residence_id=None, by=BY, at=now())
    made, kept = printed()
    (lot,) = made.lots
    assert sorted(kept) == [f"{lot.name}.{kind}" for kind in ("csv", "json", "pdf")]
    pdf, told = kept[f"{lot.name}.pdf"], json.loads(kept[f"{lot.name}.json"])
    marks = [mark_on(pdf, page) for page in range(lot.index_pages, lot.index_pages + 3)]
    assert marks == [SheetMark(lot=lot.name, rank=rank, sheet=1, sheets=1) for rank in (1, 2, 3)]
    assert (told["famille"], told["papiers"], told["feuilles"], told["sha256"]) == (
        "lettres d’accès", 3, 3, sha256(pdf).hexdigest(),
    )  # fmt: skip
    assert [fold["document"] for fold in told["plis"]] == list(lot.numbers)
    assert [fold["code_postal"] for fold in told["plis"]] == ["75013", "75013", "75013"]
    codes = CODE.findall("".join(pages(kept)))
    for manifest in (kept[f"{lot.name}.json"].decode(), kept[f"{lot.name}.csv"].decode("utf-8-sig")):
        assert not [word for word in (*codes, "Amandier", "Cerisier", "Datura") if word in manifest]
    row = office.execute(
        "SELECT number, family, is_protected, sheet_count, sha256, taken_at IS NOT NULL FROM dispatch_printlot"
    ).fetchall()
    assert row == [(lot.name, "ACCESS", False, 3, told["sha256"], True)]
    assert office.execute("SELECT sha256 FROM dispatch_lottaking").fetchall() == [(told["sha256"],)]
    ranks = office.execute("SELECT id, print_rank FROM admission_accessletter ORDER BY print_rank").fetchall()
    assert [(f"LA-{number:06d}", rank) for number, rank in ranks] == list(zip(lot.numbers, (1, 2, 3), strict=True))
    with pytest.raises(CodesDestroyed, match="Préparez une autre lettre"):
        take_out_lot(lot.name, by=0, operator="essai", agent_id=None, at=now())


def test_the_command_writes_a_lot_and_its_slip(
    office: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_letters(residence_id=11, by=BY, at=now())
    folder = tmp_path / "lettres"
    assert main(["access", "print", "--output", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"letters": 1, "lots": 1, "refused": []}
    (pdf,) = folder.glob("*.pdf")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["bordereau.csv", *(f"{pdf.stem}.{kind}" for kind in ("csv", "json", "pdf"))]
    )
    # The index is the first page: the letter is on the second.
    (_, line) = (folder / "bordereau.csv").read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(rf"{pdf.stem};2;LA-\d{{6}};poste", line)


def test_bytes_that_cannot_be_kept_destroy_no_code_and_their_number_never_serves_again(
    office: psycopg.Connection, client_as: ClientAs
) -> None:
    make_letters(residence_id=11, by=BY, at=now())

    def full(name: str, made: bytes) -> None:
        if name.endswith(".csv"):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        print_letters(keep=full, operator="essai", at=now())
    # A PDF that stays behind leads to no paper but its own.
    orphan = f"LOT-{now().year}-000001"
    made, _ = printed()
    assert [lot.name for lot in made.lots] == [f"LOT-{now().year}-000002"]
    lots = "SELECT l.number FROM admission_accessletter AS a JOIN dispatch_printlot AS l ON l.id = a.print_lot_id"
    assert office.execute(lots).fetchall() == [(made.lots[0].name,)]
    told = client_as("siege").get(reverse("desk:print_lot", args=[orphan])).content.decode()
    assert "n’a pas abouti" in told
    assert "non abouti" in client_as("siege").get(reverse("desk:print_lots")).content.decode()


def given_back_by_a_backup(office: psycopg.Connection, number: int) -> None:
    """A night from before the post brought it back; what was ended since is ended again, its address still to check."""
    office.execute(
        """UPDATE admission_accessletter SET ended_at = NULL, ended_by = '', returned_at = NULL, returned_by = NULL,
           return_reason = '' WHERE id = %s""",
        [number],
    )
    end_again(operator="essai", motive="SAUVEGARDE", command="restore")
    kept = "SELECT ended_by, return_reason, returned_at = ended_at FROM admission_accessletter WHERE id = %s"
    assert office.execute(kept, [number]).fetchall() == [("RETURNED", "OTHER", True)]


def test_a_letter_that_comes_back_opens_nothing_and_its_agency_looks_at_the_address(
    office: psycopg.Connection, client_as: ClientAs
) -> None:
    at = now()
    make_letters(residence_id=None, by=BY, at=at)
    made, kept = printed()
    code = code_of("Amandier", pages(kept))
    which = "SELECT id, print_rank FROM admission_accessletter WHERE person_id = 1"
    number, rank = office.execute(which).fetchone() or (0, 0)
    page, typed = reverse("desk:returned_mail"), f"{made.lots[0].name};{rank};1;1"
    for intruder in ("gestionnaire_sud", "comptable"):
        refused = client_as(intruder).post(page, {"code": typed, "raison": "NPAI"}, follow=True).content.decode()
        assert "dans aucun pli que votre fonction voit" in refused
    assert try_code(code, origin="", at=at) > 0
    officer = client_as("gestionnaire_nord")
    shown = officer.post(page, {"code": typed, "raison": "NPAI"}, follow=True).content.decode()
    assert "Son code ne sert plus" in shown
    assert "Lettre d’accès" in shown
    with pytest.raises(CodeOpensNothing):
        try_code(code, origin="", at=at)
    assert "déjà noté revenu" in officer.post(page, {"code": typed, "raison": "NPAI"}, follow=True).content.decode()
    queued(office, close_returned, "palier.admission.tasks.close_returned")
    close_returned(letter_id=number, asked_by=OFFICER)
    steps = office.execute("SELECT by_agent FROM admission_accessevent WHERE kind = 'LETTER_BACK'").fetchall()
    assert steps == [(OFFICER,)]
    assert office.execute("SELECT count(*) FROM admission_knowncontact WHERE person_id = 1").fetchone() == (0,)
    given_back_by_a_backup(office, number)
    officer = client_as("gestionnaire_nord")
    # Nobody writes again to an address that nobody looked at.
    assert make_letters(residence_id=None, by=BY, at=at) == 0
    checked = reverse("desk:returned_letter_checked", args=[number])
    assert client_as("gestionnaire_sud").post(checked).status_code == 404
    assert "préparez une autre lettre" in officer.post(checked, follow=True).content.decode()
    assert make_letters(residence_id=None, by=BY, at=at) == 1
    # One whose code had served, were it a moment ago: the neighbour who opened the envelope may be in the space.
    office.execute(
        """UPDATE admission_accessletter SET ended_by = 'USED', ended_at = now() + interval '1 minute',
           returned_at = NULL, return_reason = '', checked_at = NULL WHERE id = %s""",
        [number],
    )
    shown = officer.post(page, {"code": typed, "raison": "NPAI"}, follow=True).content.decode()
    assert "appelez la personne, et fermez l’accès" in shown
    assert "son code a servi avant le retour" in shown
    assert "ode ne sert plus" not in shown
    kept = office.execute("SELECT ended_by, returned_at = ended_at FROM admission_accessletter WHERE id = %s", [number])
    assert kept.fetchall() == [("USED", True)]
    close_returned(letter_id=number, asked_by=OFFICER)
    close_returned(letter_id=number, asked_by=OFFICER)
    steps = office.execute("SELECT kind FROM admission_accessevent WHERE kind LIKE '%BACK%' ORDER BY id").fetchall()
    assert steps == [("LETTER_BACK",), ("BACK_SERVED",)]


def test_a_lot_of_letters_is_shown_as_a_whole_to_headquarters_and_to_no_accountant(
    office: psycopg.Connection, client_as: ClientAs
) -> None:
    make_letters(residence_id=11, by=BY, at=now())
    make_one_letter(person_id=4, by_hand=True, by=BY, at=now())
    made, _ = printed()
    posted, by_hand = made.lots
    shown = reverse("desk:print_lot", args=[posted.name])
    told = client_as("siege").get(shown).content.decode()
    assert "détruits à l’impression" in told
    assert posted.numbers[0] not in told
    assert posted.name in client_as("siege").get(reverse("desk:print_lots")).content.decode()
    for intruder in ("comptable", "gestionnaire_nord", "paie"):
        assert client_as(intruder).get(shown).status_code in (302, 404)
    # Those who are handed theirs keep their address secret: their lot is not even counted.
    assert client_as("siege").get(reverse("desk:print_lot", args=[by_hand.name])).status_code == 404
