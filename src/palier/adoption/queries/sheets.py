"""Where the sheets of a campaign are; what an agency prints itself for its caretakers."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.dispatch.channels import EMAIL, HYBRID, PRINT
from palier.dispatch.queries.lots import PaperPlace, places_of
from palier.foundation.reading import fetch

_NUMBERS: Final = """
SELECT d.number FROM mail_document AS d
WHERE d.kind IN ('INVITATION', 'QUESTIONNAIRE') AND d.number LIKE '%%-' || %(campaign)s || '-%%'
"""
_BY_HAND: Final = """
SELECT c.id AS campaign_id, c.opened_on, i.residence_id, r.name AS residence,
       count(*) FILTER (WHERE i.answered_on IS NULL)::int AS surveys,
       count(i.invited_on)::int AS leaflets
FROM adoption_campaign AS c JOIN adoption_invitee AS i ON i.campaign_id = c.id
JOIN estate_residence AS r ON r.id = i.residence_id
WHERE c.means = 'CARETAKER' AND c.survey_on IS NOT NULL AND i.cohort = 'INVITED'
GROUP BY c.id, i.residence_id, r.name ORDER BY c.id DESC, r.name LIMIT 200
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """The sheets of one residence that its caretaker hands over."""

    campaign_id: int
    opened_on: date
    residence_id: int
    residence: str
    surveys: int
    leaflets: int


def sheets_of(campaign_id: int) -> list[PaperPlace]:
    """Where what a campaign sent is: lots, messages."""
    return places_of(_NUMBERS, {"campaign": campaign_id}, channels=(PRINT, HYBRID, EMAIL))


def sheets_by_hand() -> list[ByHand]:
    """What there is to print for the caretakers, of the residences that whoever asks sees."""
    return fetch(ByHand, _BY_HAND, {})
