"""A vendor's help: a window with a purpose and an end. What was read in it is in the journal, under its number."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch, fetch_one
from palier.privacy.models import HelpPurpose

LONGEST = timedelta(days=5)
VENDOR_LIMIT = 60


class VendorNotNamed(Refusal):
    """Nommez la société qui intervient, en {limit} caractères au plus."""


class UnknownHelpPurpose(Refusal):
    """Le but « {purpose} » n’est pas dans la liste : {known}."""


class WindowTooLong(Refusal):
    """Une fenêtre d’assistance finit après maintenant et dure {days} jours au plus : donnez une autre fin."""


class NoSuchWindow(Refusal):
    """La fenêtre d’assistance n° {number} n’existe pas."""


class WindowOver(Refusal):
    """La fenêtre d’assistance n° {number} est terminée : ouvrez-en une autre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One window of help."""

    id: int
    vendor: str
    purpose: str
    opened_by: str
    opened_at: datetime
    until_at: datetime
    closed_at: datetime | None

    @property
    def operator(self) -> str:
        """How the journal names who works in it."""
        return f"{self.vendor} (fenêtre {self.id})"

    def is_open(self, at: datetime) -> bool:
        return self.closed_at is None and at < self.until_at

    def check_open(self, at: datetime) -> None:
        """Raises WindowOver."""
        if not self.is_open(at):
            raise WindowOver(number=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpReading:
    """One thing done in a window: what was opened, which kinds of data were within reach."""

    at: datetime
    screen: str
    motive: str
    categories: list[str]


_COLUMNS = "id, vendor, purpose, opened_by, opened_at, until_at, closed_at"


def open_window(*, vendor: str, purpose: str, until_at: datetime, opened_by: str, at: datetime) -> int:
    """Open a window; its number. Raises VendorNotNamed, UnknownHelpPurpose, WindowTooLong."""
    if not 0 < len(vendor.strip()) <= VENDOR_LIMIT:
        raise VendorNotNamed(limit=VENDOR_LIMIT)
    if purpose not in HelpPurpose.values:
        raise UnknownHelpPurpose(purpose=purpose, known=", ".join(HelpPurpose.values))
    if not at < until_at <= at + LONGEST:
        raise WindowTooLong(days=LONGEST.days)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO privacy_helpwindow (vendor, purpose, opened_by, opened_at, until_at)
               VALUES (%s, %s, %s, %s, %s) RETURNING id""",
            [vendor.strip(), purpose, opened_by, at, until_at],
        )
        (number,) = cursor.fetchone()
    return int(number)


def close_window(number: int, *, at: datetime) -> None:
    """End a window before its time. Raises NoSuchWindow, WindowOver."""
    window_numbered(number).check_open(at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE privacy_helpwindow SET closed_at = %s WHERE id = %s AND closed_at IS NULL", [at, number])
        if cursor.rowcount != 1:
            raise WindowOver(number=number)


def window_numbered(number: int) -> Window:
    """Raises NoSuchWindow."""
    found = fetch_one(Window, f"SELECT {_COLUMNS} FROM privacy_helpwindow WHERE id = %(id)s", {"id": number})
    if found is None:
        raise NoSuchWindow(number=number)
    return found


def windows(*, limit: int) -> list[Window]:
    """The latest first."""
    return fetch(
        Window, f"SELECT {_COLUMNS} FROM privacy_helpwindow ORDER BY opened_at DESC LIMIT %(limit)s", {"limit": limit}
    )


def read_in(window: Window) -> list[HelpReading]:
    """What was read in a window, in order, from the journal."""
    return fetch(
        HelpReading,
        """SELECT at, screen, motive, categories FROM privacy_readevent
           WHERE role = 'batch_vendor' AND starts_with(operator, %(operator)s) ORDER BY id""",
        {"operator": window.operator},
    )
