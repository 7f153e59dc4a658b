"""Pieces of an application: asked when the list allows it, given on paper or as a file, judged; what is not kept.

A file is made anew, then sealed under a key of its own (AES-GCM), itself wrapped by the installation's secret: once the
key is gone, the bytes are noise. A paper refused, or that may not be kept, leaves a trace and nothing else.
"""

from datetime import date, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from palier.agents.access import agent_of
from palier.demandes.models import Event, Member, Piece, RefusedPaper
from palier.demandes.queries.members import members_of
from palier.demandes.queries.pieces import persons_of, said_of
from palier.demandes.rules.pieces import GROUNDS, PIECES, NotOnTheList, Whose, asked_for
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.papers import Paper, remade
from palier.foundation.sealing import sealed, unsealed
from palier.privacy.actor import Actor

_WRAPPED_UNDER = "piece_key"
_KEY_BITS = 256
# A key seals one file, once.
_NONCE = bytes(12)


class PieceNotFound(Refusal):
    """Cette pièce n’existe pas, ou n’est pas dans un dossier qui vous est confié."""


class FileNotYours(Refusal):
    """Ce dossier ne vous est pas confié, ou n’est pas complet : ouvrez un dossier de votre liste."""


class PieceAlreadyAsked(Refusal):
    """Cette pièce est déjà demandée ou reçue : regardez la liste des pièces."""


class PieceNotAwaited(Refusal):
    """Cette pièce n’est plus attendue : elle a déjà été donnée ou examinée."""


class PieceNotGiven(Refusal):
    """Cette pièce n’est pas à examiner : elle n’est pas encore reçue, ou elle l’est déjà."""


class GroundNeeded(Refusal):
    """Dites dans la liste pourquoi la pièce est refusée."""


class FileGone(Refusal):
    """Le fichier de cette pièce n’est plus conservé."""


class FileAltered(Refusal):
    """Le fichier de cette pièce a changé depuis son dépôt : restaurez-le depuis la sauvegarde."""


def ask_piece(*, application_id: int, member_id: int | None, code: str, actor: Actor, at: datetime) -> int:
    """Ask for a piece that the list allows for what was declared; gives its number.

    Raises FileNotYours, NotOnTheList, NotForThisSituation, PieceAlreadyAsked.
    """
    on = day_of(at)
    _refuse_unless_allowed(application_id, member_id, code, on)
    with transaction.atomic():
        # Two who ask at once would ask twice.
        list(Piece.objects.select_for_update().filter(application_id=application_id).values_list("id"))
        held = Piece.objects.filter(application_id=application_id, code=code)
        held = held.filter(member__isnull=True) if member_id is None else held.filter(member_id=member_id)
        if held.exclude(state="REJECTED").exists():
            raise PieceAlreadyAsked
        piece = Piece(application_id=application_id, member_id=member_id, code=code, state="ASKED", asked_on=on)
        check_values(piece)
        piece.save(force_insert=True)
        _note(application_id, actor, at)
    return piece.pk


def see_on_paper(*, piece_id: int, actor: Actor, at: datetime) -> None:
    """A piece shown at the counter, and given back at once. Raises PieceNotFound, PieceNotAwaited."""
    _receive(piece_id, None, actor, at)


def give_file(*, piece_id: int, given: bytes, actor: Actor, at: datetime) -> None:
    """The file of a piece that is awaited, given by the applicant or at the counter; only what was remade is kept.

    Raises PieceNotFound, PieceNotAwaited, and what `remade` raises: then `note_refused_paper` keeps the trace.
    """
    _receive(piece_id, remade(given), actor, at)


