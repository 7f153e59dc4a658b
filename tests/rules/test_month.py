"""Pricing a month: what must hold for any lease, and which leases are set aside."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.quittancement.rules.month import (
    RULE,
    Charge,
    LeaseBeforeFirstTerm,
    LeaseEndsBeforeStart,
    LeaseFacts,
    Line,
    LineInputs,
    LineInputsUnreadable,
    LineKind,
    NegativeAmount,
    NoRentForMonth,
    RentMissingForDays,
    SuspensionNotAtMonthStart,
    TermsOverlap,
    TwoNotifiedAmounts,
    UnknownLineRule,
    amount_due,
    inputs_from_text,
    inputs_text,
    lines_due,
    recompute,
    suspension_window,
)
from palier.quittancement.rules.wording import LONGEST_HINT, explain, hint

NOVEMBER = Month(2026, 11)
LONG_AGO = date(2010, 1, 1)
amounts = st.integers(0, 500_000)
months = st.builds(Month, st.integers(2018, 2030), st.integers(1, 12))


def rent(cents: int, first_day: date = LONG_AGO, last_day: date | None = None) -> Charge:
    return Charge(LineKind.RENT, "Loyer du logement", cents, first_day, last_day, "68,40 m² × 6,02 € le m²")


def charge(kind: LineKind, cents: int, label: str = "") -> Charge:
    return Charge(kind, label, cents, LONG_AGO)


def lease(*charges: Charge, starts_on: date = LONG_AGO, ends_on: date | None = None) -> LeaseFacts:
    return LeaseFacts(starts_on, ends_on, charges)


def amounts_of(lines: list[Line]) -> dict[LineKind, int]:
    return {line.kind: line.amount_cents for line in lines}


@given(amounts, amounts, months)
def test_a_full_month_owes_the_amounts_of_the_lease(rent_cents: int, provision: int, month: Month) -> None:
    lines = lines_due(lease(charge(LineKind.PROVISION_WATER, provision), rent(rent_cents)), month)
    assert [line.amount_cents for line in lines] == [rent_cents, provision]


@given(st.lists(amounts, min_size=1, max_size=6), months, st.integers(1, 27))
def test_a_month_split_between_two_leases_differs_by_a_cent_a_line_at_most(
    cents: list[int], month: Month, day: int
) -> None:
    charges = (rent(cents[0]), *(charge(LineKind.ANNEX, each, f"annexe {n}") for n, each in enumerate(cents[1:])))
    split = month.first_day.replace(day=day)
    before = lines_due(lease(*charges, ends_on=split), month)
    after = lines_due(lease(*charges, starts_on=split + timedelta(days=1)), month)
    parts = sum(line.amount_cents for line in before) + sum(line.amount_cents for line in after)
    assert abs(parts - sum(cents)) <= len(cents)


@given(amounts, amounts, months, st.integers(1, 28), st.booleans())
def test_the_reduction_is_never_above_the_rent(
    rent_cents: int, rls: int, month: Month, day: int, suspended: bool
) -> None:
    facts = lease(charge(LineKind.RLS, rls), rent(rent_cents), starts_on=month.first_day.replace(day=day))
    if suspended:
        facts = facts._replace(suspended_from=month.first_day)
    due = amounts_of(lines_due(facts, month))
    assert -due[LineKind.RENT] <= due[LineKind.RLS] <= 0
    assert due[LineKind.RLS] >= -rls


@given(months, st.integers(1, 400))
def test_the_months_before_and_after_a_lease_have_no_line(month: Month, days: int) -> None:
    away = timedelta(days=days)
    assert lines_due(lease(rent(45320), starts_on=month.last_day + away), month) == []
    assert lines_due(lease(rent(45320), ends_on=month.first_day - away), month) == []


@given(amounts, amounts, amounts, months, st.integers(1, 28))
def test_every_line_is_found_again_from_its_inputs_alone(a: int, b: int, c: int, month: Month, day: int) -> None:
    facts = lease(rent(a), charge(LineKind.APL, b), charge(LineKind.RLS, c), starts_on=month.first_day.replace(day=day))
    for line in lines_due(facts, month):
        assert recompute(line.rule, line.inputs._asdict()) == line.amount_cents
        assert inputs_from_text(inputs_text(line.inputs)) == line.inputs
        assert len(hint(line)) <= LONGEST_HINT
        assert explain(line)


def test_apl_and_rls_are_deducted_as_notified_in_a_part_month() -> None:
    facts = lease(rent(41177), charge(LineKind.APL, 18700), charge(LineKind.RLS, 4306), starts_on=date(2026, 11, 12))
    assert amounts_of(lines_due(facts, NOVEMBER)) == {
        LineKind.RENT: 26079,  # 411,77 × 19 ÷ 30 = 260,788
        LineKind.APL: -18700,
        LineKind.RLS: -4306,
    }


def test_the_supplement_follows_the_rent_and_an_adjustment_does_not() -> None:
    settled = Charge(LineKind.ADJUSTMENT, "Régularisation 2025", -1234, date(2026, 11, 20), None)
    facts = lease(rent(30000), charge(LineKind.SLS, 3000), settled, ends_on=date(2026, 11, 15))
    assert amounts_of(lines_due(facts, NOVEMBER)) == {
        LineKind.RENT: 15000,
        LineKind.SLS: 1500,
        LineKind.ADJUSTMENT: -1234,
    }
    open_ended = lease(rent(30000), settled)
    assert LineKind.ADJUSTMENT not in amounts_of(lines_due(open_ended, NOVEMBER.next()))


def test_a_rent_that_changes_within_the_month_is_due_by_its_own_days() -> None:
    facts = lease(rent(30000, LONG_AGO, date(2026, 11, 10)), rent(33000, date(2026, 11, 11)))
    assert [line.amount_cents for line in lines_due(facts, NOVEMBER)] == [10000, 22000]


def test_lines_come_in_the_order_of_a_notice_whatever_the_order_of_the_charges() -> None:
    kinds = list(LineKind)
    charges = [
        Charge(kind, "", 1000, date(2026, 11, 1)) if kind is LineKind.ADJUSTMENT else charge(kind, 1000)
        for kind in reversed(kinds)
    ]
    assert [line.kind for line in lines_due(lease(*charges), NOVEMBER)] == kinds


def test_a_suspension_stops_the_rent_alone_from_the_month_after_its_notification() -> None:
    first_day, last_day = suspension_window(notified_on=date(2026, 9, 1), lifted_on=date(2026, 10, 2))
    assert (first_day, last_day) == (date(2026, 10, 1), date(2026, 10, 31))
    facts = lease(rent(30000), charge(LineKind.PROVISION_WATER, 2000))._replace(
        suspended_from=first_day, suspended_until=last_day
    )
    october = lines_due(facts, Month(2026, 10))
    assert amounts_of(october) == {LineKind.RENT: 0, LineKind.PROVISION_WATER: 2000}
    assert hint(october[0]) == "suspendu par arrêté"
    assert "L521-2" in explain(october[0])[1]
    for month in (Month(2026, 9), NOVEMBER):
        assert amounts_of(lines_due(facts, month))[LineKind.RENT] == 30000
    assert suspension_window(notified_on=date(2026, 12, 31), lifted_on=None) == (date(2027, 1, 1), None)


SET_ASIDE: list[tuple[type[Refusal], LeaseFacts]] = [
    (LeaseEndsBeforeStart, lease(rent(1), ends_on=date(2009, 1, 1))),
    (NoRentForMonth, lease()),
    (NoRentForMonth, lease(charge(LineKind.ANNEX, 2800))),
    (NoRentForMonth, lease(rent(1, LONG_AGO, date(2026, 10, 31)))),
    (LeaseBeforeFirstTerm, lease(rent(1, date(2026, 11, 5)), starts_on=date(2026, 11, 2))),
    (LeaseBeforeFirstTerm, lease(rent(1, date(2027, 1, 1)), starts_on=date(2026, 11, 2))),
    (RentMissingForDays, lease(rent(1, LONG_AGO, date(2026, 11, 10)), rent(2, date(2026, 11, 13)))),
    (TermsOverlap, lease(rent(1), rent(2, date(2026, 11, 20)))),
    (TermsOverlap, lease(rent(1), charge(LineKind.ANNEX, 1, "Cave"), charge(LineKind.ANNEX, 2, "Cave"))),
    (TwoNotifiedAmounts, lease(rent(1), charge(LineKind.APL, 1, "a"), charge(LineKind.APL, 2, "b"))),
    (NegativeAmount, lease(rent(-1))),
    (NegativeAmount, lease(rent(1), charge(LineKind.APL, -1))),
    (SuspensionNotAtMonthStart, lease(rent(1))._replace(suspended_from=date(2026, 11, 2))),
    (
        SuspensionNotAtMonthStart,
        lease(rent(1))._replace(suspended_from=date(2026, 11, 1), suspended_until=date(2026, 11, 15)),
    ),
]


@pytest.mark.parametrize(("refusal", "facts"), SET_ASIDE)
def test_a_lease_that_cannot_be_priced_is_refused_with_a_sentence(refusal: type[Refusal], facts: LeaseFacts) -> None:
    with pytest.raises(refusal) as caught:
        lines_due(facts, NOVEMBER)
    assert str(caught.value).endswith(".")
    assert "{" not in str(caught.value)


def test_two_annexes_and_two_provisions_may_run_together() -> None:
    facts = lease(rent(1), charge(LineKind.ANNEX, 2, "Cave n° 1"), charge(LineKind.ANNEX, 3, "Cave n° 2"))
    assert len(lines_due(facts, NOVEMBER)) == 3


@pytest.mark.parametrize(
    ("line_rule", "inputs", "refusal"),
    [
        ("rent-line/0", {}, UnknownLineRule),
        (RULE, {}, LineInputsUnreadable),
        (RULE, {"amount_cents": 1, "days": 30, "of": 0, "first": 1}, LineInputsUnreadable),
        (RULE, {"amount_cents": 1, "days": 31, "of": 30, "first": 1}, LineInputsUnreadable),
        (RULE, {"amount_cents": True, "days": 30, "of": 30, "first": 1}, LineInputsUnreadable),
        (RULE, {"amount_cents": "1", "days": 30, "of": 30, "first": 1}, LineInputsUnreadable),
        (RULE, {"amount_cents": -1, "days": 30, "of": 30, "first": 1, "cap_cents": -5}, LineInputsUnreadable),
        (RULE, {"amount_cents": 1, "days": 30, "of": 30, "first": 1, "discount": 5}, LineInputsUnreadable),
    ],
)
def test_inputs_that_no_rule_wrote_are_refused(
    line_rule: str, inputs: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        recompute(line_rule, inputs)


@pytest.mark.parametrize("text", ["", "1 2 3", "1 2 3 4 5 6", "a b c d -"])
def test_a_column_of_inputs_that_does_not_read_is_refused(text: str) -> None:
    with pytest.raises(LineInputsUnreadable):
        inputs_from_text(text)


@pytest.mark.parametrize(
    ("inputs", "basis", "expected"),
    [
        (LineInputs(41177, 30, 30, 1), "68,40\u00a0m² × 6,02\u00a0€ le m²", "68,40\u00a0m² × 6,02\u00a0€ le m²"),
        (LineInputs(41177, 30, 30, 1), "", "loyer fixé par le bail"),
        (LineInputs(41177, 19, 30, 12), "x", "du 12 au 30\u00a0: 19 jours sur 30"),
        (LineInputs(41177, 15, 30, 1), "x", "du 1er au 15\u00a0: 15 jours sur 30"),
        (LineInputs(41177, 1, 30, 30), "x", "le 30\u00a0: 1 jour sur 30"),
        (LineInputs(41177, 1, 30, 1), "x", "le 1er\u00a0: 1 jour sur 30"),
        (LineInputs(1, 30, 30, 1), "surface corrigée de 1989 × prix au mètre", "surface corrigée de 1989 × prix au…"),
    ],
)
def test_the_words_beside_a_line(inputs: LineInputs, basis: str, expected: str) -> None:
    line = Line(LineKind.RENT, "Loyer du logement", amount_due(inputs), RULE, inputs, basis)
    assert hint(line) == expected


def test_a_capped_reduction_says_so() -> None:
    reduction = lines_due(lease(rent(3000), charge(LineKind.RLS, 4306)), NOVEMBER)[1]
    assert reduction.amount_cents == -3000
    assert hint(reduction) == "limitée au loyer du mois"
    assert any("30,00\u00a0€" in sentence for sentence in explain(reduction))
