"""What changes a lease: one public function, one use case, everything or nothing."""

from palier.leases.operations.change import (
    LeaseChangedMeanwhile,
    change_term,
    end_lease,
    share_contact,
    take_notice_back,
)
from palier.leases.operations.create import (
    NewHousehold,
    NewLease,
    NewOccupant,
    NewTerm,
    create_lease,
    refuse_deposit,
    refuse_far_start,
)

__all__ = [
    "LeaseChangedMeanwhile",
    "NewHousehold",
    "NewLease",
    "NewOccupant",
    "NewTerm",
    "change_term",
    "create_lease",
    "end_lease",
    "refuse_deposit",
    "refuse_far_start",
    "share_contact",
    "take_notice_back",
]
