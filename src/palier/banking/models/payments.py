"""Money received for an account, however it came, and what it settled (Code civil, art. 1342-10)."""

from django.db import models

from palier.banking.models.statements import BankEntry
from palier.estate.models import Residence
from palier.ledger.models import PAYMENT_MEANS, Account, Entry


class Payment(models.Model):
    """One sum received. Its entry in the ledger is sourced PAYMENT, with this row's number."""

    # Written by the thousand from the rows they name: a foreign key checked row by row would double the time.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    received_on = models.DateField()
    amount_cents = models.BigIntegerField()
    means = models.CharField(max_length=12, choices=PAYMENT_MEANS)
    # For whom the law or a promise reserves it: it settles that and nothing else first.
    earmark = models.CharField(
        max_length=4,
        choices=[
            ("", "sans affectation"),
            ("APL", "aide au logement"),
            ("FSL", "fonds de solidarité"),
            ("PLAN", "plan"),
        ],
        blank=True,
    )
    # The debt that the payer named, when they named one: the entry of a bill (art. 1342-10, al. 1).
    indicated = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    bank_entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, null=True, db_constraint=False)
    # What the payer holds: number of the cheque, of the cash receipt, of the gateway. Never the number of a card.
    proof = models.CharField(max_length=40, blank=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, db_constraint=False)
    # Set when the sum went back: rejected debit, bounced cheque, wrong match.
    taken_back_on = models.DateField(null=True)
    taken_back_reason = models.CharField(
        max_length=10,
        choices=[
            ("REJECT", "rejet de la banque"),
            ("BOUNCED", "chèque impayé"),
            ("WRONG", "erreur d’affectation"),
            ("REFUNDED", "remboursé sur la carte"),
            ("CHARGEBACK", "contesté par le porteur de la carte"),
        ],
        blank=True,
    )
    taken_back_entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    created_by = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="payment_is_positive", condition=models.Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="payment_taken_back_with_its_reason",
                condition=models.Q(taken_back_on__isnull=True, taken_back_reason="")
                | models.Q(taken_back_on__isnull=False) & ~models.Q(taken_back_reason=""),
            ),
        ]
        indexes = [models.Index(fields=["account", "received_on"])]


class Settlement(models.Model):
    """What part of a payment, or of a credit, settled which debt, and by which rule. Undone by a row of the opposite
    sign."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, db_constraint=False)
    # What the landlord owes the tenant without any payment: the entry that credits the account (C. civ., art. 1347).
    credit = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    # The debt: the entry of a bill, or of a balance taken over.
    debt = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    amount_cents = models.BigIntegerField()
    ground = models.CharField(
        max_length=10,
        choices=[
            ("INDICATED", "indiquée par le payeur"),
            ("EARMARKED", "affectée par la loi ou le plan"),
            ("INTEREST", "la plus utile à acquitter"),
            ("OLDEST", "la plus ancienne"),
            ("PRO_RATA", "à proportion"),
            ("HAND", "lettrée par un agent"),
        ],
    )
    settled_at = models.DateTimeField()
    settled_by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="settlement_by_a_payment_or_a_credit",
                condition=models.Q(payment__isnull=False, credit__isnull=True)
                | models.Q(payment__isnull=True, credit__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["account", "debt"]),
            # Few: most debts are paid.
            models.Index(fields=["credit"], name="settlement_credit", condition=models.Q(credit__isnull=False)),
        ]
