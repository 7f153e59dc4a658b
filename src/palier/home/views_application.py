"""« Ma demande »: where it stands, what is held, the pieces asked, the points line by line; in plain words."""

from datetime import timedelta
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from palier.attribution.queries.own import own_matches, own_proposals
from palier.attribution.queries.own_offers import OwnOffer, accepted_of, own_letters, own_offers
from palier.attribution.queries.told import ToldDecision, decisions_told
from palier.demandes.models import RADIATION_MOTIVES
from palier.demandes.operations.life import renew
from palier.demandes.operations.pieces import FileGone, file_of, give_file, note_refused_paper
from palier.demandes.queries.explanation import explained
from palier.demandes.queries.file import composition_of, resources_of, scores_of, situation_of, stated_of
from palier.demandes.queries.letters import letters_of_application
from palier.demandes.queries.members import members_of
from palier.demandes.queries.own import OwnApplication, OwnEvent, own_applications, own_events
from palier.demandes.queries.pieces import PieceRow, piece_facts, pieces_of, refused_papers_of
from palier.demandes.queries.work import works_told
from palier.demandes.rules.lifecycle import Warned
from palier.demandes.rules.passing import WARNINGS
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES
from palier.estate.communes import commune_names
from palier.foundation.clock import now, today
from palier.foundation.papers import LARGEST_BYTES, PaperRefused, content_type
from palier.home.navigation import me, page, trail
from palier.web import words
from palier.web.components import LifeEvent, Tag, Tone
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.requests import ActorRequest

_ENDS: Final = dict(RADIATION_MOTIVES)
_ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg"}
# Plain words for who waits: not the codes of the trade.
_EVENTS: Final = {
    "FILED": gettext_noop("Votre demande est déposée"),
    "IMPORTED": gettext_noop("Votre demande nous est parvenue"),
    "CHANGED": gettext_noop("Votre dossier a changé"),
    "INTERVIEW": gettext_noop("Vous avez eu un entretien"),
    "NOTICE": gettext_noop("Nous vous avons rappelé le renouvellement"),
    "RENEWED": gettext_noop("Votre demande est renouvelée"),
    "WARNED": gettext_noop("Nous vous avons envoyé un avertissement"),
    "ANSWERED": gettext_noop("Votre réponse est reçue"),
    "RADIATED": gettext_noop("Votre demande est radiée"),
    "REACTIVATED": gettext_noop("Votre demande est à nouveau active"),
    "MERGED": gettext_noop("Vos demandes sont réunies"),
    "ASSIGNED": gettext_noop("Quelqu’un suit votre dossier"),
    "OFFER": gettext_noop("Un logement vous est proposé"),
    "DECISION": gettext_noop("La lettre de la commission est reçue"),
}
_ANSWERS: Final = {
    "ACCEPTED": gettext_noop("Vous acceptez le logement proposé"),
    "REFUSED": gettext_noop("Vous refusez le logement proposé"),
    "GIVEN_UP": gettext_noop("Vous renoncez au logement accepté"),
    "STAYS": gettext_noop("Le logement proposé n’est plus à louer"),
}
# The state of an offer to which the person said yes, then what may have followed.
_ONCE_ACCEPTED: Final = ("ACCEPTED", "GIVEN_UP", "LAPSED", "STAYS")
_STOPPED_SHOWN: Final = timedelta(days=31)
_PIECES: Final = {
    "ASKED": Tag(label=gettext_noop("À donner"), tone=Tone.WARN),
    "GIVEN": Tag(label=gettext_noop("Reçue"), tone=Tone.INFO),
    "PROVED": Tag(label=gettext_noop("Valable"), tone=Tone.OK),
    "REJECTED": Tag(label=gettext_noop("Refusée"), tone=Tone.BAD),
}
_PROOFS: Final = {
    "DECLARED": Tag(label=gettext_noop("Déclaré"), tone=Tone.INFO),
    "PROVED": Tag(label=gettext_noop("Justifié"), tone=Tone.OK),
    "REJECTED": Tag(label=gettext_noop("Non retenu"), tone=Tone.BAD),
}
_LISTS: Final = {"MOTIVE": MOTIVES, "PRIORITY": PRIORITIES, "NEED": NEEDS}


