"""The maximum rent of a dwelling's convention, for a statement that reads the whole stock: `rules.highest_rent_on`."""

from datetime import date
from decimal import Decimal
from typing import Final

from palier.estate.rules import known_indexings

# In cents a month, half-up; `d` is the dwelling, `v` its convention (CCH L353-1 and L353-9-2).
HIGHEST_RENT: Final = """
round(d.useful_area_m2 * v.max_rent_per_m2_cents * v.coefficient
      * coalesce(index.new, 1) / coalesce(index.reference, 1))::bigint
"""
# Beside the convention `v`, with the facts of `index_facts`.
INDEX: Final = """
LEFT JOIN unnest(%(index_years)s::int[], %(index_new)s::numeric[], %(index_reference)s::numeric[])
       AS index (year, new, reference) ON index.year = extract(year FROM v.max_rent_on)
"""


def index_facts(*, on: date) -> dict[str, list[int] | list[Decimal]]:
    """What `INDEX` asks for: how a maximum of each year is brought to that day."""
    known = known_indexings(on=on)
    return {
        "index_years": list(known),
        "index_new": [new for new, _ in known.values()],
        "index_reference": [reference for _, reference in known.values()],
    }
