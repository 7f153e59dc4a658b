"""A whole year at a small size: every month closed, the books whole, the bank equal to the cent."""

import pytest
from tests.conftest import Cluster
from tests.operations.test_bench import bench


@pytest.mark.timeout(300)
def test_a_year_ends_with_books_that_hold_and_a_bank_equal_to_the_cent(cluster: Cluster) -> None:
    figures = bench("year", "--dwellings", "60")
    assert figures["holds"] is True
    assert (figures["months"], figures["months_closed"]) == (12, 12)
    assert (figures["unbalanced"], figures["holes"], figures["bank_difference_cents"]) == (0, 0, 0)
    seconds = figures["seconds"]
    assert isinstance(seconds, dict)
    assert set(seconds) == {
        "run", "seal", "notices", "aid", "debits", "statements", "rejects", "revision", "closing", "check",
    }  # fmt: skip
    for count in ("bills", "aid_rows", "debits", "rejects", "statement_entries", "postings"):
        value = figures[count]
        assert isinstance(value, int)
        assert value > 0, count
    # What the bank sends finds its account alone, but for what is sent back.
    assert isinstance(figures["matched_share"], float)
    assert figures["matched_share"] > 0.95
