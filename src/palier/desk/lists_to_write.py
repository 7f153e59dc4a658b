"""From a list of the desk to a letter: the address that names it, what it says in words, the way back to its page."""

from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from palier.desk.navigation import address
from palier.desk.tables_estate import VIEW_LABELS
from palier.dispatch.channels import CHANNEL_LABELS
from palier.estate.access import ResidenceNotFound, residence_in_scope
from palier.foundation.periods import MalformedMonth, Month
from palier.leases.listed import Listed, ListUnknown, lease_lists
from palier.privacy.declare import Batch, Role
from palier.recovery.models import STATES

_CODE, _OF, _WORD, _VIEW, _MONTH = "liste", "de", "mot", "vue", "mois"
_LONGEST: Final = {_CODE: 10, _OF: 18, _WORD: 24, _VIEW: 16, _MONTH: 7}
_DELAYS: Final = dict(STATES)


def write_url(role: Role | Batch, listed: Listed) -> str:
    """Where a letter to that list begins; empty for a function that writes to no list, or does not see this one."""
    start = address(role, "mail_sending_new")
    if not start or role not in lease_lists()[listed.code].roles:
        return ""
    return f"{start}?{list_query(listed)}"


def list_query(listed: Listed) -> str:
    """The list in an address: its name and its filter, never its leases."""
    values = {
        _CODE: listed.code,
        _OF: "" if listed.of is None else str(listed.of),
        _WORD: listed.word,
        _VIEW: listed.view,
        _MONTH: "" if listed.on is None else str(Month.of(listed.on)),
    }
    return urlencode({name: value for name, value in values.items() if value})


def listed_in(query: QueryDict) -> Listed | None:
    """The list that an address names; none, the list of leases. Raises ListUnknown."""
    given = {name: query.get(name, "") for name in _LONGEST}
    if not given[_CODE]:
        return None
    if any(len(value) > _LONGEST[name] for name, value in given.items()):
        raise ListUnknown
    of, month = given[_OF], given[_MONTH]
    if of and not (of.isascii() and of.isdecimal()):
        raise ListUnknown
    try:
        on: date | None = Month.parse(month).first_day if month else None
    except MalformedMonth as unknown:
        raise ListUnknown from unknown
    return Listed(code=given[_CODE], of=int(of) if of else None, word=given[_WORD], view=given[_VIEW], on=on)


def list_told(listed: Listed) -> str:
    """What the list is, in words. A residence that one does not see has no name."""
    if listed.code == "TICKET":
        return f"Foyers de la demande technique {listed.of}"
    if listed.code == "DELAYS":
        return f"Délais de paiement\u00a0: {_DELAYS.get(listed.view, 'tous ceux en cours')}"
    if listed.code == "CHANNEL" and listed.on is not None:
        return f"Envois {Month.of(listed.on).of_fr()}, {CHANNEL_LABELS.get(listed.word, 'canal inconnu')}"
    try:
        name = residence_in_scope(listed.of or 0).name
    except ResidenceNotFound:
        name = "Une résidence"
    view = VIEW_LABELS[listed.view].lower() if listed.view else ""
    parts = [name, f"bâtiment {listed.word}" if listed.word else "", view]
    return ", ".join(part for part in parts if part)


def list_url(role: Role | Batch, listed: Listed) -> str:
    """The page of the list; empty for a function that does not open it."""
    if listed.code == "TICKET":
        return address(role, "ticket", listed.of)
    if listed.code == "DELAYS":
        return address(role, "delays")
    if listed.code == "CHANNEL" and listed.on is not None:
        here = address(role, "sendings")
        return f"{here}?mois={Month.of(listed.on)}" if here else ""
    here = address(role, "residence", listed.of)
    filters = {name: value for name, value in (("bat", listed.word), ("vue", listed.view)) if value}
    return f"{here}?{urlencode(filters)}" if here and filters else here
