"""The one clock: read at the edges, passed to everything below."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """This instant, aware, in the landlord's time zone."""
    return datetime.now(tz=PARIS)


def today() -> date:
    return now().date()
