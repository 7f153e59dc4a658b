"""What left in a month on one channel, as a list to write to."""

from typing import Final

from palier.leases.listed import LeaseList
from palier.privacy.catalogue import OFFICE

LEASE_LISTS: Final = (
    LeaseList(
        code="CHANNEL",
        roles=OFFICE,
        category="DOCUMENTS",
        views={
            "": "EXISTS (SELECT FROM dispatch_sending AS sent"
            " WHERE sent.lease_id = l.id AND sent.month = %(listed_on)s AND sent.channel = %(listed_word)s)"
        },
        needs=frozenset({"word", "on"}),
    ),
)
