"""The rules of direct debits, on dates and amounts worked out by hand from the rulebook and the calendars."""

from datetime import date

import pytest

from palier.banking.rules.returns import NEXT_STEPS, REASONS, NextStep, may_represent, reason_of
from palier.banking.rules.sepa import (
    Announced,
    Aside,
    Asked,
    MandateFacts,
    Owed,
    asked_of,
    debit_day,
    earliest_collection,
    easter,
    is_target_day,
    last_valid_day,
    target_day,
)

SIGNED = date(2024, 3, 1)
IN_USE = MandateFacts(signed_on=SIGNED, last_used_on=date(2026, 11, 5))
TOLD = Announced(issued_on=date(2026, 11, 20), debited_on=date(2026, 12, 4), at_most_cents=45_000)
OWED = Owed(bill_cents=45_000, again_cents=0, balance_cents=45_000)
TODAY = date(2026, 11, 24)


# The dates of Easter are those of the calendars printed for these years; 2038 is among the latest possible.
@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2019, date(2019, 4, 21)),
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter_falls_on_its_day(year: int, day: date) -> None:
    assert easter(year) == day


@pytest.mark.parametrize(
    "closed",
    [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2026, 12, 5),
        date(2026, 12, 6),
    ],
)
def test_target_is_closed_on_its_six_days_and_at_week_ends(closed: date) -> None:
    assert not is_target_day(closed)


def test_target_works_on_the_french_holidays_that_are_not_its_own() -> None:
    # 14 July 2026, 11 November 2026, Ascension Day 2026.
    assert all(map(is_target_day, [date(2026, 7, 14), date(2026, 11, 11), date(2026, 5, 14)]))


@pytest.mark.parametrize(
    ("wanted", "collected"),
    [
        (date(2026, 12, 5), date(2026, 12, 7)),  # a Saturday
        (date(2027, 1, 1), date(2027, 1, 4)),  # a Friday, then the week-end
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday to the Tuesday after Easter
        (date(2025, 12, 25), date(2025, 12, 29)),  # Christmas, the 26th, then the week-end
        (date(2028, 2, 29), date(2028, 2, 29)),  # a Tuesday
        (date(2026, 12, 4), date(2026, 12, 4)),
    ],
)
def test_a_debit_falls_on_the_next_day_that_target_works(wanted: date, collected: date) -> None:
    assert target_day(wanted) == collected


def test_a_file_is_given_one_target_day_before() -> None:
    assert earliest_collection(date(2026, 11, 26)) == date(2026, 11, 27)
    assert earliest_collection(date(2026, 11, 27)) == date(2026, 11, 30)
    # Thursday 31 December: the next day is New Year's Day, then the week-end.
    assert earliest_collection(date(2026, 12, 31)) == date(2027, 1, 4)
    # Given on a Saturday, on Christmas Day: the banks read it on the next day that they work, and need one more.
    assert earliest_collection(date(2026, 11, 28)) == date(2026, 12, 1)
    assert earliest_collection(date(2026, 12, 25)) == date(2026, 12, 29)


def test_the_day_of_the_debit_is_the_first_of_its_number_on_which_payments_are_settled() -> None:
    assert debit_day(5, date(2026, 11, 4)) == date(2026, 11, 5)
    # 5 December 2026 is a Saturday, 28 February 2027 a Sunday.
    assert debit_day(5, date(2026, 12, 4)) == date(2026, 12, 7)
    assert debit_day(5, date(2026, 12, 6)) == date(2027, 1, 5)
    assert debit_day(28, date(2027, 2, 28)) == date(2027, 3, 1)


def test_a_mandate_lapses_36_months_after_its_last_debit_or_its_signature() -> None:
    assert last_valid_day(MandateFacts(signed_on=SIGNED, last_used_on=None)) == date(2027, 3, 1)
    assert last_valid_day(MandateFacts(signed_on=SIGNED, last_used_on=date(2024, 4, 5))) == date(2027, 4, 5)
    # 29 February has no like in 2027: the last day of that month.
    assert last_valid_day(MandateFacts(signed_on=date(2024, 2, 29), last_used_on=None)) == date(2027, 2, 28)


def test_the_bill_is_asked_on_the_day_announced() -> None:
    asked = asked_of(OWED, IN_USE, TOLD, written_on=TODAY)
    assert asked == Asked(amount_cents=45_000, collected_on=date(2026, 12, 4), is_first=False)


def test_a_mandate_never_used_asks_a_first_debit() -> None:
    asked = asked_of(OWED, MandateFacts(signed_on=SIGNED, last_used_on=None), TOLD, written_on=TODAY)
    assert isinstance(asked, Asked)
    assert asked.is_first


