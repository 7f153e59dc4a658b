"""Whose act it is that a phone sends, and until when: a phone changes hands, an act does not change author."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac

from palier.agents.access import agent_of
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.web.requests import ActorRequest

_JSON = "application/json"


class NotedByAnother(Refusal):
    """Ceci a été noté par un autre agent, ou un autre jour : rien n’est enregistré en votre nom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What the page hands to the phone: a stamp that names no one, and the end of the day that it is good for."""

    stamp: str
    until: str


def sender_of(actor: Actor, *, at: datetime) -> Sender:
    """The stamp of an agent for a day. The next day has another: what is left over is never sent late."""
    midnight = datetime.combine(at.date() + timedelta(days=1), time(), tzinfo=at.tzinfo)
    return Sender(stamp=stamp_of(agent_of(actor), at.date()), until=midnight.isoformat())


def stamp_of(agent_id: int, day: date) -> str:
    """The same for an agent all day long, whatever the session: whoever signs in again sends what they noted."""
    return salted_hmac("palier.field.sender", f"{agent_id} {day.isoformat()}", algorithm="sha256").hexdigest()


def refused_as_anothers(request: ActorRequest) -> HttpResponse | None:
    """The answer to what someone else noted on this phone, or noted another day; None when it is the actor's own."""
    own = sender_of(request.actor, at=now()).stamp
    if constant_time_compare(request.POST.get("de", ""), own):
        return None
    context = {"refusal": str(NotedByAnother()), "back_url": ""}
    return HttpResponse(render_to_string("422.html", context, request=request), status=409)


def received(request: HttpRequest, page: str) -> HttpResponse:
    """Back to the page. To the page's own script, a word instead: a redirection then means that the session is over."""
    if request.headers.get("Accept") == _JSON:
        return JsonResponse({"page": page})
    return HttpResponseRedirect(page)
