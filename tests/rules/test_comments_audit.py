"""The arithmetic of the audit of comments: small counts hidden, years found, and an honest miss rate."""

from collections import Counter

import pytest

from palier.screening.audit.figures import crossed_of, groups_of, sample_of
from palier.screening.audit.rules import (
    FEWER,
    HIDDEN,
    Span,
    exact_interval,
    shown,
    shown_parts,
    spans_merged,
    year_of,
)
from palier.screening.audit.tally import Group, Tally
from palier.screening.audit.words import CATEGORIES, MARK, SHORT, mark_of, without_marks
from palier.screening.rules.verdict import CATEGORIES as SCREENED


@pytest.mark.parametrize(
    ("found", "of", "confidence", "low", "high"),
    [
        # NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.1: 4 defects in 20, 90 %.
        (4, 20, 0.90, 0.07135, 0.40103),
        # Usual tables of exact binomial limits, 95 %.
        (0, 10, 0.95, 0.0, 0.3085),
        (1, 10, 0.95, 0.0025, 0.4450),
        (5, 10, 0.95, 0.1871, 0.8129),
        (0, 20, 0.95, 0.0, 0.1684),
        (1, 20, 0.95, 0.0013, 0.2487),
        (5, 100, 0.95, 0.0164, 0.1128),
        (10, 100, 0.95, 0.0490, 0.1762),
        (10, 10, 0.95, 0.6915, 1.0),
    ],
)
def test_the_interval_is_that_of_the_published_tables(
    found: int, of: int, confidence: float, low: float, high: float
) -> None:
    interval = exact_interval(found, of, confidence=confidence)
    digits = 5 if confidence == 0.90 else 4
    assert round(interval.low, digits) == low
    assert round(interval.high, digits) == high


def test_nothing_found_in_four_hundred_is_not_nothing_missed() -> None:
    """The « rule of three » says about 3/400 at 95 % one-sided; two-sided it is 1 − 0.025^(1/400)."""
    interval = exact_interval(0, 400)
    assert interval.low == 0.0
    assert interval.high == pytest.approx(0.00918, abs=0.00001)


@pytest.mark.parametrize(("found", "of"), [(-1, 10), (11, 10), (0, 0)])
def test_an_impossible_count_has_no_interval(found: int, of: int) -> None:
    with pytest.raises(ValueError, match="found"):
        exact_interval(found, of)


def test_the_interval_of_a_large_sample_is_found_too() -> None:
    interval = exact_interval(250, 5_000)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0441, 0.0564)


def test_from_one_to_four_is_not_told() -> None:
    assert [shown(count) for count in (0, 1, 4, 5, 1200)] == [0, FEWER, FEWER, 5, 1200]


def test_a_single_hidden_part_does_not_come_back_by_subtraction() -> None:
    assert shown_parts({"nord": 3, "sud": 40, "est": 7, "ouest": 0}) == {
        "nord": FEWER,
        "sud": 40,
        "est": HIDDEN,
        "ouest": 0,
    }


def test_two_hidden_parts_hide_each_other() -> None:
    assert shown_parts({"nord": 3, "sud": 2, "est": 7}) == {"nord": FEWER, "sud": FEWER, "est": 7}


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2012-02-03", "2012"),
        ("2012-02-03T10:00:00", "2012"),
        ("3/2/2012", "2012"),
        ("03.02.2012 10:15", "2012"),
        ("20120203", "2012"),
        (" 2012 ", "2012"),
        ("03/02/12", ""),
        ("février", ""),
        ("12345678", ""),
        ("", ""),
    ],
)
def test_the_year_is_found_as_exports_write_it(written: str, year: str) -> None:
    assert year_of(written) == year


def test_spans_that_touch_become_one() -> None:
    health, social = frozenset({"health"}), frozenset({"social"})
    spans = [
        Span(start=20, end=25, categories=social),
        Span(start=0, end=5, categories=health),
        Span(start=4, end=9, categories=social),
    ]
    assert spans_merged(spans) == [
        Span(start=0, end=9, categories=health | social),
        Span(start=20, end=25, categories=social),
    ]


def test_every_category_of_the_screen_has_its_words() -> None:
    assert set(CATEGORIES) == set(SHORT) == set(SCREENED)


def test_a_mark_is_never_read_again_and_moves_nothing() -> None:
    mark = mark_of({"social", "health"})
    assert mark == "[effacé : santé et situation sociale]"
    text = f"Madame {mark}, badge perdu"
    assert MARK.search(text)
    assert without_marks(text) == f"Madame {'.' * len(mark)}, badge perdu"


def group(flagged: int, **categories: int) -> Group:
    return Group(comments=100, flagged=flagged, categories=Counter(categories))


def test_a_hidden_site_is_not_told_by_its_place_in_the_list() -> None:
    sites = {"Albi": group(1), "Brest": group(4), "Calais": group(60), "": group(2)}
    lines = groups_of(sites, unnamed="sans site", by_name=False)
    assert [line["label"] for line in lines] == ["Calais", "Albi", "Brest", "sans site"]
    assert {line["share"] for line in lines[1:]} == {""}


def test_a_year_does_not_come_back_from_the_total_of_its_category() -> None:
    years = {"2011": group(20, health=2, social=9), "2012": group(90, health=50, social=9)}
    crossed = crossed_of(years, unnamed="sans date")
    assert (crossed["2011"]["health"], crossed["2012"]["health"]) == (FEWER, HIDDEN)
    assert (crossed["2011"]["social"], crossed["2012"]["social"]) == (9, 9)


def test_a_small_count_does_not_come_back_from_those_that_were_not_flagged() -> None:
    few = Tally(comments=100, flagged=2)
    assert sample_of(few, asked=400, seed=1) == {"size": HIDDEN, "seed": 1, "unflagged": HIDDEN}
    assert sample_of(few, asked=40, seed=1) == {"size": 40, "seed": 1, "unflagged": HIDDEN}
    assert sample_of(Tally(comments=100, flagged=9), asked=40, seed=1) == {"size": 40, "seed": 1, "unflagged": 91}
