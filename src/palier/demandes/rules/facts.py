"""What the rules may know of an application: its declared criteria, and nothing else.

No name, no nationality, no origin, no address, no text: a rule that wanted them would not find them here. Eligibility,
scores and orders are functions of these facts alone, which is what `palier allocation prove` checks on the whole stock.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from palier.foundation.money import Cents


class Proof(StrEnum):
    """How far a declared fact is established (arrêté du 22 décembre 2020)."""

    DECLARED = "DECLARED"
    PROVED = "PROVED"
    REJECTED = "REJECTED"


class Stay(StrEnum):
    """Whether every adult of the household stays regularly in France (CCH R441-1): never the nationality."""

    UNCHECKED = "UNCHECKED"
    REGULAR = "REGULAR"
    IRREGULAR = "IRREGULAR"


class Path(StrEnum):
    """A first access to social housing, or a transfer within it."""

    FIRST = "FIRST"
    TRANSFER = "TRANSFER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """Who will live there, by number. `adults` are not dependants; `disabled` hold the card « invalidité »."""

    adults: int
    dependants: int = 0
    # Among the dependants, those under fourteen: the units of consumption ask for them.
    under_14: int = 0
    shared_custody: int = 0
    visiting: int = 0
    unborn: int = 0
    disabled: int = 0
    spouses: bool = False
    # A couple whose ages sum to 55 at most, on the day of the examination.
    young_couple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What the household has. Yearly amounts are reference tax incomes of all who will live there, in cents."""

    # The calendar year of the examination less two.
    n2_cents: Cents | None = None
    n1_cents: Cents | None = None
    last_12_months_cents: Cents | None = None
    # Cost of a spouse's or partner's nursing home, taken off within the yearly amount of CGI 199 quindecies (R441-1).
    nursing_home_cents: Cents = 0
    # All resources of all persons, a month.
    monthly_cents: Cents = 0
    # How far the yearly amounts are established.
    proof: Proof = Proof.DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """Where the household lives today. `housing` is a code of `demandes.rules.words.HOUSING`."""

    housing: str
    rooms: int | None = None
    floor_area_m2: int | None = None
    occupants: int | None = None
    # Rent and charges a month, in cents.
    cost_cents: Cents | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: INSEE codes of communes in the order of preference, numbers of rooms, a highest rent."""

    communes: tuple[str, ...] = ()
    rooms_min: int | None = None
    rooms_max: int | None = None
    # Rent and charges a month, in cents.
    highest_cost_cents: Cents | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A coded statement with its proof: a motive, a priority of CCH L441-1, a functional need."""

    code: str
    proof: Proof = Proof.DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One application as the rules see it. `filed_on` makes the seniority and is kept through renewals."""

    filed_on: date
    path: Path
    composition: Composition
    resources: Resources
    stay: Stay
    current: Current
    wish: Wish = Wish()
    motives: tuple[Stated, ...] = ()
    priorities: tuple[Stated, ...] = ()
    # Functional needs only: « douche adaptée », never an illness.
    needs: tuple[Stated, ...] = ()
    # Offers of an adapted dwelling that were refused without a good reason.
    refused_offers: int = 0
