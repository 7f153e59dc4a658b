"""What the law and the landlord's own rules say of allocation: quorum, votes, motives, quotas."""

from palier.attribution.rules.flow import RESERVATION_FLOW
from palier.attribution.rules.occupation_review import OCCUPATION_REVIEW
from palier.attribution.rules.quotas import ALLOCATION_QUOTAS
from palier.foundation.rulebook import Rule

RULES: tuple[Rule, ...] = (RESERVATION_FLOW, ALLOCATION_QUOTAS, OCCUPATION_REVIEW)
