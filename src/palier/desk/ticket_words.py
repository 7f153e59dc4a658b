"""A ticket, its households, appointments and steps in the trade's words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.timezone import localtime

from palier.maintenance.queries.agency_tickets import AgencyTicket, HouseholdRow, StepRow, VisitRow
from palier.maintenance.words import (
    ACCESS,
    CATEGORIES,
    CLOSINGS,
    COMPLAINTS,
    DANGERS,
    EQUIPMENT,
    MOVES,
    PLACES,
    RATINGS,
    SINCE,
    SOURCES,
    STEP_DETAILS,
    STEPS,
    SYMPTOMS,
    TICKET_STATES,
    TRADES,
    URGENCIES,
    VISIT_STATES,
    WISHES,
)
from palier.web import words
from palier.web.components import LifeEvent, Tag, Tone

STATE_LABELS: Final = {"OPEN": "À confier", "ASSIGNED": "Confiées", "CLOSED": "Closes"}
_TONES: Final = {"OPEN": Tone.WARN, "ASSIGNED": Tone.INFO, "CLOSED": Tone.OK}
_VISIT_TONES: Final = {
    "ACCEPTED": Tone.OK,
    "KEPT": Tone.OK,
    "REFUSED": Tone.WARN,
    "TENANT_OUT": Tone.BAD,
    "FIRM_OUT": Tone.BAD,
}

# What is said otherwise to a household.
_AT_THE_DESK: Final = {
    "FOLLOWED": "Suivie par un foyer de plus",
    "GROUPED": "Réunie avec d’autres demandes",
    "RATED": "Avis du locataire",
}


def line(each: AgencyTicket) -> dict[str, object]:
    """A ticket of the list, and the head of its page."""
    where = [PLACES[each.place]]
    if each.building:
        where.append(f"{each.building}, escalier {each.staircase}")
    if each.door:
        where.append(f"porte {each.door}")
    state = f"Confiée\u00a0: {TRADES[each.trade].lower()}" if each.state == "ASSIGNED" else TICKET_STATES[each.state]
    return {
        "row": each,
        "label": f"{EQUIPMENT[each.equipment]}\u00a0: {SYMPTOMS[each.symptom].lower()}",
        "place": ", ".join(where),
        "category": CATEGORIES[each.category],
        "urgency": URGENCIES[each.urgency],
        "source": SOURCES[each.source],
        "state": Tag(label=state, tone=_TONES[each.state]),
        "closing": CLOSINGS[each.closing] if each.closing else "",
    }


def household(each: HouseholdRow) -> dict[str, object]:
    """Who asked, what they answered, what they thought of it."""
    answers = [DANGERS[each.danger] if each.danger else "", SINCE.get(each.since, ""), ACCESS.get(each.access, "")]
    opinion = RATINGS.get(each.rating, "")
    return {
        "row": each,
        "source": SOURCES[each.source],
        "answers": [answer for answer in answers if answer],
        "opinion": f"{opinion}\u00a0: {COMPLAINTS[each.complaint].lower()}" if each.complaint else opinion,
    }


def visit_line(each: VisitRow, *, on: datetime) -> dict[str, object]:
    """An appointment, and what may be done with it now."""
    why = WISHES.get(each.wish, "") or MOVES.get(each.reason, "")
    return {
        "row": each,
        "when": f"{words.day_long(localtime(each.starts_at).date())}, de {words.hour(each.starts_at)} à"
        f" {words.hour(each.ends_at)}",
        "state": Tag(label=VISIT_STATES[each.state], tone=_VISIT_TONES.get(each.state, Tone.INFO)),
        "why": why,
        "may_move": each.state == "ACCEPTED" and each.starts_at > on,
        "may_note": each.state == "ACCEPTED" and each.starts_at <= on,
    }


def event(step: StepRow, names: Mapping[int, str]) -> LifeEvent:
    """A step; a household's own says at which door."""
    detail = STEP_DETAILS[step.detail] if step.detail else ""
    door = names.get(step.lease_id, "") if step.lease_id else ""
    title = _AT_THE_DESK.get(step.kind, STEPS[step.kind])
    return LifeEvent(when=words.instant(step.at), title=title, text=", ".join(each for each in (detail, door) if each))
