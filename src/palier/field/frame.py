"""What surrounds the caretaker's pages: the tabs of a residence, and what the phone may keep during a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import Http404
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse

from palier.field.sender import sender_of
from palier.foundation.clock import now
from palier.leases.round import RoundResidence, residence_of_round, residences_of_round
from palier.maintenance.queries.site import running_round
from palier.web.components import Frame, Link
from palier.web.requests import ActorRequest
from palier.web.sessions import session_of

TABS: Final = (
    ("doors", "Tournée", "tasks"),
    ("report", "Signaler", "camera"),
    ("keys", "Clés", "key"),
    ("deliveries", "Avis", "mail"),
)
_ASSETS: Final = (
    "palier/vendor/bootstrap.min.css",
    "palier/theme.css",
    "palier/palier.js",
    "palier/mark.svg",
    "field/terrain.js",
    "palier/vendor/hanken-grotesk-latin.woff2",
    "palier/vendor/hanken-grotesk-latin-ext.woff2",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a phone may keep, until when. `stamp` changes with the round and the residences: then all is forgotten."""

    until: str
    stamp: str
    pages: str
    assets: str


def frame_for(request: ActorRequest, *, residence_id: int | None = None, here: str = "") -> Frame:
    """The frame of a page; with a residence, its tabs."""
    tabs: list[Link] = []
    if residence_id is not None:
        tabs = [
            Link(label=label, icon=icon, url=reverse(f"field:{name}", args=[residence_id]), current=name == here)
            for name, label, icon in TABS
        ]
        tabs.append(Link(label="Moi", icon="person", url=reverse("field:me"), current=here == "me"))
    return Frame(
        site_label="Terrain",
        home_url=reverse("field:home"),
        account_name=request.actor.name,
        navigation=tabs,
        signout_url=reverse("field:sign_out"),
        preferences_url=reverse("field:preferences"),
    )


def framed(
    request: ActorRequest,
    template: str,
    context: dict[str, object],
    *,
    residence_id: int | None = None,
    here: str = "",
    status: int = 200,
) -> TemplateResponse:
    """A page of the caretaker's site, with the state of the round."""
    residences = residences_of_round()
    shown = residence_id
    if shown is None and here == "me" and len(residences) == 1:
        shown = residences[0].id
    return TemplateResponse(
        request,
        template,
        {
            "frame": frame_for(request, residence_id=shown, here=here),
            "residences": links_to(residences, residence_id, here=here),
            "kept": _kept(request, residences),
            "sender": sender_of(request.actor, at=now()),
            **context,
        },
        status=status,
    )


def residence_or_404(residence_id: int) -> RoundResidence:
    """The residence, when a mandate in force opens it."""
    residence = residence_of_round(residence_id)
    if residence is None:
        raise Http404
    return residence


def links_to(residences: Sequence[RoundResidence], shown: int | None, *, here: str) -> list[Link]:
    """The other residences, one tap away; nothing to choose when there is one."""
    if len(residences) < 2 or shown is None or not here:
        return []
    return [
        Link(label=each.residence, url=reverse(f"field:{here}", args=[each.id]), current=each.id == shown)
        for each in residences
    ]


def is_shared_computer(request: ActorRequest) -> bool:
    """True on the lodge's computer: nothing is kept there, round or not."""
    session = session_of(request)
    return session is not None and session.is_shared


def _kept(request: ActorRequest, residences: Sequence[RoundResidence]) -> Kept | None:
    """During a round, on a phone of one's own: the pages of the residences in force, and what they are drawn with."""
    running = running_round(now())
    if running is None or not residences or is_shared_computer(request):
        return None
    pages = [reverse(f"field:{name}", args=[each.id]) for each in residences for name, _, _ in TABS]
    return Kept(
        until=running.until_at.isoformat(),
        stamp=f"{running.started_at.isoformat()} {' '.join(str(each.id) for each in residences)}",
        pages=" ".join(pages),
        assets=" ".join(static(name) for name in _ASSETS),
    )
