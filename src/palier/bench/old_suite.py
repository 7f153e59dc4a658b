"""A fictional old suite: its export of a landlord with twelve months of lines, and the faults planted in them.

Its amounts are worked out here, by its own arithmetic: what Palier's rules then give is held against them.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final

from palier.banking.formats.cfonb_record import french_iban
from palier.estate.imports.palier_estate import COLUMNS as ESTATE_COLUMNS
from palier.foundation.money import text_from_cents
from palier.foundation.periods import Month
from palier.leases.imports.lease_file import COLUMNS as LEASE_COLUMNS
from palier.takeover.imports.account_file import COLUMNS as ACCOUNT_COLUMNS
from palier.takeover.imports.parallel_file import COLUMNS as LINE_COLUMNS

FIRST: Final = Month(2025, 12)
REVISED_ON: Final = date(2026, 1, 1)
# IRL of the 2nd quarters (the law's), and of the 1st ones, which one residence was wrongly revised with.
IRL_BEFORE, IRL_AFTER = Decimal("145.17"), Decimal("146.68")
WRONG_BEFORE, WRONG_AFTER = Decimal("143.46"), Decimal("145.47")
ANNEX_CENTS, OVERCHARGED_CENTS = 4_500, 5_700
# The residences where each fault is planted, by rank.
WRONG_INDEX, WRONG_PRORATION, WRONG_ANNEX = 1, 2, 3
_A_RESIDENCE: Final = 100
_FEWEST: Final = 4
_TREES = ("Acacia", "Bouleau", "Charme", "Frêne", "Hêtre", "Lilas", "Mélèze", "Noyer", "Orme", "Saule", "Tilleul")
_FIRST_NAMES = ("Alice", "Bruno", "Chloé", "David", "Emma", "Farid", "Gaëlle", "Hugo", "Inès", "Jules")
_PROVISIONS = (("provision_eau", 2_140), ("provision_chauffage", 4_875), ("provision_communs", 3_360))


@dataclass(frozen=True, slots=True, kw_only=True)
class OldLease:
    """A lease of the old suite. The rent is that of 2025 when it began before 2026."""

    rank: int
    residence: int
    starts_on: date
    ends_on: date | None
    rent_cents: int
    has_annex: bool
    deposit_cents: int

    @property
    def reference(self) -> str:
        return f"V{self.rank:07d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What a fault weighs over the twelve months: lines that differ, and what was asked too much (or too little)."""

    lines: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The four files, what they hold, and what was planted."""

    estate: Path
    leases: Path
    accounts: Path
    lines: Path
    dwellings: int
    line_count: int
    balance_cents: int
    deposit_cents: int
    planted: dict[str, Planted]


@dataclass(slots=True)
class _Weighed:
    lines: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    cents: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    all_lines: int = 0

    def differ(self, cause: str, theirs: int, right: int) -> None:
        if theirs != right:
            self.lines[cause] += 1
            self.cents[cause] += theirs - right


def write_export(folder: Path, *, dwellings: int, seed: int) -> Export:
    """Write the export of a landlord of that size."""
    drawn = random.Random(seed)
    size = max(1, min(_A_RESIDENCE, dwellings // _FEWEST))
    leases = [_drawn(rank, 1 + (rank - 1) // size, drawn) for rank in range(1, dwellings + 1)]
    _write(folder / "patrimoine.csv", ESTATE_COLUMNS, _estate_rows(leases, drawn))
    _write(folder / "baux.csv", LEASE_COLUMNS, _lease_rows(leases, drawn))
    weighed = _Weighed()
    _write(folder / "lignes.csv", LINE_COLUMNS, _line_rows(leases, weighed))
    balances: list[int] = []
    _write(folder / "comptes.csv", ACCOUNT_COLUMNS, _account_rows(leases, drawn, balances))
    return Export(
        estate=folder / "patrimoine.csv",
        leases=folder / "baux.csv",
        accounts=folder / "comptes.csv",
        lines=folder / "lignes.csv",
        dwellings=dwellings,
        line_count=weighed.all_lines,
        balance_cents=sum(balances),
        deposit_cents=sum(lease.deposit_cents for lease in leases),
        planted={
            cause: Planted(lines=weighed.lines[cause], cents=weighed.cents[cause]) for cause in sorted(weighed.lines)
        },
    )


def _drawn(rank: int, residence: int, drawn: random.Random) -> OldLease:
    starts_on = date(drawn.randint(2005, 2024), drawn.randint(1, 12), drawn.randint(1, 28))
    ends_on = None
    # Enough people move in the residence of the wrong proration for the fault to show at any size.
    moves = rank % (5 if residence == WRONG_PRORATION else 37)
    if moves == 0:
        starts_on = date(2026, drawn.randint(2, 10), drawn.randint(2, 27))
    elif moves == 1:
        ends_on = date(2026, drawn.randint(2, 10), drawn.randint(2, 27))
    rent = drawn.randint(28_000, 62_000)
    return OldLease(
        rank=rank,
        residence=residence,
        starts_on=starts_on,
        ends_on=ends_on,
        rent_cents=rent,
        has_annex=rank % 3 == 0,
        deposit_cents=rent,
    )


# --- The lines, as the old suite billed them --------------------------------------------------------------------------


def _line_rows(leases: Sequence[OldLease], weighed: _Weighed) -> Iterator[Sequence[str]]:
    month = FIRST
    for _ in range(12):
        for lease in leases:
            for heading, cents in _billed(lease, month, weighed):
                weighed.all_lines += 1
                yield lease.reference, str(month), heading, text_from_cents(cents)
        month = month.next()


def _billed(lease: OldLease, month: Month, weighed: _Weighed) -> Iterator[tuple[str, int]]:
    first = max(lease.starts_on, month.first_day)
    last = month.last_day if lease.ends_on is None else min(lease.ends_on, month.last_day)
    if first > last:
        return
    right_days = Decimal((last - first).days + 1) / month.days
    days = _thirtieths(first, last, month) if lease.residence == WRONG_PRORATION else right_days
    rent, right_rent = _rents(lease, month)
    amounts = [("loyer", rent, right_rent, "INDEX")]
    if lease.has_annex:
        asked = OVERCHARGED_CENTS if lease.residence == WRONG_ANNEX else ANNEX_CENTS
        amounts.append(("annexe", asked, ANNEX_CENTS, "ANNEX_OVERCHARGE"))
    amounts += [(heading, cents, cents, "") for heading, cents in _PROVISIONS]
    for heading, asked, right, cause in amounts:
        theirs = _cents(asked * days)
        weighed.differ(cause if asked != right else "PRORATION_30", theirs, _cents(right * right_days))
        yield heading, theirs


def _rents(lease: OldLease, month: Month) -> tuple[int, int]:
    """The rent that was asked for a whole month, and the right one."""
    if month.first_day < REVISED_ON or lease.starts_on >= REVISED_ON:
        return lease.rent_cents, lease.rent_cents
    right = _cents(lease.rent_cents * IRL_AFTER / IRL_BEFORE)
    return _cents(lease.rent_cents * WRONG_AFTER / WRONG_BEFORE) if lease.residence == WRONG_INDEX else right, right


def _thirtieths(first: date, last: date, month: Month) -> Decimal:
    """Months of thirty days: whoever stays to the end leaves on the 30th."""
    if first == month.first_day and last == month.last_day:
        return Decimal(1)
    return Decimal((30 if last == month.last_day else min(last.day, 30)) - first.day + 1) / 30


def _cents(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


# --- The other files --------------------------------------------------------------------------------------------------


def _estate_rows(leases: Sequence[OldLease], drawn: random.Random) -> Iterator[Sequence[str]]:
    for lease in leases:
        code = f"V{lease.residence:04d}"
        # One dwelling in fifty has no area in the old suite: it comes in, to be completed.
        area = "" if lease.rank % 50 == 0 else str(drawn.randint(28, 96))
        cells = {
            "code_residence": code,
            "nom_residence": f"Résidence {_TREES[lease.residence % len(_TREES)]} {lease.residence}",
            "adresse": f"{lease.residence} rue des Essais",
            "code_postal": "76000",
            "ville": "Rouen",
            "zone_rls": "2",
            "zone_plafonds": "autres",
            "zone_sls": "2",
            "batiment": "A",
            "escalier": "1",
            "porte": str(lease.rank),
            "pieces": "3",
            "surface_habitable_m2": area,
            "financement": "PLUS",
        }
        yield [cells.get(column, "") for column in ESTATE_COLUMNS]


def _lease_rows(leases: Sequence[OldLease], drawn: random.Random) -> Iterator[Sequence[str]]:
    for lease in leases:
        cells = {
            "code_residence": f"V{lease.residence:04d}",
            "batiment": "A",
            "escalier": "1",
            "porte": str(lease.rank),
            "reference_bail": lease.reference,
            "nom": f"{drawn.choice(_TREES)}-{lease.rank}",
            "prenom": drawn.choice(_FIRST_NAMES),
            "debut": lease.starts_on.isoformat(),
            "fin": lease.ends_on.isoformat() if lease.ends_on else "",
            "loyer": text_from_cents(lease.rent_cents),
            "annexe": text_from_cents(ANNEX_CENTS) if lease.has_annex else "",
            **{heading: text_from_cents(cents) for heading, cents in _PROVISIONS},
            "depot_garantie": text_from_cents(lease.deposit_cents),
            "mode_paiement": "virement",
        }
        yield [cells.get(column, "") for column in LEASE_COLUMNS]


def _account_rows(leases: Sequence[OldLease], drawn: random.Random, balances: list[int]) -> Iterator[Sequence[str]]:
    for lease in leases:
        reference = {"reference_bail": lease.reference}
        yield _account_row({**reference, "nature": "depot", "date": lease.starts_on.isoformat(),
                            "montant": text_from_cents(lease.deposit_cents)})  # fmt: skip
        # One tenant in eight owes one to three terms; one in fifty is in credit.
        if lease.rank % 8 == 0 or lease.rank % 50 == 1:
            for month in range(9, 9 + (drawn.randint(1, 3) if lease.rank % 8 == 0 else 1)):
                cents = drawn.randint(2_000, 60_000) * (1 if lease.rank % 8 == 0 else -1)
                balances.append(cents)
                yield _account_row({**reference, "nature": "solde", "mois": f"2026-{month:02d}",
                                    "montant": text_from_cents(cents)})  # fmt: skip
        if lease.rank % 5 < 3:
            yield _account_row({**reference, "nature": "mandat", "date": "2024-03-01", "rum": f"RUM-{lease.rank:07d}",
                                "iban": french_iban("99999", "00001", f"{lease.rank:011d}"),
                                "titulaire": f"Titulaire {lease.rank}", "jour_prelevement": "5",
                                "dernier_prelevement": "2026-11-05"})  # fmt: skip
        if lease.rank % 100 == 8:
            for due in ("2026-12-05", "2027-01-05", "2027-02-05"):
                yield _account_row({**reference, "nature": "echeance", "plan": f"P{lease.rank}", "date": due,
                                    "montant": "30.00"})  # fmt: skip
        yield from _history(lease)


def _history(lease: OldLease) -> Iterator[Sequence[str]]:
    month = FIRST
    for _ in range(12):
        if month.last_day >= lease.starts_on and (lease.ends_on is None or lease.ends_on >= month.first_day):
            for heading, sign in (("loyer", ""), ("paiement", "-")):
                cents = sign + text_from_cents(lease.rent_cents)
                yield _account_row({"nature": "historique", "reference_bail": lease.reference, "mois": str(month),
                                    "rubrique": heading, "montant": cents})  # fmt: skip
        month = month.next()


def _account_row(cells: dict[str, str]) -> Sequence[str]:
    return [cells.get(column, "") for column in ACCOUNT_COLUMNS]


def _write(path: Path, header: Sequence[str], rows: Iterator[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)
