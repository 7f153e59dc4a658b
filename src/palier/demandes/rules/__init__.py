"""What the law says of a household that applies: its category, its resource ceiling, its effort rate."""

from palier.demandes.rules.category import HOUSEHOLD_CATEGORY
from palier.demandes.rules.ceiling import INCOME_CEILING
from palier.demandes.rules.effort import EFFORT_RATE
from palier.foundation.rulebook import Rule

RULES: tuple[Rule, ...] = (HOUSEHOLD_CATEGORY, INCOME_CEILING, EFFORT_RATE)