class OwnPaperForm(forms.Form):
    """The file of a piece that was asked."""

    file = forms.FileField(allow_empty_file=True, error_messages={"required": gettext_lazy("Choisissez un fichier.")})


def application(request: ActorRequest) -> HttpResponse:
    """One's own application, the active one first. Without any, the page does not exist."""
    return _page(request, _asked_for(request, None))


def one_application(request: ActorRequest, application_id: int) -> HttpResponse:
    """One of several."""
    return _page(request, _asked_for(request, application_id))


def application_renew(request: ActorRequest, application_id: int) -> HttpResponseBase:
    """One more year, in one click."""
    here = _asked_for(request, application_id)
    request.reading.saw([me(request)])
    until = renew(application_id=here.id, actor=request.actor, at=now())
    said = gettext("C’est fait\u00a0: votre demande est valable jusqu’au %(day)s.") % {"day": words.day_short(until)}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("home:one_application", args=[here.id]))


def application_piece(request: ActorRequest, application_id: int, piece_id: int) -> HttpResponseBase:
    """Give the file of a piece, or take back the one that was given."""
    here = _asked_for(request, application_id)
    piece = _own_piece(here, piece_id)
    if request.method != "POST":
        return _download(request, piece)
    form = OwnPaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, here, refused=gettext("Choisissez un fichier."))
    try:
        given = form.cleaned_data["file"].read(LARGEST_BYTES + 1)
        give_file(piece_id=piece_id, given=given, actor=request.actor, at=now())
    except PaperRefused as refusal:
        note_refused_paper(
            application_id=here.id, kind="UNREADABLE", outcome="DESTROYED", actor=request.actor, at=now()
        )
        return _page(request, here, refused=format_html("{} {}", why_refused(refusal), gettext("Rien n’en est gardé.")))
    messages.success(request, gettext("C’est reçu. Nous l’examinons, puis vous voyez l’avis ici."))
    return HttpResponseRedirect(f"{reverse('home:one_application', args=[here.id])}#pieces")


def _download(request: ActorRequest, piece: PieceRow) -> HttpResponse:
    try:
        content = file_of(piece.id)
    except FileGone as gone:
        raise Http404 from gone
    request.reading.saw([me(request)])
    kind = content_type(content)
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{piece.code.lower().replace("_", "-")}.{_ENDINGS[kind]}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


def _page(request: ActorRequest, here: OwnApplication, *, refused: str = "") -> HttpResponse:
    names = {member.id: member.name for member in members_of(here.id)}
    situation = situation_of(here.id)
    decisions, letters = decisions_told(here.id), own_letters(here.id)
    offers = own_offers(here.id)
    decision = next(iter(decisions), None) if here.is_active else None
    named = {letter.id: letter.dwelling for letter in letters}
    context: dict[str, object] = {
        "crumbs": trail((gettext("Ma demande"), "")),
        "here": here,
        "decision": decision,
        "decided_of": named.get(decision.letter_id, "") if decision is not None else "",
        **_warnings(here, decision),
        "on": today(),
        "may_renew": here.is_active and today() >= here.renewable_from,
        "end": told(_ENDS.get(here.radiation_motive, "")),
        "warned": told(_ENDS.get(here.warned_for, "")),
        "others": [each for each in own_applications(me(request)) if each.id != here.id],
        "members": list(names.values()),
        "works": [(names.get(member, ""), work) for member, work in works_told(here.id).items()],
        "composition": composition_of(here.id),
        "situation": situation,
        "communes": list(commune_names(situation.communes).values()) if situation else [],
        "housing": {code: told(label) for code, label in HOUSING.items()},
        "resources": resources_of(here.id),
        "stated": [
            (words.capital(told(_LISTS[row.kind].get(row.code, row.code))), _told_tag(_PROOFS[row.proof]))
            for row in stated_of(here.id)
        ],
        "pieces": [
            (piece, names.get(piece.member_id or 0, ""), _told_tag(_PIECES[piece.state]))
            for piece in pieces_of(here.id)
        ],
        "refused": refused,
        "refused_papers": refused_papers_of(here.id),
        "scores": scores_of(here.id),
        "explained": explained(here.id, on=today()) if here.is_active else [],
        "matches": own_matches(here.id),
        "proposals": own_proposals(here.id),
        **_offers(offers),
        "letters": letters,
        "papers": letters_of_application(here.id),
        "events": _events(here, decisions, named, offers),
    }
    answer = page(request, "home/application.html", context)
    answer.status_code = 422 if refused else 200
    return answer


