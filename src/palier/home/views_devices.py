"""Being told on this device that a document waits: asked and taken back, each in one click."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from palier.dispatch.adapters.push import private_key, public_key
from palier.dispatch.operations.devices import devices_of, forget_devices, tell_device
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.home import SecretMissing, SecretUnreadable
from palier.home.navigation import page, trail
from palier.web.languages import said as why_refused
from palier.web.requests import ActorRequest


def devices(request: ActorRequest) -> HttpResponse:
    """How many devices are told; asked, one more, or none any longer."""
    if request.method == "POST":
        return _asked(request)
    try:
        key = public_key(private_key())
    except (SecretMissing, SecretUnreadable):
        # Not set up here: the page says so, without a button.
        key = ""
    context: dict[str, object] = {
        "count": devices_of(request.actor),
        "key": key,
        "crumbs": trail((gettext("Être prévenu sur cet appareil"), "")),
    }
    return page(request, "home/devices.html", context)


def _asked(request: ActorRequest) -> HttpResponse:
    if request.POST.get("acte") == "RETIRER":
        forget_devices(actor=request.actor, at=now())
        messages.success(request, gettext("C’est fait\u00a0: aucun appareil n’est plus prévenu."))
    else:
        try:
            tell_device(endpoint=request.POST.get("adresse", ""), actor=request.actor, at=now())
        except Refusal as refusal:
            messages.error(request, why_refused(refusal))
        else:
            messages.success(request, gettext("C’est noté\u00a0: cet appareil sera prévenu."))
    return HttpResponseRedirect(reverse("home:devices"))
