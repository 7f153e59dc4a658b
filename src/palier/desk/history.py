"""The history of a lease in words: what changed, from what to what, by whom, when."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.utils.timezone import localtime

from palier.desk.labels import labels_of
from palier.desk.tables_estate import PAYMENT_MODES
from palier.leases.models import Change, Occupant, Term
from palier.leases.queries.lease import ChangeRow
from palier.people.models import Contact
from palier.web import words
from palier.web.components import LifeEvent

SUBJECTS: Final = labels_of(Change, "subject")
VERBS: Final = labels_of(Change, "verb")
# The columns that a reader understands, in the order told; the others are numbers of the database.
COLUMNS: Final = {
    "label": "libellé",
    "reference": "référence",
    "display_name": "nom",
    "role": "qualité",
    "amount_cents": "montant",
    "deposit_cents": "dépôt de garantie",
    "basis": "motif",
    "payment_mode": "paiement",
    "channel": "moyen",
    "starts_on": "début",
    "first_day": "à partir du",
    "last_day": "jusqu’au",
    "notice_given_on": "congé reçu le",
    "ends_on": "fin du bail",
    "moved_in_on": "entrée",
    "moved_out_on": "départ",
    "door_name": "nom sur la porte",
    "shared_with_caretaker": "montré au gardien",
}
CODES: Final = {
    **PAYMENT_MODES,
    **labels_of(Occupant, "role"),
    **labels_of(Term, "kind"),
    **labels_of(Contact, "channel"),
}


def change_events(changes: Iterable[ChangeRow]) -> list[LifeEvent]:
    """One event a change, the newest first; a change of numbers alone tells a reader nothing."""
    told = ((change, _told(change)) for change in changes)
    return [
        LifeEvent(
            when=words.instant(localtime(change.at)),
            title=f"{_subject(change)} {VERBS[change.verb]}",
            text=text,
            occasion=change.agent or "travail automatique",
        )
        for change, text in told
        if text or change.verb != "UPDATE"
    ]


def differences(changes: Iterable[ChangeRow]) -> list[str]:
    """The same in lines, for whoever was writing meanwhile."""
    return [
        f"{event.title}{words.NBSP}: {event.text} ({event.occasion}, {event.when})" for event in change_events(changes)
    ]


def _subject(change: ChangeRow) -> str:
    label = change.after.get("label") or change.before.get("label")
    return f"{SUBJECTS[change.subject].capitalize()} « {label} »" if label else SUBJECTS[change.subject].capitalize()


def _told(change: ChangeRow) -> str:
    told = []
    for column, label in COLUMNS.items():
        was, is_now = change.before.get(column), change.after.get(column)
        if column == "label" or was == is_now:
            continue
        if change.verb == "UPDATE":
            told.append(f"{label}{words.NBSP}: {_value(column, was)} → {_value(column, is_now)}")
        elif is_now not in (None, "") or was not in (None, ""):
            told.append(f"{label} {_value(column, is_now if is_now not in (None, '') else was)}")
    return ", ".join(told)


def _value(column: str, value: object) -> str:
    match value:
        case None | "":
            return "aucun"
        case bool():
            return "oui" if value else "non"
        case int() if column.endswith("_cents"):
            return words.euros(value)
        case str() if column.endswith(("_on", "_day")):
            return words.day_short(_day(value))
        case _:
            return CODES.get(str(value)) or str(value)


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()
