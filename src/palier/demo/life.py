"""The life of a demonstration's landlord around its months: taken over, collected, aided, revised, closed.

Each step looks at what is there: after a kill, the same command goes on.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from palier.demo.accounts import DemoFile
from palier.demo.letters import letters
from palier.demo.loading import OPERATOR
from palier.demo.mailroom import a_letter_back
from palier.demo.money import Scene, money
from palier.demo.months import Signers
from palier.demo.moving_in import moving_in
from palier.demo.yearly import aid, closing, revision
from palier.dispatch.operations.lots import make_print_lots
from palier.foundation.periods import Month
from palier.quittancement.operations.issuing import issue_receipts

Listener = Callable[[str, int, int], None]

_LABEL = "Banque, reprise et campagnes"
_STEPS = 6


def live(kept: DemoFile, *, by: Signers, at: datetime, listener: Listener) -> None:
    """What an accountant and headquarters did since the takeover, by the product's own operations."""
    with TemporaryDirectory(prefix="palier-demo-") as folder:
        scene = Scene(
            by=by,
            at=at,
            month=Month.parse(kept.month),
            folder=Path(folder),
            late_account_id=kept.late_account_id,
        )
        listener(_LABEL, 0, _STEPS)
        moving_in(scene)
        listener(_LABEL, 1, _STEPS)
        paid_cents = aid(scene)
        listener(_LABEL, 2, _STEPS)
        money(scene, aid_cents=paid_cents)
        # Whoever paid has their quittance or their reçu.
        issue_receipts(month=None, operator=OPERATOR, agent_id=by.reviewer_id)
        lots = make_print_lots(by=by.reviewer_id, operator=OPERATOR, agent_id=by.reviewer_id, at=at)
        a_letter_back(lots, by=by, at=at)
        listener(_LABEL, 3, _STEPS)
        revision(scene)
        listener(_LABEL, 4, _STEPS)
        closing(scene)
        listener(_LABEL, 5, _STEPS)
        letters(scene)
        listener(_LABEL, _STEPS, _STEPS)
