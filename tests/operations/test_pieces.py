"""Pieces of an application: only those of the list, files made anew and sealed, refusals destroyed with a trace."""

import io
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pikepdf
import psycopg
import pytest
from django.db import DatabaseError, connection
from PIL import Image
from tests.applications import COLLEAGUE, HERS, HIS, INES, MOTHER, NEIGHBOUR, NOEL, OFFICER, SON, write_applications
from tests.landlord import Landlord

from palier.demandes.operations.pieces import (
    FileAltered,
    FileGone,
    FileNotYours,
    GroundNeeded,
    PieceAlreadyAsked,
    PieceNotAwaited,
    PieceNotFound,
    PieceNotGiven,
    ask_piece,
    file_of,
    give_file,
    judge_piece,
    note_refused_paper,
    see_on_paper,
)
from palier.demandes.queries.pieces import askable_of, pieces_of, refused_papers_of
from palier.demandes.rules.pieces import NotForThisSituation, NotOnTheList
from palier.foundation.clock import now, today
from palier.foundation.papers import (
    PaperEmpty,
    PaperLocked,
    PaperRefused,
    PaperTooHeavy,
    PaperTooLarge,
    PaperTooLong,
    PaperUnreadable,
    remade,
)
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

if TYPE_CHECKING:
    from tests.conftest import Cluster

ELISE = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=OFFICER)
COLLEAGUE_SUD = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=COLLEAGUE)
INES_HERSELF = Actor(role=Role.APPLICANT, purpose="ESPACE_LOCATAIRE", person_id=INES)
NOEL_HIMSELF = Actor(role=Role.APPLICANT, purpose="ESPACE_LOCATAIRE", person_id=NOEL)


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        yield session


def _picture(form: str = "JPEG", size: tuple[int, int] = (600, 400)) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "12 rue des Fictions"
    Image.new("RGB", size, "navy").save(out, form, exif=exif)
    return out.getvalue()


def _pdf(*, pages: int = 1, lock: str = "", script: bool = False) -> bytes:
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        if script:
            page = made.pages[0].obj
            action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('pris')")
            page.Contents = made.make_stream(b"BT (visible) Tj ET")
            page.AA = pikepdf.Dictionary(O=action)
            page.Annots = pikepdf.Array([made.make_indirect(pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action))])
            made.Root.OpenAction = action
            made.attachments["outil.exe"] = b"MZ cheval"
            made.docinfo["/Author"] = "Nom de l'auteur"
        out = io.BytesIO()
        if lock:
            made.save(out, encryption=pikepdf.Encryption(owner=lock, user=lock))
        else:
            made.save(out, compress_streams=False)
        return out.getvalue()


def _ask(code: str, member_id: int | None, *, actor: Actor = ELISE, application_id: int = HERS) -> int:
    with acting(actor):
        return ask_piece(application_id=application_id, member_id=member_id, code=code, actor=actor, at=now())


def test_only_what_the_list_allows_for_the_situation_is_proposed(superuser: psycopg.Connection) -> None:
    with acting(ELISE):
        found = {(row.member_id, row.asked.piece.code) for row in askable_of(HERS, on=today())}
    assert found == {
        (MOTHER, "IDENTITE"), (MOTHER, "AVIS_N2"), (MOTHER, "CONTRAT_TRAVAIL"), (MOTHER, "BULLETINS_SALAIRE"),
        (None, "LIVRET_FAMILLE"), (None, "BAIL_QUITTANCE"),
    }  # fmt: skip


def test_what_is_not_listed_or_not_for_the_situation_cannot_be_asked(superuser: psycopg.Connection) -> None:
    for code, member_id in (("CERTIFICAT_MEDICAL", MOTHER), ("RELEVE_BANQUE", MOTHER), ("IDENTITE", None)):
        with pytest.raises(NotOnTheList):
            _ask(code, member_id)
    for code, member_id in (("IDENTITE", SON), ("GROSSESSE", None), ("COMPLEMENT_HANDICAP", None), ("SEJOUR", MOTHER)):
        with pytest.raises(NotForThisSituation):
            _ask(code, member_id)
    _ask("IDENTITE", MOTHER)
    with pytest.raises(PieceAlreadyAsked):
        _ask("IDENTITE", MOTHER)
    assert superuser.execute("SELECT code, state FROM demandes_piece").fetchall() == [("IDENTITE", "ASKED")]


