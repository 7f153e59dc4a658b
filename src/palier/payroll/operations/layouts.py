"""How the payroll's pages say their number, their net pay and their totals: declared by the landlord, dated."""

from datetime import datetime

from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.payroll.models import PayLayout
from palier.payroll.rules.splitting import Layout


class LayoutIncomplete(Refusal):
    """Dites les mots qui précèdent le matricule et ceux qui précèdent le net à payer : ce ne sont pas les mêmes."""


class LayoutUnknown(Refusal):
    """La mise en page des bulletins n’est pas encore déclarée : dites d’abord où se lit le matricule."""


def declare_layout(layout: Layout, *, by: int, at: datetime) -> PayLayout:
    """Declare the words of the pages, for the batches to come. Raises LayoutIncomplete."""
    if not layout.number_label.strip() or not layout.net_label.strip() or layout.number_label == layout.net_label:
        raise LayoutIncomplete
    row = PayLayout(
        number_label=layout.number_label.strip(),
        net_label=layout.net_label.strip(),
        totals_label=layout.totals_label.strip(),
        count_label=layout.count_label.strip(),
        sum_label=layout.sum_label.strip(),
        decided_by=by,
        at=at,
    )
    check_values(row)
    row.save(force_insert=True)
    return row


def layout_in_force() -> Layout:
    """The latest declared. Raises LayoutUnknown."""
    row = PayLayout.objects.order_by("-pk").first()
    if row is None:
        raise LayoutUnknown
    return Layout(
        number_label=row.number_label,
        net_label=row.net_label,
        totals_label=row.totals_label,
        count_label=row.count_label,
        sum_label=row.sum_label,
    )
