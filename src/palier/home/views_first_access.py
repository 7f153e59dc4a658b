"""First access by a letter: its code, a second proof, then how to sign in. Public pages: nobody is known yet.

Without a script everything is there but the passkey. What is known of the visitor stays in the session, half an hour.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from palier.admission.operations.helping import try_helper_code
from palier.admission.operations.proving import (
    LetterOver,
    TooManyCodes,
    ask_for_a_code,
    give_proof,
    person_of_letter,
    try_code,
    ways_of,
)
from palier.admission.rules import STAGE_LASTS
from palier.agents.models import User
from palier.estate.landlord import whom_to_call
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.home.views import WAY
from palier.mail.payment_code import code_svg
from palier.web.amounts import row_number
from palier.web.factors import CodeRefused, Proof, decrypted, encrypted
from palier.web.first_access import HELPER, LETTER, WAYS, Entrance, Opened, open_with_passkey, open_with_password
from palier.web.languages import said as why_refused
from palier.web.passkeys import PasskeyRefused, ask_for_a_new_key, new_key, place_of
from palier.web.passwords import NewPasswordForm
from palier.web.proofs import CHALLENGE, LONGEST_CODE, CodeForm
from palier.web.refusals import not_found
from palier.web.second_factor import show_codes
from palier.web.sessions import browser_of, open_session, origin_of
from palier.web.sites import HOME
from palier.web.steps import landlord_here
from palier.web.totp import address_for_application, new_secret, spaced

_STAGE: Final = "palier_letter"
_BEING_ENROLLED: Final = "palier_letter_new"
_LONGEST: Final = 40


class LetterForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        max_length=_LONGEST,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-focus": "",
                "size": "22",
            }
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.fields["code"].label = _("Code de la lettre")
        self.fields["code"].help_text = _("Quatre groupes de quatre lettres ou chiffres. Les tirets ne comptent pas.")


class ProofForm(forms.Form):
    """The code that was sent, or the number of a slip."""

    code = forms.CharField(
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": "12"}),
    )

    def __init__(self) -> None:
        super().__init__()
        self.fields["code"].label = _("Code reçu, ou numéro du bon")


def open_space(request: HttpRequest) -> HttpResponse:
    """The code of the letter. The same answer for a wrong code and for one that does not exist."""
    at = now()
    said, status = "", int(HTTPStatus.OK)
    if request.method == "POST":
        try:
            before = _entrance_in_hand(request, at)
            letter_id = try_code(
                request.POST.get("code", "")[:_LONGEST],
                origin=origin_of(request),
                at=at,
                held=before.number if before is not None and before.kind == LETTER else None,
            )
        except Refusal as refusal:
            said, status = why_refused(refusal), _status_of(refusal)
        else:
            _remember(request, Entrance(kind=LETTER, number=letter_id), at)
            return HttpResponseRedirect(reverse("home:open_proof"))
    context = {
        **_around(_("Ouvrir mon espace")),
        "form": LetterForm(),
        "said": said,
        "sign_in_url": reverse(HOME.sign_in),
    }
    return render(request, "home/open_space.html", context, status=status)


def help_take(request: HttpRequest) -> HttpResponse:
    """The code that a tenant gave to whom helps them: no second proof, it came from hand to hand."""
    at = now()
    said, status = "", int(HTTPStatus.OK)
    if request.method == "POST":
        try:
            helper_id = try_helper_code(request.POST.get("code", "")[:_LONGEST], origin=origin_of(request), at=at)
        except Refusal as refusal:
            said, status = why_refused(refusal), _status_of(refusal)
        else:
            _remember(request, Entrance(kind=HELPER, number=helper_id), at)
            return HttpResponseRedirect(reverse("home:open_choose"))
    form = LetterForm()
    form.fields["code"].label = _("Code donné par le locataire")
    context = {**_around(_("Aider un locataire")), "form": form, "said": said, "sign_in_url": reverse(HOME.sign_in)}
    return render(request, "home/help_take.html", context, status=status)


def open_proof(request: HttpRequest) -> HttpResponse:
    """A second proof: a code sent to what the file held before the letter, or the number of a slip."""
    at = now()
    entrance = _entrance_in_hand(request, at)
    if entrance is None or entrance.kind != LETTER:
        return HttpResponseRedirect(reverse("home:open_space"))
    letter_id = entrance.number
    said, status, is_sent = "", int(HTTPStatus.OK), False
    try:
        person_of_letter(letter_id, at=at)
        if request.method == "POST":
            way_id = row_number(request.POST.get("envoyer", ""))
            if way_id is not None:
                ask_for_a_code(letter_id, way_id, at=at)
                is_sent = True
            else:
                typed = request.POST.get("code", "")[:LONGEST_CODE]
                proved = give_proof(letter_id, typed, origin=origin_of(request), at=at)
                _remember(request, Entrance(kind=LETTER, number=letter_id, proved=proved), at)
                return HttpResponseRedirect(reverse("home:open_choose"))
    except LetterOver as refusal:
        return _over(request, refusal)
    except Refusal as refusal:
        said, status = why_refused(refusal), _status_of(refusal)
    phone, hours = whom_to_call()
    context = {
        **_around(_("Une seconde preuve")),
        "ways": ways_of(letter_id),
        "said": said,
        "is_sent": is_sent,
        "form": ProofForm(),
        "phone": phone,
        "hours": hours,
    }
    return render(request, "home/open_proof.html", context, status=status)


def open_choose(request: HttpRequest) -> HttpResponse:
    """How to sign in from now on: a passkey first; or a password with something beside it."""
    at = now()
    entrance = _entrance_in_hand(request, at)
    if entrance is None:
        return HttpResponseRedirect(reverse("home:open_space"))
    said, status = "", int(HTTPStatus.OK)
    try:
        who = entrance.admitted(at=at)
        if request.method == "POST":
            state = request.session.pop(CHALLENGE, None)
            if not isinstance(state, dict):
                raise PasskeyRefused
            key = new_key(place_of(request), state, request.POST.get("credential", ""))
            return _entered(request, open_with_passkey(entrance, key, browser=browser_of(request), at=at), at)
    except LetterOver as refusal:
        return _over(request, refusal)
    except Refusal as refusal:
        said, status = why_refused(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    # The handle of a key tells nothing: it only has to be another for each letter.
    asked = ask_for_a_new_key(place_of(request), account_id=_handle(entrance), account_name=who.identifier, known=())
    request.session[CHALLENGE] = asked.state
    context = {
        **_around(_("Comment entrer ensuite")),
        "said": said,
        "by_mail": who.by_mail,
        "passkey_options": asked.options,
    }
    return render(request, "home/open_choose.html", context, status=status)


def open_password(request: HttpRequest, way: str) -> HttpResponse:
    """A password, and what goes with it."""
    at = now()
    beside = WAYS.get(way)
    entrance = _entrance_in_hand(request, at)
    if entrance is None:
        return HttpResponseRedirect(reverse("home:open_space"))
    said = ""
    try:
        who = entrance.admitted(at=at)
        if beside is None or (beside is Proof.EMAIL and not who.by_mail):
            return not_found(request)
        account = User(identifier=who.identifier)
        form = NewPasswordForm(account, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            opened = open_with_password(
                entrance,
                beside,
                form.cleaned_data["wanted"],
                secret=_secret_in_hand(request),
                code=request.POST.get("code", "")[:LONGEST_CODE],
                at=at,
            )
            return _entered(request, opened, at)
    except LetterOver as refusal:
        return _over(request, refusal)
    except CodeRefused as refusal:
        said = why_refused(refusal)
    context = {
        **_around(_("Choisir un mot de passe")),
        "account": who.identifier,
        "form": form,
        "said": said,
        "way": way,
        "back_url": reverse("home:open_choose"),
    }
    if beside is Proof.TOTP:
        context |= _application(request, who.identifier)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if said or form.errors else HTTPStatus.OK
    return render(request, "home/open_password.html", context, status=status)


def _application(request: HttpRequest, identifier: str) -> dict[str, object]:
    secret = _secret_in_hand(request)
    address = address_for_application(secret, account=identifier, issuer=landlord_here().name or "Palier")
    # Drawn here from digits and letters alone.
    return {"code_form": CodeForm(), "code_svg": SafeString(code_svg(address)), "secret": spaced(secret)}


def _secret_in_hand(request: HttpRequest) -> str:
    """The secret being tried: the same when the page is read again, or the scanned one would be wrong."""
    kept = request.session.get(_BEING_ENROLLED)
    if isinstance(kept, str):
        return decrypted(kept)
    secret = new_secret()
    request.session[_BEING_ENROLLED] = encrypted(secret)
    return secret


def _entered(request: HttpRequest, opened: Opened, at: datetime) -> HttpResponse:
    """The session opens; the codes to write down are shown this once."""
    open_session(request, opened.user, site=HOME, second_factor=opened.proof, is_shared=False, at=at)
    onward = resolve_url(WAY.home)
    if opened.is_again:
        onward = reverse("home:entered_again")
    return show_codes(request, opened.codes, onward=onward) if opened.codes else HttpResponseRedirect(onward)


def _remember(request: HttpRequest, entrance: Entrance, at: datetime) -> None:
    # The key changes with the stage: a session that someone planted in this browser learns nothing.
    request.session.cycle_key()
    until = (at + STAGE_LASTS).isoformat()
    request.session[_STAGE] = {
        "kind": entrance.kind,
        "number": entrance.number,
        "until": until,
        "proved": entrance.proved.isoformat() if entrance.proved is not None else "",
    }


def _entrance_in_hand(request: HttpRequest, at: datetime) -> Entrance | None:
    kept = request.session.get(_STAGE)
    if not isinstance(kept, dict) or at > datetime.fromisoformat(kept["until"]):
        return None
    proved = datetime.fromisoformat(kept["proved"]) if kept.get("proved") else None
    return Entrance(kind=kept["kind"], number=kept["number"], proved=proved)


def _handle(entrance: Entrance) -> int:
    """A number that no account has: letters below zero and even, helps below zero and odd."""
    return -2 * entrance.number - (0 if entrance.kind == LETTER else 1)


def _over(request: HttpRequest, refusal: LetterOver) -> HttpResponse:
    """Back to the code, with why."""
    request.session.pop(_STAGE, None)
    context = {
        **_around(_("Ouvrir mon espace")),
        "form": LetterForm(),
        "said": why_refused(refusal),
        "sign_in_url": reverse(HOME.sign_in),
    }
    return render(request, "home/open_space.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _status_of(refusal: Refusal) -> int:
    return HTTPStatus.TOO_MANY_REQUESTS if isinstance(refusal, TooManyCodes) else HTTPStatus.UNPROCESSABLE_ENTITY


def _around(heading: str) -> dict[str, object]:
    return {"landlord": landlord_here().name, "heading": heading}
