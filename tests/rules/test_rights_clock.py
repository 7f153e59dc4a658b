"""Until when a person is answered: days worked out by hand on the calendars of 2024 to 2027."""

from datetime import date

import pytest

from palier.foundation.holidays import easter_sunday, public_holidays
from palier.rights.rules.answers import DECISIONS, MOTIVES, REASONS, RIGHTS, SENTENCES, motives_for, sentences_for
from palier.rights.rules.clock import due_on


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # Thursday 5 March 2026: Sunday 5 April is Easter, Monday 6 is Easter Monday.
        (date(2026, 3, 5), date(2026, 4, 7)),
        # A Tuesday, and the same day a month later.
        (date(2026, 9, 15), date(2026, 10, 15)),
        # No 31 September: the last day of the month, a Wednesday.
        (date(2026, 8, 31), date(2026, 9, 30)),
        # No 30 February: 28 February 2026 is a Saturday, so Monday 2 March.
        (date(2026, 1, 30), date(2026, 3, 2)),
        # A leap year has a 29 February: Thursday.
        (date(2024, 1, 31), date(2024, 2, 29)),
        # 1 November 2026 is a Sunday and a holiday: Monday 2.
        (date(2026, 10, 1), date(2026, 11, 2)),
        # Christmas 2026 is a Friday: Saturday, Sunday, then Monday 28.
        (date(2026, 11, 25), date(2026, 12, 28)),
        # New Year's Day 2027 is a Friday: Monday 4.
        (date(2026, 12, 1), date(2027, 1, 4)),
    ],
)
def test_a_month_ends_on_the_same_day_number_or_the_next_working_day(received: date, due: date) -> None:
    assert due_on(received) == due


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 9, 15), date(2026, 12, 15)),
        # 30 November + 3 months: 28 February 2027 is a Sunday, so Monday 1 March.
        (date(2026, 11, 30), date(2027, 3, 1)),
        # Counted from the receipt: 1 February + 3 months is 1 May, a Friday and a holiday, so Monday 4.
        (date(2026, 2, 1), date(2026, 5, 4)),
    ],
)
def test_two_more_months_are_counted_from_the_receipt(received: date, due: date) -> None:
    assert due_on(received, extended=True) == due


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28))],
)
def test_easter_is_where_the_calendar_prints_it(year: int, easter: date) -> None:
    assert easter_sunday(year) == easter


def test_the_moving_holidays_of_2026() -> None:
    # Printed calendars: Easter Monday 6 April, Ascension 14 May, Whit Monday 25 May.
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= public_holidays(2026)
    assert len(public_holidays(2026)) == 11


def test_every_request_can_be_answered_in_sentences_and_refused_with_an_article() -> None:
    for kind in RIGHTS:
        assert motives_for(kind)
        for decision in DECISIONS[kind]:
            assert sentences_for(kind, decision), (kind, decision)
    for decision in DECISIONS["READING"]:
        assert sentences_for("READING", decision)
    assert all("RGPD, art." in motive.article for motive in MOTIVES.values())


def test_the_closed_lists_fit_their_columns() -> None:
    assert max(map(len, SENTENCES)) <= 20
    assert max(map(len, MOTIVES)) <= 20
    assert max(len(code) for codes in REASONS.values() for code in codes) <= 17