def test_a_colleague_asks_nothing_in_a_file_that_is_not_theirs(superuser: psycopg.Connection) -> None:
    for member_id in (MOTHER, NEIGHBOUR):
        with pytest.raises(FileNotYours):
            _ask("IDENTITE", member_id, actor=COLLEAGUE_SUD)
    piece_id = _ask("IDENTITE", MOTHER)
    with pytest.raises(PieceNotFound), acting(COLLEAGUE_SUD):
        see_on_paper(piece_id=piece_id, actor=COLLEAGUE_SUD, at=now())
    with pytest.raises(PieceNotFound), acting(COLLEAGUE_SUD):
        file_of(piece_id)
    with acting(COLLEAGUE_SUD):
        assert pieces_of(HERS) == []


def test_the_applicant_gives_a_file_that_the_officer_reads_and_nobody_else(superuser: psycopg.Connection) -> None:
    piece_id = _ask("IDENTITE", MOTHER)
    with acting(INES_HERSELF):
        give_file(piece_id=piece_id, given=_picture(), actor=INES_HERSELF, at=now())
    with acting(ELISE):
        content = file_of(piece_id)
    assert content.startswith(b"\xff\xd8")
    assert b"Fictions" not in content
    # What the database holds is neither the picture nor its key.
    kept, wrapped = superuser.execute("SELECT sealed, wrapped FROM demandes_piece").fetchone() or (b"", b"")
    assert content[:64] not in bytes(kept)
    assert wrapped
    with pytest.raises(PieceNotFound), acting(NOEL_HIMSELF):
        file_of(piece_id)
    with pytest.raises(PieceNotAwaited), acting(INES_HERSELF):
        give_file(piece_id=piece_id, given=_picture(), actor=INES_HERSELF, at=now())


def test_an_applicant_gives_nothing_to_the_file_of_another_and_judges_nothing(superuser: psycopg.Connection) -> None:
    piece_id = _ask("IDENTITE", MOTHER)
    with pytest.raises(PieceNotFound), acting(NOEL_HIMSELF):
        give_file(piece_id=piece_id, given=_picture(), actor=NOEL_HIMSELF, at=now())
    with pytest.raises(FileNotYours), acting(NOEL_HIMSELF):
        note_refused_paper(application_id=HERS, kind="BANK", outcome="DESTROYED", actor=NOEL_HIMSELF, at=now())
    with pytest.raises(DatabaseError), acting(INES_HERSELF), connection.cursor() as cursor:
        cursor.execute("UPDATE demandes_piece SET state = 'PROVED' WHERE id = %s", [piece_id])


def test_a_refused_file_is_destroyed_and_the_trace_stays(superuser: psycopg.Connection) -> None:
    piece_id = _ask("BULLETINS_SALAIRE", MOTHER)
    with pytest.raises(PieceNotGiven), acting(ELISE):
        judge_piece(piece_id=piece_id, ground="", actor=ELISE, at=now())
    with acting(ELISE):
        give_file(piece_id=piece_id, given=_pdf(), actor=ELISE, at=now())
    with pytest.raises(GroundNeeded), acting(ELISE):
        judge_piece(piece_id=piece_id, ground="SA_TETE", actor=ELISE, at=now())
    with acting(ELISE):
        judge_piece(piece_id=piece_id, ground="PERIME", actor=ELISE, at=now())
    with pytest.raises(FileGone), acting(ELISE):
        file_of(piece_id)
    row = superuser.execute("SELECT state, ground, sealed, wrapped, content_sha256, judged_by_id FROM demandes_piece")
    assert row.fetchone() == ("REJECTED", "PERIME", None, None, "", OFFICER)
    with acting(INES_HERSELF):
        (trace,) = refused_papers_of(HERS)
    assert (trace.kind, trace.outcome) == ("REFUSED", "DESTROYED")
    # It may be asked again.
    assert _ask("BULLETINS_SALAIRE", MOTHER) != piece_id


def test_a_piece_seen_on_paper_is_judged_without_a_file(superuser: psycopg.Connection) -> None:
    piece_id = _ask("IDENTITE", MOTHER)
    with acting(ELISE):
        see_on_paper(piece_id=piece_id, actor=ELISE, at=now())
        judge_piece(piece_id=piece_id, ground="", actor=ELISE, at=now())
        (row,) = pieces_of(HERS)
    assert (row.state, row.has_file, row.judged_on) == ("PROVED", False, today())
    events = superuser.execute("SELECT count(*) FROM demandes_event WHERE detail = 'PIECES' AND agent_id = %s",
                               [OFFICER])  # fmt: skip
    assert events.fetchone() == (3,)


