"""What waits in allocation for persons whose address is protected: their holders' list, and nobody else's.

No officer or member sees these rows; no count of them is shown anywhere else. The secretary of a sitting examines their
sheets, without a name.
"""

from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.attribution.models import Notification, Offer
from palier.attribution.operations.held import LetterNotHeld, ask_answer, ask_proposal, ask_receipt, held_letter_pdf
from palier.attribution.queries.held import held_applications, held_letter, held_letters, held_matches
from palier.attribution.rules.words import OFFER_REFUSALS
from palier.desk.labels import labels_of
from palier.desk.navigation import framed
from palier.desk.views_openings import access_tabs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.web.requests import ActorRequest

KINDS: Final = labels_of(Notification, "kind")
OFFERS: Final = labels_of(Offer, "state")
_STATES: Final = {"ACTIVE": "active", "RADIATED": "radiée"}


class HandedForm(forms.Form):
    """The day on which the letter was handed over."""

    remise_le = forms.DateField(error_messages={"required": "Donnez un jour.", "invalid": "Donnez un jour."})


class AnswerForm(forms.Form):
    """What the person answers today: yes, or no with its motive."""

    reponse = forms.ChoiceField(choices=[("OUI", "accepte"), ("NON", "refuse")])
    motif = forms.ChoiceField(
        required=False,
        choices=[("", "–"), *((code, label) for code, label in OFFER_REFUSALS.items() if code != "SILENCE")],
    )

    def clean(self) -> dict[str, object]:
        """A refusal says why."""
        given: dict[str, object] = dict(super().clean() or {})
        if given.get("reponse") == "NON" and not given.get("motif"):
            raise forms.ValidationError("Un refus dit pourquoi\u00a0: choisissez un motif de la liste.")
        return given


def allocation(request: ActorRequest) -> HttpResponse:
    """The letters to hand over, the offers that run, the dwellings that would suit: numbers, no name."""
    applications = held_applications()
    request.reading.saw(each.person_id for each in applications)
    letters = [
        {"row": each, "kind": KINDS[each.kind], "offer": OFFERS.get(each.offer_state, "")} for each in held_letters()
    ]
    context: dict[str, object] = {
        "tabs": access_tabs(request, "protected_allocation"),
        "applications": [(each, _STATES.get(each.state, each.state)) for each in applications],
        "letters": letters,
        "matches": held_matches(),
        "on": today().isoformat(),
        "refusals": [(code, label) for code, label in OFFER_REFUSALS.items() if code != "SILENCE"],
    }
    return framed(request, "desk/protected_allocation.html", context)


def letter(request: ActorRequest, letter_id: int) -> HttpResponseBase:
    """One letter, byte for byte, read under the holder's own name."""
    found = held_letter(letter_id)
    if found is None:
        raise Http404
    request.reading.saw([found.person_id])
    try:
        content = held_letter_pdf(found)
    except LetterNotHeld as gone:
        raise Http404 from gone
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{found.number}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def handed(request: ActorRequest, letter_id: int) -> HttpResponseBase:
    """The letter was handed over."""
    found = held_letter(letter_id)
    if found is None:
        raise Http404
    request.reading.saw([found.person_id])
    form = HandedForm(request.POST)
    if not form.is_valid():
        return _back(request, refused="Donnez le jour de la remise.")
    try:
        ask_receipt(letter_id=letter_id, on=form.cleaned_data["remise_le"], actor=request.actor, at=now())
    except Refusal as refusal:
        return _back(request, refused=str(refusal))
    return _back(request, done="La remise s’enregistre\u00a0: elle paraît ici dans un instant.")


def answered(request: ActorRequest, letter_id: int) -> HttpResponseBase:
    """What the person answered to the offer."""
    found = held_letter(letter_id)
    if found is None:
        raise Http404
    request.reading.saw([found.person_id])
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _back(request, refused="Un refus dit pourquoi\u00a0: choisissez un motif de la liste.")
    given = form.cleaned_data
    accepts = given["reponse"] == "OUI"
    try:
        ask_answer(
            letter_id=letter_id,
            accepts=accepts,
            refusal="" if accepts else given["motif"],
            actor=request.actor,
        )
    except Refusal as refusal:
        return _back(request, refused=str(refusal))
    return _back(request, done="La réponse s’enregistre\u00a0: elle paraît ici dans un instant.")


def proposed(request: ActorRequest, vacancy_id: int, application_id: int) -> HttpResponseBase:
    """A dwelling that suits, proposed: its commission examines the application by its sheet alone."""
    found = next((each for each in held_applications() if each.application_id == application_id), None)
    if found is None:
        raise Http404
    request.reading.saw([found.person_id])
    try:
        ask_proposal(vacancy_id=vacancy_id, application_id=application_id, actor=request.actor)
    except Refusal as refusal:
        return _back(request, refused=str(refusal))
    return _back(request, done="La proposition s’enregistre\u00a0: elle paraît ici dans un instant.")


def _back(request: ActorRequest, *, done: str = "", refused: str = "") -> HttpResponseRedirect:
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("desk:protected_allocation"))
