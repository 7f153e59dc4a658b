"""The delays of payment in hand as a list to write to: all of them, or those of one state."""

from typing import Final

from palier.leases.listed import LeaseList
from palier.privacy.catalogue import OFFICE
from palier.recovery.queries.delays import IN_HAND

_DELAYED: Final = "EXISTS (SELECT FROM recovery_delay AS y WHERE y.lease_id = l.id AND y.state IN ({states}))"

LEASE_LISTS: Final = (
    LeaseList(
        code="DELAYS",
        roles=OFFICE,
        category="COMPTE",
        views={
            "": _DELAYED.format(states=", ".join(f"'{state}'" for state in IN_HAND)),
            **{state: _DELAYED.format(states=f"'{state}'") for state in IN_HAND},
        },
    ),
)
