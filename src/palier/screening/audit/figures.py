"""The figures that the board reads: nothing here points at anyone, small counts are not shown."""

from collections.abc import Mapping
from typing import TypedDict

from palier.screening.audit.rules import HIDDEN, LEAST_SHOWN, Shown, shown, shown_parts
from palier.screening.audit.tally import Group, Tally
from palier.screening.audit.words import CATEGORIES


class CategoryLine(TypedDict):
    """How many comments were flagged in a category, and their share of those read."""

    code: str
    label: str
    flagged: Shown
    share: str


class GroupLine(TypedDict):
    """One site or one year. `first` is its first category, when it has enough of it."""

    label: str
    comments: Shown
    flagged: Shown
    share: str
    first: str


class AuthorsLine(TypedDict):
    """How concentrated the flagged comments are: half of them come from `half` authors."""

    authors: Shown
    flagged: Shown
    half: Shown


class SampleLine(TypedDict):
    """The draw of comments that were not flagged."""

    size: Shown
    seed: int
    unflagged: Shown


class ReviewLine(TypedDict):
    """What reading the sample by hand found: `missed` of `read`; bounds in per cent and in comments."""

    on: str
    read: int
    missed: int
    low: str
    high: str
    fewest: int
    most: int


class Figures(TypedDict):
    """Everything the report shows, and all it knows."""

    on: str
    sha256: str
    column: str
    encoding: str
    filter: str
    rows: int
    comments: int
    empty: int
    aside: int
    flagged: Shown
    share: str
    blocked: Shown
    warned: Shown
    average: int
    longest: int
    categories: list[CategoryLine]
    sites: list[GroupLine]
    years: list[GroupLine]
    authors: AuthorsLine | None
    crossed: dict[str, dict[str, Shown]]
    sample: SampleLine
    review: ReviewLine | None


def categories_of(tally: Tally) -> list[CategoryLine]:
    """The categories by how many comments they hold, the empty ones last."""
    order = sorted(CATEGORIES, key=lambda code: (-tally.categories[code], list(CATEGORIES).index(code)))
    return [
        {
            "code": code,
            "label": CATEGORIES[code],
            "flagged": shown(tally.categories[code]),
            "share": share(shown(tally.categories[code]), tally.comments),
        }
        for code in order
    ]


def groups_of(groups: Mapping[str, Group], *, unnamed: str, by_name: bool) -> list[GroupLine]:
    """One line a group, by name or by how many are flagged; the one without a name last."""
    flagged = shown_parts({name: group.flagged for name, group in groups.items()})
    # Hidden counts are in the order of names: that of the counts themselves would tell them.
    ranks = {name: -count if isinstance(count, int) else -1 for name, count in flagged.items()}
    order = sorted(groups, key=lambda name: (not name, 0 if by_name else ranks[name], name))
    return [
        {
            "label": name or unnamed,
            "comments": shown(groups[name].comments),
            "flagged": flagged[name],
            "share": share(flagged[name], groups[name].comments),
            "first": _first(groups[name]),
        }
        for name in order
    ]


def authors_of(authors: Mapping[str, Group]) -> AuthorsLine:
    """How many authors, how many of them wrote a flagged comment, how few wrote half of those."""
    named = [group.flagged for name, group in authors.items() if name]
    flagged = sorted((count for count in named if count), reverse=True)
    gathered = half = 0
    while flagged and gathered * 2 < sum(flagged):
        gathered += flagged[half]
        half += 1
    return {"authors": shown(len(named)), "flagged": shown(len(flagged)), "half": shown(half)}


def crossed_of(years: Mapping[str, Group], *, unnamed: str) -> dict[str, dict[str, Shown]]:
    """Comments flagged by year and category. The years of a category add up to its total, which is shown."""
    parts = {code: shown_parts({name: group.categories[code] for name, group in years.items()}) for code in CATEGORIES}
    return {
        name or unnamed: {code: parts[code][name] for code in CATEGORIES}
        for name in sorted(years, key=lambda name: (not name, name))
    }


def sample_of(tally: Tally, *, asked: int, seed: int) -> SampleLine:
    """The draw; how many were not flagged is hidden when the rest of the comments would tell a small count."""
    is_small = isinstance(shown(tally.flagged), str)
    everyone = tally.unflagged <= asked
    return {
        "size": HIDDEN if is_small and everyone else min(asked, tally.unflagged),
        "seed": seed,
        "unflagged": HIDDEN if is_small else tally.unflagged,
    }


def share(part: Shown, of: int) -> str:
    """« 12,3 % », or nothing when the part is not shown."""
    return percent(part / of) if isinstance(part, int) and of >= LEAST_SHOWN else ""


def percent(ratio: float, decimals: int = 1) -> str:
    return f"{100 * ratio:.{decimals}f}".replace(".", ",") + "\u00a0%"


def told(value: Shown) -> str:
    """A number with thin spaces between thousands, or the words that stand for it."""
    return f"{value:,}".replace(",", "\u202f") if isinstance(value, int) else value.replace(" ", "\u00a0")


def _first(group: Group) -> str:
    most = max(CATEGORIES, key=lambda code: group.categories[code])
    return CATEGORIES[most] if group.categories[most] >= LEAST_SHOWN else ""
