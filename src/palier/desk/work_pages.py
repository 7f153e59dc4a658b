"""Which page follows a piece of work: who may not open it is not told of the work either."""

from collections.abc import Iterable
from typing import Final

from django.urls import reverse

from palier.foundation.queries import WorkRow
from palier.privacy.declare import Batch, Role
from palier.privacy.rights import may_open, may_read

# How the key of a work begins, and the page that shows it. A test looks for every key of the code here.
_PAGES: Final = {
    "access:": "tenant_access",
    "adoption:": "adoption",
    "aidfile:": "aid",
    "audit:": "audit",
    "audit-replay:": "audit",
    "bank:": "bank",
    "bankfile:": "bank",
    "commission:": "offers",
    "debits:": "debits",
    "dispatch:": "sendings",
    "grid-trial:": "score_trials",
    "import:": "imports",
    "incident:": "incidents",
    "letters:": "campaigns",
    "mail:": "mail_sendings",
    "match:": "vacancies",
    "month:": "months",
    "notices:": "months",
    "offer-lease:": "offers",
    "payfile:": "payroll",
    "receipts:": "months",
    "refunds": "refunds",
    "retention": "retention",
    "revision:": "campaigns",
    "rights:": "rights",
    "scores": "score_grids",
    "simulation": "score_trials",
    "transfer:": "occupation_reviews",
    "void:": "debits",
}


def told_to(role: Role | Batch, work: Iterable[WorkRow]) -> list[WorkRow]:
    """Those of these works whose page this role may open; all of them for who keeps the queue running."""
    if may_read(role, "procrastinate_jobs"):
        return list(work)
    return [row for row in work if page_url(role, row.key)]


def page_url(role: Role | Batch, key: str) -> str:
    """The page that shows a work, for who may open it; empty for anyone else, and for a work of no room."""
    page = page_of(key)
    return reverse(f"desk:{page}") if page and may_open(role, f"desk:{page}") else ""


def page_of(key: str) -> str:
    """The name of the page that follows a work; empty when its key is of no room."""
    return next((page for start, page in _PAGES.items() if key.startswith(start)), "")
