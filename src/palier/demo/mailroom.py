"""The mail room of the demonstration: one small lot taken out, and a letter of it that came back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from palier.demo.loading import OPERATOR
from palier.demo.months import Signers
from palier.dispatch.models import PrintLot
from palier.dispatch.operations.printing import taken_lot
from palier.dispatch.operations.returns import write_return
from palier.mail.print_lot import SheetMark
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

# More sheets would be seconds.
_FEW: Final = 60


def a_letter_back(lots: Sequence[str], *, by: Signers, at: datetime) -> None:
    """Take out the smallest of these lots, and note its first letter returned: the agency has an address to check."""
    with batch(Batch.MAIL, operator=OPERATOR, motive="DEMONSTRATION", command="demo", agent_id=by.reviewer_id):
        small = PrintLot.objects.filter(number__in=lots, is_protected=False, paper_count__lte=_FEW)
        number = small.order_by("paper_count", "number").values_list("number", flat=True).first()
        if number is None:
            return
        taken = taken_lot(number, by=by.reviewer_id, at=at)
        first = taken.lines[0]
        mark = SheetMark(lot=number, rank=first.rank, sheet=1, sheets=first.sheets)
        write_return(mark, reason="NPAI", by=by.reviewer_id, at=at)
