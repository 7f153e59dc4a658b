"""Money, months and text: the values that every rule stands on."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.foundation.money import (
    AmountTooLarge,
    MalformedAmount,
    TooManyDecimals,
    cents_from_text,
    decimal_fr,
    euros_fr,
    half_up,
    prorata,
    text_from_cents,
)
from palier.foundation.periods import DayNotInCalendar, MalformedDay, MalformedMonth, Month, day_fr, parse_day
from palier.foundation.text import file_name, fold, postal_line


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_an_amount_written_and_read_again_is_the_same(cents: int) -> None:
    assert cents_from_text(text_from_cents(cents)) == cents


@pytest.mark.parametrize(("text", "cents"), [("453.20", 45320), ("453.2", 45320), ("453", 45300), ("-0.05", -5)])
def test_plain_amounts_are_read(text: str, cents: int) -> None:
    assert cents_from_text(text) == cents


@pytest.mark.parametrize(
    "text", ["", " 1.00", "1,00", "NaN", "Infinity", "1e3", "+1", ".5", "1.", "٣.00", "deux", "1_000", "9" * 13, "1\n"]
)
def test_what_is_not_a_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(MalformedAmount):
        cents_from_text(text)


def test_an_amount_too_large_says_so_and_its_limit() -> None:
    assert cents_from_text("999999999999.99") == 99_999_999_999_999
    with pytest.raises(AmountTooLarge) as refused:
        cents_from_text("1000000000000000")
    assert str(refused.value) == (
        "«\u00a01000000000000000\u00a0» est un montant trop grand\u00a0: il peut aller jusqu’à 999999999999.99."
    )


@pytest.mark.parametrize("text", ["1.000", "0.001", "453.205"])
def test_a_third_decimal_is_refused_even_zero(text: str) -> None:
    with pytest.raises(TooManyDecimals):
        cents_from_text(text)


def test_amounts_are_written_as_the_french_write_them() -> None:
    assert euros_fr(45320) == "453,20\u00a0€"
    assert euros_fr(-123456789) == "\u22121\u202f234\u202f567,89\u00a0€"
    assert decimal_fr(Decimal("-1234.50")) == "\u22121\u202f234,50"


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Decimal("0.005"), "0.01"),
        (Decimal("-0.005"), "-0.01"),
        (Decimal("0.0049999999999999999999999999999999"), "0.00"),
        (Fraction(1, 3), "0.33"),
        (Fraction(-2, 3), "-0.67"),
    ],
)
def test_half_up_rounds_ties_away_from_zero(value: Decimal | Fraction, rounded: str) -> None:
    assert str(half_up(value)) == rounded


@given(st.integers(-(10**9), 10**9), st.integers(1, 31))
def test_all_the_days_of_a_month_owe_the_whole_amount(cents: int, of: int) -> None:
    assert prorata(cents, days=of, of=of) == cents
    assert prorata(cents, days=0, of=of) == 0


def test_prorata_rounds_half_a_cent_away_from_zero() -> None:
    assert prorata(45321, days=15, of=30) == 22661
    assert prorata(-45321, days=15, of=30) == -22661


def test_a_month_knows_its_days_and_its_neighbours() -> None:
    november = Month.parse("2026-11")
    assert (november.first_day, november.last_day, november.days) == (date(2026, 11, 1), date(2026, 11, 30), 30)
    assert (str(november.previous()), str(november.next().next())) == ("2026-10", "2027-01")
    assert november.label_fr() == "novembre 2026"
    assert Month(2024, 2).days == 29
    assert Month(2026, 1) < november == Month.of(date(2026, 11, 5))


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "novembre", "", "2026-11-01", "0001-01"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(MalformedMonth):
        Month.parse(text)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "20260701", "2026-W01-1", "01/07/2026", "2026-07-01T00:00", "0000-01-01"]
)
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(MalformedDay):
        parse_day(text)


@pytest.mark.parametrize("text", ["2027-02-29", "2026-02-30", "2026-11-31", "2026-13-01"])
def test_a_day_that_no_calendar_has_is_said_as_such(text: str) -> None:
    with pytest.raises(DayNotInCalendar, match="n’existe pas dans le calendrier"):
        parse_day(text)
    assert parse_day("2028-02-29") == date(2028, 2, 29)


def test_a_month_after_a_noun_is_elided_before_a_vowel() -> None:
    assert [Month(2026, number).of_fr().split(" 2026")[0] for number in (3, 4, 8, 10, 11)] == [
        "de mars", "d’avril", "d’août", "d’octobre", "de novembre",
    ]  # fmt: skip


def test_days_are_written_as_the_french_write_them() -> None:
    assert day_fr(date(2026, 7, 1)) == "01/07/2026"


def test_text_folds_to_what_people_type() -> None:
    assert fold("Élodie LŒIL-Øre ÿ") == "elodie loeil-ore y"
    assert fold("Đặng Łucja Straße") == "dang lucja strasse"


def test_a_postal_line_is_capitals_without_accents_or_punctuation() -> None:
    assert postal_line("8 bis, rue de l’Échelle - Bât. B") == "8 BIS RUE DE L ECHELLE BAT B"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("relevé.xml", "relevé.xml"),
        ("../../etc/passwd", "passwd"),
        ("a/..", "fichier"),
        (".", "fichier"),
        ("", "fichier"),
        ("é" * 150 + ".xml", "é" * 98 + ".xml"),
    ],
)
def test_a_file_takes_a_name_that_any_folder_holds(given: str, kept: str) -> None:
    assert file_name(given) == kept
