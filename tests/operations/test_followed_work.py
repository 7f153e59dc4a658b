"""A page follows a work until it has seen what the work left, even when it ends while the page is being read."""

import pytest
from tests.landlord import Landlord

from palier.foundation import jobs
from palier.foundation.queries import latest_work
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

KEY = "offer-lease:12"


def told() -> str:
    work = latest_work(KEY)
    assert work is not None
    return work.state


@pytest.mark.parametrize("end", ["DONE", "FAILED"])
def test_what_ends_while_a_page_is_read_is_still_followed_by_it(own_landlord: Landlord, end: str) -> None:
    actor = Actor(role=Role.HEADQUARTERS, purpose="QUITTANCEMENT", name="P. Micocoulier", agent_id=1)
    with acting(actor, screen="essai", categories=()):
        # The page has read its offer by now, without a lease; the work writes it meanwhile.
        assert latest_work(KEY) is None
        if end == "DONE":
            with jobs.progress(f"{KEY}/57", "Écriture du bail"):
                pass
        else:
            with pytest.raises(ValueError, match="essai"), jobs.progress(f"{KEY}/57", "Écriture du bail"):
                raise ValueError("essai")
        assert told() == "RUNNING"
    with acting(actor, screen="essai", categories=()):
        assert told() == end
