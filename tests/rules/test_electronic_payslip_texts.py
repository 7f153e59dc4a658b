"""A later text counts from its own day: what was told, issued or announced before stays under the one of its time."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from palier.foundation import baremes
from palier.payroll.rules.electronic import (
    Standing,
    availability,
    closing_months,
    earliest_closing,
    first_electronic_day,
    opposition_limit,
)

LATER = """
[[period]]
first_day = 2028-01-01
reference = "texte de fiction"
source = "texte de fiction"
status = "TO_CONFIRM"

[period.values]
notice = 2
opposition = 1
kept = 720
closing = 6
kept_age = 960
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The payslips' delays with another text from 2028."""
    folder = copytree(baremes.FOLDER, tmp_path / "baremes")
    with (folder / "payslips.toml").open("a", encoding="utf-8") as written:
        written.write(LATER)
    monkeypatch.setattr(baremes, "FOLDER", folder)
    baremes.bareme.cache_clear()
    yield
    baremes.bareme.cache_clear()


def told(day: date) -> date | None:
    return first_electronic_day(Standing(entered_on=date(2016, 3, 1), notice_given_on=day))


@pytest.mark.usefixtures("later")
def test_each_delay_is_that_of_the_text_of_the_day_concerned() -> None:
    assert (told(date(2027, 12, 31)), told(date(2028, 1, 1))) == (date(2028, 1, 31), date(2028, 3, 1))
    assert opposition_limit(date(2027, 12, 31)) == date(2028, 3, 31)
    assert opposition_limit(date(2028, 1, 1)) == date(2028, 2, 1)
    before, after = (availability(day, date(2010, 5, 12)) for day in (date(2027, 12, 31), date(2028, 1, 1)))
    assert (before.fifty_years_on, before.age_on) == (date(2077, 12, 31), date(2086, 5, 12))
    assert (after.fifty_years_on, after.age_on) == (date(2088, 1, 1), date(2090, 5, 12))
    assert (earliest_closing(date(2027, 12, 31)), closing_months(date(2028, 1, 1))) == (date(2028, 3, 31), 6)
    # Older than the first text that Palier knows: counted by it.
    assert told(date(2016, 11, 15)) == date(2016, 12, 15)
