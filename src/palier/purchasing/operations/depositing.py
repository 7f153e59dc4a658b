"""Depositing an invoice made in a supplier's name: once by its number, its exact bytes sealed, then theirs to read."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.mail.store import DocumentStore
from palier.purchasing.models import SelfBilledInvoice, Supplier


class InvoiceDepositedBefore(Refusal):
    """La facture {number} de ce fournisseur est déjà déposée : une facture ne se remplace pas, elle s’annule par un
    avoir."""


class InvoiceDoesNotAddUp(Refusal):
    """Le total de la facture {number} n’est pas la somme du montant hors taxes et de la TVA : rien n’est déposé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceToDeposit:
    """An invoice whose PDF was made. Amounts in cents. `is_trial`: nothing is owed for it."""

    number: str
    issued_on: date
    due_on: date
    net_cents: int
    vat_cents: int
    total_cents: int
    pdf: bytes
    is_trial: bool = False


def deposit_invoice(
    invoice: InvoiceToDeposit, *, supplier_id: int, store: DocumentStore, by: int, at: datetime
) -> SelfBilledInvoice:
    """Keep an invoice for its supplier. Raises InvoiceDepositedBefore, InvoiceDoesNotAddUp, DiskFull."""
    if invoice.net_cents + invoice.vat_cents != invoice.total_cents:
        raise InvoiceDoesNotAddUp(number=invoice.number)
    supplier = Supplier.objects.select_for_update().get(pk=supplier_id)
    if SelfBilledInvoice.objects.filter(supplier=supplier, number=invoice.number).exists():
        raise InvoiceDepositedBefore(number=invoice.number)
    row = SelfBilledInvoice(
        supplier=supplier,
        person_id=supplier.person_id,
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        net_cents=invoice.net_cents,
        vat_cents=invoice.vat_cents,
        total_cents=invoice.total_cents,
        is_trial=invoice.is_trial,
        deposited_at=at,
        deposited_by=by,
    )
    row.hold(store.deposit([invoice.pdf])[0])
    check_values(row)
    row.save(force_insert=True)
    return row
