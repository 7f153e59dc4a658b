"""The pieces of a file: asked, given, judged; what may still be asked, and why; the papers that were not kept."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.demandes.models import RefusedPaper
from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.file import stays_of
from palier.demandes.queries.members import MemberRow, members_of
from palier.demandes.rules.facts import Facts, Stay
from palier.demandes.rules.pieces import GROUNDS, NOT_SAID_YET, PIECES, Askable, Moment, Person, may_be_asked
from palier.foundation.reading import fetch, fetch_one

_KINDS = dict(RefusedPaper._meta.get_field("kind").flatchoices)
_OUTCOMES = dict(RefusedPaper._meta.get_field("outcome").flatchoices)
# The bytes stay where they are: a list of pieces reads none of them.
_COLUMNS = """
SELECT p.id, p.application_id, p.member_id, p.code, p.state, p.asked_on, p.given_on, p.judged_on, p.ground, p.pages,
       p.sealed IS NOT NULL AS has_file
FROM demandes_piece AS p
"""
_OF_APPLICATION = f"{_COLUMNS} WHERE p.application_id = %(application_id)s ORDER BY p.id"
_ONE = f"{_COLUMNS} WHERE p.id = %(piece_id)s"
_REFUSED = """
SELECT r.id, r.kind, r.outcome, r.at FROM demandes_refusedpaper AS r
WHERE r.application_id = %(application_id)s ORDER BY r.id DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceRow:
    id: int
    application_id: int
    member_id: int | None
    code: str
    state: str
    asked_on: date | None
    given_on: date | None
    judged_on: date | None
    ground: str
    pages: int | None
    has_file: bool

    @property
    def label(self) -> str:
        """In the words of the list; a code of another time is shown as it is."""
        known = PIECES.get(self.code)
        return known.label if known else self.code

    @property
    def ground_label(self) -> str:
        return GROUNDS.get(self.ground, self.ground)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A paper that was not kept: what it was, what became of it, when."""

    id: int
    kind: str
    outcome: str
    at: datetime

    @property
    def kind_label(self) -> str:
        return str(_KINDS[self.kind])

    @property
    def outcome_label(self) -> str:
        return str(_OUTCOMES[self.outcome])


@dataclass(frozen=True, slots=True, kw_only=True)
class AskableRow:
    """A piece that may be asked now: of whom (None, the household), and why."""

    member_id: int | None
    name: str
    asked: Askable


def pieces_of(application_id: int) -> list[PieceRow]:
    return fetch(PieceRow, _OF_APPLICATION, {"application_id": application_id})


def piece_facts(piece_id: int) -> PieceRow | None:
    """One piece, or None when it is not for whoever reads."""
    return fetch_one(PieceRow, _ONE, {"piece_id": piece_id})


def refused_papers_of(application_id: int) -> list[RefusedRow]:
    return fetch(RefusedRow, _REFUSED, {"application_id": application_id})


def said_of(application_id: int, *, on: date, moment: Moment = Moment.INSTRUCTION) -> tuple[Facts, Moment]:
    """What was declared, and what that lets one ask: until the housing is said, the registration's pieces alone."""
    facts = facts_of([application_id], on=on).get(application_id)
    return (NOT_SAID_YET, Moment.REGISTRATION) if facts is None else (facts, moment)


def persons_of(application_id: int, members: list[MemberRow], *, on: date) -> dict[int, Person]:
    """Each member as the list of pieces may know them: a French or European adult shows no permit of stay."""
    settled = {
        stay.member_id
        for stay in stays_of(application_id)
        if stay.nationality in ("FR", "UE") or stay.state == Stay.REGULAR
    }
    return {member.id: member.as_person(on=on, stay_to_check=member.id not in settled) for member in members}


def askable_of(application_id: int, *, on: date, moment: Moment = Moment.INSTRUCTION) -> list[AskableRow]:
    """What the list allows for what was declared, less what is already asked, given or proved."""
    members = members_of(application_id)
    if not members:
        return []
    facts, moment = said_of(application_id, on=on, moment=moment)
    persons = persons_of(application_id, members, on=on)
    held = {(row.member_id, row.code) for row in pieces_of(application_id) if row.state != "REJECTED"}
    found = [
        AskableRow(member_id=member.id, name=member.name, asked=each)
        for member in members
        for each in may_be_asked(facts, persons[member.id], moment=moment)
    ]
    found += [
        AskableRow(member_id=None, name="le ménage", asked=each) for each in may_be_asked(facts, None, moment=moment)
    ]
    return [row for row in found if (row.member_id, row.asked.piece.code) not in held]
