"""What a sitting froze, as plain data: the inputs of the rules by pseudonym, canonical, and back. No database here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Any, Final

from palier.attribution.rules.deciding import Verdict
from palier.attribution.rules.sheets import DwellingFacts, Json, Score
from palier.attribution.rules.voting import Ways
from palier.demandes.rules.facts import Composition, Current, Facts, Path, Proof, Resources, Stated, Stay, Wish
from palier.foundation.errors import Refusal

# What is sealed today; a later form reads an earlier one. From 2 on, it holds the opinions on occupations, how the
# sitting was held, what was sent back to another, and what each of its points stands for.
FORM: Final = 2
_WITH_OPINIONS: Final = 2


class FrozenBroken(Refusal):
    """Les données figées de cette séance ont changé depuis : leur empreinte n’est plus la leur."""


class FormUnknown(FrozenBroken):
    """Les données figées de cette séance sont d’une forme que cette version de Palier ne connaît pas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenCandidate:
    """One sheet: the facts that the rules read, what they made of them, the voices and the decision."""

    pseudonym: str
    facts: Facts
    scores: tuple[Score, ...]
    # Palier's own computation on the day of the sitting: the grid's name among what was used, and the points.
    control: tuple[tuple[str, int], ...]
    sheet: Mapping[str, Json]
    # By number of seat in the sitting.
    votes: tuple[tuple[int, str], ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenItem:
    """One dwelling and its candidates, in the order of their pseudonyms."""

    rank: int
    exception: str
    dwelling: DwellingFacts
    # Seats not heard on it: who took no part, and whom they represent.
    recused: tuple[int, ...]
    candidates: tuple[FrozenCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenOpinion:
    """One review: what its rule read, what the members read of it, the voices and what was advised."""

    rank: int
    pseudonym: str
    examined_on: date
    # Empty when the review was hidden from who closed: the address of the tenant was protected meanwhile.
    inputs: Mapping[str, Json]
    inputs_sha256: str
    # Its rule and version, what that rule answered, the dwelling without its address.
    content: Mapping[str, Json]
    digest: str
    # Seats that took no part in it; those whose voice was not counted: they, and whom they represent.
    recused: tuple[int, ...]
    unheard: tuple[int, ...]
    # By number of seat in the sitting.
    votes: tuple[tuple[int, str], ...]
    opinion: str

    @property
    def digest_of_all(self) -> str:
        """SHA-256 of all that is above: the sitting says it beside, so that one is not changed or left out alone."""
        return sha256(canonical_json(plain(asdict(self)))).hexdigest()

    @property
    def rule(self) -> str:
        """Name and version; nothing when it was read before they were kept."""
        return str(self.content.get("rule", ""))

    @property
    def places(self) -> tuple[str, ...]:
        """The commune, as the seats of mayors name it."""
        said = self.content["places"]
        return tuple(str(place) for place in said) if isinstance(said, list | tuple) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSeat:
    """A seat by its number in the sitting: whose it was is said by the minutes alone."""

    number: int
    quality: str
    has_vote: bool
    is_president: bool
    communes: tuple[str, ...]
    state: str
    proxy_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A rule, a table of legal values, a grid or a version of the landlord's rules, with the digest of what it says."""

    kind: str
    name: str
    digest: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSitting:
    """All that a replay reads."""

    form: int
    number: str
    held_on: date
    ways: Ways
    rules_version: str
    seats: tuple[FrozenSeat, ...]
    items: tuple[FrozenItem, ...]
    used: tuple[Used, ...]
    opinions: tuple[FrozenOpinion, ...] = ()
    # Each of them by pseudonym, with its digest.
    advised: tuple[tuple[str, str], ...] = ()
    mode: str = ""
    # Ranks of the dwellings sent back to another sitting.
    postponed: tuple[int, ...] = ()
    # The landlord's rules, each dwelling by rank, each sheet and opinion by pseudonym: a digest of what it stands for,
    # keyed by the sitting's own key. It leads nowhere without that key, which no export carries.
    bonds: tuple[tuple[str, str], ...] = ()

    @property
    def has_opinions(self) -> bool:
        """False: frozen under a form that did not hold them, whether there were any or not."""
        return self.form >= _WITH_OPINIONS

    def canonical(self) -> bytes:
        """Keys sorted, no space, UTF-8."""
        return canonical_json(self.said())

    def said(self) -> dict[str, object]:
        """In words of JSON. A quorum that counts proxies is not said: sittings were frozen before it could be."""
        ways = asdict(self.ways)
        if not self.ways.quorum_in_person:
            del ways["quorum_in_person"]
        said = {**{name: plain(value) for name, value in asdict(self).items()}, "ways": ways}
        if not self.has_opinions:
            del said["opinions"], said["advised"], said["mode"], said["postponed"], said["bonds"]
        return said

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return sha256(self.canonical()).hexdigest()


def read_frozen(raw: bytes, *, digest: str) -> FrozenSitting:
    """The sitting behind canonical bytes, from the database or from an export. Raises FrozenBroken."""
    if sha256(raw).hexdigest() != digest:
        raise FrozenBroken
    said: dict[str, Any] = json.loads(raw)
    if said["form"] not in range(1, FORM + 1):
        raise FormUnknown
    has_opinions = said["form"] >= _WITH_OPINIONS
    return FrozenSitting(
        form=said["form"],
        number=said["number"],
        held_on=date.fromisoformat(said["held_on"]),
        ways=Ways(**said["ways"]),
        rules_version=said["rules_version"],
        seats=tuple(FrozenSeat(**{**each, "communes": tuple(each["communes"])}) for each in said["seats"]),
        items=tuple(_item(each) for each in said["items"]),
        used=tuple(Used(**each) for each in said["used"]),
        opinions=tuple(_opinion(each) for each in said["opinions"]) if has_opinions else (),
        advised=tuple((pseudonym, each) for pseudonym, each in said["advised"]) if has_opinions else (),
        mode=said["mode"] if has_opinions else "",
        postponed=tuple(said["postponed"]) if has_opinions else (),
        bonds=tuple((name, digest) for name, digest in said["bonds"]) if has_opinions else (),
    )


def facts_from(said: Mapping[str, Any]) -> Facts:
    """Facts as they were frozen, back to what the rules read."""
    return Facts(
        filed_on=date.fromisoformat(said["filed_on"]),
        path=Path(said["path"]),
        composition=Composition(**said["composition"]),
        resources=Resources(**{**said["resources"], "proof": Proof(said["resources"]["proof"])}),
        stay=Stay(said["stay"]),
        current=Current(**said["current"]),
        wish=Wish(**{**said["wish"], "communes": tuple(said["wish"]["communes"])}),
        motives=_stated(said["motives"]),
        priorities=_stated(said["priorities"]),
        needs=_stated(said["needs"]),
        refused_offers=said["refused_offers"],
    )


def _item(said: Mapping[str, Any]) -> FrozenItem:
    return FrozenItem(
        rank=said["rank"],
        exception=said["exception"],
        dwelling=DwellingFacts(**{**said["dwelling"], "places": tuple(said["dwelling"]["places"])}),
        recused=tuple(said["recused"]),
        candidates=tuple(_candidate(each) for each in said["candidates"]),
    )


def _opinion(said: Mapping[str, Any]) -> FrozenOpinion:
    return FrozenOpinion(
        **{
            **said,
            "examined_on": date.fromisoformat(said["examined_on"]),
            "recused": tuple(said["recused"]),
            "unheard": tuple(said["unheard"]),
            "votes": tuple((seat, choice) for seat, choice in said["votes"]),
        }
    )


def _candidate(said: Mapping[str, Any]) -> FrozenCandidate:
    verdict = said["verdict"]
    due = verdict["condition_due_on"]
    return FrozenCandidate(
        pseudonym=said["pseudonym"],
        facts=facts_from(said["facts"]),
        scores=tuple(Score(**{**each, "scored_on": date.fromisoformat(each["scored_on"])}) for each in said["scores"]),
        control=tuple((grid, points) for grid, points in said["control"]),
        sheet=said["sheet"],
        votes=tuple((seat, choice) for seat, choice in said["votes"]),
        verdict=Verdict(**{**verdict, "condition_due_on": None if due is None else date.fromisoformat(due)}),
    )


def _stated(said: Iterable[Mapping[str, Any]]) -> tuple[Stated, ...]:
    return tuple(Stated(code=each["code"], proof=Proof(each["proof"])) for each in said)


def canonical_json(said: object) -> bytes:
    """Keys sorted, no space, UTF-8."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def plain(value: object) -> object:
    """Days as texts, codes as their values: what JSON carries."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
