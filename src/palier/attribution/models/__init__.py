"""Allocation: what becomes vacant, who has a right to propose, what the commission decides, what follows. Cents, days.

Nothing here bears a name: a candidate is an application's number in the database and a pseudonym on a sheet.
"""

from palier.attribution.models.commission import (
    Attendance,
    CommissionMember,
    CommissionRules,
    Handover,
    Item,
    Recusal,
    Sitting,
)
from palier.attribution.models.decisions import Candidate, Decision, Frozen, Minutes, Sheet, Vote
from palier.attribution.models.follow_up import Notification, Offer, SignedAttribution
from palier.attribution.models.matching import Match, Matching
from palier.attribution.models.occupation import (
    OccupationReview,
    Opinion,
    OpinionLetter,
    OpinionRecusal,
    OpinionVote,
)
from palier.attribution.models.vacancies import (
    Holder,
    Orientation,
    PublishedFigure,
    ReservationConvention,
    Vacancy,
    VacancySpell,
)

__all__ = [
    "Attendance",
    "Candidate",
    "CommissionMember",
    "CommissionRules",
    "Decision",
    "Frozen",
    "Handover",
    "Holder",
    "Item",
    "Match",
    "Matching",
    "Minutes",
    "Notification",
    "OccupationReview",
    "Offer",
    "Opinion",
    "OpinionLetter",
    "OpinionRecusal",
    "OpinionVote",
    "Orientation",
    "PublishedFigure",
    "Recusal",
    "ReservationConvention",
    "Sheet",
    "SignedAttribution",
    "Sitting",
    "Vacancy",
    "VacancySpell",
    "Vote",
]
