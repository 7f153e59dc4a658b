"""When a household that does not answer the survey is told what (CCH L441-9, R441-26)."""

from datetime import date, timedelta
from decimal import Decimal

from palier.foundation.money import Cents
from palier.foundation.periods import after_months
from palier.quittancement.rules.sls import full_supplement, provisional_coefficient

# L441-9: the tenant answers within one month; the formal notice then gives fifteen days.
_MONTHS_TO_ANSWER = 1
_DAYS_OF_NOTICE = 15
# L441-9: what was paid in excess goes back to the tenant within two months of the answer.
_MONTHS_TO_REPAY = 2


def answer_due_on(sent_on: date) -> date:
    """The last day to answer the questionnaire."""
    return after_months(sent_on, _MONTHS_TO_ANSWER)


def notice_over_on(reached_on: date) -> date:
    """The last day that the formal notice leaves, from the day it reached the household.

    L441-9 says « restée infructueuse pendant quinze jours » and no more: a notice that nobody has yet seen bears
    nothing, so the later of the two days is taken (to confirm, docs/decisions/0009).
    """
    return reached_on + timedelta(days=_DAYS_OF_NOTICE)


def repaid_by(answered_on: date) -> date:
    """The last day to give back what a provisional supplement took in excess."""
    return after_months(answered_on, _MONTHS_TO_REPAY)


def provisional_supplement(*, floor_area_m2: Decimal, rate_per_m2: Decimal, year: int) -> Cents:
    """The supplement of those who do not answer, at the highest coefficient, in cents a month (R441-26).

    Raises OutsideBareme.
    """
    coefficient = provisional_coefficient(year=year).value
    return full_supplement(floor_area_m2=floor_area_m2, rate_per_m2=rate_per_m2, coefficient=coefficient)
