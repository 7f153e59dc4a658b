"""A decided dwelling told in plain words from what its sitting froze: who came first and why, by pseudonym alone.

Votes are told by number of seat: whose a seat was is said by the minutes. A precision is counted, never quoted: it is
a text on a person. No database here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from palier.attribution.rules.changed_grid import grid_fr
from palier.attribution.rules.deciding import ALLOCATING, Verdict
from palier.attribution.rules.frozen import FrozenCandidate, FrozenItem, FrozenSitting
from palier.attribution.rules.priority import Weighed, passed_over, shared_grid
from palier.attribution.rules.replay import name_of_grid, seats_of
from palier.attribution.rules.sheets import established_by
from palier.attribution.rules.voting import Count, Presence, counted, voices
from palier.attribution.rules.words import DECISIONS, REFUSAL_MOTIVES
from palier.demandes.rules.cotation import score
from palier.demandes.rules.grids import Grid, parse_grid, points_fr
from palier.demandes.rules.pieces import PIECES
from palier.foundation.periods import day_fr

AN_AID = "Les points aident la commission, ils ne décident de rien (CCH, L441-2-8)."


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldScore:
    """The control computation of one grid: its name, its points, one sentence a line."""

    grid: str
    points: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCandidate:
    """One sheet: the decision with what makes it valid, the voices by seat, the points line by line."""

    pseudonym: str
    rank: int | None
    decision: str
    grounds: tuple[str, ...]
    precision_length: int
    voices: tuple[tuple[int, str], ...]
    count: Count
    scores: tuple[ToldScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldItem:
    """One dwelling: why its first came first, then each candidate in the order that the commission gave."""

    rank: int
    why: tuple[str, ...]
    candidates: tuple[ToldCandidate, ...]


def told_item(sitting: FrozenSitting, item: FrozenItem) -> ToldItem:
    """One dwelling of a frozen sitting, in words."""
    grids = [parse_grid(used.text, file=used.name) for used in sitting.used if used.kind == "grid"]
    ordered = sorted(item.candidates, key=lambda each: (each.verdict.rank or len(item.candidates) + 1, each.pseudonym))
    return ToldItem(
        rank=item.rank,
        why=_why(sitting, item, ordered, grids),
        candidates=tuple(_candidate(sitting, item, each, grids) for each in ordered),
    )


def quorum_told(sitting: FrozenSitting) -> str:
    """« Quorum : 4 voix présentes ou représentées, 3 demandées par le règlement 2026-1. »."""
    presences = {seat.number: Presence(state=seat.state, proxy_to=seat.proxy_to) for seat in sitting.seats}
    here = voices(seats_of(sitting), presences)
    return (
        f"Quorum\u00a0: {_voices(here)} présente{_s(here)} ou représentée{_s(here)}\u00a0; le règlement intérieur "
        f"{sitting.rules_version} en demande {sitting.ways.quorum}."
    )


def _candidate(
    sitting: FrozenSitting, item: FrozenItem, candidate: FrozenCandidate, grids: Sequence[Grid]
) -> ToldCandidate:
    verdict = candidate.verdict
    return ToldCandidate(
        pseudonym=candidate.pseudonym,
        rank=verdict.rank,
        decision=DECISIONS[verdict.kind],
        grounds=_grounds(verdict),
        precision_length=len(verdict.precision),
        voices=candidate.votes,
        count=_count(sitting, item, candidate),
        scores=tuple(
            ToldScore(grid=grid_fr(name_of_grid(grid)), points=found.points, sentences=found.sentences())
            for grid in grids
            if grid.weighs(candidate.facts)
            for found in (score(candidate.facts, grid, sitting.held_on),)
        ),
    )


def _grounds(verdict: Verdict) -> tuple[str, ...]:
    told = [f"motif\u00a0: {REFUSAL_MOTIVES.get(code, code)}" for code in _motives(verdict)]
    if verdict.condition_piece and verdict.condition_due_on is not None:
        piece = PIECES[verdict.condition_piece].label if verdict.condition_piece in PIECES else verdict.condition_piece
        told.append(f"condition\u00a0: {piece}, avant le {day_fr(verdict.condition_due_on)}")
    return tuple(told)


def _motives(verdict: Verdict) -> list[str]:
    return [code for code in (verdict.motive, verdict.other_motive) if code]


def _count(sitting: FrozenSitting, item: FrozenItem, candidate: FrozenCandidate) -> Count:
    seats = {number: seat for number, seat in seats_of(sitting).items() if number not in item.recused}
    return counted(dict(candidate.votes), seats, sitting.ways, places=item.dwelling.places)


def _why(
    sitting: FrozenSitting, item: FrozenItem, ordered: Sequence[FrozenCandidate], grids: Sequence[Grid]
) -> tuple[str, ...]:
    first = next((each for each in ordered if each.verdict.kind in ALLOCATING), None)
    if first is None:
        return ("La commission n’a attribué ce logement à personne\u00a0: chaque motif est dit ci-dessous.",)
    others = [each for each in ordered if each is not first]
    decided = f"{first.pseudonym} vient en premier\u00a0: la commission lui attribue le logement"
    told = [f"{decided}, {_by_voices(_count(sitting, item, first))}."]
    weighed = [_weighed(each) for each in ordered]
    name = shared_grid(weighed)
    grid = next((each for each in grids if name_of_grid(each) == name), None)
    if grid is None:
        told.append("Aucune grille ne pèse ces demandes ensemble\u00a0: leurs points ne se comparent pas.")
    else:
        told += _by_points(sitting, first, others, grid)
    return (*told, *passed_over(weighed), *_set_aside(others), AN_AID)


def _by_voices(count: Count) -> str:
    if count.votes_for + count.against + count.abstained == 0:
        return "sans vote enregistré"
    said = f"{_voices(count.votes_for)} pour, {count.against} contre, {count.abstained} abstention{_s(count.abstained)}"
    return f"{said}, par la voix prépondérante" if count.by_casting else said


def _by_points(
    sitting: FrozenSitting, first: FrozenCandidate, others: Sequence[FrozenCandidate], grid: Grid
) -> list[str]:
    name = name_of_grid(grid)
    told_name = grid_fr(name)
    mine = _points(first, name)
    if mine is None:
        return [
            f"La grille du {told_name} ne pèse pas sa demande\u00a0: ses points ne se comparent pas à ceux des autres."
        ]
    theirs = [(points, each) for each in others if (points := _points(each, name)) is not None]
    above = [(points, each) for points, each in theirs if points > mine]
    if not theirs:
        return [f"Par la grille du {told_name}, sa demande a {points_fr(mine)}\u00a0; aucune autre ne s’y compare."]
    if above:
        names = ", ".join(f"{each.pseudonym} ({points_fr(points)})" for points, each in above)
        more = f"Par la grille du {told_name}, sa demande a {points_fr(mine)}, et d’autres en ont plus\u00a0: {names}."
        return [more, "L’ordre de la commission n’est donc pas celui des points."]
    told = [f"Par la grille du {told_name}, sa demande a {points_fr(mine)}, et aucune autre n’en a plus."]
    best, nearest = max(theirs, key=lambda pair: (pair[0], pair[1].pseudonym))
    if best == mine:
        return [*told, *_at_equal_points(first, [each for points, each in theirs if points == mine])]
    return [*told, *_apart(sitting, first, nearest, grid)]


def _at_equal_points(first: FrozenCandidate, equals: Sequence[FrozenCandidate]) -> list[str]:
    day = first.facts.filed_on
    names = ", ".join(each.pseudonym for each in equals)
    if all(day < each.facts.filed_on for each in equals):
        return [f"À points égaux avec {names}, sa demande est la plus ancienne\u00a0: elle est du {day_fr(day)}."]
    return [f"À points égaux avec {names}, sa demande, du {day_fr(day)}, n’est pas la plus ancienne."]


def _apart(sitting: FrozenSitting, first: FrozenCandidate, nearest: FrozenCandidate, grid: Grid) -> list[str]:
    """What sets the first apart from the nearest by points, rubric by rubric."""
    mine, theirs = Counter[str](), Counter[str]()
    labels: dict[str, str] = {}
    for candidate, sums in ((first, mine), (nearest, theirs)):
        for line in score(candidate.facts, grid, sitting.held_on).lines:
            sums[line.rubric] += line.points
            labels[line.rubric] = line.rubric_label
    gaps = {rubric: mine[rubric] - theirs[rubric] for rubric in labels if mine[rubric] != theirs[rubric]}
    said = [
        f"{labels[rubric]} {'+' if gap > 0 else ''}{points_fr(gap)}"
        for rubric, gap in sorted(gaps.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return [f"Ce qui le sépare de {nearest.pseudonym}, le plus proche\u00a0: {', '.join(said)}."] if said else []


def _set_aside(others: Sequence[FrozenCandidate]) -> list[str]:
    refused = [each for each in others if each.verdict.kind not in ALLOCATING]
    return [
        f"{each.pseudonym} n’est pas retenu\u00a0: "
        f"{', '.join(REFUSAL_MOTIVES.get(code, code) for code in _motives(each.verdict))}."
        for each in refused
    ]


def _weighed(candidate: FrozenCandidate) -> Weighed:
    return Weighed(
        pseudonym=candidate.pseudonym,
        verdict=candidate.verdict,
        is_dalo=established_by(candidate.sheet).is_dalo,
        points=dict(candidate.control),
    )


def _points(candidate: FrozenCandidate, grid: str) -> int | None:
    return dict(candidate.control).get(grid)


def _voices(count: int) -> str:
    return f"{count} voix"


def _s(count: int) -> str:
    return "s" if count > 1 else ""
