"""Codes of thirty seconds: the values of RFC 6238, appendix B, and what a code that was accepted can no longer do."""

from datetime import UTC, datetime, timedelta

import pytest

from palier.web.totp import address_for_application, code_at, matching_step, new_secret, spaced, step_of

# « 12345678901234567890 » in base 32: the RFC's own secret. Its codes have eight digits; applications show six of them.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    assert code_at(SECRET, step_of(at)) == code
    assert matching_step(SECRET, code, at=at, after=None) == seconds // 30


def test_a_code_opens_for_its_neighbours_in_time_and_no_further() -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    code = code_at(SECRET, step_of(at))
    late = [
        delay
        for delay in range(-120, 121, 30)
        if matching_step(SECRET, code, at=at + timedelta(seconds=delay), after=None)
    ]
    assert late == [-30, 0, 30]


def test_a_code_that_was_accepted_opens_nothing_again_nor_an_earlier_one() -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    step = step_of(at)
    assert matching_step(SECRET, code_at(SECRET, step), at=at, after=step) is None
    assert matching_step(SECRET, code_at(SECRET, step - 1), at=at, after=step) is None
    assert matching_step(SECRET, code_at(SECRET, step + 1), at=at, after=step) == step + 1


def test_a_code_that_is_not_one_opens_nothing() -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    for typed in ("", "12345", "1234567", "abcdef", "０５０４７１"):
        assert not matching_step(SECRET, typed.encode("ascii", "replace").decode(), at=at, after=None)


def test_two_secrets_differ_and_are_told_as_applications_take_them() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert len(first) == 32
    assert spaced(SECRET).split(" ")[0] == "GEZD"
    told = address_for_application(SECRET, account="siege@demo.example", issuer="Office des Arbres")
    assert told == (
        "otpauth://totp/Office%20des%20Arbres%3Asiege%40demo.example?secret=" + SECRET + "&issuer=Office%20des%20Arbres"
    )
