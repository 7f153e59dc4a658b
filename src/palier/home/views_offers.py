"""A dwelling offered: what it is, until when to answer, yes or no in two steps; the visit slip, the letters."""

from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from palier.attribution.operations.asking import ask_next_after_own
from palier.attribution.operations.notifying import frozen_letter_pdf
from palier.attribution.operations.offers import AnotherAccepted, OfferUnknown, answer_offer
from palier.attribution.queries.own_offers import OwnOffer, accepted_of, own_letter_content, own_letters, own_offers
from palier.attribution.rules.offers import answer_clock
from palier.attribution.rules.words import OFFER_REFUSALS
from palier.attribution.slip import slip_of, slip_pdf
from palier.demandes.operations.writing import frozen_pdf
from palier.demandes.queries.letters import letter_content
from palier.demandes.queries.own import OwnApplication, own_applications
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home.navigation import me, page, trail
from palier.web import words
from palier.web.choices import ChoiceIf
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.requests import ActorRequest

_YES, _NO = "OUI", "NON"
# The closed list, said by the person themself.
_MINE: Final = {"AUTRE_LOGEMENT": gettext_noop("j’ai trouvé un autre logement")}
WHY: Final = {
    code: words.capital(_MINE.get(code, label)) for code, label in OFFER_REFUSALS.items() if code != "SILENCE"
}


class OwnAnswerForm(forms.Form):
    """Yes, or no with its motive; the second step repeats both."""

    reponse = forms.ChoiceField(
        label=gettext_lazy("Votre réponse"),
        choices=[(_YES, gettext_lazy("Oui, je veux ce logement")), (_NO, gettext_lazy("Non, je ne le veux pas"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choisissez oui ou non."),
            "invalid_choice": gettext_lazy("Choisissez oui ou non."),
        },
    )
    motif = ChoiceIf(
        label=gettext_lazy("Si vous dites non, pourquoi\u00a0?"),
        asked_if=gettext_lazy("obligatoire dans ce cas"),
        choices=lambda: [("", gettext("Choisir")), *((code, told(label)) for code, label in WHY.items())],
        error_messages={"invalid_choice": gettext_lazy("Choisissez un motif de la liste.")},
    )

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if given.get("reponse") == _NO and not given.get("motif") and "motif" not in self.errors:
            self.add_error("motif", gettext("Dites pourquoi\u00a0: choisissez un motif de la liste."))
        return given


def offer(request: ActorRequest, application_id: int, offer_id: int) -> HttpResponseBase:
    """One's own offer; its answer, which is asked twice before it is kept."""
    here, offered = _own(request, application_id, offer_id)
    if request.method != "POST":
        return _page(request, here, offered)
    form = OwnAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, here, offered, form=form)
    accepts, motive = form.cleaned_data["reponse"] == _YES, form.cleaned_data["motif"]
    if request.POST.get("confirme") != _YES:
        if not offered.may_be_answered(today()):
            return _page(request, here, offered, refused=gettext("Il est trop tard pour répondre."))
        if accepts and _other_accepted(here, offered) is not None:
            return _page(request, here, offered, form=form, refused=why_refused(AnotherAccepted()))
        return _page(
            request, here, offered, form=form, chosen={"accepts": accepts, "motive": told(WHY.get(motive, ""))}
        )
    return _answer(request, here, offered, accepts=accepts, motive="" if accepts else motive)


def offer_slip(request: ActorRequest, application_id: int, offer_id: int) -> HttpResponseBase:
    """The visit slip, as a PDF without a name."""
    here, offered = _own(request, application_id, offer_id)
    slip = slip_of(offer_id) if offered.is_held else None
    if slip is None:
        raise Http404
    try:
        return _pdf(slip_pdf(slip, on=today()), "bon-de-visite.pdf")
    except Refusal as refusal:
        messages.error(request, why_refused(refusal))
        return HttpResponseRedirect(reverse("home:own_offer", args=[here.id, offer_id]))


def decision_letter(request: ActorRequest, application_id: int, letter_id: int) -> HttpResponseBase:
    """One's own letter of the commission, byte for byte as it was sent."""
    here = _application(request, application_id)
    letter = next((each for each in own_letters(here.id) if each.id == letter_id), None)
    content = own_letter_content(here.id, letter_id)
    if letter is None or content is None:
        raise Http404
    request.reading.saw([me(request)])
    return _pdf(frozen_letter_pdf(content), "proposition.pdf" if letter.kind == "OFFER" else "decision.pdf")


def own_letter(request: ActorRequest, application_id: int, letter_id: int) -> HttpResponseBase:
    """One's own letter: a notice, a warning, a radiation, byte for byte as it was written."""
    content = letter_content(_application(request, application_id).id, letter_id)
    if content is None:
        raise Http404
    request.reading.saw([me(request)])
    return _pdf(frozen_pdf(content), "lettre.pdf")


def _answer(
    request: ActorRequest, here: OwnApplication, offered: OwnOffer, *, accepts: bool, motive: str
) -> HttpResponseBase:
    at = now()
    try:
        answer_offer(
            offer_id=offered.id, accepts=accepts, refusal=motive, answered_on=today(), actor=request.actor, at=at
        )
        if not accepts:
            ask_next_after_own(offer_id=offered.id, at=at)
    except OfferUnknown:
        raise Http404 from None
    except Refusal as refusal:
        return _page(request, here, _own(request, here.id, offered.id)[1], refused=why_refused(refusal))
    said = (
        gettext("Vous acceptez ce logement. Nous vous appelons pour le bail.")
        if accepts
        else gettext("Votre refus est noté.")
    )
    messages.success(request, said)
    return HttpResponseRedirect(reverse("home:own_offer", args=[here.id, offered.id]))


def _page(
    request: ActorRequest,
    here: OwnApplication,
    offered: OwnOffer,
    *,
    form: OwnAnswerForm | None = None,
    chosen: dict[str, object] | None = None,
    refused: str = "",
) -> HttpResponse:
    answer = page(
        request,
        "home/offer.html",
        {
            "crumbs": trail(
                (gettext("Ma demande"), reverse("home:one_application", args=[here.id])), (gettext("Proposition"), "")
            ),
            "here": here,
            "offer": offered,
            "open": offered.may_be_answered(today()),
            "is_held": offered.is_held,
            "accepted": _other_accepted(here, offered),
            "beside": [each for each in own_offers(here.id) if each.id != offered.id and each.may_be_answered(today())],
            "clock": answer_clock(offered.notified_on, offered.days, expires_on=offered.expires_on),
            "form": form or OwnAnswerForm(),
            "chosen": chosen,
            "refused": refused,
        },
    )
    is_wrong = bool(refused) or (form is not None and bool(form.errors))
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return answer


def _own(request: ActorRequest, application_id: int, offer_id: int) -> tuple[OwnApplication, OwnOffer]:
    """One's own; to anyone else neither exists."""
    here = _application(request, application_id)
    found = next((each for each in own_offers(here.id) if each.id == offer_id), None)
    if found is None:
        raise Http404
    request.reading.saw([me(request)])
    return here, found


def _other_accepted(here: OwnApplication, offered: OwnOffer) -> OwnOffer | None:
    """The other dwelling to which the person said yes."""
    return accepted_of([each for each in own_offers(here.id) if each.id != offered.id])


def _application(request: ActorRequest, application_id: int) -> OwnApplication:
    found = next((each for each in own_applications(me(request)) if each.id == application_id), None)
    if found is None:
        raise Http404
    return found


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
