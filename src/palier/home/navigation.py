"""What surrounds every page of the tenant's site: the landlord's name, the way home, who to call."""

from collections.abc import Mapping

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from palier.estate.landlord import landlord_facts
from palier.home.views_device import device_of
from palier.privacy.declare import Role
from palier.web.components import Frame, Link
from palier.web.requests import ActorRequest


def page(request: ActorRequest, template: str, context: Mapping[str, object]) -> TemplateResponse:
    """A framed page; what it shows of the person who acts is noted for the journal."""
    if request.actor.person_id is not None:
        request.reading.saw([request.actor.person_id])
    landlord = landlord_facts()
    frame = Frame(
        site_label=gettext("Chez moi"),
        home_url=reverse("home:home"),
        brand=landlord.name,
        account_name=request.actor.name,
        signout_url=reverse("home:sign_out"),
        preferences_url=reverse("home:preferences"),
        reads_easily=True,
    )
    surround: dict[str, object] = {
        "frame": frame,
        "landlord": landlord,
        "phone_link": telephone(landlord.phone),
        "pays_rent": request.actor.role is Role.TENANT,
        "device": device_of(request),
        "helped_name": request.actor.helped_name,
    }
    return TemplateResponse(request, template, surround | dict(context))


def me(request: ActorRequest) -> int:
    """The person who acts. Every page here is for tenants alone: their account always stands for a person."""
    if request.actor.person_id is None:
        raise Http404
    return request.actor.person_id


def trail(*steps: tuple[str, str]) -> list[Link]:
    """The crumbs from the first page to here: (label, address), the last address empty."""
    return [
        Link(label=gettext("Chez moi"), url=reverse("home:home")),
        *(Link(label=label, url=url) for label, url in steps),
    ]


def telephone(number: str) -> str:
    """A number as a phone dials it: « 01 99 00 00 00 » gives `tel:0199000000`."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")
