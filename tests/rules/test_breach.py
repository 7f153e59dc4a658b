"""The clock and the gravity of a breach, worked by hand from GDPR art. 33 and from ENISA's methodology (2013)."""

from datetime import UTC, datetime

import pytest

from palier.oversight.rules.clock import clock_at, notify_by
from palier.oversight.rules.gravity import CONTEXTS, Ease, Exposure, Facts, Level, gravity_of, quarters_fr
from palier.privacy.catalogue import CATEGORIES


def breach(
    *categories: str,
    persons: int = 12,
    ease: Ease = Ease.MAXIMUM,
    exposure: Exposure = Exposure.NONE_KNOWN,
    is_malicious: bool = False,
) -> Facts:
    return Facts(categories=categories, persons=persons, ease=ease, exposure=exposure, is_malicious=is_malicious)


def test_the_authority_is_told_within_72_hours_nights_and_sundays_included() -> None:
    # Friday 20 November 2026, 17:30: Monday 23, 17:30.
    assert notify_by(datetime(2026, 11, 20, 17, 30, tzinfo=UTC)) == datetime(2026, 11, 23, 17, 30, tzinfo=UTC)


def test_the_clock_counts_whole_hours_and_says_when_it_is_over() -> None:
    aware = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    assert clock_at(aware, datetime(2026, 11, 20, 18, 0, tzinfo=UTC)).hours_left == 71
    assert clock_at(aware, datetime(2026, 11, 23, 17, 30, tzinfo=UTC)).is_over is False
    late = clock_at(aware, datetime(2026, 11, 23, 17, 31, tzinfo=UTC))
    assert (late.hours_left, late.is_over) == (-1, True)


@pytest.mark.parametrize(
    ("facts", "severity", "level"),
    [
        # Names and doors, direct recognition, nobody known to have seen: 1 × 1 + 0 = 1.
        (breach("IDENTITE", "PORTE"), "1", Level.LOW),
        # The same, seen by someone known, out of malice: 1 + 0.25 + 0.5 = 1.75.
        (breach("IDENTITE", exposure=Exposure.KNOWN_RECIPIENTS, is_malicious=True), "1,75", Level.LOW),
        # Household: behavioural, 2 × 1 = 2, the first medium.
        (breach("IDENTITE", "FOYER"), "2", Level.MEDIUM),
        # Rent accounts: financial, 3 × 0.75 = 2.25.
        (breach("COMPTE", ease=Ease.SIGNIFICANT), "2,25", Level.MEDIUM),
        # Rent accounts with names: 3 × 1 = 3, the first high.
        (breach("COMPTE", "IDENTITE"), "3", Level.HIGH),
        # Coded facts, limited recognition, sent to an unknown number: 4 × 0.5 + 0.5 = 2.5.
        (breach("SIGNALEMENTS", ease=Ease.LIMITED, exposure=Exposure.UNKNOWN_RECIPIENTS), "2,5", Level.MEDIUM),
        # A protected address by name: 4 × 1 = 4, very high at once.
        (breach("ADRESSE_PROTEGEE"), "4", Level.VERY_HIGH),
    ],
)
def test_the_severity_is_context_times_ease_plus_circumstances(facts: Facts, severity: str, level: Level) -> None:
    gravity = gravity_of(facts)
    assert (quarters_fr(gravity.quarters), gravity.level) == (severity, level)


def test_what_must_follow_each_level() -> None:
    assert not gravity_of(breach("IDENTITE")).must_notify
    medium = gravity_of(breach("FOYER"))
    assert (medium.must_notify, medium.must_tell_persons) == (True, False)
    high = gravity_of(breach("COMPTE"))
    assert (high.must_notify, high.must_tell_persons) == (True, True)


def test_nobody_concerned_is_a_line_of_the_register_and_no_more() -> None:
    gravity = gravity_of(breach("ADRESSE_PROTEGEE", persons=0))
    assert (gravity.level, gravity.must_notify) == (Level.LOW, False)


def test_a_category_that_nobody_weighed_is_taken_for_sensitive() -> None:
    assert gravity_of(breach("NOUVELLE")).level is Level.VERY_HIGH


def test_every_category_of_the_catalogue_is_weighed() -> None:
    assert set(CONTEXTS) == set(CATEGORIES)


def test_the_sum_is_told() -> None:
    told = gravity_of(breach("COMPTE", exposure=Exposure.KNOWN_RECIPIENTS)).explanation
    assert "Calcul (ENISA, 2013) : 3 × 1 + 0,25 = 3,25." in told
    assert told[-1] == "Risque élevé."
