"""The households of one request as a list to write to: those who reported it, and those who follow it."""

from typing import Final

from palier.leases.listed import LeaseList
from palier.privacy.catalogue import AGENCY

LEASE_LISTS: Final = (
    LeaseList(
        code="TICKET",
        roles=AGENCY,
        category="INTERVENTIONS",
        views={
            "": "EXISTS (SELECT FROM maintenance_repairrequest AS q"
            " WHERE q.lease_id = l.id AND q.ticket_id = %(listed_of)s)"
        },
        needs=frozenset({"of"}),
    ),
)
