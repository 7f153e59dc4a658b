"""One hostile file of each kind, at both doors: refused by a sentence or made anew, nothing left of what was hidden."""

from tests.drills.hostile_files import KINDS
from tests.drills.uploads import Tally, given


def test_nothing_is_kept_as_it_was_given_and_no_fault_reaches_anyone() -> None:
    tally = Tally()
    given(len(KINDS), tally)
    assert tally.faults == []
    # Both doors, some let in anew and some not: the files are not refused for one and the same cause.
    assert tally.made > 15
    assert {"PaperUnfolds", "PaperLocked", "PaperTooLong", "PaperUnreadable", "PhotoTooLarge", "NotAPhoto"} <= set(
        tally.refused
    )
