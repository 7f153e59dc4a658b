"""R4 in small: 500 sequences of up to 50 acts on the books, twelve invariants after each; and a broken one is seen."""

import pytest
from django.db import connection
from tests.drills.ledger_states import INVARIANTS, TODAY, Books, InvariantBroken, play
from tests.landlord import Landlord

SEED = 4


@pytest.mark.timeout(1200)
def test_the_books_hold_under_500_sequences_of_acts(own_landlord: Landlord) -> None:
    done = play(sequences=500, steps=50, number=SEED, every=10)
    print(dict(done))
    assert done["sequences"] >= 500
    assert len(INVARIANTS) == 12
    # Every act happened, and was refused where it must be.
    for act in (
        "bill",
        "contra",
        "payment",
        "transfer",
        "return",
        "refund",
        "refund signed",
        "manual",
        "close",
        "lock",
    ):
        assert done[act] > 0, act
    for act in ("bill refused", "refund refused", "return refused", "close refused"):
        assert done[act] > 0, act


def test_a_cent_that_moves_beside_the_operations_is_seen(own_landlord: Landlord) -> None:
    books = Books()
    books.begin()
    try:
        books.bill(101, 5_000, TODAY)
        books.check()
        books.apart.balances[101] += 1
        with pytest.raises(InvariantBroken, match="accounts_as_kept_apart"):
            books.check()
    finally:
        books.unchecked = 0
        books.teardown()
    connection.close()
