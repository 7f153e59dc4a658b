"""Durations by hand: the last day kept, what the law bounds, and what the person reads."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.foundation.periods import after_months
from palier.retention.rules.schedule import (
    Durations,
    DurationTooLong,
    DurationTooShort,
    EndAction,
    EndNotOffered,
    KeptRule,
    ScheduleIsFaulty,
    Status,
    Trigger,
    parse_schedule,
)
from palier.retention.rules.told import Told, duration, length, told, words_used

ONE = """
[[rule]]
code = "AVIS"
category = "COMPTE"
label = "Avis"
trigger = "FISCAL_YEAR_END"
active_months = 0
archive_months = 120
minimum_months = 120
maximum_months = 240
action = "ERASE"
basis = "Code de commerce, art. L123-22"
status = "OFFICIAL"
"""


def rule(**changed: object) -> KeptRule:
    text = ONE
    for name, value in changed.items():
        said = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else value
        lines = [line for line in text.splitlines() if not line.startswith(f"{name} =")]
        text = "\n".join([*lines, f"{name} = {said}"])
    (made,) = parse_schedule(text)
    return made


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 12, 31), 36, date(2029, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2026, 11, 15), 0, date(2026, 11, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_are_added_to_the_same_day_or_the_last_one(day: date, months: int, expected: date) -> None:
    assert after_months(day, months) == expected


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(0, 600))
def test_months_never_leave_the_month_they_reach(day: date, months: int) -> None:
    reached = after_months(day, months)
    assert (reached.year * 12 + reached.month) - (day.year * 12 + day.month) == months
    assert reached.day <= day.day


def test_the_law_bounds_what_is_decided() -> None:
    avis = rule()
    with pytest.raises(DurationTooShort, match="120 mois"):
        avis.decided(Durations(active_months=0, archive_months=119, action=EndAction.ERASE, status=Status.OFFICIAL))
    with pytest.raises(DurationTooLong, match="240 mois"):
        avis.decided(Durations(active_months=121, archive_months=120, action=EndAction.ERASE, status=Status.OFFICIAL))
    with pytest.raises(EndNotOffered, match="archives"):
        avis.decided(Durations(active_months=0, archive_months=120, action=EndAction.ARCHIVE, status=Status.OFFICIAL))
    longer = avis.decided(
        Durations(active_months=12, archive_months=120, action=EndAction.ERASE, status=Status.TO_CONFIRM)
    )
    assert (longer.months, longer.status) == (132, Status.TO_CONFIRM)


def test_an_end_in_the_public_archives_is_offered_where_it_is_declared() -> None:
    assert rule().ends == (EndAction.ERASE,)
    assert rule(archivable=True).ends == (EndAction.ERASE, EndAction.ARCHIVE)


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "",
        ONE + ONE,
        ONE.replace('"FISCAL_YEAR_END"', '"NEVER"'),
        ONE.replace("archive_months = 120", 'archive_months = "dix ans"'),
        ONE.replace("archive_months = 120", "archive_months = -1"),
        ONE.replace('basis = "Code de commerce, art. L123-22"', ""),
    ],
)
def test_a_faulty_table_is_refused_with_its_fault(text: str) -> None:
    with pytest.raises(ScheduleIsFaulty):
        parse_schedule(text)


def test_the_person_reads_a_day_when_there_is_one_and_what_it_waits_for_otherwise() -> None:
    income = rule(trigger="END_OF_USE", archive_months=36, minimum_months=0)
    assert str(told(income, date(2026, 12, 31))) == "Gardé jusqu’au 31\u00a0décembre\u00a02029, puis effacé"
    lease = rule(trigger="LEASE_END", archive_months=36, minimum_months=0)
    assert str(told(lease, None)) == "Gardé tant que dure votre bail, et 3 ans après en archive, puis effacé"
    said = "Gardé jusqu’au 31\u00a0octobre\u00a02029, en archive dès le 1er\u00a0novembre\u00a02026"
    assert str(told(lease, date(2026, 10, 31))) == f"{said}, compte soldé, puis effacé"
    both = rule(trigger="ACCOUNT_CLOSED", active_months=12, archive_months=36, minimum_months=0)
    said = "tant que dure votre bail et que votre compte n’est pas soldé, et 4 ans après, dont 3 ans en archive"
    assert str(told(both, None)) == f"Gardé {said}, puis effacé"
    name = rule(trigger="MOVE_OUT", archive_months=0, minimum_months=0, action="ANONYMISE")
    assert str(told(name, None)) == "Gardé tant que vous habitez ce logement, puis rendu anonyme"
    journal = rule(trigger="EVENT", archive_months=12, minimum_months=0)
    assert str(told(journal, None)) == "Gardé 1 an, puis effacé"
    assert str(told(rule(), date(2026, 5, 1))) == "Gardé jusqu’au 1er\u00a0mai\u00a02036, puis effacé"


@pytest.mark.parametrize(("months", "said"), [(12, "1 an"), (36, "3 ans"), (18, "18 mois"), (1, "1 mois")])
def test_a_length_is_said_in_years_when_it_is_round(months: int, said: str) -> None:
    assert length(months) == said


def test_every_trigger_has_its_words() -> None:
    for trigger in Trigger:
        assert str(told(rule(trigger=trigger.value), None)).startswith("Gardé ")


def test_every_clause_is_among_the_words_to_translate() -> None:
    """Whatever the DPO decides: a length, an archive, an end, a day that has come."""
    words = set(words_used())
    said = {
        clause.words
        for trigger in Trigger
        for action in EndAction
        for active, archived in ((0, 0), (12, 0), (0, 36), (12, 36))
        for since in (None, date(2026, 5, 1))
        for how_long in _both(trigger, action, active, archived, since)
        for clause in how_long.clauses
    }
    assert said - words == {"{length}"}
    assert words - said == {"Vos ressources de {year}"}


def _both(trigger: Trigger, action: EndAction, active: int, archived: int, since: date | None) -> tuple[Told, Told]:
    made = rule(trigger=trigger.value, active_months=active, archive_months=archived, minimum_months=0)
    kept = replace(made, action=action)
    return told(kept, since), duration(kept)
