"""One demande of the exchange file, as it says it. Amounts in cents, days as the file writes them."""

from datetime import date
from typing import NamedTuple


class Adult(NamedTuple):
    """The applicant, then the co-holders."""

    title: str
    first_name: str
    last_name: str
    birth_date: date | None
    tie: str
    # Three words, or "" when the code is not known here.
    nationality: str
    phone: str
    email: str
    # What the territory's system checked of their stay, in Palier's complement alone; empty: nothing told.
    stay: str
    stay_until: date | None
    # A code of words.WORK, and the INSEE code of where; empty: not told, or by a code not known here.
    work: str = ""
    work_commune: str = ""


class Other(NamedTuple):
    """Someone in charge, or a child of whom one has part of the custody."""

    role: str
    first_name: str
    last_name: str
    birth_date: date | None
    tie: str


class Money(NamedTuple):
    """One monthly resource; `adult` is the rank of whose it is, empty for a person in charge."""

    adult: int | None
    direction: str
    code: str
    cents: int


class Income(NamedTuple):
    """The reference tax income of an adult for a year; without its amount when the file does not give it."""

    year: int
    cents: int | None
    # Told as the year before the last, when it is not the year before.
    is_n2: bool


class Dwelling(NamedTuple):
    """Where they live. `housing` is "" when the file does not say it, or says it by a code not known here."""

    housing: str = ""
    rooms: int | None = None
    floor_area_m2: int | None = None
    occupants: int | None = None
    cost_cents: int | None = None


class Asked(NamedTuple):
    """What Palier's complement adds: places, motives, priorities and needs with their proofs. Not told: not changed."""

    is_told: bool = False
    communes: tuple[str, ...] = ()
    motives: tuple[tuple[str, str], ...] = ()
    priorities: tuple[tuple[str, str], ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    rooms_min: int | None = None
    rooms_max: int | None = None
    highest_cost_cents: int | None = None
    disabled: int = 0
    is_transfer: bool = False


class Demande(NamedTuple):
    """A whole demande."""

    number: str
    filed_on: date
    adults: tuple[Adult, ...]
    others: tuple[Other, ...]
    unborn: int
    due_on: date | None
    address: tuple[str, str, str]
    dwelling: Dwelling
    incomes: tuple[Income, ...]
    money: tuple[Money, ...]
    asked: Asked
    # « list=code », for what no list here knows.
    unknown: tuple[str, ...]

    @property
    def children(self) -> int:
        """Persons in charge."""
        return sum(one.role == "DEPENDANT" for one in self.others)

    @property
    def shared_custody(self) -> int:
        """Children of whom one has part of the custody, alternating or visiting."""
        return len(self.others) - self.children
