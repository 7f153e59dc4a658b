"""What an outside auditor sees while their mission runs: pseudonyms and counts. Outside of it, nothing exists."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime

from palier.desk.month_page import job_of
from palier.desk.navigation import framed, tabs_among
from palier.desk.views_privacy import READERS
from palier.foundation.clock import now, today
from palier.foundation.queries import latest_work
from palier.foundation.text import impersonal
from palier.oversight.models import MISSION_PURPOSES
from palier.oversight.operations.missions import ask_pack
from palier.oversight.queries.audited import (
    ReadingLine,
    ReadingsAsked,
    audited_facts,
    audited_leases,
    audited_reading_counts,
    audited_readings,
    audited_refusals,
    audited_residences,
    overdue,
)
from palier.oversight.queries.missions import MissionRow, missions, my_running_mission
from palier.people.facts.kinds import KINDS, SOURCE_LABELS
from palier.privacy.catalogue import CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.free_text import REGISTER, TextKind
from palier.retention.by_category import kept_by_category
from palier.retention.queries import rules_in_force
from palier.rights.spool import Spool
from palier.screening.shown import LABELS
from palier.web import words
from palier.web.components import Fig, JobProgress, Link
from palier.web.requests import ActorRequest
from palier.web.rights_words import TABLES

ROWS_A_PAGE: Final = 40
QUALITIES: Final = {"HOLDER": "titulaire", "COHOLDER": "cotitulaire", "OCCUPANT": "occupant"}
TEXT_KINDS: Final = {
    TextKind.NAME: "nom",
    TextKind.IDENTIFIER: "identifiant",
    TextKind.REFERENCE: "numéro ou nom d’une chose",
    TextKind.CODE: "code d’une liste fermée",
    TextKind.WORDING: "texte composé par le logiciel",
    TextKind.DIGEST: "empreinte",
    TextKind.COPY: "copie d’un fichier reçu",
    TextKind.SCREENED: "fait précisé, lu par le filtre",
    TextKind.FREE_TEXT: "texte libre",
}


def running_mission() -> MissionRow:
    """The mission that runs; without one these pages do not exist."""
    found = my_running_mission()
    if found is None:
        raise Http404
    return found


def audit_tabs(request: ActorRequest, here: str) -> list[Link]:
    tabs = {
        "audit": "Mission d’audit",
        "audit_readings": "Lectures",
        "audit_residences": "Résidences",
        "audit_sittings": "Commissions",
        "audit_texts": "Textes",
        "audit_retention": "Conservation",
        "audit_pack": "Dossier",
    }
    return tabs_among(request, tabs, here=here)


def audit(request: ActorRequest) -> HttpResponse:
    """The mission: why, until when, what it opens. Outside its days, only those days."""
    running = my_running_mission()
    context: dict[str, object] = {"mission": running}
    if running is None:
        context["others"] = [
            {"row": row, "purpose": MISSION_PURPOSES[row.purpose], "state": row.state(today())} for row in missions()
        ]
        return framed(request, "desk/audit.html", context)
    counts, rules = audited_reading_counts(), rules_in_force()
    late, measured_on = overdue(rules, on=today())
    outside = sum(each.readings for each in counts if each.is_outside)
    return framed(
        request,
        "desk/audit.html",
        context
        | {
            "tabs": audit_tabs(request, "audit"),
            "purpose": MISSION_PURPOSES[running.purpose],
            "figs": [
                Fig(label="Lectures au journal", value=words.number(sum(each.readings for each in counts))),
                Fig(label="Hors portefeuille", value=words.number(outside)),
                Fig(label="Textes refusés", value=words.number(sum(each.refusals for each in audited_refusals()))),
                Fig(
                    label="Lignes au-delà de leur durée",
                    value=words.number(sum(each.rows for each in late)) if measured_on else "à mesurer",
                ),
            ],
        },
    )


# --- readings ---------------------------------------------------------------------------------------------------------


def readings(request: ActorRequest) -> HttpResponse:
    """Readings by function, purpose and motive; those outside a portfolio first. Each line opens to its rows."""
    running_mission()
    rows = [
        {
            "count": each,
            "role": READERS.get(each.role, each.role),
            "purpose": _purpose(each.purpose),
            "motive": MOTIVES.get(each.motive, each.motive),
            "url": f"{reverse('desk:audit_reading_rows')}?{_query(_as_asked(each.role, each.purpose, each.motive))}",
        }
        for each in audited_reading_counts()
    ]
    return framed(request, "desk/audit_readings.html", {"tabs": audit_tabs(request, "audit_readings"), "rows": rows})


def _as_asked(role: str, purpose: str, motive: str) -> ReadingsAsked:
    return ReadingsAsked(role=role, purpose=purpose, motive=motive)


def reading_rows(request: ActorRequest) -> HttpResponse:
    """Readings one by one: an agent and persons under pseudonym."""
    running_mission()
    asked, before = _asked(request.GET), request.GET.get("avant", "")
    if before and (not before.isdecimal() or len(before) > 18):
        raise Http404
    found = audited_readings(asked, before_id=int(before) if before else None, limit=ROWS_A_PAGE)
    request.reading.traced_by_database()
    rows = found[:ROWS_A_PAGE]
    more = f"{_query(asked)}&avant={rows[-1].id}".lstrip("&") if len(found) > len(rows) else ""
    context: dict[str, object] = {
        "tabs": audit_tabs(request, "audit_readings"),
        "rows": [_told(row) for row in rows],
        "said": _said(asked),
        "more": f"?{more}" if more else "",
        "crumbs": [Link(label="Lectures", url=reverse("desk:audit_readings")), Link(label="Une à une")],
        "outside_url": f"{reverse('desk:audit_reading_rows')}?hors=1",
    }
    return framed(request, "desk/audit_reading_rows.html", context)


def _asked(query: QueryDict) -> ReadingsAsked:
    asked = ReadingsAsked(
        role=query.get("role", ""),
        purpose=query.get("finalite", ""),
        motive=query.get("motif", ""),
        only_outside=query.get("hors") == "1",
    )
    known = (asked.role in {"", *READERS}, asked.purpose in {"", *PURPOSES}, asked.motive in {"", *MOTIVES})
    if not all(known):
        raise Http404
    return asked


def _query(asked: ReadingsAsked) -> str:
    query = QueryDict(mutable=True)
    said = {"role": asked.role, "finalite": asked.purpose, "motif": asked.motive, "hors": "1" * asked.only_outside}
    query.update({name: value for name, value in said.items() if value})
    return query.urlencode()


def _said(asked: ReadingsAsked) -> str:
    parts: Sequence[str] = (
        READERS.get(asked.role, ""),
        PURPOSES[asked.purpose].label if asked.purpose else "",
        MOTIVES.get(asked.motive, ""),
        "hors portefeuille" if asked.only_outside else "",
    )
    return " · ".join(part for part in parts if part) or "toutes"


def _told(row: ReadingLine) -> dict[str, object]:
    return {
        "row": row,
        "at": words.instant(localtime(row.at)),
        "role": READERS.get(row.role, row.role),
        "purpose": _purpose(row.purpose),
        "motive": MOTIVES.get(row.motive, row.motive),
        "categories": ", ".join(impersonal(CATEGORIES[code].label) for code in row.categories if code in CATEGORIES),
        "left": row.person_count - len(row.persons),
    }


def _purpose(code: str) -> str:
    return PURPOSES[code].label if code in PURPOSES else code


# --- residences -------------------------------------------------------------------------------------------------------


def residences(request: ActorRequest) -> HttpResponse:
    """The residences, by code: the finest place told here."""
    running_mission()
    context: dict[str, object] = {"tabs": audit_tabs(request, "audit_residences"), "rows": audited_residences()}
    return framed(request, "desk/audit_residences.html", context)


def residence(request: ActorRequest, residence_id: int) -> HttpResponse:
    """The leases, persons, accounts and coded facts of a residence, under pseudonyms."""
    running_mission()
    here = next((each for each in audited_residences() if each.id == residence_id), None)
    if here is None:
        raise Http404
    leases = [(line, QUALITIES[line.quality]) for line in audited_leases(residence_id)]
    facts = [(line, KINDS[line.code].label, SOURCE_LABELS[line.source]) for line in audited_facts(residence_id)]
    request.reading.traced_by_database()
    context: dict[str, object] = {
        "tabs": audit_tabs(request, "audit_residences"),
        "here": here,
        "leases": leases,
        "facts": facts,
        "crumbs": [Link(label="Résidences", url=reverse("desk:audit_residences")), Link(label=here.code)],
    }
    return framed(request, "desk/audit_residence.html", context)


# --- texts and durations ----------------------------------------------------------------------------------------------


def texts(request: ActorRequest) -> HttpResponse:
    """Every text kept about persons, with its nature and limit; and what the screen refused, never the text."""
    running_mission()
    fields = [
        {
            "text": each,
            "table": TABLES.get(each.table, each.table),
            "kind": TEXT_KINDS[each.kind],
            "is_free": each.kind is TextKind.FREE_TEXT,
        }
        for each in REGISTER
    ]
    context: dict[str, object] = {
        "tabs": audit_tabs(request, "audit_texts"),
        "fields": fields,
        "free": sum(each.kind is TextKind.FREE_TEXT for each in REGISTER),
        "refusals": [(row, LABELS.get(row.category, row.category)) for row in audited_refusals()],
    }
    return framed(request, "desk/audit_texts.html", context)


def retention(request: ActorRequest) -> HttpResponse:
    """Each duration in force, and what is still there beyond it at the last measure."""
    running_mission()
    rules = rules_in_force()
    late, measured_on = overdue(rules, on=today())
    told = {line.label: line.sentence for lines in kept_by_category(rules).values() for line in lines}
    context: dict[str, object] = {
        "tabs": audit_tabs(request, "audit_retention"),
        "rows": [(each, told[each.rule.rule.label]) for each in late],
        "measured_on": measured_on,
    }
    return framed(request, "desk/audit_retention.html", context)


# --- the pack ---------------------------------------------------------------------------------------------------------


def pack(request: ActorRequest) -> HttpResponseBase:
    """The auditor's pack, as the command makes it: ask for it, then fetch it."""
    mission = running_mission()
    if request.method == "POST":
        ask_pack(actor=request.actor)
        messages.success(request, "Le dossier se prépare. Il s’affiche ici quand il est prêt.")
        return HttpResponseRedirect(reverse("desk:audit_pack"))
    made_at = mission.pack_made_at if mission.pack_key is not None else None
    context: dict[str, object] = {
        "tabs": audit_tabs(request, "audit_pack"),
        "mission": mission,
        "made_at": words.instant(localtime(made_at)) if made_at else "",
        "job": _job(mission),
    }
    return framed(request, "desk/audit_pack.html", context)


def progress(request: ActorRequest) -> HttpResponseBase:
    """How far the pack is: the fragment that asks for itself."""
    job = _job(running_mission())
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:audit_pack"))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def pack_file(request: ActorRequest) -> HttpResponseBase:
    """The pack, in one ZIP: no name in it, yet it leaves under a fresh proof and in the journal."""
    mission = running_mission()
    if mission.pack_key is None:
        raise Http404
    stream = Spool(Path(settings.DOCUMENT_ROOT)).open_sealed(mission.pack_sha256, mission.pack_key)
    name = f"dossier-audit-{mission.number}.zip"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")


def _job(mission: MissionRow) -> JobProgress | None:
    return job_of(
        latest_work(f"audit:{mission.number}"),
        poll_url=reverse("desk:audit_progress"),
        page_url=reverse("desk:audit_pack"),
        at=now(),
    )
