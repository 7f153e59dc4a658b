"""How far a rent goes on 1 January: what the landlord voted, under the index and under the convention's maximum."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, decimal_fr, rounded_quotient
from palier.quittancement.rules.revision import revised_rent, revision_percent


class RateAboveIndex(Refusal):
    """Le taux voté de {voted} % dépasse la variation de l’indice, {most} % : inscrivez un taux plus bas, ou la
    référence de la dérogation (CCH, art. L442-1)."""


class RateNegative(Refusal):
    """Le taux voté est négatif : une baisse se fait bail par bail."""


class Limit(StrEnum):
    """What kept a rent from its whole revision."""

    NONE = "NONE"
    CONVENTION = "CONVENTION"
    ABOVE = "ABOVE"
    LATER = "LATER"
    FROZEN = "FROZEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """What was voted for a year. `percent` None is the whole variation of the index."""

    reference: Decimal
    new: Decimal
    percent: Decimal | None = None
    derogation: str = ""


def check_voted(voted: Voted) -> None:
    """Raises RateNegative, RateAboveIndex (L442-1: « dans la limite de la variation » of the index)."""
    if voted.percent is None:
        return
    if voted.percent < 0:
        raise RateNegative
    most = revision_percent(reference=voted.reference, new=voted.new)
    if voted.percent > most and not voted.derogation:
        raise RateAboveIndex(voted=decimal_fr(voted.percent), most=decimal_fr(most))


def next_rent(rent_cents: Cents, *, voted: Voted, rent_max_cents: Cents | None) -> tuple[Cents, Limit]:
    """The rent of the new year in cents a month, and what limited it.

    The rate is printed with two decimals and the index is not: without a derogation the rent never passes what the
    index gives. A rent already at or above the convention's maximum stays where it is (CCH L353-2).
    """
    wanted = _wanted(rent_cents, voted)
    if rent_max_cents is None or wanted <= rent_max_cents:
        return wanted, Limit.NONE
    if rent_cents >= rent_max_cents:
        return rent_cents, Limit.ABOVE
    return rent_max_cents, Limit.CONVENTION


def _wanted(rent_cents: Cents, voted: Voted) -> Cents:
    indexed = revised_rent(rent_cents=rent_cents, reference=voted.reference, new=voted.new)
    if voted.percent is None:
        # An index that falls gives no reduction by itself: it is a ceiling.
        return max(rent_cents, indexed)
    above, below = (100 + voted.percent).as_integer_ratio()
    by_rate = rounded_quotient(rent_cents * above, 100 * below)
    return by_rate if voted.derogation else min(by_rate, max(rent_cents, indexed))