@pytest.mark.parametrize(
    ("owed", "cents"),
    [
        # 200 euros were paid by hand.
        (Owed(bill_cents=45_000, again_cents=0, balance_cents=25_000), 25_000),
        # Older debts are not debited with the month's bill.
        (Owed(bill_cents=45_000, again_cents=0, balance_cents=90_000), 45_000),
    ],
)
def test_never_more_than_the_bill_nor_than_what_is_owed(owed: Owed, cents: int) -> None:
    asked = asked_of(owed, IN_USE, TOLD, written_on=TODAY)
    assert isinstance(asked, Asked)
    assert asked.amount_cents == cents


def test_what_is_presented_again_is_added_as_far_as_the_notice_announced_it() -> None:
    owed = Owed(bill_cents=45_000, again_cents=45_000, balance_cents=90_000)
    whole = Announced(issued_on=TOLD.issued_on, debited_on=TOLD.debited_on, at_most_cents=90_000)
    told = asked_of(owed, IN_USE, whole, written_on=TODAY)
    untold = asked_of(owed, IN_USE, TOLD, written_on=TODAY)
    assert isinstance(told, Asked)
    assert isinstance(untold, Asked)
    assert (told.amount_cents, untold.amount_cents) == (90_000, 45_000)


@pytest.mark.parametrize("balance_cents", [0, -1, -5_000])
def test_a_settled_account_or_one_in_credit_is_never_debited(balance_cents: int) -> None:
    owed = Owed(bill_cents=45_000, again_cents=0, balance_cents=balance_cents)
    assert asked_of(owed, IN_USE, TOLD, written_on=TODAY) is Aside.NOTHING_OWED


def test_a_bill_that_is_a_credit_is_never_debited() -> None:
    owed = Owed(bill_cents=-1_200, again_cents=0, balance_cents=30_000)
    assert asked_of(owed, IN_USE, TOLD, written_on=TODAY) is Aside.NOTHING_OWED


def test_without_a_mandate_nothing_is_asked() -> None:
    assert asked_of(OWED, None, TOLD, written_on=TODAY) is Aside.NO_MANDATE


def test_without_a_notice_that_announces_it_nothing_is_asked() -> None:
    assert asked_of(OWED, IN_USE, None, written_on=TODAY) is Aside.NOT_ANNOUNCED
    nothing = Announced(issued_on=TOLD.issued_on, debited_on=TOLD.debited_on, at_most_cents=0)
    assert asked_of(OWED, IN_USE, nothing, written_on=TODAY) is Aside.NOT_ANNOUNCED


def test_13_days_are_too_few_unless_the_mandate_agrees_on_them() -> None:
    late = Announced(issued_on=date(2026, 11, 21), debited_on=date(2026, 12, 4), at_most_cents=45_000)
    agreed = MandateFacts(signed_on=SIGNED, last_used_on=IN_USE.last_used_on, notice_days=5)
    assert asked_of(OWED, IN_USE, late, written_on=TODAY) is Aside.SHORT_NOTICE
    assert isinstance(asked_of(OWED, agreed, late, written_on=TODAY), Asked)


def test_the_eve_of_the_debit_is_in_time_and_the_day_itself_is_not() -> None:
    assert isinstance(asked_of(OWED, IN_USE, TOLD, written_on=date(2026, 12, 3)), Asked)
    assert asked_of(OWED, IN_USE, TOLD, written_on=date(2026, 12, 4)) is Aside.TOO_LATE


@pytest.mark.parametrize(("last_used_on", "lapsed"), [(date(2023, 12, 4), False), (date(2023, 12, 3), True)])
def test_a_lapsed_mandate_is_set_aside(last_used_on: date, lapsed: bool) -> None:
    mandate = MandateFacts(signed_on=date(2020, 1, 1), last_used_on=last_used_on)
    asked = asked_of(OWED, mandate, TOLD, written_on=TODAY)
    assert (asked is Aside.LAPSED) == lapsed


def test_after_a_refusal_of_authorisation_nothing_is_asked() -> None:
    mandate = MandateFacts(signed_on=SIGNED, last_used_on=None, is_refused=True)
    assert asked_of(OWED, mandate, TOLD, written_on=TODAY) is Aside.BANK_REFUSES


def test_only_a_want_of_funds_may_be_presented_again() -> None:
    assert [code for code in REASONS if may_represent(code)] == ["AM04"]


def test_every_reason_has_a_next_step_in_french_and_an_unknown_code_is_said_so() -> None:
    assert all(reason.told_step for reason in REASONS.values())
    assert set(NEXT_STEPS) == set(NextStep)
    assert reason_of("ZZ99").label == "motif non précisé par la banque"
    assert (reason_of("AC04").step, reason_of("MD01").ends_mandate) == (NextStep.NEW_MANDATE, True)