def _warnings(here: OwnApplication, decision: ToldDecision | None) -> dict[str, object]:
    """The day of the inadmissibility, by its noted warning or else by its letter; another warning runs beside it."""
    is_inadmissible = decision is not None and decision.is_inadmissible
    is_of_decision = is_inadmissible and WARNINGS.get(here.warned_for) is Warned.INADMISSIBLE
    told = decision.radiated_from if decision is not None else None
    return {
        "radiated_from": here.radiated_after_warning_on if is_of_decision else told,
        "is_warned_beside": here.warned_on is not None and not is_of_decision,
    }


def _offers(offers: list[OwnOffer]) -> dict[str, object]:
    """What is accepted, what waits for an answer, and what stopped lately by nobody's refusal."""
    on = today()
    return {
        "offers": [(offer, offer.may_be_answered(on)) for offer in offers],
        "accepted": accepted_of(offers),
        "is_one_of_several": sum(offer.may_be_answered(on) for offer in offers) > 1,
        "stopped": [
            offer for offer in offers if offer.state == "STAYS" and on - (offer.answered_on or on) <= _STOPPED_SHOWN
        ],
    }


def _events(
    here: OwnApplication, decisions: list[ToldDecision], named: dict[int, str], offers: list[OwnOffer]
) -> list[LifeEvent]:
    """The newest first; a decision on the day of its letter, never before."""
    dated = [
        (event.at, LifeEvent(when=words.instant(event.at), title=_told(event), text=_place(event, offers)))
        for event in own_events(here.id)
    ]
    dated += [
        (
            each.letter_made_at,
            LifeEvent(
                when=words.instant(each.letter_made_at),
                title=gettext("La commission a décidé"),
                text=" ".join((*(f"{place}." for place in [named.get(each.letter_id)] if place), *each.told)),
            ),
        )
        for each in decisions
    ]
    return [told for _, told in sorted(dated, key=lambda pair: pair[0], reverse=True)]


def _told_tag(tag: Tag) -> Tag:
    return Tag(label=gettext(tag.label), tone=tag.tone)


def _told(event: OwnEvent) -> str:
    return gettext(_ANSWERS.get(event.detail, _EVENTS["OFFER"]) if event.kind == "OFFER" else _EVENTS[event.kind])


def _place(event: OwnEvent, offers: list[OwnOffer]) -> str:
    """The dwelling of an offer told; nothing when it could be another's, for the life keeps no number of an offer."""
    if event.kind != "OFFER":
        return ""
    places = {offer.place for offer in offers if _may_be_of(event, offer)}
    return places.pop() if len(places) == 1 else ""


def _may_be_of(event: OwnEvent, offer: OwnOffer) -> bool:
    if not event.detail:
        return event.on == offer.notified_on
    if event.detail == "ACCEPTED" and offer.answered_on is not None:
        return offer.state in _ONCE_ACCEPTED and offer.notified_on <= event.on <= offer.answered_on
    return (event.detail, event.on) == (offer.state, offer.answered_on)


def _asked_for(request: ActorRequest, application_id: int | None) -> OwnApplication:
    """One's own; to anyone else it does not exist."""
    found = [each for each in own_applications(me(request)) if application_id in (None, each.id)]
    if not found:
        raise Http404
    return found[0]


def _own_piece(here: OwnApplication, piece_id: int) -> PieceRow:
    piece = piece_facts(piece_id)
    if piece is None or piece.application_id != here.id:
        raise Http404
    return piece
