"""Pages made to try the request's transaction: no filter, late rendering, errors of every kind.

They stand on the paths of the real sites and are declared like them; what they print is what the database let through.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.template.response import TemplateResponse
from django.test import override_settings
from django.urls import include, path

from palier.foundation.errors import Refusal
from palier.leases.models import Lease, Occupant
from palier.privacy.declare import PageAccess, Role
from palier.web.requests import ActorRequest

OFFICE = (Role.RENT_OFFICER, Role.AGENCY_MANAGER, Role.HEADQUARTERS)
_LATE = "{{ request.actor.agent_id }}:{% for name in names %}{{ name }},{% endfor %}"


class NothingToSee(Refusal):
    """Rien à voir ici."""


def names(request: ActorRequest) -> HttpResponseBase:
    """The query runs while the template is rendered, after the view has returned."""
    late = Occupant.objects.order_by("id").values_list("display_name", flat=True)
    request.reading.saw(Occupant.objects.values_list("person_id", flat=True))
    return TemplateResponse(request, engines["django"].from_string(_LATE), {"names": late})


def doors(request: ActorRequest) -> HttpResponse:
    found = Occupant.objects.order_by("id").values_list("door_name", "person_id")
    request.reading.saw(person for _, person in found)
    return HttpResponse(",".join(name for name, _ in found))


def one(request: ActorRequest, lease_id: int) -> HttpResponse:
    try:
        return HttpResponse(Lease.objects.values_list("reference", flat=True).get(pk=lease_id))
    except Lease.DoesNotExist:
        raise Http404 from None


def crash(request: ActorRequest) -> HttpResponse:
    list(Occupant.objects.values_list("display_name"))
    raise RuntimeError("the page breaks in the middle")


def broken_query(request: ActorRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM agents_user")
    return HttpResponse("never")


def late_crash(request: ActorRequest) -> HttpResponseBase:
    rows = (1 // (lease.pk - lease.pk) for lease in Lease.objects.all())
    return TemplateResponse(
        request, engines["django"].from_string("{% for r in rows %}{{ r }}{% endfor %}"), {"rows": rows}
    )


def refuse(request: ActorRequest) -> HttpResponse:
    raise NothingToSee


def write_on_get(request: ActorRequest) -> HttpResponse:
    Lease.objects.filter(pk=101).update(debit_day=7)
    return HttpResponse("written")


def write(request: ActorRequest) -> HttpResponse:
    Lease.objects.filter(pk=101).update(debit_day=8)
    if "fail" in request.POST:
        raise NothingToSee
    return redirect("desk:names")


def named(request: ActorRequest, reference: str) -> HttpResponse:
    return HttpResponse(Lease.objects.filter(reference=reference).count())


def stream(request: ActorRequest) -> HttpResponseBase:
    return StreamingHttpResponse(reference for (reference,) in Lease.objects.values_list("reference"))


def undeclared(request: ActorRequest) -> HttpResponse:
    return HttpResponse("never")


def sign_in(request: ActorRequest) -> HttpResponse:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(["public"])
    return HttpResponse(buffer.getvalue())


def _page(*roles: Role, purpose: str = "GESTION_LOCATIVE", method: str = "GET") -> PageAccess:
    return PageAccess(roles=roles, purpose=purpose, methods=(method,), categories=("BAIL",), screen="essai")


PAGES: dict[str, PageAccess] = {
    "desk:names": _page(*OFFICE),
    "desk:one": _page(*OFFICE),
    "desk:crash": _page(*OFFICE),
    "desk:broken_query": _page(*OFFICE),
    "desk:late_crash": _page(*OFFICE),
    "desk:refuse": _page(*OFFICE),
    "desk:write_on_get": _page(*OFFICE),
    "desk:write": _page(*OFFICE, method="POST"),
    "desk:stream": _page(*OFFICE),
    "desk:named": _page(*OFFICE),
    "desk:sign_in": PageAccess(roles=(), purpose="", public=True),
    "field:doors": _page(Role.CARETAKER, purpose="PROXIMITE"),
    "home:names": _page(Role.TENANT, purpose="ESPACE_LOCATAIRE"),
}
_DESK = [
    path("noms/", names, name="names"),
    path("bail/<int:lease_id>/", one, name="one"),
    path("panne/", crash, name="crash"),
    path("panne-sql/", broken_query, name="broken_query"),
    path("panne-tard/", late_crash, name="late_crash"),
    path("refus/", refuse, name="refuse"),
    path("ecrire-en-lisant/", write_on_get, name="write_on_get"),
    path("ecrire/", write, name="write"),
    path("flux/", stream, name="stream"),
    path("texte/<str:reference>/", named, name="named"),
    path("oubliee/", undeclared, name="undeclared"),
    path("connexion/", sign_in, name="sign_in"),
]
urlpatterns = [
    path("bureau/", include((_DESK, "desk"))),
    path("terrain/", include(([path("portes/", doors, name="doors")], "field"))),
    path("chez-moi/", include(([path("noms/", names, name="names")], "home"))),
]


@contextmanager
def probed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve these pages in place of the product's, through the product's own middleware."""
    with override_settings(ROOT_URLCONF="tests.sites.probe"):
        monkeypatch.setattr("palier.web.middleware.declared_pages", lambda: PAGES)
        yield