def test_without_its_key_a_file_is_noise_and_a_changed_one_is_told(superuser: psycopg.Connection) -> None:
    piece_id = _ask("IDENTITE", MOTHER)
    with acting(ELISE):
        give_file(piece_id=piece_id, given=_picture("PNG"), actor=ELISE, at=now())
    superuser.execute("UPDATE demandes_piece SET sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40))")
    with pytest.raises(FileAltered), acting(ELISE):
        file_of(piece_id)
    superuser.execute("UPDATE demandes_piece SET wrapped = NULL")
    with pytest.raises(FileGone), acting(ELISE):
        file_of(piece_id)


def _bomb() -> bytes:
    """A PDF whose table of objects unfolds to four hundred megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(400)) + packer.flush()
    head = b"%PDF-1.5\n"
    stream = b"3 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
    body = head + stream % (len(packed), packed)
    at = len(body)
    rows = b"".join(
        kind.to_bytes(1) + where.to_bytes(4) + rank.to_bytes(2)
        for kind, where, rank in ((0, 0, 65535), (2, 3, 0), (2, 3, 0), (1, len(head), 0), (1, at, 0))
    )
    table = b"4 0 obj<</Type/XRef/W[1 4 2]/Size 5/Root 1 0 R/Length %d>>stream\n%b\nendstream endobj\n"
    return body + table % (len(rows), rows) + b"startxref\n%d\n%%%%EOF" % at


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        pytest.param(b"", PaperEmpty, id="empty"),
        pytest.param(b"%PDF-1.4\n" + b"0" * 8 * 1024 * 1024, PaperTooHeavy, id="heavy"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", PaperUnreadable, id="svg"),
        pytest.param(b"PK\x03\x04" + b"0" * 500, PaperUnreadable, id="zip"),
        pytest.param(b"%PDF-1.4\n<script>alert(1)</script>", PaperUnreadable, id="page behind a PDF's name"),
        pytest.param(_picture("GIF"), PaperUnreadable, id="gif"),
        pytest.param(_picture("PNG", (50_000, 10)), PaperTooLarge, id="50 000 pixels"),
        pytest.param(_picture()[:300], PaperUnreadable, id="cut picture"),
        pytest.param(_pdf()[:200], PaperUnreadable, id="cut pdf"),
        pytest.param(_pdf(lock="motdepasse"), PaperLocked, id="locked"),
        pytest.param(_pdf(pages=31), PaperTooLong, id="long"),
        pytest.param(_bomb, PaperUnreadable, id="bomb"),
    ],
)
def test_a_hostile_file_is_one_french_sentence_and_nothing_is_kept(
    superuser: psycopg.Connection, given: bytes | Callable[[], bytes], refusal: type[PaperRefused]
) -> None:
    piece_id = _ask("IDENTITE", MOTHER)
    # The bomb takes a second to pack: here, and not each time the tests are listed.
    content = given() if callable(given) else given
    with pytest.raises(refusal) as refused, acting(INES_HERSELF):
        give_file(piece_id=piece_id, given=content, actor=INES_HERSELF, at=now())
    assert str(refused.value).endswith(".")
    assert superuser.execute("SELECT state, sealed FROM demandes_piece").fetchone() == ("ASKED", None)


def test_a_pdf_is_its_pages_and_nothing_more() -> None:
    paper = remade(_pdf(script=True))
    assert paper.pages == 1
    with pikepdf.open(io.BytesIO(paper.content)) as kept:
        (page,) = kept.pages
        assert page.Contents.read_bytes() == b"BT (visible) Tj ET"
        assert not {"/AA", "/Annots"} & set(page.obj.keys())
        assert set(kept.Root.keys()) == {"/Type", "/Pages"}
        assert not kept.attachments
        assert "/Author" not in kept.docinfo
        everything = b"".join(each.unparse(resolved=True) for each in kept.objects)
    for hidden in (b"alert", b"JavaScript", b"MZ cheval", b"auteur"):
        assert hidden not in everything
        assert hidden not in paper.content


def test_an_archive_behind_a_picture_is_left_behind() -> None:
    paper = remade(_picture("PNG") + b"PK\x03\x04 archive cachee")
    assert paper.content.startswith(b"\xff\xd8")
    assert b"archive cachee" not in paper.content


def test_the_file_of_another_application_stays_out_of_reach_of_the_officer(superuser: psycopg.Connection) -> None:
    _ask("IDENTITE", NEIGHBOUR, actor=COLLEAGUE_SUD, application_id=HIS)
    with acting(ELISE):
        assert pieces_of(HIS) == []
        assert askable_of(HIS, on=today()) == []
