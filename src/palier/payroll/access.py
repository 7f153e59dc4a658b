"""The only door to a batch, a payslip, a page set aside: what is out of one's scope does not exist."""

from collections.abc import Sequence

from palier.foundation.errors import Refusal
from palier.payroll.models import PayBatch, Payslip, Quarantined
from palier.payroll.operations.batches import BatchNotFound


class PayslipNotFound(Refusal):
    """Ce bulletin n’existe pas, ou n’est pas le vôtre."""


def batch_in_scope(batch_id: int) -> PayBatch:
    """Raises BatchNotFound: row security answers, not this function."""
    batch = PayBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise BatchNotFound
    return batch


def payslip_in_scope(payslip_id: int) -> Payslip:
    """One's own and released, or any for the payroll office. Raises PayslipNotFound."""
    payslip = Payslip.objects.filter(pk=payslip_id).first()
    if payslip is None:
        raise PayslipNotFound
    return payslip


def payslips_in_scope(payslip_ids: Sequence[int]) -> dict[int, Payslip]:
    """Those of these numbers that are one's own, by number."""
    return {row.pk: row for row in Payslip.objects.filter(pk__in=payslip_ids)}


def quarantined_in_scope(quarantined_id: int) -> Quarantined:
    """Pages set aside, for the payroll office alone. Raises PayslipNotFound."""
    aside = Quarantined.objects.filter(pk=quarantined_id).first()
    if aside is None:
        raise PayslipNotFound
    return aside
