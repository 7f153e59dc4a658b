"""Proving again who one is: by a key, a code, or the password. Every attempt is counted before it is looked at."""

from datetime import datetime
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from palier.agents.models import User
from palier.agents.signing_in import attempt_succeeded, begin_attempt
from palier.foundation.errors import Refusal
from palier.web.factors import Kept, Proof, prove_by_code, prove_by_passkey
from palier.web.passkeys import PasskeyRefused, ask_for_a_signature, place_of
from palier.web.sessions import origin_of
from palier.web.steps import landlord_here

# Where the session keeps what the browser's key was asked, until it answers.
CHALLENGE: Final = "palier_passkey"
LONGEST_CODE: Final = 20


class PasswordRefused(Refusal):
    """Ce n’est pas votre mot de passe. Vérifiez-le, majuscules comprises."""


class NothingProven(Refusal):
    """Rien n’a été reçu : tapez un code ou un mot de passe, ou servez-vous de votre clé d’accès."""


class PasswordNotEnough(Refusal):
    """Votre compte a un second facteur : servez-vous de votre clé d’accès ou d’un code, le mot de passe ne suffit
    pas."""


class CodeForm(forms.Form):
    """A code of the application, or one of the recovery codes."""

    code = forms.CharField(
        label=gettext_lazy("Code à six chiffres"),
        max_length=LONGEST_CODE,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


def ways_to_prove(request: HttpRequest, factors: list[Kept], public_keys: list[bytes]) -> dict[str, object]:
    """What a page shows of the ways to prove: the key's question, the code's field, the demonstration's button."""
    options = ""
    if public_keys:
        asked = ask_for_a_signature(place_of(request), public_keys)
        request.session[CHALLENGE] = asked.state
        options = asked.options
    return {
        "passkey_options": options,
        "has_mailbox": any(factor.kind is Proof.EMAIL for factor in factors),
        "has_application": any(factor.kind is Proof.TOTP for factor in factors),
        "may_simulate": landlord_here().is_demo,
    }


def proven(request: HttpRequest, user: User, *, site: str, at: datetime, password_is_enough: bool = False) -> Proof:
    """What the posted answer proves. Raises TooManyAttempts, TooManyFromOrigin and the refusals of each kind."""
    if request.POST.get("kind") == "simulated" and landlord_here().is_demo:
        return Proof.SIMULATED
    attempt, origin = f"second\x00{user.pk}", origin_of(request)
    begin_attempt(attempt, site=site, at=at, origin=origin)
    proof = _checked(request, user, at, password_is_enough=password_is_enough)
    attempt_succeeded(attempt, at=at, origin=origin)
    return proof


def _checked(request: HttpRequest, user: User, at: datetime, *, password_is_enough: bool) -> Proof:
    answer = request.POST.get("credential", "")
    if answer:
        state = request.session.pop(CHALLENGE, None)
        if not isinstance(state, dict):
            raise PasskeyRefused
        prove_by_passkey(place_of(request), state, answer, user=user, at=at)
        return Proof.PASSKEY
    password = request.POST.get("password", "")
    if password:
        if not password_is_enough:
            raise PasswordNotEnough
        if not user.check_password(password):
            raise PasswordRefused
        return Proof.NONE
    code = request.POST.get("code", "")
    if not code or len(code) > LONGEST_CODE:
        raise NothingProven
    return prove_by_code(user, code, at=at)


def to_proof(site: str, wanted: str) -> HttpResponse:
    """To the page that asks for a proof again, then back."""
    return HttpResponseRedirect(f"{resolve_url(f'{site}:prove')}?{urlencode({'next': wanted})}")
