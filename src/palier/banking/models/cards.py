"""Payments by card on the page of a gateway: what was asked, what the gateway told. Never the number of a card."""

from typing import Final

from django.db import models

from palier.banking.models.payments import Payment
from palier.banking.models.statements import BankFile
from palier.estate.models import Residence
from palier.ledger.models import Account

# Why a payment was refused, or is in doubt.
REASONS: Final = (
    ("FUNDS", "provision ou plafond insuffisant"),
    ("CARD", "carte expirée ou refusée"),
    ("PROOF", "authentification non aboutie"),
    ("OTHER", "refus de la banque"),
    ("AMOUNT", "montant différent de celui demandé"),
    ("CURRENCY", "devise autre que l’euro"),
)


class CardPayment(models.Model):
    """A sum that a tenant set out to pay by card. Its reference is what the gateway knows it by, the first time as
    every other: asked again, the same payment is opened, never a second one."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    # Ours alone: what the gateway says of the sum is compared with it, never taken.
    amount_cents = models.BigIntegerField()
    reference = models.CharField(max_length=20, unique=True)
    gateway = models.CharField(max_length=60)
    is_simulated = models.BooleanField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # The gateway has opened its page.
    opened_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=11,
        choices=[
            ("ASKED", "en attente"),
            ("PAID", "reçu"),
            ("REFUSED", "refusé"),
            ("EXPIRED", "abandonné"),
            ("DOUBT", "à vérifier"),
            ("PARTLY_BACK", "remboursé en partie"),
            ("BACK", "remboursé"),
            ("CONTESTED", "contesté par le porteur"),
        ],
        default="ASKED",
    )
    reason = models.CharField(
        max_length=8,
        choices=[("", "sans objet"), *REASONS],
        blank=True,
    )
    ended_at = models.DateTimeField(null=True)
    # What stands of it on the account; after a refund in part, the payment of what is left.
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True)
    back_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="card_payment_is_positive", condition=models.Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="card_payment_back_is_part_of_it",
                condition=models.Q(back_cents__gte=0, back_cents__lte=models.F("amount_cents")),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-asked_at"]),
            models.Index(fields=["asked_at"], name="card_still_asked", condition=models.Q(state="ASKED")),
        ]


class CardNotice(models.Model):
    """One word of the gateway, kept as it came and once: it may say it again, and does."""

    event = models.CharField(max_length=40, unique=True)
    reference = models.CharField(max_length=20)
    said = models.CharField(
        max_length=10,
        choices=[
            ("PAID", "payé"),
            ("REFUSED", "refusé"),
            ("EXPIRED", "abandonné"),
            ("REFUNDED", "remboursé"),
            ("CHARGEBACK", "contesté"),
        ],
    )
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=8, blank=True)
    # The gateway's own day.
    said_on = models.DateField()
    received_at = models.DateTimeField()
    treated_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=9,
        choices=[
            ("", "à traiter"),
            ("RECEIVE", "encaissé"),
            ("GIVE_BACK", "rendu"),
            ("CLOSE", "clos"),
            ("DOUBT", "à vérifier"),
            ("NOTHING", "déjà su"),
            ("UNKNOWN", "paiement inconnu"),
        ],
        blank=True,
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["received_at"], name="card_notice_waiting", condition=models.Q(treated_at__isnull=True)
            )
        ]


class CardRemittance(models.Model):
    """What the gateway hands over to the bank in one sum, as its settlement file lists it: it clears the cards that
    were on their way when the bank credits it."""

    # What the bank's movement bears as its end-to-end identifier.
    reference = models.CharField(max_length=35, unique=True)
    remitted_on = models.DateField()
    payment_count = models.IntegerField()
    back_count = models.IntegerField()
    net_cents = models.BigIntegerField()
    file = models.OneToOneField(BankFile, on_delete=models.PROTECT)
