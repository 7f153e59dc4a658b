"""What surrounds every page of the partners' site: the landlord's name, the way home."""

from collections.abc import Mapping

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse

from palier.estate.landlord import landlord_facts
from palier.web.components import Frame, Link
from palier.web.requests import ActorRequest


def page(request: ActorRequest, template: str, context: Mapping[str, object], *, status: int = 200) -> TemplateResponse:
    """A framed page; what it shows of the person who acts is noted for the journal."""
    request.reading.saw([me(request)])
    landlord = landlord_facts()
    frame = Frame(
        site_label="Partenaires",
        home_url=reverse("partner:home"),
        brand=landlord.name,
        account_name=request.actor.name,
        signout_url=reverse("partner:sign_out"),
        preferences_url=reverse("partner:preferences"),
    )
    return TemplateResponse(request, template, {"frame": frame, "landlord": landlord, **context}, status=status)


def me(request: ActorRequest) -> int:
    """The person who acts: an account of this site always stands for one."""
    if request.actor.person_id is None:
        raise Http404
    return request.actor.person_id


def trail(label: str) -> list[Link]:
    """The crumbs from the first page to here."""
    return [Link(label="Mes bulletins", url=reverse("partner:payslips")), Link(label=label)]
