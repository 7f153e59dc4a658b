"""The only door to an invoice: what is out of one's scope does not exist."""

from palier.foundation.errors import Refusal
from palier.purchasing.models import SelfBilledInvoice


class InvoiceNotFound(Refusal):
    """Cette facture n’existe pas, ou n’est pas la vôtre."""


def invoice_in_scope(invoice_id: int) -> SelfBilledInvoice:
    """Raises InvoiceNotFound: row security answers, not this function."""
    found = SelfBilledInvoice.objects.filter(pk=invoice_id).first()
    if found is None:
        raise InvoiceNotFound
    return found
