"""Scores computed by the territories' own systems: one row an application, a territory and a day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from palier.foundation.tabular.checking import Checking

COLUMNS: Final = ("numero", "territoire", "points", "calcule_le", "source")
# Scores exist since the decree of 17 December 2019; an older territory kept its own before.
FIRST_DAY: Final = date(2010, 1, 1)
_LEAST, _MOST = Decimal(-9_999), Decimal(99_999)
_TERRITORY = re.compile(r"[A-Z0-9_-]{1,20}")
_LONGEST_SOURCE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialRow:
    """One score as its territory gives it."""

    application_id: int
    territory: str
    points: Decimal
    computed_on: date
    source: str


def official_row(checking: Checking, known: Mapping[str, int], *, today: date) -> OfficialRow | None:
    """What the row says; None after a hard remark. `known`: the applications by their numbers."""
    number = checking.text("numero", longest=18)
    territory = checking.text("territoire", longest=20).upper()
    points = checking.quantity("points", least=_LEAST, most=_MOST, places=2, required=True)
    computed_on = checking.day("calcule_le", first=FIRST_DAY, last=today)
    source = checking.text("source", longest=_LONGEST_SOURCE)
    if number and number not in known:
        checking.refuse("numero", "aucune demande de Palier ne porte ce numéro")
    if territory and not _TERRITORY.fullmatch(territory):
        checking.refuse("territoire", "un code en capitales, sans espace")
    if checking.is_refused or points is None or computed_on is None:
        return None
    return OfficialRow(
        application_id=known[number], territory=territory, points=points, computed_on=computed_on, source=source
    )
