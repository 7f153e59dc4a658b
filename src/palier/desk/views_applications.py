"""Applications at the desk: the list without names, and one file, compartment by compartment."""

from typing import Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse

from palier.attribution.queries.told import decisions_told
from palier.demandes.operations.writing import frozen_pdf
from palier.demandes.queries.applications import ApplicationFilter, application_rows, count_applications
from palier.demandes.queries.file import (
    ApplicationFacts,
    EventRow,
    StatedRow,
    address_of,
    application_facts,
    composition_of,
    events_of,
    nirs_of,
    resource_lines_of,
    resources_of,
    scores_of,
    situation_of,
    stated_of,
    stays_of,
)
from palier.demandes.queries.letters import letter_content, letters_of_application
from palier.demandes.queries.members import MemberRow, members_of
from palier.demandes.queries.pieces import pieces_of
from palier.demandes.queries.work import works_told
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES
from palier.desk.application_words import (
    EVENTS,
    MOTIVES_OF_END,
    PATHS,
    PIECE_STATES,
    PIECE_TONES,
    PROOF_TONES,
    PROOFS,
    RESOURCES,
    SOURCES,
    STATES,
    TIES,
    detail_of,
    stay_told,
)
from palier.desk.navigation import address, framed, tabs_among
from palier.desk.tables_applications import applications_table
from palier.desk.views_applicants import CHANNELS
from palier.estate.communes import commune_names
from palier.foundation.clock import now, today
from palier.people.queries import contacts_to_write_to
from palier.web import words
from palier.web.components import Fig, LifeEvent, Link, Tag, Tone
from palier.web.requests import ActorRequest
from palier.web.table_view import view_of
from palier.web.tables import page_of, read_state

PAGE_ROWS: Final = 60
_TABS: Final = {
    "applications": "Liste",
    "applicants": "Chercher par nom",
    "application_clocks": "Échéances",
    "application_duplicates": "Doublons",
    "score_grids": "Grilles",
    "interview": "Entretien",
}


def tabs_of(request: ActorRequest, here: str) -> list[Link]:
    """The views of « Demandes »."""
    return tabs_among(request, _TABS, here=here)


def applications(request: ActorRequest) -> HttpResponseBase:
    """By seniority, filtered from the address. A name stands beside one's own files alone."""
    on, table = today(), applications_table()
    state = read_state(table, request.GET)
    view = state.one("vue")
    kept = ApplicationFilter(
        state=state.one("etat"),
        path=state.one("parcours"),
        priority=state.one("priorite"),
        commune=state.one("commune").strip().upper()[:5],
        number=state.one("numero").strip()[:18],
        mine=view == "miens",
        ends_soon=view == "echeances",
    )
    found = application_rows(
        kept,
        on=on,
        sort=state.sort,
        descending=state.descending,
        cursor=int(str(state.cursor[0])) if state.cursor else None,
        backwards=state.backwards,
        limit=PAGE_ROWS,
    )
    total = count_applications(kept, on=on)
    page = page_of(table, state, found, limit=PAGE_ROWS, key=lambda row: (row.id,), total=total)
    request.reading.saw(row.person_id for row in page.rows)
    context: dict[str, object] = {
        "tabs": tabs_of(request, "applications"),
        "view": view_of(table, state, page.rows, totals_label=words.count(total, "demande"), pager=page.pager),
        "new_url": address(request.actor.role, "application_new"),
        "states": STATES,
        "paths": PATHS,
        "priorities": PRIORITIES,
        "views_asked": {"miens": "Mes dossiers", "echeances": "Bientôt à échéance"},
        "asked": {code: state.one(code) for code in ("etat", "parcours", "priorite", "commune", "numero", "vue")},
    }
    return framed(request, "desk/applications.html", context)


