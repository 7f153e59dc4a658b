"""« Qui peut voir quoi », told to the caretaker from the policy that the database applies."""

from django.http import HttpResponseBase
from django.template.response import TemplateResponse

from palier.field.views import _frame
from palier.web.requests import ActorRequest
from palier.web.rights_words import readers_by_category


def who_sees(request: ActorRequest) -> HttpResponseBase:
    """Each kind of data, and each function that reads some of it. It names no one."""
    return TemplateResponse(request, "field/who_sees.html", {"frame": _frame(request), "kinds": readers_by_category()})
