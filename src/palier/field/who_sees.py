"""« Qui peut voir quoi », told to the caretaker from the policy that the database applies."""

from django.http import HttpResponseBase

from palier.field.frame import framed
from palier.web.requests import ActorRequest
from palier.web.rights_words import readers_by_category


def who_sees(request: ActorRequest) -> HttpResponseBase:
    """Each kind of data, and each function that reads some of it. It names no one."""
    return framed(request, "field/who_sees.html", {"kinds": readers_by_category()}, here="me")
