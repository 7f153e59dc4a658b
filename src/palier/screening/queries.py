"""What the data protection officer reads of the screen: counts, never a text nor an agent."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count
from django.db.models.functions import TruncMonth

from palier.privacy.free_text import REGISTER, DeclaredText, TextKind
from palier.screening.engine import Screen, core_screen, screen_of
from palier.screening.models import JUSTIFICATIONS, FalseAlarm, JustifiedWarning, LandlordTerm, ScreenRefusal
from palier.screening.rules.lexicon import Term
from palier.screening.rules.pattern import read_pattern
from palier.screening.rules.verdict import Verdict, verdict_of

LANDLORD = "bailleur"
ADVICE = "Ce mot est sur la liste du bailleur : écrivez le fait constaté, sans lui."


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """How many refusals share a label, and for which category."""

    label: str
    category: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """A word of the landlord, with its proofs."""

    id: int
    word: str
    category: str
    severity: str
    hit: str
    look_alike: str


def person_text_fields() -> Sequence[DeclaredText]:
    """The columns of free text about persons: none, outside social follow-up."""
    return [text for text in REGISTER if text.kind is TextKind.FREE_TEXT]


def refusals_by_agency() -> list[CountRow]:
    """Refusals by category and agency; the label is the agency's number, empty for headquarters."""
    found = (
        ScreenRefusal.objects.values("agency_id", "category")
        .annotate(count=Count("id"))
        .order_by("agency_id", "category")
    )
    return [CountRow(label=str(row["agency_id"] or ""), category=row["category"], count=row["count"]) for row in found]


def justified_warnings() -> list[tuple[str, str, int]]:
    """Warnings that were answered: the reason's label, the category, how many."""
    found = (
        JustifiedWarning.objects.values("justification", "category")
        .annotate(count=Count("id"))
        .order_by("justification", "category")
    )
    return [(JUSTIFICATIONS[row["justification"]], row["category"], row["count"]) for row in found]


def refusals_by_month(*, months: int = 12) -> list[tuple[str, int]]:
    """Refusals of each month, the latest first."""
    found = (
        ScreenRefusal.objects.annotate(month=TruncMonth("at"))
        .values("month")
        .annotate(count=Count("id"))
        .order_by("-month")[:months]
    )
    return [(f"{row['month']:%m/%Y}", row["count"]) for row in found]


def false_alarms(*, terms: int = 50) -> list[tuple[str, int]]:
    """The terms most often said to be wrong."""
    found = FalseAlarm.objects.values("term").annotate(count=Count("id")).order_by("-count", "term")[:terms]
    return [(row["term"], row["count"]) for row in found]


def landlord_terms() -> list[TermRow]:
    """The words that the landlord added, in alphabetical order."""
    columns = ("id", "word", "category", "severity", "hit", "look_alike")
    return [
        TermRow(id=number, word=word, category=category, severity=severity, hit=hit, look_alike=look_alike)
        for number, word, category, severity, hit, look_alike in LandlordTerm.objects.order_by("word").values_list(
            *columns
        )
    ]


def judged(text: str) -> Verdict:
    """What the core and the landlord's own words find in a text."""
    verdict = core_screen().screen(text)
    rows = tuple(landlord_terms())
    if not rows:
        return verdict
    found = (*verdict.findings, *_landlord_screen(rows).findings(text))
    return verdict_of(tuple(sorted(found, key=lambda each: (each.start, -each.end))))


def term_of(row: TermRow) -> Term:
    """A landlord's word as the lexicons hold theirs. Raises PatternFault."""
    return Term(
        id=f"{LANDLORD}:{row.word}"[:40],
        category=row.category,
        severity="block" if row.severity == "block" else "warn",
        suggestion=ADVICE,
        patterns=(read_pattern(row.word, {}),),
        unless=(),
        exact=False,
        names=True,
        things=True,
        hit=(row.hit,),
        look_alike=(row.look_alike,),
        file=LANDLORD,
        line=1,
    )


@lru_cache(maxsize=4)
def _landlord_screen(rows: tuple[TermRow, ...]) -> Screen:
    return screen_of(tuple(term_of(row) for row in rows))
