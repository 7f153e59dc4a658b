"""Those who ask for a dwelling: found by name, opened one by one, never listed; each opening is theirs to see."""

from typing import Final

from django.http import Http404, HttpResponse
from django.urls import reverse

from palier.desk.navigation import framed
from palier.people.queries import applicants_named, contacts_to_write_to, identity_of
from palier.web.components import Link
from palier.web.requests import ActorRequest

LEAST_LETTERS: Final = 2
SHOWN: Final = 20
CHANNELS: Final = {"PHONE": "appel", "SMS": "SMS ou appel", "EMAIL": "courriel"}


def applicants(request: ActorRequest) -> HttpResponse:
    """At most twenty persons whose name begins as typed."""
    asked = request.GET.get("nom", "").strip()[:80]
    if len(asked) < LEAST_LETTERS:
        context: dict[str, object] = {"asked": asked, "rows": None, "is_short": bool(asked)}
        return framed(request, "desk/applicants.html", context)
    rows = applicants_named(asked, limit=SHOWN)
    request.reading.searched(asked)
    request.reading.saw(row.id for row in rows)
    return framed(request, "desk/applicants.html", {"asked": asked, "rows": rows, "is_short": False})


def applicant(request: ActorRequest, person_id: int) -> HttpResponse:
    """The file of one person; of someone who is in a lease, nothing exists here."""
    identity = identity_of(person_id)
    if identity is None:
        raise Http404
    request.reading.saw([person_id])
    contacts = [(CHANNELS[each.channel], each.value) for each in contacts_to_write_to(person_id)]
    context: dict[str, object] = {
        "person_id": person_id,
        "identity": identity,
        "contacts": contacts,
        "crumbs": [Link(label="Demandeurs", url=reverse("desk:applicants")), Link(label=identity.last_name)],
    }
    return framed(request, "desk/applicant.html", context)
