"""The interview at the counter: what is asked, what each answer serves, what may not be asked. Nobody's data."""

from django.http import HttpResponse

from palier.demandes.rules.interview import INTERVIEW
from palier.demandes.rules.pieces import PIECES, Moment
from palier.desk.navigation import address, framed
from palier.desk.views_applications import tabs_of
from palier.web.requests import ActorRequest


def interview(request: ActorRequest) -> HttpResponse:
    """Heading by heading, in the order of the form."""
    context: dict[str, object] = {
        "tabs": tabs_of(request, "interview"),
        "headings": INTERVIEW,
        "at_registration": [piece for piece in PIECES.values() if piece.moment is Moment.REGISTRATION],
        "new_url": address(request.actor.role, "application_new"),
    }
    return framed(request, "desk/interview.html", context)
