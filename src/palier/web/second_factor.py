"""The second factor of someone who is waited for: proven when there is one, chosen when there is none.

An agent chooses before any page; there is no page to skip to, since their session is not open yet.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from palier.agents.models import User
from palier.agents.signing_in import TooManyAttempts, TooManyFromOrigin
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.mail.payment_code import code_svg
from palier.web.account_mail import tell_of_change
from palier.web.factors import (
    CodeRefused,
    Proof,
    add_application,
    add_passkey,
    decrypted,
    encrypted,
    factors_of,
    new_recovery_codes,
    public_keys_of,
    recovery_codes_left,
)
from palier.web.languages import said as why_refused
from palier.web.links import link_served
from palier.web.passkeys import PasskeyRefused, ask_for_a_new_key, new_key, place_of
from palier.web.proofs import CHALLENGE, LONGEST_CODE, CodeForm, proven, to_proof, ways_to_prove
from palier.web.refusals import not_found
from palier.web.sessions import account_of, browser_of, proof_is_fresh
from palier.web.signin import WayIn
from palier.web.steps import Waiting, destination, enter, landlord_here, waiting
from palier.web.totp import address_for_application, new_secret, spaced

_FEW: Final = 3
# The name under which the session keeps what an application is being given.
_BEING_ENROLLED: Final = "palier_new_secret"


def second_factor(request: HttpRequest, way: WayIn) -> HttpResponse:
    """The second proof of someone whose first one is right."""
    at = now()
    who = waiting(request, at=at)
    if who is None:
        return HttpResponseRedirect(resolve_url(way.site.sign_in))
    said, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            proof = proven(request, who.user, site=way.site.code, at=at)
            entered = enter(request, who, site=way.site, home=way.home, proof=proof, at=at)
            _few_codes_left(request, who.user, proof)
            return entered
        except (TooManyAttempts, TooManyFromOrigin) as refusal:
            said, status = why_refused(refusal), HTTPStatus.TOO_MANY_REQUESTS
        except Refusal as refusal:
            said, status = why_refused(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    form = CodeForm()
    form.fields["code"].help_text = gettext("Ou l’un de vos codes de secours.") if recovery_codes_left(who.user) else ""
    context = {
        **_around(who.user, heading=gettext("Second facteur")),
        "form": form,
        "said": said,
        "is_agents": way.audience == "agents",
        "takes_a_code": recovery_codes_left(who.user) > 0,
        "mail_url": resolve_url(f"{way.site.code}:mail_link"),
        **ways_to_prove(request, factors_of(who.user), public_keys_of(who.user)),
    }
    return render(request, "web/second_factor.html", context, status=status)


def _few_codes_left(request: HttpRequest, user: User, proof: Proof) -> None:
    """Said in time to who enters by the codes of a sheet: without any, the agency is the only way in."""
    left = recovery_codes_left(user)
    if proof is Proof.RECOVERY and left <= _FEW:
        messages.warning(
            request,
            ngettext(
                "Il vous reste %(left)s code. Tirez-en dix nouveaux dans «\u00a0Mes clés et codes\u00a0».",
                "Il vous reste %(left)s codes. Tirez-en dix nouveaux dans «\u00a0Mes clés et codes\u00a0».",
                left,
            )
            % {"left": left},
        )


def enrol(request: HttpRequest, way: WayIn) -> HttpResponse:
    """Choose a factor: at the first sign-in before anything else, later beside those one has."""
    at = now()
    who = waiting(request, at=at)
    user = who.user if who is not None else account_of(request, at=at)
    if user is None:
        return HttpResponseRedirect(resolve_url(way.site.sign_in))
    if who is not None and factors_of(user):
        # The password alone never adds a factor beside the others.
        return HttpResponseRedirect(resolve_url(f"{way.site.code}:second_factor"))
    if who is None and not proof_is_fresh(request, at=at):
        return to_proof(way.site.code, resolve_url(f"{way.site.code}:enrol"))
    if request.method != "POST":
        return _choices(request, way, user, who)
    if request.POST.get("kind") == "simulated":
        if who is None or not landlord_here().is_demo:
            return not_found(request)
        return enter(request, who, site=way.site, home=way.home, proof=Proof.SIMULATED, at=at)
    try:
        proof = _added(request, user, at=at)
    except Refusal as refusal:
        return _choices(request, way, user, who, said=why_refused(refusal))
    return _chosen(request, way, user, who, proof, at)


def _added(request: HttpRequest, user: User, *, at: datetime) -> Proof:
    """Keep the factor that was posted. Raises the refusals of each kind."""
    if request.POST.get("kind") == "passkey":
        state = request.session.pop(CHALLENGE, None)
        if not isinstance(state, dict):
            raise PasskeyRefused
        key = new_key(place_of(request), state, request.POST.get("credential", ""))
        add_passkey(user, key, browser=browser_of(request), at=at)
        return Proof.PASSKEY
    kept = request.session.get(_BEING_ENROLLED)
    if not isinstance(kept, str):
        raise CodeRefused
    add_application(user, secret=decrypted(kept), code=request.POST.get("code", "")[:LONGEST_CODE], at=at)
    request.session.pop(_BEING_ENROLLED, None)
    return Proof.TOTP


def _chosen(
    request: HttpRequest, way: WayIn, user: User, who: Waiting | None, proof: Proof, at: datetime
) -> HttpResponse:
    """Open the session of who was waited for; the first factor comes with its recovery codes, shown this once."""
    link_served(user)
    if who is None:
        tell_of_change(user, site=way.site.code)
    keys = resolve_url(f"{way.site.code}:my_keys")
    onward = keys
    if who is not None:
        enter(request, who, site=way.site, home=way.home, proof=proof, at=at)
        onward = destination(who.wanted, site=way.site, home=way.home)
    if recovery_codes_left(user):
        return HttpResponseRedirect(onward)
    return show_codes(request, new_recovery_codes(user, at=at), onward=onward)


def show_codes(request: HttpRequest, codes: tuple[str, ...], *, onward: str) -> HttpResponse:
    """The recovery codes, on the only page that ever shows them."""
    context = {
        "codes": codes,
        "onward": onward,
        "landlord": landlord_here().name,
        "heading": gettext("Vos codes de secours"),
    }
    return render(request, "web/recovery_codes.html", context)


def _choices(request: HttpRequest, way: WayIn, user: User, who: Waiting | None, *, said: str = "") -> HttpResponse:
    here = landlord_here()
    asked = ask_for_a_new_key(
        place_of(request), account_id=user.pk, account_name=user.identifier, known=public_keys_of(user)
    )
    request.session[CHALLENGE] = asked.state
    secret = _secret_in_hand(request)
    address = address_for_application(secret, account=user.identifier, issuer=here.name or "Palier")
    context = {
        **_around(user, heading=gettext("Choisir un second facteur")),
        "said": said,
        "is_first": who is not None,
        "back_url": "" if who is not None else resolve_url(f"{way.site.code}:my_keys"),
        "passkey_options": asked.options,
        "form": CodeForm(),
        # Drawn here from digits and letters alone.
        "code_svg": SafeString(code_svg(address)),
        "secret": spaced(secret),
        "may_simulate": who is not None and here.is_demo,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if said else HTTPStatus.OK
    return render(request, "web/enrol.html", context, status=status)


def _secret_in_hand(request: HttpRequest) -> str:
    """The secret being tried: the same when the page is read again, or the scanned one would be wrong."""
    kept = request.session.get(_BEING_ENROLLED)
    if isinstance(kept, str):
        return decrypted(kept)
    secret = new_secret()
    request.session[_BEING_ENROLLED] = encrypted(secret)
    return secret


def _around(user: User, *, heading: str) -> dict[str, object]:
    return {"landlord": landlord_here().name, "heading": heading, "account": user.identifier}
