"""What a change of past terms is worth, month by month: each sealed month priced again by its own rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from palier.foundation.money import Cents
from palier.foundation.periods import Month, after_months
from palier.quittancement.rules.month import LeaseFacts, lines_due

# Loi du 6 juillet 1989, art. 7-1: what the lease lets the landlord claim is time-barred after three years.
_MONTHS_OF_PRESCRIPTION = 36
# The motive of an amount that a revision left behind. A landlord who asks for it within the year has it from that day
# on, and has given it up after (art. 17-1 I, which art. 40 III leaves to conventioned dwellings; art. 7-1 for all):
# nothing is ever claimed for the months before. To confirm, docs/decisions/0009.
ANNUAL_REVISION = "révision annuelle des loyers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What the sealed bill of a month asks for one kind of line, in cents."""

    month: date
    due_on: date
    cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is owed more (or, negative, less) for a month, with what was due and what was asked, in cents."""

    month: date
    due_cents: Cents
    billed_cents: Cents

    @property
    def difference_cents(self) -> Cents:
        """Owed when positive, given back when negative."""
        return self.due_cents - self.billed_cents


def corrections(
    leases: Mapping[date, LeaseFacts], kind: str, billed: Sequence[Billed], *, on: date, motive: str = ""
) -> list[Correction]:
    """The differences of the sealed months, oldest first; months that agree are left out.

    `leases`: the lease as it stood each month. What would be claimed for a bill due more than three years ago is left
    out too, and all that a forgotten revision would claim; what is owed to the tenant is not. Raises the refusals of
    `lines_due`.
    """
    found = []
    for each in billed:
        month = Month.of(each.month)
        due = sum(line.amount_cents for line in lines_due(leases[each.month], month) if line.kind == kind)
        is_barred = motive == ANNUAL_REVISION or after_months(each.due_on, _MONTHS_OF_PRESCRIPTION) < on
        if due != each.cents and not (due > each.cents and is_barred):
            found.append(Correction(month=each.month, due_cents=due, billed_cents=each.cents))
    return found
