"""What the law and the landlord's own rules say of allocation: quorum, votes, motives, quotas."""

from palier.foundation.rulebook import Rule

RULES: tuple[Rule, ...] = ()
