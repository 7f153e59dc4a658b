"""The search box: a page, and the fragment that htmx puts under the box. The journal keeps what was searched for."""

from time import perf_counter

from django.http import HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse

from palier.desk.navigation import address, framed
from palier.desk.tables_estate import place
from palier.foundation.clock import today
from palier.leases.queries.search import Found, FoundLease, FoundPerson, TermsTooShort, search
from palier.privacy.declare import Batch, Role
from palier.privacy.rights import may_read
from palier.web import words
from palier.web.components import FoundGroup, FoundItem, Tag
from palier.web.requests import ActorRequest


def results(request: ActorRequest) -> HttpResponseBase:
    """At most twenty persons, addresses and leases."""
    role = request.actor.role
    asked = request.GET.get("q", "").strip()
    started = perf_counter()
    with_phones = may_read(role, "people_contact")
    try:
        found = search(asked, today=today(), with_phones=with_phones)
    except TermsTooShort as short:
        # Nothing was searched for: nothing is read, nothing is written.
        request.reading.showed_nothing()
        if request.htmx:
            return HttpResponse()
        return framed(request, "desk/search.html", {"query": asked, "hint": str(short) if asked else ""})
    took = f"{round((perf_counter() - started) * 1000)}{words.NBSP}ms"
    request.reading.searched(asked)
    request.reading.saw(person.person_id for person in found.people)
    if found.by_phone:
        request.reading.saw((), "COORDONNEES")
    groups = _groups(role, found)
    if request.htmx:
        context = {"groups": groups, "query": asked, "count": found.count, "took": took}
        return TemplateResponse(request, "web/_found.html", context)
    return framed(
        request,
        "desk/search.html",
        {
            "query": asked,
            "groups": groups,
            "took": took,
            "hint": "",
            "outside_url": address(role, "open_file"),
        },
    )


def _groups(role: Role | Batch, found: Found) -> list[FoundGroup]:
    people = tuple(_person(role, person) for person in found.people)
    addresses = tuple(
        FoundItem(
            label=f"{each.name}, {each.address}, {each.postcode} {each.city}",
            url=address(role, "residence", each.residence_id),
            icon="building",
            detail=f"{words.count(each.dwellings, 'logement')}, {each.agency}",
        )
        for each in found.addresses
    )
    leases = tuple(_lease(role, each) for each in found.leases)
    return [
        FoundGroup(title="Personnes", items=people),
        FoundGroup(title="Adresses", items=addresses),
        FoundGroup(title="Baux", items=leases),
    ]


def _person(role: Role | Batch, person: FoundPerson) -> FoundItem:
    left = person.moved_out_on is not None and person.moved_out_on < today()
    return FoundItem(
        label=person.display_name,
        url=address(role, "account", person.account_id),
        detail=f"{place(person.building, person.staircase, person.door)}, {person.residence} · bail {person.reference}",
        tag=Tag(label=f"parti le {words.day_short(person.moved_out_on)}") if left else None,
    )


def _lease(role: Role | Batch, lease: FoundLease) -> FoundItem:
    where = place(lease.building, lease.staircase, lease.door)
    return FoundItem(
        label=f"{lease.reference} · {lease.account_reference}",
        url=address(role, "account", lease.account_id),
        icon="document",
        detail=f"{where}, {lease.residence} · depuis le {words.day_short(lease.starts_on)}",
        tag=Tag(label=f"fini le {words.day_short(lease.ends_on)}") if lease.ends_on else None,
    )