def judge_piece(*, piece_id: int, ground: str, actor: Actor, at: datetime) -> None:
    """A piece is good (no ground), or refused: its file is then destroyed, and a trace says so.

    Raises GroundNeeded, PieceNotFound, PieceNotGiven.
    """
    if ground and ground not in GROUNDS:
        raise GroundNeeded
    agent_id = agent_of(actor)
    with transaction.atomic():
        application_id, state, has_file = _locked(piece_id)
        if state != "GIVEN":
            raise PieceNotGiven
        held = Piece.objects.filter(pk=piece_id)
        held.update(
            state="REJECTED" if ground else "PROVED", ground=ground, judged_on=day_of(at), judged_by_id=agent_id
        )
        if ground and has_file:
            held.update(content_sha256="", sealed=None, wrapped=None, pages=None)
            note_refused_paper(application_id=application_id, kind="REFUSED", outcome="DESTROYED", actor=actor, at=at)
        _note(application_id, actor, at)


def note_refused_paper(*, application_id: int, kind: str, outcome: str, actor: Actor, at: datetime) -> None:
    """The trace of a paper that is not kept: what it was, whether it was given back or destroyed. Never its content.

    Raises FileNotYours.
    """
    _refuse_strangers(application_id)
    paper = RefusedPaper(application_id=application_id, kind=kind, outcome=outcome, at=at, agent_id=actor.agent_id)
    check_values(paper)
    paper.save(force_insert=True)


def file_of(piece_id: int) -> bytes:
    """The file of a piece, as it was remade. Raises PieceNotFound, FileGone, FileAltered."""
    row = Piece.objects.filter(pk=piece_id).values_list("sealed", "wrapped", "content_sha256").first()
    if row is None:
        raise PieceNotFound
    kept, wrapped, digest = row
    if kept is None or wrapped is None:
        raise FileGone
    try:
        content = AESGCM(unsealed(bytes(wrapped), under=_WRAPPED_UNDER)).decrypt(_NONCE, bytes(kept), digest.encode())
    except InvalidTag as error:
        raise FileAltered from error
    if sha256(content).hexdigest() != digest:
        raise FileAltered
    return content


def _receive(piece_id: int, paper: Paper | None, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        application_id, state, _ = _locked(piece_id)
        if state != "ASKED":
            raise PieceNotAwaited
        kept: dict[str, object] = {}
        if paper is not None:
            key, digest = AESGCM.generate_key(_KEY_BITS), sha256(paper.content).hexdigest()
            kept = {
                "content_sha256": digest,
                "sealed": AESGCM(key).encrypt(_NONCE, paper.content, digest.encode()),
                "wrapped": sealed(key, under=_WRAPPED_UNDER),
                "pages": paper.pages,
            }
        Piece.objects.filter(pk=piece_id).update(state="GIVEN", given_on=day_of(at), **kept)
        _note(application_id, actor, at)


def _locked(piece_id: int) -> tuple[int, str, bool]:
    """Its application, its state, whether it has a file. Raises PieceNotFound."""
    row = (
        Piece.objects.select_for_update(of=("self",))
        .filter(pk=piece_id)
        .values_list("application_id", "state", "content_sha256")
        .first()
    )
    if row is None:
        raise PieceNotFound
    application_id, state, digest = row
    return application_id, state, bool(digest)


def _refuse_unless_allowed(application_id: int, member_id: int | None, code: str, on: date) -> None:
    """Raises FileNotYours, NotOnTheList, NotForThisSituation."""
    _refuse_strangers(application_id)
    facts, moment = said_of(application_id, on=on)
    person = None
    if member_id is not None:
        person = persons_of(application_id, members_of(application_id), on=on).get(member_id)
        if person is None:
            raise FileNotYours
    elif code in PIECES and PIECES[code].whose is not Whose.HOUSEHOLD:
        raise NotOnTheList
    asked_for(code, facts, person, moment=moment)


def _refuse_strangers(application_id: int) -> None:
    """Raises FileNotYours: who will live there is read in one's own files alone."""
    if not Member.objects.filter(application_id=application_id).exists():
        raise FileNotYours


def _note(application_id: int, actor: Actor, at: datetime) -> None:
    Event.objects.create(
        application_id=application_id, kind="CHANGED", detail="PIECES", on=day_of(at), at=at, agent_id=actor.agent_id
    )
