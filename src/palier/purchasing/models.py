"""Suppliers and their self-billed invoices: the exact bytes, and what lists them. What computes them comes apart."""

from django.db import models

from palier.mail.models import KeptDocument
from palier.people.models import Person


class Supplier(models.Model):
    """A firm that works for the landlord, and the person who signs in for it."""

    name = models.CharField(max_length=120)
    siret = models.CharField(max_length=14, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT)


class SelfBilledInvoice(KeptDocument):
    """An invoice made by the landlord in the supplier's name (CGI, art. 289, I-2), as it was deposited. Amounts in
    cents."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT)
    # Row security looks at it: a supplier reaches their own.
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    number = models.CharField(max_length=40)
    issued_on = models.DateField()
    due_on = models.DateField()
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    # Deposited to try the way: it asks for nothing and is owed nothing.
    is_trial = models.BooleanField()
    deposited_at = models.DateTimeField()
    # The number of the agent; 0 for a command.
    deposited_by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier", "number"], name="self_billed_invoice_once"),
            models.CheckConstraint(
                name="self_billed_invoice_adds_up",
                condition=models.Q(total_cents=models.F("net_cents") + models.F("vat_cents")),
            ),
            models.CheckConstraint(
                name="self_billed_invoice_due_later", condition=models.Q(due_on__gte=models.F("issued_on"))
            ),
        ]
        indexes = [models.Index(fields=["person", "issued_on"], name="self_billed_of_person")]
