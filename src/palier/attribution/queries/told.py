"""The decisions of the commission that a letter told: the same for the person and for who instructs their file."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.attribution.queries.own import OwnDecision
from palier.attribution.rules.deciding import ALLOCATING
from palier.attribution.rules.own_words import ALLOCATED_FR, FOLLOWS_FR, GONE_FR, OVER_FR, RUNNING_FR
from palier.attribution.rules.words import DECISIONS
from palier.demandes.rules.lifecycle import Warned, warned_radiation
from palier.foundation.clock import day_of
from palier.foundation.reading import fetch

_MOST: Final = 20
# Before its letter is made, a decision may still be corrected, and is nobody's to read outside the commission.
_TOLD: Final = """
SELECT d.kind, d.rank, d.motive, d.other_motive, d.precision, d.condition_piece, d.condition_due_on, d.decided_at,
       n.id AS letter_id, n.made_at AS letter_made_at, n.notified_on AS received_on,
       CASE WHEN o.lease_id IS NOT NULL THEN 'SIGNED'
            WHEN o.state IN ('SENT', 'ACCEPTED') AND v.withdrawn_for = 'CONGE' THEN 'STAYS'
            ELSE coalesce(o.state, '') END AS offer,
       o.id IS NOT NULL AS is_offered,
       CASE WHEN v.withdrawn_for = 'CONGE' THEN 'WITHDRAWN' ELSE v.state END AS dwelling
FROM attribution_candidate AS c
JOIN attribution_sheet AS s ON s.candidate_id = c.id
JOIN attribution_decision AS d ON d.sheet_id = s.id AND d.replaced_at IS NULL
JOIN attribution_notification AS n ON n.decision_id = d.id AND n.kind = 'DECISION'
JOIN attribution_vacancy AS v ON v.id = c.vacancy_id
LEFT JOIN LATERAL (
    SELECT f.id, f.lease_id, f.state FROM attribution_offer AS f WHERE f.decision_id = d.id ORDER BY f.id DESC LIMIT 1
) AS o ON o.state <> 'STAYS' OR v.withdrawn_for = 'CONGE'
WHERE c.application_id = %(application_id)s ORDER BY d.decided_at DESC, d.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDecision(OwnDecision):
    """A decision with the letter that told it."""

    letter_id: int
    letter_made_at: datetime
    received_on: date | None
    # SIGNED, or the state of the offer that followed; empty without one.
    offer: str
    # Where the vacancy stands.
    dwelling: str

    @property
    def label(self) -> str:
        return DECISIONS[self.kind]

    @property
    def is_inadmissible(self) -> bool:
        return self.kind == "IRRECEVABILITE"

    @property
    def follows(self) -> tuple[str, ...]:
        """What follows from it for the person, as long as it is not over."""
        return RUNNING_FR.get(self.offer) or FOLLOWS_FR.get(self.kind, ())

    @property
    def became(self) -> tuple[str, ...]:
        """What became of the dwelling allocated, in place of a decision that is over; empty while it is not."""
        if self.kind not in ALLOCATING:
            return ()
        over = OVER_FR.get(self.offer, ()) if self.offer else GONE_FR.get(self.dwelling, ())
        return (ALLOCATED_FR, *over) if over else ()

    @property
    def radiated_from(self) -> date | None:
        """The first day on which an inadmissible application may be radiated: its letter is the warning."""
        if not self.is_inadmissible:
            return None
        return warned_radiation(self.received_on or day_of(self.letter_made_at), Warned.INADMISSIBLE)


def decisions_told(application_id: int) -> list[ToldDecision]:
    """Twenty at most, the last first."""
    return fetch(ToldDecision, _TOLD, {"application_id": application_id, "most": _MOST})
