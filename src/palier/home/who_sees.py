"""« Qui peut voir quoi », told to the tenant from the policy that the database applies."""

from django.http import HttpResponseBase
from django.utils.translation import gettext

from palier.home.navigation import page, trail
from palier.web.requests import ActorRequest
from palier.web.rights_words import readers_by_category


def who_sees(request: ActorRequest) -> HttpResponseBase:
    """Each kind of data, and each function that reads some of it. It names no one."""
    response = page(
        request,
        "home/who_sees.html",
        {
            "crumbs": trail((gettext("Mon dossier"), ""), (gettext("Qui peut voir quoi"), "")),
            "kinds": readers_by_category(to_the_person=True),
        },
    )
    # The same words for everyone: nobody's file was read.
    request.reading.showed_nothing()
    return response
