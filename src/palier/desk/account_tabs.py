"""The pages of one account, side by side: the lease, the running balance, the payments, what settles what."""

from typing import Final

from palier.desk.navigation import address
from palier.privacy.declare import Batch, Role
from palier.web.components import Link

_OF_THE_ACCOUNT: Final = {"account": "Compte", "account_payments": "Paiements", "account_settlement": "Lettrage"}


def account_tabs(role: Role | Batch, *, lease_id: int, account_id: int, here: str) -> list[Link]:
    """Those that the function opens; `here` is the page shown."""
    return [
        Link(label="Bail", url=address(role, "lease", lease_id)),
        *(
            Link(label=label, url=address(role, name, account_id), current=name == here)
            for name, label in _OF_THE_ACCOUNT.items()
        ),
    ]
