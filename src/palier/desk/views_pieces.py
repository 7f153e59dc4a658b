"""The pieces of one file: asked when the list allows it, received, examined; what may not be kept is given back."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.demandes.operations.pieces import (
    FileGone,
    ask_piece,
    file_of,
    give_file,
    judge_piece,
    note_refused_paper,
    see_on_paper,
)
from palier.demandes.queries.file import ApplicationFacts, situation_of
from palier.demandes.queries.members import members_of
from palier.demandes.queries.pieces import PieceRow, askable_of, piece_facts, pieces_of, refused_papers_of
from palier.desk.application_words import PIECE_STATES, PIECE_TONES
from palier.desk.forms_applications import AskForm, GivenBackForm, JudgeForm, PaperForm
from palier.desk.navigation import framed
from palier.desk.views_applications import file_frame, found_application
from palier.desk.views_maintenance import refuse_unless_valid
from palier.foundation.clock import now, today
from palier.foundation.papers import PaperRefused, content_type
from palier.web import words
from palier.web.components import Tag
from palier.web.requests import ActorRequest

_ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg"}


def application_pieces(request: ActorRequest, application_id: int) -> HttpResponseBase:
    """The pieces of a file; asking for one more."""
    here = _own(request, application_id)
    askable = askable_of(application_id, on=today())
    form = AskForm(request.POST if request.method == "POST" else None, askable=askable)
    if request.method == "POST":
        refuse_unless_valid(form)
        code, member_id = form.wanted
        ask_piece(application_id=application_id, member_id=member_id, code=code, actor=request.actor, at=now())
        messages.success(request, "La pièce est demandée. La personne le voit dans son espace.")
        return _back(application_id)
    return _page(request, here, form)


def piece_on_paper(request: ActorRequest, application_id: int, piece_id: int) -> HttpResponseBase:
    """Seen at the counter, given back at once."""
    _own_piece(request, application_id, piece_id)
    see_on_paper(piece_id=piece_id, actor=request.actor, at=now())
    messages.success(request, "Pièce vue sur papier, et rendue.")
    return _back(application_id)


def piece_give(request: ActorRequest, application_id: int, piece_id: int) -> HttpResponseBase:
    """A file given at the counter; one that is not taken leaves a trace, and nothing else."""
    here, _ = _own_piece(request, application_id, piece_id)
    form = PaperForm(request.POST, request.FILES)
    refuse_unless_valid(form)
    try:
        give_file(piece_id=piece_id, given=form.given, actor=request.actor, at=now())
    except PaperRefused as refusal:
        note_refused_paper(
            application_id=application_id, kind="UNREADABLE", outcome="DESTROYED", actor=request.actor, at=now()
        )
        asking = AskForm(None, askable=askable_of(application_id, on=today()))
        return _page(request, here, asking, refused=str(refusal))
    messages.success(request, "Le fichier est reçu. Il reste à l’examiner.")
    return _back(application_id)


def piece_judge(request: ActorRequest, application_id: int, piece_id: int) -> HttpResponseBase:
    """Good, or refused: a refused file is destroyed."""
    _own_piece(request, application_id, piece_id)
    form = JudgeForm(request.POST)
    refuse_unless_valid(form)
    ground = form.why_refused
    judge_piece(piece_id=piece_id, ground=ground, actor=request.actor, at=now())
    messages.success(request, "Pièce refusée\u00a0: son fichier est détruit." if ground else "Pièce valable.")
    return _back(application_id)


def paper_given_back(request: ActorRequest, application_id: int) -> HttpResponseBase:
    """A paper that nobody asked for is given back or destroyed; only that is noted."""
    _own(request, application_id)
    form = GivenBackForm(request.POST)
    refuse_unless_valid(form)
    note_refused_paper(
        application_id=application_id,
        kind=form.cleaned_data["kind"],
        outcome=form.cleaned_data["outcome"],
        actor=request.actor,
        at=now(),
    )
    messages.success(request, "C’est noté. Rien du document n’est gardé.")
    return _back(application_id)


def piece_file(request: ActorRequest, application_id: int, piece_id: int) -> HttpResponseBase:
    """The file of a piece, as we made it, to be saved: never shown inside a page."""
    _, piece = _own_piece(request, application_id, piece_id)
    try:
        content = file_of(piece_id)
    except FileGone as gone:
        raise Http404 from gone
    return paper_response(content, name=f"{piece.code.lower().replace('_', '-')}-{piece_id}")


def paper_response(content: bytes, *, name: str) -> HttpResponse:
    """A paper handed over: its type is what we made, nothing in it runs."""
    kind = content_type(content)
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{_ENDINGS[kind]}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


def _page(request: ActorRequest, here: ApplicationFacts, form: AskForm, *, refused: str = "") -> HttpResponse:
    members = members_of(here.id)
    request.reading.saw(member.person_id for member in members if member.person_id is not None)
    names = {member.id: member.name for member in members}
    context: dict[str, object] = {
        **file_frame(request, here, members, "application_pieces", "Pièces"),
        "form": form,
        "refused": refused,
        "askable": askable_of(here.id, on=today()),
        "pieces": [
            (
                piece,
                names.get(piece.member_id or 0, "le ménage"),
                Tag(label=words.capital(PIECE_STATES[piece.state]), tone=PIECE_TONES[piece.state]),
            )
            for piece in pieces_of(here.id)
        ],
        "refused_papers": refused_papers_of(here.id),
        "judge": JudgeForm(),
        "is_housing_said": situation_of(here.id) is not None,
        "given_back": GivenBackForm(),
    }
    return framed(request, "desk/application_pieces.html", context, status=422 if refused else 200)


def _own(request: ActorRequest, application_id: int) -> ApplicationFacts:
    """A file given to whoever asks; to anyone else its pieces do not exist."""
    here = found_application(request, application_id)
    if not here.is_mine:
        raise Http404
    return here


def _own_piece(request: ActorRequest, application_id: int, piece_id: int) -> tuple[ApplicationFacts, PieceRow]:
    here = _own(request, application_id)
    piece = piece_facts(piece_id)
    if piece is None or piece.application_id != application_id:
        raise Http404
    return here, piece


def _back(application_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:application_pieces", args=[application_id]))
