"""What the law says of a household that applies: category, ceiling, resources, effort rate, clocks, deadlines."""

from palier.demandes.rules.category import HOUSEHOLD_CATEGORY
from palier.demandes.rules.ceiling import INCOME_CEILING
from palier.demandes.rules.effort import EFFORT_RATE
from palier.demandes.rules.indicators import FIRST_QUARTILE
from palier.demandes.rules.lifecycle import APPLICATION_CLOCKS, WARNING_CLOCK
from palier.demandes.rules.living_rest import LIVING_REST
from palier.demandes.rules.offer_deadline import OFFER_DEADLINE
from palier.demandes.rules.resources import RETAINED_RESOURCES
from palier.foundation.rulebook import Rule

RULES: tuple[Rule, ...] = (
    HOUSEHOLD_CATEGORY,
    INCOME_CEILING,
    RETAINED_RESOURCES,
    EFFORT_RATE,
    LIVING_REST,
    FIRST_QUARTILE,
    APPLICATION_CLOCKS,
    WARNING_CLOCK,
    OFFER_DEADLINE,
)
