"""What a CAF sends to the landlord of a demonstration: a file of payments, as Palier's default profile cuts it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from palier.foundation.periods import Month

LANDLORD_CODE: Final = "BAILLEURDEMO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One line of the file: an APL paid for a month, and what the CAF withholds on it, in cents."""

    number: str
    month: Month
    cents: int
    withheld_cents: int = 0


def number_of(lease_id: int) -> str:
    """A number that no CAF gives: 9 and the lease."""
    return f"9{lease_id:014d}"


def write_payments(path: Path, rows: Sequence[Paid]) -> None:
    """Write the file of these payments; its totals are theirs."""
    with path.open("w", encoding="iso-8859-1") as out:
        out.writelines(f"{line}\n" for line in _records(rows))


def _records(rows: Sequence[Paid]) -> Iterator[str]:
    yield f"0302{LANDLORD_CODE:12}"
    for row in rows:
        told = f"{row.month.year % 100:02d}{row.month.month:02d}"
        names = f"{'NOM FICTIF':20}{'PRENOM':12}"
        yield f"0602{'':32}{row.number:15}{names}{told}{'':4}{row.cents:011d}{row.withheld_cents:011d}"
    cents, withheld = sum(row.cents for row in rows), sum(row.withheld_cents for row in rows)
    for kind in ("0702", "0802"):
        yield f"{kind}{'':87}{cents:011d}{withheld:011d}"