def application(request: ActorRequest, application_id: int) -> HttpResponse:
    """One application; identity, stays and euros are shown to who instructs it alone."""
    here = found_application(request, application_id)
    members = members_of(application_id) if here.is_mine else []
    request.reading.saw(member.person_id for member in members if member.person_id is not None)
    stated, situation = stated_of(application_id), situation_of(application_id)
    context: dict[str, object] = {
        **file_frame(request, here, members, "application"),
        "figs": _figs(here),
        "life_url": reverse("desk:application_life", args=[here.id]),
        "members": _members(here, members),
        "ties": TIES,
        "contacts": [(CHANNELS[each.channel], each.value) for each in contacts_to_write_to(here.person_id)]
        if here.is_mine
        else [],
        "post": address_of(application_id) if here.is_mine else None,
        "composition": composition_of(application_id),
        "situation": situation,
        "communes": list(commune_names(situation.communes).values()) if situation else [],
        "works": works_told(application_id) if here.is_mine else {},
        "housing": HOUSING,
        "resources": resources_of(application_id) if here.is_mine else None,
        "lines": [
            (RESOURCES.get(line.code, line.code), line.direction == "PAID", line.monthly_cents)
            for line in (resource_lines_of(application_id) if here.is_mine else [])
        ],
        "motives": _stated(stated, "MOTIVE", MOTIVES),
        "priorities": _stated(stated, "PRIORITY", PRIORITIES),
        "needs": _stated(stated, "NEED", NEEDS),
        "pieces": [
            (piece, Tag(label=words.capital(PIECE_STATES[piece.state]), tone=PIECE_TONES[piece.state]))
            for piece in (pieces_of(application_id) if here.is_mine else [])
        ],
        "decisions": decisions_told(application_id) if here.is_mine else [],
        "scores": scores_of(application_id),
        "letters": letters_of_application(application_id),
        "events": [_happened(event) for event in events_of(application_id)],
    }
    return framed(request, "desk/application.html", context)


def application_letter(request: ActorRequest, application_id: int, letter_id: int) -> HttpResponse:
    """A letter to the applicant, byte for byte as it was written; for who instructs the file."""
    found_application(request, application_id)
    content = letter_content(application_id, letter_id)
    if content is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="lettre-{letter_id}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(frozen_pdf(content), content_type="application/pdf", headers=headers)


def _happened(event: EventRow) -> LifeEvent:
    """What changed and whose job did it; the job is no occasion."""
    told = " · ".join(each for each in (detail_of(event.detail), event.function) if each)
    return LifeEvent(when=words.instant(event.at), title=words.capital(EVENTS[event.kind]), text=told)


def found_application(request: ActorRequest, application_id: int) -> ApplicationFacts:
    """The application, and the trace of whose it is. Raises Http404."""
    here = application_facts(application_id, at=now())
    if here is None:
        raise Http404
    request.reading.saw([here.person_id])
    return here


def file_frame(
    request: ActorRequest, here: ApplicationFacts, members: list[MemberRow], page: str, step: str = ""
) -> dict[str, object]:
    """What surrounds every page of one file: its title, its crumbs, what may be done with it."""
    url = reverse("desk:application", args=[here.id])
    crumbs = [
        Link(label="Demandes", url=reverse("desk:applications")),
        Link(label=here.number, url=url if step else ""),
    ]
    return {
        "here": here,
        "name": members[0].name if members else "",
        "path": PATHS[here.path],
        "state": Tag(label=STATES[here.state], tone=Tone.OK if here.state == "ACTIVE" else Tone.NEUTRAL),
        "end": MOTIVES_OF_END.get(here.radiation_motive, ""),
        "warned": MOTIVES_OF_END.get(here.warned_for, ""),
        "source": SOURCES[here.source],
        "crumbs": [*crumbs, Link(label=step)] if step else crumbs,
        "is_open": here.is_mine and here.state == "ACTIVE",
        "page": page,
    }


def _figs(here: ApplicationFacts) -> list[Fig]:
    given = here.given_to or "personne"
    until = f"jusqu’au {words.day_short(here.given_until)}" if here.given_until else ""
    return [
        Fig(label="Déposée le", value=words.day_short(here.filed_on), note="fait l’ancienneté"),
        Fig(label="Renouvelée le", value=words.day_short(here.renewed_on) if here.renewed_on else "jamais"),
        Fig(label="Valable jusqu’au", value=words.day_short(here.expires_on)),
        Fig(label="Confiée à", value=given, note="vous" if here.is_mine else until),
    ]


def _members(here: ApplicationFacts, members: list[MemberRow]) -> list[tuple[MemberRow, str, str]]:
    """Each member with what is known of their stay, in three words and a yes or no, and the key of their NIR."""
    stays = {row.member_id: row for row in stays_of(here.id)} if here.is_mine else {}
    nirs = {row.member_id: row.ending for row in nirs_of(here.id)} if here.is_mine else {}
    return [(member, stay_told(stays.get(member.id)), nirs.get(member.id, "")) for member in members]


def _stated(stated: list[StatedRow], kind: str, labels: dict[str, str]) -> list[tuple[str, Tag]]:
    """The statements of one list with their proof; a code of another time is shown as it is."""
    return [
        (labels.get(row.code, row.code), Tag(label=words.capital(PROOFS[row.proof]), tone=PROOF_TONES[row.proof]))
        for row in stated
        if row.kind == kind
    ]
