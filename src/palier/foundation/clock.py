"""The one clock: read at the edges, passed to everything below."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """This instant, aware, in the landlord's time zone."""
    return datetime.now(tz=PARIS)


def today() -> date:
    return now().date()


def day_of(at: datetime) -> date:
    """The day of an instant in the landlord's time zone: the database answers in universal time, where 29 February
    lasts until one in the morning of 1 March.
    """
    return at.astimezone(PARIS).date()


def hour_fr(at: datetime) -> str:
    """« 9 h 05 », in the landlord's time zone."""
    local = at.astimezone(PARIS)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
