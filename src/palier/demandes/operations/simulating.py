"""A new grid tried on the whole stock: who would gain, who would lose, by objective group. Nothing is written.

Groups are those of the declared facts (path, category of the ceilings, size, rooms asked for, housing, priority,
seniority). A number under eleven is not told.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from palier.demandes.operations.score_figures import BAND_POINTS, LEAST, MOST_ROOMS
from palier.demandes.operations.scoring import MOTIVE, Asked, Shown
from palier.demandes.queries.facts import blocks_of_facts
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.category import MoreDisabledThanPersons, household_category
from palier.demandes.rules.cotation import points_only
from palier.demandes.rules.criteria import months_between, persons
from palier.demandes.rules.eligibility import household_of
from palier.demandes.rules.facts import Composition, Facts, Proof, Wish
from palier.demandes.rules.grids import Grid, grid_for
from palier.demandes.rules.trials import PATHS_FR, Band, Group, Simulation
from palier.demandes.rules.words import HOUSING, PRIORITIES
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

COMMAND = "simulation de grille"
_MOST_PERSONS = 6
UNSAID = "à préciser"
_SENIORITIES = (
    (0, "moins d’un an"),
    (12, "de un à deux ans"),
    (24, "de deux à quatre ans"),
    (48, "quatre ans et plus"),
)
FAMILIES = ("parcours", "catégorie", "foyer", "typologie", "logement actuel", "priorité", "ancienneté")


@dataclass(slots=True)
class _Tally:
    """What one group gains and loses, while it is counted."""

    applications: int = 0
    winners: int = 0
    losers: int = 0
    difference: int = 0


@dataclass(slots=True)
class _Count:
    whole: _Tally = field(default_factory=_Tally)
    groups: dict[tuple[str, str], _Tally] = field(default_factory=dict)
    before: Counter[int] = field(default_factory=Counter)
    after: Counter[int] = field(default_factory=Counter)
    versions: set[str] = field(default_factory=set)


def simulate(grid: Grid, *, on: date, asked: Asked, shown: Shown | None = None) -> Simulation:
    """Try the grid on that day, against the one that applies on the same territory (none: every score was 0)."""
    current = grids_on(on)
    count = _Count()
    done = 0
    with batch(Batch.ALLOCATION, operator=asked.operator, motive=MOTIVE, command=COMMAND, agent_id=asked.agent_id):
        for block in blocks_of_facts(on=on):
            for _number, facts in block:
                if grid.weighs(facts):
                    _add(count, facts, grid, grid_for(facts, current, territory=grid.territory, on=on), on)
            done += len(block)
            if shown is not None:
                shown.at("Essai de la grille", done, done)
    return _told(count, grid)


def groups_of(facts: Facts, on: date) -> Iterator[tuple[str, str]]:
    """The objective groups that an application belongs to: family and label."""
    yield "parcours", PATHS_FR[facts.path]
    yield "catégorie", _category(facts.composition)
    yield "foyer", _counted(persons(facts), "personne", most=_MOST_PERSONS)
    for rooms in _rooms(facts.wish):
        yield "typologie", _counted(rooms, "pièce", most=MOST_ROOMS) if rooms else UNSAID
    yield "logement actuel", HOUSING.get(facts.current.housing, UNSAID)
    kept = [stated for stated in facts.priorities if stated.proof is not Proof.REJECTED]
    for stated in kept:
        yield "priorité", PRIORITIES[stated.code]
    if not kept:
        yield "priorité", "aucune"
    months = months_between(facts.filed_on, on)
    yield "ancienneté", next(label for least, label in reversed(_SENIORITIES) if months >= least)


@lru_cache(maxsize=4096)
def _category(composition: Composition) -> str:
    """The category of the resource ceilings, as they would be read today."""
    try:
        rank = household_category(household_of(composition)).category
    except MoreDisabledThanPersons:
        return UNSAID
    return f"catégorie {rank}" if rank else UNSAID


def _rooms(wish: Wish) -> Iterable[int]:
    """Each number of rooms that the application takes, up to the largest told; 0 alone when it does not say."""
    if wish.rooms_min is None and wish.rooms_max is None:
        return (0,)
    least = min(wish.rooms_min or 1, MOST_ROOMS)
    return range(least, max(least, min(wish.rooms_max or MOST_ROOMS, MOST_ROOMS)) + 1)


def _counted(number: int, word: str, *, most: int) -> str:
    """« 1 personne », « 6 personnes et plus »."""
    return f"{most} {word}s et plus" if number >= most else f"{number} {word}{'s' if number > 1 else ''}"


def _add(count: _Count, facts: Facts, grid: Grid, before: Grid | None, on: date) -> None:
    old = points_only(facts, before, on) if before is not None else 0
    new = points_only(facts, grid, on)
    if before is not None:
        count.versions.add(before.version)
    count.before[old // BAND_POINTS] += 1
    count.after[new // BAND_POINTS] += 1
    for tally in (count.whole, *(count.groups.setdefault(key, _Tally()) for key in groups_of(facts, on))):
        tally.applications += 1
        tally.difference += new - old
        if new > old:
            tally.winners += 1
        elif new < old:
            tally.losers += 1


def _told(count: _Count, grid: Grid) -> Simulation:
    whole = count.whole
    winners, losers, unchanged = _parts(whole)
    return Simulation(
        territory=grid.territory,
        version=grid.version,
        before_version=", ".join(sorted(count.versions)),
        applications=whole.applications,
        winners=winners,
        losers=losers,
        unchanged=unchanged,
        groups=tuple(_groups(count.groups)),
        bands=tuple(
            Band(lowest=band * BAND_POINTS, before=_hidden(count.before[band]), after=_hidden(count.after[band]))
            for band in sorted({*count.before, *count.after})
        ),
    )


def _groups(tallies: Mapping[tuple[str, str], _Tally]) -> Iterator[Group]:
    small = _small(tallies)
    for (family, label), tally in sorted(tallies.items(), key=lambda one: (FAMILIES.index(one[0][0]), one[0][1])):
        is_hidden = (family, label) in small
        winners, losers, _unchanged = _parts(tally)
        has_no_average = is_hidden or winners is None or losers is None
        yield Group(
            family=family,
            label=label,
            applications=None if is_hidden else tally.applications,
            winners=None if is_hidden else winners,
            losers=None if is_hidden else losers,
            average_change_hundredths=None if has_no_average else round(100 * tally.difference / tally.applications),
        )


def _small(tallies: Mapping[tuple[str, str], _Tally]) -> set[tuple[str, str]]:
    """The groups to hide: those under eleven, and one more where a single one would be told by the total."""
    small = {key for key, tally in tallies.items() if tally.applications < LEAST}
    for family in FAMILIES:
        of_family = sorted((tally.applications, key) for key, tally in tallies.items() if key[0] == family)
        shown = [key for _count, key in of_family if key not in small]
        if len(of_family) - len(shown) == 1 and shown:
            small.add(shown[0])
    return small


def _parts(tally: _Tally) -> tuple[int | None, int | None, int | None]:
    """Winners, losers, unchanged. When one of them is small, so is hidden the next smallest: their sum is known."""
    parts = [tally.winners, tally.losers, tally.applications - tally.winners - tally.losers]
    shown: list[int | None] = [_hidden(part) for part in parts]
    if sum(part is None for part in shown) == 1:
        rest = [index for index, part in enumerate(shown) if part]
        if rest:
            shown[min(rest, key=lambda index: parts[index])] = None
    return shown[0], shown[1], shown[2]


def _hidden(number: int) -> int | None:
    return number if number == 0 or number >= LEAST else None
