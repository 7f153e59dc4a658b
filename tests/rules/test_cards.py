"""What a word of the card gateway does to a payment, whatever the order of the words."""

from datetime import UTC, datetime, timedelta

import pytest

from palier.banking.cards_signing import NOTICE, is_signed, signature
from palier.banking.rules.cards import Effect, Record, Said, effect_of

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
KEY = b"a secret of the tests"
BODY = b'{"said": "PAID"}'


def record(state: str, *, back: int = 0) -> Record:
    return Record(state=state, asked_cents=35_000, back_cents=back)


@pytest.mark.parametrize(
    ("said", "state", "expected"),
    [
        (Said.PAID, "ASKED", Effect.RECEIVE),
        (Said.PAID, "REFUSED", Effect.RECEIVE),
        (Said.PAID, "EXPIRED", Effect.RECEIVE),
        (Said.PAID, "DOUBT", Effect.RECEIVE),
        (Said.PAID, "PAID", Effect.NOTHING),
        (Said.PAID, "PARTLY_BACK", Effect.NOTHING),
        (Said.PAID, "BACK", Effect.NOTHING),
        (Said.PAID, "CONTESTED", Effect.NOTHING),
        (Said.REFUSED, "ASKED", Effect.CLOSE),
        (Said.REFUSED, "PAID", Effect.NOTHING),
        (Said.EXPIRED, "ASKED", Effect.CLOSE),
        (Said.EXPIRED, "PAID", Effect.NOTHING),
        (Said.REFUNDED, "PAID", Effect.GIVE_BACK),
        (Said.REFUNDED, "ASKED", Effect.DOUBT),
        (Said.REFUNDED, "BACK", Effect.NOTHING),
        (Said.CHARGEBACK, "PAID", Effect.GIVE_BACK),
        (Said.CHARGEBACK, "CONTESTED", Effect.NOTHING),
    ],
)
def test_a_word_said_late_or_twice_does_what_is_still_to_be_done(said: Said, state: str, expected: Effect) -> None:
    assert effect_of(said, cents=35_000, currency="EUR", record=record(state)) is expected


@pytest.mark.parametrize(("cents", "currency"), [(100, "EUR"), (35_001, "EUR"), (35_000, "USD"), (0, "EUR")])
def test_another_sum_or_another_currency_than_ours_is_never_received(cents: int, currency: str) -> None:
    assert effect_of(Said.PAID, cents=cents, currency=currency, record=record("ASKED")) is Effect.DOUBT


@pytest.mark.parametrize(("cents", "expected"), [(5_000, Effect.GIVE_BACK), (5_001, Effect.DOUBT), (0, Effect.DOUBT)])
def test_no_more_goes_back_than_what_is_left(cents: int, expected: Effect) -> None:
    left = record("PARTLY_BACK", back=30_000)
    assert effect_of(Said.REFUNDED, cents=cents, currency="EUR", record=left) is expected


def test_a_signature_holds_for_these_bytes_this_purpose_and_a_few_minutes() -> None:
    second = int(AT.timestamp())
    signed = signature(KEY, purpose=NOTICE, sent_at=second, body=BODY)

    def holds(
        *, purpose: str = NOTICE, body: bytes = BODY, given: str = signed, sent_at: str = str(second), late: int = 0
    ) -> bool:
        at = AT + timedelta(seconds=late)
        return is_signed(KEY, purpose=purpose, sent_at=sent_at, body=body, given=given, at=at)

    assert holds()
    assert holds(late=300)
    assert not holds(late=301)
    assert not holds(late=-301)
    assert not holds(purpose="POST /merchants/X/payments")
    assert not holds(body=BODY + b" ")
    assert not holds(given="")
    assert not holds(given="é" * 64)
    assert not holds(sent_at=str(second + 1))
    assert not holds(sent_at="²")
    assert not holds(sent_at="-1")
