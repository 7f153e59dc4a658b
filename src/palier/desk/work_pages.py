"""Which page follows a piece of work: who may not open it is not told of the work either."""

from collections.abc import Iterable
from typing import Final

from palier.foundation.queries import WorkRow
from palier.privacy.declare import Batch, Role
from palier.privacy.rights import may_open, may_read

# How the key of a work begins, and the page that shows it; what is not here is of no room in particular.
_PAGES: Final = {
    "adoption:": "adoption",
    "aidfile:": "aid",
    "audit": "audit",
    "debits:": "debits",
    "dispatch:": "sendings",
    "import:": "imports",
    "incident:": "incidents",
    "mail:": "mail_sending",
    "month:": "month",
    "payfile:": "payroll",
    "refunds": "refunds",
    "revision:": "campaigns",
}


def told_to(role: Role | Batch, work: Iterable[WorkRow]) -> list[WorkRow]:
    """Those of these works whose page this role may open; all of them for who keeps the queue running."""
    if may_read(role, "procrastinate_jobs"):
        return list(work)
    return [row for row in work if (page := _page(row.key)) == "" or may_open(role, f"desk:{page}")]


def _page(key: str) -> str:
    return next((page for start, page in _PAGES.items() if key.startswith(start)), "")
