"""A sitting recomputed from what it froze: sheets, scores, examinations, counts of voices, decisions, opinions.

No database here: the same is done from an export. What the code or the tables of legal values have become since is told
as such, apart from what does not come out the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from palier.attribution.rules.deciding import refuse_against_votes, refuse_bad_verdict, refuse_unfinished_item
from palier.attribution.rules.frozen import FrozenCandidate, FrozenItem, FrozenOpinion, FrozenSitting, Used
from palier.attribution.rules.occupation_review import OCCUPATION_REVIEW
from palier.attribution.rules.opined import RULE, content_told, digest_told
from palier.attribution.rules.path_words import path_fr, value_fr
from palier.attribution.rules.sheets import established_by, sheet_of
from palier.attribution.rules.voting import Count, Presence, Seat, counted, heard, refuse_without_quorum, unheard
from palier.attribution.rules.words import OPINIONS
from palier.demandes.rules import RULES
from palier.demandes.rules.ceiling import BAREMES as CEILINGS
from palier.demandes.rules.cotation import points_only
from palier.demandes.rules.facts import Facts
from palier.demandes.rules.grids import Grid, parse_grid
from palier.demandes.rules.pieces import PIECES
from palier.foundation.baremes import bareme
from palier.foundation.errors import Refusal
from palier.foundation.text import legible

_CHOICES: Final = frozenset({"FOR", "AGAINST", "ABSTAIN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What does not come out the same: where, of which thing, what was frozen and what is found.

    An export may hold anything: what is read of one is made a text where it is told.
    """

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
    # None: frozen under a form that did not hold them.
    opinions: int | None = None


def told_of(frozen: FrozenSitting, *, beside: Iterable[Difference] = ()) -> Replayed:
    """A sitting recomputed, with what was found `beside`."""
    differences = tuple(
        Difference(**{name: legible(str(value)) for name, value in asdict(each).items()})
        for each in (*recomputed(frozen), *beside)
    )
    return Replayed(
        session=frozen.number,
        candidates=sum(len(item.candidates) for item in frozen.items),
        identical=not differences,
        differences=differences,
        digest=frozen.digest,
        opinions=len(frozen.opinions) if frozen.has_opinions else None,
    )


def rules_used(*, opinions: bool) -> list[Used]:
    """The rules that make a sheet, and `opinions`, with their legal values, by digest, as they are today."""
    made = [*RULES, OCCUPATION_REVIEW] if opinions else list(RULES)
    rules = [
        Used(kind="rule", name=f"{rule.name}/{rule.version}", digest=rule.digest)
        for rule in sorted(made, key=lambda rule: rule.name)
    ]
    names = sorted({*CEILINGS.values(), *(name for rule in made for name in rule.baremes)})
    return [*rules, *(Used(kind="bareme", name=name, digest=bareme(name).digest) for name in names)]


def name_of_grid(grid: Grid) -> str:
    """As a replay finds it again: territory, path, version."""
    return f"{grid.territory}/{grid.path.value}/{grid.version}"


def control_points(facts: Facts, grids: Iterable[Grid], *, on: date) -> tuple[tuple[str, int], ...]:
    """The points of one application by each grid that weighs it that day."""
    return tuple((name_of_grid(grid), points_only(facts, grid, on)) for grid in grids if grid.weighs(facts))


def recomputed(sitting: FrozenSitting) -> list[Difference]:
    """Everything that the frozen inputs give today, held against what was frozen with them."""
    return [*_used(sitting), *_quorum(sitting), *_items(sitting), *_opinions(sitting)]


def _used(sitting: FrozenSitting) -> Iterator[Difference]:
    now = {(used.kind, used.name): used.digest for used in rules_used(opinions=True)}
    words = {"rule": "règle", "bareme": "barème"}
    for used in sitting.used:
        if used.kind not in words:
            continue
        found = now.get((used.kind, used.name), "")
        if found != used.digest:
            yield Difference(
                where=f"{words[used.kind]} {used.name}",
                what="empreinte",
                frozen=str(used.digest)[:12],
                found=found[:12] or "absente",
            )


def _quorum(sitting: FrozenSitting) -> Iterator[Difference]:
    try:
        refuse_without_quorum(seats_of(sitting), _presences(sitting), sitting.ways)
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
    seats = {number: seat for number, seat in _came(sitting).items() if number not in item.recused}
    yield from _unknown_voices(where, candidate.votes, seats)
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
        yield Difference(where=where, what="décision", frozen=str(candidate.verdict.kind), found=str(refusal))


