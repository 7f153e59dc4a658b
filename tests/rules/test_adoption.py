"""The draw of the cohorts, the comparison of two shares, and counts too small to be shown."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from palier.adoption.rules.cohorts import control_of
from palier.adoption.rules.comparison import compared
from palier.adoption.rules.hiding import shown_answers, shown_steps


def test_the_same_seed_draws_the_same_leases_in_each_residence() -> None:
    leases = {11: list(range(1, 11)), 12: list(range(20, 25)), 13: [30]}
    aside = control_of(leases, seed="a1", percent=20)
    # 20 % of ten, of five, of one: two, one, none.
    assert [len(aside & set(of_it)) for of_it in leases.values()] == [2, 1, 0]
    assert aside == control_of({code: list(reversed(of_it)) for code, of_it in leases.items()}, seed="a1", percent=20)
    assert aside != control_of(leases, seed="a2", percent=20)
    assert control_of(leases, seed="a1", percent=0) == set()


def test_the_interval_is_that_of_the_published_example() -> None:
    # Newcombe 1998, table II, example (a): 56/70 and 48/80 give 0.2000, from 0.0524 to 0.3339.
    both = compared(invited=(56, 70), control=(48, 80))
    assert both is not None
    assert (f"{both.difference:.4f}", f"{both.low:.4f}", f"{both.high:.4f}") == ("0.2000", "0.0524", "0.3339")
    assert both.is_sure
    # Example (f): 10/10 and 0/20 stay within bounds where the usual interval does not: from 0.6791 to 1.
    extreme = compared(invited=(10, 10), control=(0, 20))
    assert extreme is not None
    assert (f"{extreme.low:.4f}", f"{extreme.high:.4f}") == ("0.6791", "1.0000")
    assert compared(invited=(3, 3), control=(0, 0)) is None


def test_a_count_that_would_tell_of_a_few_is_hidden_and_so_is_what_a_subtraction_would_tell() -> None:
    steps = {"invited": 100, "signed_in": 40, "consented": 35, "came_back": 20, "withdrew": 3}
    assert shown_steps(100, steps) == {
        "invited": 100,
        "signed_in": 40,
        # Forty signed in, thirty-five agreed: five would be told.
        "consented": None,
        "came_back": 20,
        "withdrew": None,
    }
    assert shown_steps(100, {"invited": 95}) == {"invited": None}
    assert shown_steps(10, {"invited": 10}) == {"invited": None}
    assert shown_answers({"YES": 30, "NO": 4}) == {"YES": None, "NO": None}
    assert shown_answers({"YES": 30, "NO": 0}) == {"YES": 30, "NO": 0}


@given(total=st.integers(0, 400), counts=st.lists(st.integers(0, 400), max_size=6))
def test_no_two_shown_counts_are_a_few_people_apart(total: int, counts: list[int]) -> None:
    steps = {str(rank): min(count, total) for rank, count in enumerate(counts)}
    shown = [count for count in shown_steps(total, steps).values() if count is not None]
    told = sorted({0, *shown, *([total] if shown else [])})
    assert all(after - before >= 11 for before, after in pairwise(told))
