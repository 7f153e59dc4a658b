"""Where the sheets of a campaign are; what an agency prints itself for its caretakers."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.dispatch.adapters.hybrid import kinds_given_to_hybrid_mail
from palier.dispatch.channels import EMAIL, HYBRID, PRINT
from palier.dispatch.queries.lots import NoticesOnPaper, PaperPlace, notices_on_paper, places_of
from palier.foundation.reading import fetch
from palier.mail.models import NOTICE_KIND

_NUMBERS: Final = """
SELECT d.number FROM mail_document AS d
WHERE d.kind IN ('INVITATION', 'QUESTIONNAIRE') AND d.number LIKE '%%-' || %(campaign)s || '-%%'
"""
# Handed over to the printer or put in a lot for it, and still true.
_POSTED: Final = f"""
SELECT count(*) FILTER (WHERE s.goes_with_notice)::int AS enclosed,
       count(*) FILTER (WHERE NOT s.goes_with_notice)::int AS alone
FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
WHERE s.channel IN ('PRINT', 'HYBRID') AND s.state IN ('TAKEN', 'ACCEPTED', 'DELIVERED', 'RETURNED')
  AND d.withdrawn_on IS NULL AND d.number IN ({_NUMBERS})
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
class NextNotices:
    """What the sheets that go with a notice wait for. `are_outside`: given to hybrid mail, not printed here."""

    notices: NoticesOnPaper
    are_outside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsPosted:
    """The sheets of a campaign on paper: inside the envelope of a notice, or in their own."""

    enclosed: int
    alone: int


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


def next_notices() -> NextNotices:
    """Where the notices on paper stand. Raises ProviderMisdescribed."""
    return NextNotices(notices=notices_on_paper(), are_outside=NOTICE_KIND in kinds_given_to_hybrid_mail())


def sheets_posted(campaign_id: int) -> SheetsPosted:
    """How many left, of those that whoever asks may see."""
    (found,) = fetch(SheetsPosted, _POSTED, {"campaign": campaign_id})
    return found


def sheets_by_hand() -> list[ByHand]:
    """What there is to print for the caretakers, of the residences that whoever asks sees."""
    return fetch(ByHand, _BY_HAND, {})
