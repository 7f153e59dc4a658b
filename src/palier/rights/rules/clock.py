"""Until when the landlord answers a person (RGPD, art. 12-3), counted as règlement 1182/71 counts, art. 3.

A month ends on the day that bears the number of the day of receipt, or on the last day of a shorter month; a deadline
that falls on a Saturday, a Sunday or a public holiday goes to the next working day.
"""

from datetime import date
from typing import Final

from palier.foundation.holidays import next_working_day
from palier.foundation.periods import after_months

MONTHS_TO_ANSWER: Final = 1
# Two further months, counted from the receipt and not from the extension (art. 12-3).
MONTHS_WHEN_EXTENDED: Final = 3


def due_on(received_on: date, *, extended: bool = False) -> date:
    """The last day on which the answer is in time."""
    months = MONTHS_WHEN_EXTENDED if extended else MONTHS_TO_ANSWER
    return next_working_day(after_months(received_on, months))


def days_left(due: date, *, on: date) -> int:
    """How many days are left; negative once the deadline has passed."""
    return (due - on).days
