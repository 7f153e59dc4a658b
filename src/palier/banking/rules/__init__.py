"""The law of payments: which debts a sum settles."""

from palier.banking.rules.allocation import PAYMENT_ALLOCATION
from palier.foundation.rulebook import Rule

RULES: tuple[Rule, ...] = (PAYMENT_ALLOCATION,)
