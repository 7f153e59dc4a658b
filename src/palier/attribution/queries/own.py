"""What a person reads of the allocation of dwellings to them: proposed or not, why, and what was decided.

Row security gives them their own lines alone, and a decision only once the letter that tells it is made.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from palier.attribution.letters import dwelling_named, placed
from palier.attribution.rules.own_words import TOLD_FR
from palier.attribution.rules.words import REFUSAL_MOTIVES
from palier.demandes.rules.pieces import PIECES
from palier.foundation.money import decimal_fr, euros_fr
from palier.foundation.periods import day_fr
from palier.foundation.reading import fetch

_MOST: Final = 20
_EXAMINED = """
SELECT m.suits, m.place, m.against, m.to_check, m.points FROM attribution_match AS m
WHERE m.application_id = %(application_id)s ORDER BY m.id DESC LIMIT %(most)s
"""
_PROPOSED = """
SELECT c.added_on, c.withdrawn_on, coalesce(d.kind, '') AS kind, d.rank, coalesce(d.motive, '') AS motive,
       coalesce(d.other_motive, '') AS other_motive, coalesce(d.precision, '') AS precision,
       coalesce(d.condition_piece, '') AS condition_piece, d.condition_due_on, d.decided_at, s.content AS sheet,
       n.content AS letter, coalesce(r.name, '') AS residence,
       EXISTS (SELECT FROM attribution_offer AS o WHERE o.decision_id = d.id) AS is_offered
FROM attribution_candidate AS c
LEFT JOIN attribution_sheet AS s ON s.candidate_id = c.id
LEFT JOIN attribution_decision AS d ON d.sheet_id = s.id AND d.replaced_at IS NULL
LEFT JOIN attribution_notification AS n ON n.decision_id = d.id AND n.kind = 'DECISION'
LEFT JOIN attribution_vacancy AS v ON v.id = c.vacancy_id
LEFT JOIN estate_residence AS r ON r.id = v.residence_id
WHERE c.application_id = %(application_id)s ORDER BY c.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMatch:
    """A vacant dwelling for which the application was looked at. `place` is that of this landlord's list alone."""

    suits: bool
    place: int
    against: list[str]
    to_check: list[str]
    points: int | None

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is against, then what is to check, said to the person."""
        return tuple(TOLD_FR.get(code, code) for code in (*self.against, *self.to_check))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecision:
    """What is decided of a dwelling, told to the person; no kind as long as nothing is, or its letter is not made."""

    kind: str
    rank: int | None
    motive: str
    other_motive: str
    precision: str
    condition_piece: str
    condition_due_on: date | None
    decided_at: datetime | None
    # The ranks before are over: the dwelling came to this one.
    is_offered: bool

    @property
    def told(self) -> tuple[str, ...]:
        """The decision in plain words, without its motive."""
        match self.kind:
            case "ATTRIBUTION":
                return ("Le logement vous est attribué.",)
            case "ATTRIBUTION_RANG":
                return self._ranked()
            case "ATTRIBUTION_CONDITION":
                return self._condition()
            case "NON_ATTRIBUTION":
                return ("Ce logement ne vous est pas attribué.",)
            case "IRRECEVABILITE":
                return ("La commission juge votre demande non recevable.",)
        return ()

    @property
    def motives(self) -> tuple[str, ...]:
        """Why it is refused, then the precision; nothing when it is not."""
        told = [REFUSAL_MOTIVES.get(code, code) for code in (self.motive, self.other_motive) if code]
        return (*(f"Motif\u00a0: {motive}." for motive in told), *([self.precision] if self.precision else []))

    def _ranked(self) -> tuple[str, ...]:
        told = f"Le logement vous est attribué au rang {self.rank}."
        return (told,) if self.rank == 1 or self.is_offered else (told, "Il va d’abord aux rangs précédents.")

    def _condition(self) -> tuple[str, ...]:
        piece = PIECES[self.condition_piece].label if self.condition_piece in PIECES else self.condition_piece
        due = f", au plus tard le {day_fr(self.condition_due_on)}" if self.condition_due_on else ""
        ranked = f" au rang {self.rank}" if self.rank else ""
        return (f"Le logement vous est attribué{ranked}, à une condition{due}.", f"Donnez cette pièce\u00a0: {piece}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProposal(OwnDecision):
    """A dwelling for which the application went before the commission, and what is decided of it."""

    added_on: date
    withdrawn_on: date | None
    # The sheet on which it was decided, as the commission saw it.
    sheet: str | dict[str, Any] | None
    # The letter that told the decision.
    letter: bytes | None
    residence: str

    @property
    def dwelling(self) -> str:
        """Which dwelling, as the letter names it: nothing before it is made."""
        return placed(self.residence, dwelling_named(self.letter))

    @property
    def seen(self) -> tuple[str, ...]:
        """What the commission read of the household, in plain words; nothing before it decided, nothing once erased."""
        facts = json.loads(self.sheet) if isinstance(self.sheet, str) else self.sheet
        return _seen(facts) if facts and self.kind else ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is decided and why, in plain words; or where it stands."""
        if self.kind:
            return (*self.told, *self.motives)
        if self.withdrawn_on is not None:
            return (f"Votre demande n’y est plus proposée depuis le {day_fr(self.withdrawn_on)}.",)
        return ("La commission n’a pas encore décidé, ou sa lettre n’est pas partie.",)


def _seen(facts: dict[str, Any]) -> tuple[str, ...]:
    told = [f"Personnes à loger\u00a0: {facts['persons']}.", f"Attente\u00a0: {facts['waited_months']} mois."]
    if facts["income_cents"] is not None:
        told.append(f"Revenu retenu par an\u00a0: {euros_fr(facts['income_cents'])}.")
    if facts["ceiling_cents"] is not None:
        told.append(f"Plafond pour ce logement\u00a0: {euros_fr(facts['ceiling_cents'])}.")
    if facts["effort_percent"] is not None:
        effort = decimal_fr(Decimal(facts["effort_percent"]))
        told.append(f"Part de vos ressources pour le loyer, avant aide\u00a0: {effort}\u00a0%.")
    told += [f"Points\u00a0: {each['points']} ({each['source']})." for each in facts["scores"]]
    return tuple(told)


def own_matches(application_id: int) -> list[OwnMatch]:
    """Twenty at most, the last first."""
    return fetch(OwnMatch, _EXAMINED, {"application_id": application_id, "most": _MOST})


def own_proposals(application_id: int) -> list[OwnProposal]:
    """Twenty at most, the last first."""
    return fetch(OwnProposal, _PROPOSED, {"application_id": application_id, "most": _MOST})
