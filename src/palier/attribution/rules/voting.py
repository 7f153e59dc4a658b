"""Quorum, proxies, votes and the casting voice: the landlord's own rules over CCH L441-2 and R441-9."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from palier.foundation.errors import Refusal

# States in which a member's voice counts.
_HERE = frozenset({"PRESENT", "REMOTE"})


class QuorumNotReached(Refusal):
    """Le quorum n’est pas atteint : voix {counted}, {present} ; le règlement intérieur en demande {needed}. La
    commission ne peut pas délibérer."""


class ProxyNotHere(Refusal):
    """Un pouvoir se donne à un membre présent, qui a voix délibérative, pas à soi-même."""


class TooManyProxies(Refusal):
    """Le règlement intérieur limite les pouvoirs par membre : {most}."""


class RemoteNotAllowed(Refusal):
    """Le règlement intérieur ne permet pas de siéger à distance, ou cette séance se tient en salle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A member of the commission, without a name. `communes` empty: every dwelling."""

    member: int
    quality: str
    has_vote: bool
    is_president: bool = False
    communes: tuple[str, ...] = ()

    def sits_for(self, places: Collection[str]) -> bool:
        """Whether they sit for a dwelling of these communes (INSEE code, postcode)."""
        return not self.communes or bool(set(self.communes) & set(places))


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Whether a member came, or to whom they gave their voice."""

    state: str
    proxy_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The landlord's rules for one sitting."""

    quorum: int
    casting: str
    least_candidates: int = 3
    proxies_each: int = 1
    remote_allowed: bool = False
    # Whether the quorum counts those who are there alone, in the room or remotely, and no proxy.
    quorum_in_person: bool = False


def refuse_bad_proxies(seats: Mapping[int, Seat], presences: Mapping[int, Presence], ways: Ways) -> None:
    """Each proxy goes to someone who is there and votes, so many at most. Raises ProxyNotHere, TooManyProxies."""
    held: dict[int, int] = {}
    for member, presence in presences.items():
        if presence.state != "REPRESENTED":
            continue
        holder = presence.proxy_to
        seat = seats.get(holder) if holder is not None else None
        if holder is None or seat is None or holder == member or not seat.has_vote:
            raise ProxyNotHere(member=member)
        if presences.get(holder, Presence(state="ABSENT")).state not in _HERE:
            raise ProxyNotHere(member=member)
        held[holder] = held.get(holder, 0) + 1
        if held[holder] > ways.proxies_each:
            raise TooManyProxies(most=ways.proxies_each, member=holder)


def refuse_remote(presences: Mapping[int, Presence], ways: Ways, *, mode: str) -> None:
    """Raises RemoteNotAllowed."""
    remote = [member for member, each in presences.items() if each.state == "REMOTE"]
    if remote and (mode == "ROOM" or not ways.remote_allowed):
        raise RemoteNotAllowed(member=remote[0])


def unheard(recused: Collection[int], presences: Mapping[int, Presence]) -> set[int]:
    """Whose voice is not counted on a point: those who take no part in it, and those who gave them their voice.

    A proxy is cast by its holder: who left the room casts neither their own voice nor another's.
    """
    return {*recused, *(member for member, each in presences.items() if each.proxy_to in recused)}


def heard(recused: Collection[int], presences: Mapping[int, Presence]) -> set[int]:
    """Whose voice is counted on a point: who is there or represented, less those who are not heard on it."""
    here = {member for member, each in presences.items() if each.state in (*_HERE, "REPRESENTED")}
    return here - unheard(recused, presences)


def recusal_fr(name: str, represented: Sequence[str]) -> str:
    """A recusal as the minutes say it: « Rose Olivier (pouvoir de Maud Houx : voix non comptée…) »."""
    if not represented:
        return name
    return f"{name} (pouvoir de {', '.join(represented)}\u00a0: voix non comptée sur ce point)"


def voices(seats: Mapping[int, Seat], presences: Mapping[int, Presence]) -> int:
    """How many members with a vote are there, in person, remotely or by proxy."""
    return sum(
        1
        for member, presence in presences.items()
        if member in seats and seats[member].has_vote and presence.state in (*_HERE, "REPRESENTED")
    )


def quorum_voices(seats: Mapping[int, Seat], presences: Mapping[int, Presence], ways: Ways) -> int:
    """The voices that make the quorum: proxies are among them unless the landlord's rules set them aside."""
    if not ways.quorum_in_person:
        return voices(seats, presences)
    return voices(seats, {member: each for member, each in presences.items() if each.state in _HERE})


def counted_fr(*, in_person: bool) -> str:
    """Which voices make the quorum: « présentes ou représentées »."""
    return "présentes, pouvoirs non comptés" if in_person else "présentes ou représentées"


def refuse_without_quorum(seats: Mapping[int, Seat], presences: Mapping[int, Presence], ways: Ways) -> None:
    """A mayor who sits for some communes only is counted: they were convened. Raises QuorumNotReached."""
    present = quorum_voices(seats, presences, ways)
    if present < ways.quorum:
        raise QuorumNotReached(counted=counted_fr(in_person=ways.quorum_in_person), present=present, needed=ways.quorum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The voices on one sheet and what comes of them; `carried` is None when nothing settles a tie."""

    votes_for: int
    against: int
    abstained: int
    by_casting: bool
    carried: bool | None


def counted(votes: Mapping[int, str], seats: Mapping[int, Seat], ways: Ways, *, places: Collection[str]) -> Count:
    """The majority of the voices given; equal, the casting voice (CCH L441-2): the mayor's, or the president's."""
    heard = {
        member: choice
        for member, choice in votes.items()
        if member in seats and seats[member].has_vote and seats[member].sits_for(places)
    }
    tally = {code: sum(1 for choice in heard.values() if choice == code) for code in ("FOR", "AGAINST", "ABSTAIN")}
    carried: bool | None = tally["FOR"] > tally["AGAINST"]
    by_casting = False
    if tally["FOR"] == tally["AGAINST"]:
        casting = next((heard[member] for member in heard if _casts(seats[member], ways)), "ABSTAIN")
        by_casting = casting != "ABSTAIN"
        carried = casting == "FOR" if by_casting else None
    return Count(
        votes_for=tally["FOR"],
        against=tally["AGAINST"],
        abstained=tally["ABSTAIN"],
        by_casting=by_casting,
        carried=carried,
    )


def _casts(seat: Seat, ways: Ways) -> bool:
    return seat.quality == "MAYOR" if ways.casting == "MAYOR" else seat.is_president
