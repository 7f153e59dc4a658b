"""The published statistics that the population is true to. Shares are between 0 and 1, rents in euros per m².

Two kinds of stock have figures of their own (RPLS 2017, ministry in charge of housing): Paris, and Seine-Maritime for
a landlord outside Île-de-France. What describes the households is national. A hypothesis has no source.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTargets:
    """What the stock of one kind of place looks like."""

    small_share: float  # one or two rooms
    middle_share: float  # three or four rooms
    large_share: float  # five rooms or more
    rent_per_m2: float
    arrivals_share: float  # dwellings whose household arrived within the last twelve months
    qpv_share: float
    apl_share: float  # hypothesis


PARIS = StockTargets(
    small_share=0.455,
    middle_share=0.483,
    large_share=0.062,
    rent_per_m2=8.05,
    arrivals_share=0.046,
    qpv_share=0.177,
    apl_share=0.45,
)

ELSEWHERE = StockTargets(
    small_share=0.193,
    middle_share=0.715,
    large_share=0.092,
    rent_per_m2=5.27,
    arrivals_share=0.112,
    qpv_share=0.280,
    apl_share=0.57,
)

# RPLS 2017: Paris 1.6 %, Seine-Maritime 1.5 %.
VACANT_SHARE = 0.016

# Social landlords' federation, occupants in 2020: persons per dwelling, single persons; dwellings built before 1990.
PERSONS_PER_DWELLING = 2.42
SINGLE_SHARE = 0.43
BEFORE_1990_SHARE = 0.721

# Insee Première, April 2025, tenants of the social sector in 2022.
SINGLE_PARENT_SHARE = 0.21
POOR_SHARE = 0.34
MEDIAN_AGE = 53
OVER_TEN_YEARS_SHARE = 0.31

# Union sociale pour l'habitat, September 2022.
SLS_SHARE = 0.03
UNDER_60_PERCENT_OF_CEILING_SHARE = 0.61

# Hypotheses, without a source.
ARREARS_SHARE = 0.12
DIRECT_DEBIT_SHARE = 0.55

# Sixty per cent of the median standard of living in 2022, for one consumption unit, in euros a month (Insee).
POVERTY_LINE = 1216


def targets_of(zone_ceiling: str) -> StockTargets:
    """The figures of Paris for Paris and its neighbours, of Seine-Maritime for anywhere else."""
    return PARIS if zone_ceiling == "PARIS" else ELSEWHERE
