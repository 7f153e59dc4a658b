"""What is counted of the comments, block after block: adding two tallies in any order gives the same one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from palier.foundation.errors import Refusal

# More values than this, and the column holds something else: a text, a name.
MOST_SITES = 5_000
MOST_AUTHORS = 20_000


class NotAColumnOfSites(Refusal):
    """La colonne des sites a plus de {limit} valeurs : elle contient autre chose que des sites. Choisissez-en une
    autre."""


class NotAColumnOfAuthors(Refusal):
    """La colonne des auteurs a plus de {limit} valeurs : elle contient autre chose que des auteurs. Choisissez-en une
    autre."""


class GroupJson(TypedDict):
    """A group on disk."""

    comments: int
    flagged: int
    categories: dict[str, int]


class TallyJson(TypedDict):
    """A tally on disk."""

    comments: int
    empty: int
    flagged: int
    blocked: int
    characters: int
    longest: int
    aside: int
    categories: dict[str, int]
    severities: dict[str, int]
    sites: dict[str, GroupJson]
    years: dict[str, GroupJson]
    authors: dict[str, GroupJson]


@dataclass(slots=True, kw_only=True)
class Group:
    """The comments of one site, one year or one author."""

    comments: int = 0
    flagged: int = 0
    categories: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Group") -> None:
        self.comments += other.comments
        self.flagged += other.flagged
        self.categories.update(other.categories)

    def as_json(self) -> GroupJson:
        return {"comments": self.comments, "flagged": self.flagged, "categories": dict(self.categories)}


@dataclass(slots=True, kw_only=True)
class Tally:
    """`comments` are those that say something, flagged or not; `empty` and `aside` (unreadable) are counted apart.

    `blocked` are the flagged ones with at least one sure case. `categories` counts comments, `severities` findings.
    """

    comments: int = 0
    empty: int = 0
    flagged: int = 0
    blocked: int = 0
    characters: int = 0
    longest: int = 0
    aside: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    sites: dict[str, Group] = field(default_factory=dict)
    years: dict[str, Group] = field(default_factory=dict)
    authors: dict[str, Group] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.comments + self.empty + self.aside

    @property
    def unflagged(self) -> int:
        return self.comments - self.flagged

    def add(self, other: "Tally") -> None:
        """Raises NotAColumnOfSites and NotAColumnOfAuthors when the values are too many to be that."""
        self.comments += other.comments
        self.empty += other.empty
        self.flagged += other.flagged
        self.blocked += other.blocked
        self.characters += other.characters
        self.longest = max(self.longest, other.longest)
        self.aside += other.aside
        self.categories.update(other.categories)
        self.severities.update(other.severities)
        _add_groups(self.sites, other.sites)
        _add_groups(self.years, other.years)
        _add_groups(self.authors, other.authors)
        if len(self.sites) > MOST_SITES:
            raise NotAColumnOfSites(limit=MOST_SITES)
        if len(self.authors) > MOST_AUTHORS:
            raise NotAColumnOfAuthors(limit=MOST_AUTHORS)

    def as_json(self) -> TallyJson:
        return {
            "comments": self.comments,
            "empty": self.empty,
            "flagged": self.flagged,
            "blocked": self.blocked,
            "characters": self.characters,
            "longest": self.longest,
            "aside": self.aside,
            "categories": dict(self.categories),
            "severities": dict(self.severities),
            "sites": {name: group.as_json() for name, group in self.sites.items()},
            "years": {name: group.as_json() for name, group in self.years.items()},
            "authors": {name: group.as_json() for name, group in self.authors.items()},
        }

    @classmethod
    def of_json(cls, told: TallyJson) -> "Tally":
        return cls(
            comments=told["comments"],
            empty=told["empty"],
            flagged=told["flagged"],
            blocked=told["blocked"],
            characters=told["characters"],
            longest=told["longest"],
            aside=told["aside"],
            categories=Counter(told["categories"]),
            severities=Counter(told["severities"]),
            sites=_groups(told["sites"]),
            years=_groups(told["years"]),
            authors=_groups(told["authors"]),
        )


def _add_groups(kept: dict[str, Group], added: Mapping[str, Group]) -> None:
    for name, group in added.items():
        kept.setdefault(name, Group()).add(group)


def _groups(told: Mapping[str, GroupJson]) -> dict[str, Group]:
    return {
        name: Group(comments=group["comments"], flagged=group["flagged"], categories=Counter(group["categories"]))
        for name, group in told.items()
    }
