"""The one clock: read at the edges, passed to everything below."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """This instant, aware, in the landlord's time zone."""
    return datetime.now(tz=PARIS)


def today() -> date:
    return now().date()


def hour_fr(at: datetime) -> str:
    """« 9 h 05 », in the landlord's time zone."""
    local = at.astimezone(PARIS)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
