"""The yearly report to a reservation holder: dwellings proposed and attributed, told five ways (CCH R441-5-1)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.attribution.models import Holder
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch

# Of the following year: the landlord owes it before 28 February.
DUE_MONTH, DUE_DAY = 2, 28


class HolderReportNotFound(Refusal):
    """Ce réservataire n’existe pas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dwelling:
    """A dwelling as the report counts it."""

    rooms: int | None
    financing: str
    is_qpv: bool
    city: str
    delivered_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One line of one table: a size, a financing, a commune."""

    label: str
    proposed: int
    attributed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One of the five ways."""

    title: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderReport:
    """The report of a year to one holder."""

    holder_id: int
    holder: str
    contingent: str
    year: int
    proposed: int
    attributed: int
    tables: tuple[ReportTable, ...]

    @property
    def due_before(self) -> date:
        return date(self.year + 1, DUE_MONTH, DUE_DAY)


_PROPOSED = """
SELECT d.rooms, d.financing, r.is_qpv, r.city, r.delivered_year
FROM attribution_orientation AS o JOIN attribution_vacancy AS v ON v.id = o.vacancy_id
JOIN estate_dwelling AS d ON d.id = v.dwelling_id JOIN estate_residence AS r ON r.id = v.residence_id
WHERE o.holder_id = %(holder)s AND o.decided_on BETWEEN %(first)s AND %(last)s
"""
_ATTRIBUTED = """
SELECT s.rooms, s.financing, s.is_qpv, r.city, r.delivered_year
FROM attribution_signedattribution AS s JOIN estate_residence AS r ON r.id = s.residence_id
WHERE s.holder_id = %(holder)s AND s.signed_on BETWEEN %(first)s AND %(last)s
"""
_PERIODS: Final = (
    (1945, "avant 1945"),
    (1971, "de 1945 à 1970"),
    (1991, "de 1971 à 1990"),
    (2006, "de 1991 à 2005"),
    (9999, "2006 et après"),
)


def holder_report(holder_id: int, *, year: int) -> HolderReport:
    """The report of a year. Raises HolderReportNotFound."""
    holder = Holder.objects.filter(pk=holder_id).first()
    if holder is None:
        raise HolderReportNotFound
    asked = {"holder": holder_id, "first": date(year, 1, 1), "last": date(year, 12, 31)}
    proposed, attributed = fetch(_Dwelling, _PROPOSED, asked), fetch(_Dwelling, _ATTRIBUTED, asked)
    return HolderReport(
        holder_id=holder_id,
        holder=holder.name,
        contingent=holder.contingent,
        year=year,
        proposed=len(proposed),
        attributed=len(attributed),
        tables=tuple(
            ReportTable(title=title, lines=_lines(label, proposed, attributed)) for title, label in _WAYS.items()
        ),
    )


def _lines(
    label: Callable[[_Dwelling], str], proposed: list[_Dwelling], attributed: list[_Dwelling]
) -> tuple[ReportLine, ...]:
    given, taken = Counter(map(label, proposed)), Counter(map(label, attributed))
    return tuple(
        ReportLine(label=each, proposed=given[each], attributed=taken[each]) for each in sorted({*given, *taken})
    )


def _period(dwelling: _Dwelling) -> str:
    year = dwelling.delivered_year
    return "année inconnue" if year is None else next(label for end, label in _PERIODS if year < end)


def _size(dwelling: _Dwelling) -> str:
    return "taille inconnue" if dwelling.rooms is None else f"T{dwelling.rooms}"


def _place(dwelling: _Dwelling) -> str:
    return "en QPV" if dwelling.is_qpv else "hors QPV"


_WAYS: Final[dict[str, Callable[[_Dwelling], str]]] = {
    "Typologie": _size,
    "Financement": lambda dwelling: dwelling.financing,
    "Quartier prioritaire": _place,
    "Commune": lambda dwelling: dwelling.city,
    "Période de construction": _period,
}
