"""The pages of someone who asks for a dwelling and has no lease: their file, who read it, their rights."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from palier.agents.file_readings import READINGS_KEPT, ReadingFilter, count_readings_of_my_file, readings_of_my_file
from palier.attribution.queries.own_offers import accepted_of, own_offers
from palier.demandes.queries.file import composition_of, resources_of
from palier.demandes.queries.own import own_applications
from palier.demandes.queries.pieces import pieces_of
from palier.foundation.clock import now, today
from palier.home.navigation import me, page, trail
from palier.home.timeline import moment, reader
from palier.people.facts.kinds import KINDS
from palier.people.facts.queries import facts_of_persons
from palier.people.queries import contacts_of_person, households_of_person, identity_of, incomes_of_households
from palier.retention.clocks import by_rule, clocks_of_applicant
from palier.web.components import Door
from palier.web.languages import told
from palier.web.requests import ActorRequest


def home_page(request: ActorRequest) -> HttpResponse:
    """The first page: two doors, and who read the file last."""
    person, at, on = me(request), now(), today()
    recent = readings_of_my_file(person, ReadingFilter(since=at - READINGS_KEPT, mass=False), limit=1)
    last = recent[0] if recent else None
    asks = application_door(person, first=True)
    doors = [
        *asks,
        Door(
            label=gettext("Mon dossier"),
            url=reverse("home:file"),
            icon="person",
            note=gettext("Ce que nous savons de vous"),
            first=not asks,
        ),
        Door(
            label=gettext("Mes droits"),
            url=reverse("home:requests"),
            icon="shield",
            note=gettext("Corriger, effacer, copier"),
        ),
        Door(
            label=gettext("Qui peut voir quoi"),
            url=reverse("home:who_sees"),
            icon="people",
            note=gettext("Chaque fonction"),
        ),
    ]
    context: dict[str, object] = {
        "doors": doors,
        "count": count_readings_of_my_file(person, since=at - READINGS_KEPT, recent_since=at - timedelta(days=7)),
        "last_reader": reader(last) if last else "",
        "last_when": moment(last.at, on=on) if last else "",
    }
    return page(request, "home/applicant.html", context)


def application_door(person: int, *, first: bool) -> list[Door]:
    """The door to one's own application; none without one. It waits for the person while a piece is to be given."""
    applications = own_applications(person)
    if not applications:
        return []
    note = _waiting(applications[0].id)
    return [Door(label=gettext("Ma demande"), url=reverse("home:application"), icon="ballot", note=note, first=first)]


def _waiting(application_id: int) -> str:
    """What the application waits for: an offer first, the yes said before any other."""
    offers = own_offers(application_id)
    accepted, is_open = accepted_of(offers), any(offer.may_be_answered(today()) for offer in offers)
    if accepted is not None:
        said = (
            gettext("Vous avez dit oui à %(residence)s\u00a0: un autre vous est proposé")
            if is_open
            else gettext("Vous avez dit oui à %(residence)s\u00a0: nous vous appelons pour le bail")
        )
        return said % {"residence": accepted.residence}
    if is_open:
        return gettext("Un logement vous est proposé\u00a0: répondez")
    asked = any(piece.state == "ASKED" for piece in pieces_of(application_id))
    return gettext("Une pièce est à donner") if asked else gettext("Où elle en est, vos pièces, vos points")


def file_page(request: ActorRequest) -> HttpResponse:
    """All that is held about the person."""
    person = me(request)
    households = households_of_person(person)
    clocks = clocks_of_applicant()
    context: dict[str, object] = {
        "crumbs": trail((gettext("Mon dossier"), "")),
        "identity": identity_of(person),
        "contacts": contacts_of_person(person),
        "households": households,
        "incomes": incomes_of_households([household.id for household in households]),
        "facts": [(told(KINDS[row.code].label), row.last_day) for row in facts_of_persons([person])],
        "clocks": clocks,
        "kept": by_rule(clocks),
        "applications": [(each, composition_of(each.id), resources_of(each.id)) for each in own_applications(person)],
    }
    return page(request, "home/file_applicant.html", context)
