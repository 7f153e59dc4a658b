"""A gap with the old suite is explained by the rule that gives their amount: amounts worked by hand, in cents."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest

from palier.quittancement.rules.month import Line, LineInputs, LineKind, amount_due
from palier.takeover.rules.causes import Case, Part, Shares, pairs_before, parts_of

REVISED_ON = date(2026, 1, 1)
PAIRS = {REVISED_ON: pairs_before(REVISED_ON)}


def line(kind: LineKind, cents: int, *, days: int = 31, of: int = 31, first: int = 1) -> Line:
    inputs = LineInputs(cents, days, of, first, None)
    return Line(kind, kind.label, amount_due(inputs), "rent-line/1", inputs, "")


def rent(theirs: int, lines: Sequence[Line], *, before: int | None = None, ceiling: int | None = None) -> list[Part]:
    return parts_of(
        Case(
            kind=LineKind.RENT,
            theirs=theirs,
            lines=lines,
            rent_before=before,
            revised_on=None if before is None else REVISED_ON,
            ceiling_cents=ceiling,
        ),
        PAIRS,
    )


def causes(parts: list[Part]) -> list[tuple[str, int]]:
    return [(part.cause, part.cents) for part in parts]


def test_two_amounts_that_agree_have_nothing_to_explain() -> None:
    assert rent(40_000, [line(LineKind.RENT, 40_000)]) == []


def test_the_pair_of_the_law_comes_first_and_no_index_unknown_on_the_day_is_tried() -> None:
    names = [pair.name for pair in PAIRS[REVISED_ON]]
    assert names[0] == "T2 2025 / T2 2024"
    assert "T1 2026 / T1 2025" not in names


def test_a_cent_is_a_rounding() -> None:
    assert causes(rent(40_001, [line(LineKind.RENT, 40_000)])) == [("ROUNDING", 1)]


def test_a_month_of_thirty_days_is_named_with_its_days() -> None:
    # 12 days of January from the 20th: 465.00 × 12 ÷ 31 = 180.00; on thirty days, 20th to 30th, 11 × 15.50 = 170.50.
    parts = rent(17_050, [line(LineKind.RENT, 46_500, days=12, first=20)])
    assert causes(parts) == [("PRORATION_30", -950)]
    assert parts[0].detail == "11 jours sur 30 au lieu de 12 sur 31"


def test_the_same_days_over_thirty_are_a_proration_too() -> None:
    # 12 × 465.00 ÷ 30 = 186.00.
    assert causes(rent(18_600, [line(LineKind.RENT, 46_500, days=12, first=5)])) == [("PRORATION_30", 600)]


def test_another_pair_of_indices_is_named() -> None:
    # 400.00 × 146.68 ÷ 145.17 = 404.16; with the first quarter, 400.00 × 145.47 ÷ 143.46 = 405.60.
    parts = rent(40_560, [line(LineKind.RENT, 40_416)], before=40_000)
    assert causes(parts) == [("INDEX", 144)]
    assert "T1 2025 / T1 2024" in parts[0].detail


def test_a_revision_that_was_not_applied_is_an_index_too() -> None:
    parts = rent(40_000, [line(LineKind.RENT, 40_416)], before=40_000)
    assert causes(parts) == [("INDEX", -416)]
    assert "non appliquée" in parts[0].detail


def test_two_causes_at_once_are_told_apart_and_add_up() -> None:
    # Days 1 to 10 of January. Ours: 404.16 × 10 ÷ 31 = 130.37. The other index: 405.60 × 10 ÷ 31 = 130.84; on thirty
    # days: 135.20.
    parts = rent(13_520, [line(LineKind.RENT, 40_416, days=10)], before=40_000)
    assert causes(parts) == [("INDEX", 47), ("PRORATION_30", 436)]


def test_the_maximum_of_the_convention_explains_a_rent_that_stops_there() -> None:
    assert causes(rent(39_000, [line(LineKind.RENT, 40_000)], ceiling=39_000)) == [("CEILING", -1_000)]


@pytest.mark.parametrize(("theirs", "detail"), [(9_000, "annexe facturée 2 fois"), (5_700, "57,00 € demandés")])
def test_an_annex_above_the_lease_is_an_overcharge(theirs: int, detail: str) -> None:
    parts = parts_of(Case(kind=LineKind.ANNEX, theirs=theirs, lines=[line(LineKind.ANNEX, 4_500)]), PAIRS)
    assert causes(parts) == [("ANNEX_OVERCHARGE", theirs - 4_500)]
    assert parts[0].detail.replace("\u00a0", " ").startswith(detail)


def test_an_annex_below_the_lease_stays_unexplained() -> None:
    parts = parts_of(Case(kind=LineKind.ANNEX, theirs=4_000, lines=[line(LineKind.ANNEX, 4_500)]), PAIRS)
    assert causes(parts) == [("UNEXPLAINED", -500)]


def test_the_same_total_by_another_key_is_a_charge_key() -> None:
    # 900.00 over three homes of 30, 60 and 90 m²: 300.00 each by lot, 150.00 for 30 m² by area.
    shares = Shares(total_cents=90_000, leases=3, area_m2=Fraction(180))
    by_lot = Case(
        kind=LineKind.PROVISION_HEATING,
        theirs=30_000,
        lines=[line(LineKind.PROVISION_HEATING, 15_000)],
        area_m2=Fraction(30),
        shares=shares,
    )
    by_area = Case(
        kind=LineKind.PROVISION_HEATING,
        theirs=15_000,
        lines=[line(LineKind.PROVISION_HEATING, 30_000)],
        area_m2=Fraction(30),
        shares=shares,
    )
    assert causes(parts_of(by_lot, PAIRS)) == [("CHARGE_KEY", 15_000)]
    assert causes(parts_of(by_area, PAIRS)) == [("CHARGE_KEY", -15_000)]


def test_what_one_side_does_not_know_is_a_missing_fact() -> None:
    only_theirs = Case(kind=LineKind.RLS, theirs=-3_599, lines=[])
    only_ours = Case(kind=LineKind.SLS, theirs=None, lines=[line(LineKind.SLS, 5_000)])
    unknown = Case(kind=LineKind.RENT, theirs=40_000, lines=[], missing="bail inconnu de Palier")
    assert [causes(parts_of(case, PAIRS)) for case in (only_theirs, only_ours, unknown)] == [
        [("MISSING_FACT", -3_599)],
        [("MISSING_FACT", -5_000)],
        [("MISSING_FACT", 40_000)],
    ]


def test_an_amount_that_no_rule_gives_is_said_so() -> None:
    assert causes(rent(41_234, [line(LineKind.RENT, 40_416)], before=40_000)) == [("UNEXPLAINED", 818)]
