"""A sitting recomputed from what it froze: each sheet, each score, each count of voices, each decision.

No database here: the same is done from an export. What the code or the tables of legal values have become since is told
as such, apart from what does not come out the same.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from palier.attribution.rules.deciding import refuse_against_votes, refuse_bad_verdict, refuse_unfinished_item
from palier.attribution.rules.frozen import FrozenCandidate, FrozenItem, FrozenSitting, Used
from palier.attribution.rules.path_words import path_fr, value_fr
from palier.attribution.rules.sheets import established_by, sheet_of
from palier.attribution.rules.voting import Presence, Seat, counted, refuse_without_quorum
from palier.demandes.rules import RULES
from palier.demandes.rules.ceiling import BAREMES as CEILINGS
from palier.demandes.rules.cotation import points_only
from palier.demandes.rules.facts import Facts
from palier.demandes.rules.grids import Grid, parse_grid
from palier.demandes.rules.pieces import PIECES
from palier.foundation.baremes import bareme
from palier.foundation.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What does not come out the same: where, of which thing, what was frozen and what is found."""

    where: str
    what: str
    frozen: str
    found: str

    def sentence(self) -> str:
        """As the terminal and the auditor's page tell it."""
        frozen, found = value_fr(self.what, self.frozen), value_fr(self.what, self.found)
        return f"{self.named} : « {frozen} » était figé, « {found} » est trouvé."

    @property
    def named(self) -> str:
        """Where and of which thing, without a value."""
        return f"{self.where}, {path_fr(self.what)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay found. `identical` is None when the inputs were erased: the digest alone remains."""

    session: str
    candidates: int
    identical: bool | None
    differences: tuple[Difference, ...]
    digest: str
    erased_on: date | None = None


def told_of(frozen: FrozenSitting, *, beside: Iterable[Difference] = ()) -> Replayed:
    """A sitting recomputed, with what was found `beside`."""
    differences = (*recomputed(frozen), *beside)
    return Replayed(
        session=frozen.number,
        candidates=sum(len(item.candidates) for item in frozen.items),
        identical=not differences,
        differences=differences,
        digest=frozen.digest,
    )


def rules_used() -> list[Used]:
    """The rules that make a sheet and their legal values, by digest, as they are today."""
    rules = [
        Used(kind="rule", name=f"{rule.name}/{rule.version}", digest=rule.digest)
        for rule in sorted(RULES, key=lambda rule: rule.name)
    ]
    names = sorted({*CEILINGS.values(), *(name for rule in RULES for name in rule.baremes)})
    return [*rules, *(Used(kind="bareme", name=name, digest=bareme(name).digest) for name in names)]


def name_of_grid(grid: Grid) -> str:
    """As a replay finds it again: territory, path, version."""
    return f"{grid.territory}/{grid.path.value}/{grid.version}"


def control_points(facts: Facts, grids: Iterable[Grid], *, on: date) -> tuple[tuple[str, int], ...]:
    """The points of one application by each grid that weighs it that day."""
    return tuple((name_of_grid(grid), points_only(facts, grid, on)) for grid in grids if grid.weighs(facts))


def recomputed(sitting: FrozenSitting) -> list[Difference]:
    """Everything that the frozen inputs give today, held against what was frozen with them."""
    return [*_used(sitting), *_quorum(sitting), *_items(sitting)]


def _used(sitting: FrozenSitting) -> Iterator[Difference]:
    now = {(used.kind, used.name): used.digest for used in rules_used()}
    words = {"rule": "règle", "bareme": "barème"}
    for used in sitting.used:
        if used.kind not in words:
            continue
        found = now.get((used.kind, used.name), "")
        if found != used.digest:
            yield Difference(
                where=f"{words[used.kind]} {used.name}",
                what="empreinte",
                frozen=used.digest[:12],
                found=found[:12] or "absente",
            )


def _quorum(sitting: FrozenSitting) -> Iterator[Difference]:
    presences = {seat.number: Presence(state=seat.state, proxy_to=seat.proxy_to) for seat in sitting.seats}
    try:
        refuse_without_quorum(seats_of(sitting), presences, sitting.ways)
    except Refusal as refusal:
        yield Difference(where=f"séance {sitting.number}", what="quorum", frozen="atteint", found=str(refusal))


def _items(sitting: FrozenSitting) -> Iterator[Difference]:
    grids = [parse_grid(used.text, file=used.name) for used in sitting.used if used.kind == "grid"]
    for item in sitting.items:
        for candidate in item.candidates:
            yield from _candidate(sitting, item, candidate, grids)
        try:
            refuse_unfinished_item({candidate.pseudonym: candidate.verdict for candidate in item.candidates})
        except Refusal as refusal:
            yield Difference(where=f"logement {item.rank}", what="décisions", frozen="complètes", found=str(refusal))


def _candidate(
    sitting: FrozenSitting, item: FrozenItem, candidate: FrozenCandidate, grids: Sequence[Grid]
) -> Iterator[Difference]:
    where = candidate.pseudonym
    again = sheet_of(candidate.facts, item.dwelling, on=sitting.held_on, scores=candidate.scores)
    yield from compared(where, "fiche", candidate.sheet, again)
    points = control_points(candidate.facts, grids, on=sitting.held_on)
    yield from compared(where, "points", dict(candidate.control), dict(points))
    seats = {number: seat for number, seat in seats_of(sitting).items() if number not in item.recused}
    count = counted(dict(candidate.votes), seats, sitting.ways, places=item.dwelling.places)
    try:
        refuse_against_votes(candidate.verdict, count, pseudonym=where)
        refuse_bad_verdict(
            candidate.verdict,
            pseudonym=where,
            established=established_by(candidate.sheet),
            held_on=sitting.held_on,
            pieces=PIECES,
        )
    except Refusal as refusal:
        yield Difference(where=where, what="décision", frozen=candidate.verdict.kind, found=str(refusal))


def seats_of(sitting: FrozenSitting) -> dict[int, Seat]:
    """The seats of a frozen sitting by their number in it."""
    return {
        seat.number: Seat(
            member=seat.number,
            quality=seat.quality,
            has_vote=seat.has_vote,
            is_president=seat.is_president,
            communes=seat.communes,
        )
        for seat in sitting.seats
    }


def compared(where: str, of: str, frozen: object, found: object) -> Iterator[Difference]:
    """What differs between two values of one shape, each leaf by its path: « fiche, income_cents »."""
    if isinstance(frozen, dict) and isinstance(found, dict):
        for key in sorted({*frozen, *found}, key=str):
            yield from compared(where, f"{of}, {key}", frozen.get(key), found.get(key))
    elif _text(frozen) != _text(found):
        yield Difference(where=where, what=of, frozen=_text(frozen), found=_text(found))


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