def _opinions(sitting: FrozenSitting) -> Iterator[Difference]:
    known = {used.name for used in sitting.used if used.kind == "rule"}
    for rule in sorted({each.rule for each in sitting.opinions} - known - {RULE}):
        yield Difference(where=f"règle {OCCUPATION_REVIEW.name}", what="version", frozen=rule or "non dite", found=RULE)
    said = dict(sitting.advised)
    found = {each.pseudonym: each.digest_of_all for each in sitting.opinions}
    for pseudonym in sorted(said.keys() | found.keys()):
        frozen = said.get(pseudonym, "")
        if found.get(pseudonym, "") != frozen:
            yield Difference(
                where=pseudonym,
                what="avis, empreinte",
                frozen=str(frozen)[:12] or "absente",
                found=found.get(pseudonym, "")[:12] or "absente",
            )
    # The rule is among what was used when an opinion was given, and then alone.
    is_used = any(name.startswith(f"{OCCUPATION_REVIEW.name}/") for name in known)
    if is_used != bool(found) or len(sitting.opinions) != len(found):
        yield Difference(
            where=f"séance {sitting.number}",
            what="avis",
            frozen="rendus" if is_used else "aucun",
            found=str(len(sitting.opinions) or "aucun"),
        )
    for each in sitting.opinions:
        yield from _opinion(sitting, each)


def _opinion(sitting: FrozenSitting, each: FrozenOpinion) -> Iterator[Difference]:
    """Examined again from its own inputs when its rule is still today's, then its voices counted."""
    where = each.pseudonym
    for what, frozen, found in (
        ("données de l’examen", each.inputs_sha256, digest_told(each.inputs) if each.inputs else ""),
        ("examen", each.digest, digest_told(each.content)),
    ):
        if frozen != found:
            yield Difference(where=where, what=what, frozen=str(frozen)[:12], found=found[:12])
    if each.rule == RULE and each.inputs:
        again = content_told(
            each.inputs,
            on=each.examined_on,
            due_on=date.fromisoformat(str(each.content["due_on"])),
            city=str(each.content["city"]),
            places=each.places,
        )
        yield from compared(where, "examen", by_situation(each.content), by_situation(again))
    silent = sorted(unheard(each.recused, _presences(sitting)))
    yield from compared(where, "voix non comptées", list(each.unheard), silent)
    yield from _unknown_voices(where, each.votes, _heard_on(sitting, each))
    count = voices_on(sitting, each)
    if each.opinion not in OPINIONS:
        yield Difference(where=where, what="avis", frozen=str(each.opinion), found="aucun avis de la liste")
    elif count.votes_for + count.against + count.abstained and not count.carried:
        yield Difference(where=where, what="avis", frozen=each.opinion, found="les voix ne le portent pas")


def voices_on(sitting: FrozenSitting, each: FrozenOpinion) -> Count:
    """The voices on one opinion, less those of the seats that were not heard on it."""
    return counted(dict(each.votes), _heard_on(sitting, each), sitting.ways, places=_sat_for(each))


def _heard_on(sitting: FrozenSitting, each: FrozenOpinion) -> dict[int, Seat]:
    return {
        number: seat
        for number, seat in _came(sitting).items()
        if number not in each.unheard and seat.has_vote and seat.sits_for(_sat_for(each))
    }


def _sat_for(each: FrozenOpinion) -> tuple[str, ...]:
    # As when they voted: the postcode only where the code of the commune is not known.
    return each.places[:1]


def _unknown_voices(where: str, votes: Sequence[tuple[int, str]], seats: Mapping[int, Seat]) -> Iterator[Difference]:
    """Voices that nobody could give: those of a seat that is not heard there, or given twice, or of no known choice."""
    given: set[int] = set()
    for seat, choice in votes:
        if seat not in seats or seat in given or choice not in _CHOICES:
            yield Difference(
                where=where, what=f"voix, siège {seat}", frozen=_text(choice), found="voix que rien ne permet"
            )
        given.add(seat)


def _came(sitting: FrozenSitting) -> dict[int, Seat]:
    """The seats of who came or was represented. An earlier form kept the voices of who left."""
    seats, here = seats_of(sitting), heard((), _presences(sitting))
    return {number: seat for number, seat in seats.items() if number in here or not sitting.has_opinions}


def _presences(sitting: FrozenSitting) -> dict[int, Presence]:
    return {seat.number: Presence(state=seat.state, proxy_to=seat.proxy_to) for seat in sitting.seats}


def by_situation(content: object) -> object:
    """What the members read, each situation by its code; left as it is when it was changed into something else."""
    found = content.get("findings") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not isinstance(found, list | tuple):
        return content
    if not all(isinstance(each, dict) and "code" in each for each in found):
        return dict(content)
    return {**content, "findings": {str(each["code"]): each for each in found}}


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
