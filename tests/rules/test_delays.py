"""A debt paid later or in parts: what each part is, worked by hand, and how far the payments have come."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.recovery.rules.delays import (
    Part,
    answer_due_on,
    counts_for,
    first_days,
    is_behind,
    parts_of,
    parts_paid,
)


def test_a_debt_that_does_not_divide_leaves_its_cents_to_the_last_part() -> None:
    # 214,63 € in three: twice 71,54 €, then 71,55 €.
    assert parts_of(debt_cents=21_463, count=3, first_on=date(2026, 12, 5)) == (
        Part(rank=1, due_on=date(2026, 12, 5), amount_cents=7_154),
        Part(rank=2, due_on=date(2027, 1, 5), amount_cents=7_154),
        Part(rank=3, due_on=date(2027, 2, 5), amount_cents=7_155),
    )


def test_a_part_of_a_shorter_month_falls_on_its_last_day() -> None:
    days = [part.due_on for part in parts_of(debt_cents=9_000, count=3, first_on=date(2027, 1, 31))]
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


@given(st.integers(1, 10_000_000), st.sampled_from([1, 2, 3, 4, 6, 10, 12]))
def test_the_parts_add_up_to_the_debt(debt: int, count: int) -> None:
    assert (
        sum(part.amount_cents for part in parts_of(debt_cents=debt, count=count, first_on=date(2026, 12, 15))) == debt
    )


def test_no_part_is_under_ten_euros_unless_it_is_the_whole() -> None:
    assert counts_for(2_999) == (1, 2)
    assert counts_for(500) == (1,)
    assert counts_for(12_000) == (1, 2, 3, 4, 6, 10, 12)


def test_a_first_payment_falls_on_the_5th_or_the_15th_within_sixty_days() -> None:
    assert first_days(date(2026, 11, 23)) == (
        date(2026, 12, 5),
        date(2026, 12, 15),
        date(2027, 1, 5),
        date(2027, 1, 15),
    )
    # The 5th is too near on the 1st of December: four days.
    assert first_days(date(2026, 12, 1))[0] == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("asked_on", "answer_on"),
    [
        # A Monday; the fifth working day is the Monday after.
        (date(2026, 11, 23), date(2026, 11, 30)),
        # Friday 18 December: 21, 22, 23, 24; Friday 25 is Christmas; Monday 28.
        (date(2026, 12, 18), date(2026, 12, 28)),
    ],
)
def test_the_answer_is_promised_for_the_fifth_working_day(asked_on: date, answer_on: date) -> None:
    assert answer_due_on(asked_on) == answer_on


@pytest.mark.parametrize(("late", "paid"), [(21_463, 0), (14_310, 0), (14_309, 1), (7_155, 2), (0, 3), (30_000, 0)])
def test_a_part_is_paid_when_what_is_late_has_come_down_by_it(late: int, paid: int) -> None:
    plan = parts_of(debt_cents=21_463, count=3, first_on=date(2026, 12, 5))
    assert parts_paid(plan, late_cents=late) == paid


def test_a_plan_is_behind_the_day_after_an_unpaid_part() -> None:
    plan = parts_of(debt_cents=21_463, count=3, first_on=date(2026, 12, 5))
    assert not is_behind(plan, late_cents=21_463, on=date(2026, 12, 5))
    assert is_behind(plan, late_cents=21_463, on=date(2026, 12, 6))
    assert not is_behind(plan, late_cents=14_309, on=date(2026, 12, 6))
