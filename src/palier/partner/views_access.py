"""The first access: the code of the sheet handed over with a payslip, then a password of one's own."""

from http import HTTPStatus
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode

from palier.agents.signing_in import TooManyAttempts, TooManyFromOrigin, attempt_succeeded, begin_attempt
from palier.foundation.clock import now
from palier.web.links import PARAMETER
from palier.web.recovery import LinkServesNoMore, account_by_link, plain_code
from palier.web.sessions import origin_of
from palier.web.sites import PARTNER
from palier.web.steps import landlord_here

# The signs of a code that tell which sheet it is; the others prove it.
_SELECTOR: Final = 4


class CodeForm(forms.Form):
    """What is printed on the sheet."""

    code = forms.CharField(
        label="Code de la feuille",
        max_length=40,
        help_text="Majuscules, minuscules, tirets et espaces ne comptent pas.",
        error_messages={"required": "Tapez le code."},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


def first_access(request: HttpRequest) -> HttpResponse:
    """The code typed leads to the choice of a password; a wrong one is told, and counted."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = plain_code(form.cleaned_data["code"])
        at = now()
        try:
            # By the code: colleagues behind one address do not use up each other's attempts.
            attempt, where = f"sheet\x00{code[:_SELECTOR]}", f"sheet\x00{origin_of(request)}"
            begin_attempt(attempt, site=PARTNER.code, at=at, origin=where)
            account_by_link(code, at=at)
            attempt_succeeded(attempt, at=at, origin=where)
        except (TooManyAttempts, TooManyFromOrigin) as refusal:
            form.add_error(None, str(refusal))
        except LinkServesNoMore:
            form.add_error(
                "code", "Ce code ne sert pas, ou ne sert plus. Relisez la feuille, ou demandez-en une autre."
            )
        else:
            address = resolve_url("partner:choose_password")
            return HttpResponseRedirect(f"{address}?{urlencode({PARAMETER: code})}")
    context: dict[str, object] = {
        "landlord": landlord_here().name,
        "heading": "J’ai reçu une feuille",
        "form": form,
        "back_url": resolve_url(PARTNER.sign_in),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "partner/first_access.html", context, status=status)
