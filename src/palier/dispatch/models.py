"""The outbox: one row a document and channel; the lots that are printed; what came back."""

from django.db import models

from palier.dispatch.channels import CHANNELS, RETURN_REASONS, STATES, WAITING
from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.mail.models import Document
from palier.people.models import Person

FAMILIES = [
    ("NOTICES", "avis d’échéance"),
    ("RECEIPTS", "quittances et reçus"),
    ("LETTERS", "courriers"),
    # Handed over at a counter, one by one, with their slips: never among the others.
    ("RECORDED", "courriers recommandés"),
    # Of rooms above: their papers are no documents of the outbox, the lot alone is here (decision 0026).
    ("ACCESS", "lettres d’accès"),
    ("PAYSLIPS", "bulletins de paie"),
]
FAMILY_LABELS = dict(FAMILIES)


class PrintLot(models.Model):
    """Documents that go to paper together: made once, numbered, taken out as one PDF as often as needed."""

    number = models.CharField(max_length=20, unique=True)
    family = models.CharField(max_length=8, choices=FAMILIES)
    # Of protected addresses alone: nobody sees it on a page, a command takes it out.
    is_protected = models.BooleanField(default=False)
    paper_count = models.IntegerField()
    # Of its first taking out: its sheets without the index, and the digest of its bytes. No digest beside a day of
    # taking: papers from before lots, never taken out as one.
    sheet_count = models.IntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # Agents by their number; 0 for a command.
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["number"], name="lot_to_take_out", condition=models.Q(taken_at__isnull=True)),
        ]


class LotTaking(models.Model):
    """A lot, or one sheet of it, taken out to be printed: by whom, when, and the digest of what left."""

    lot = models.ForeignKey(PrintLot, on_delete=models.PROTECT)
    # Empty for the whole lot.
    rank = models.IntegerField(null=True)
    sheet = models.SmallIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    taken_by = models.BigIntegerField()
    taken_at = models.DateTimeField()


class Sending(models.Model):
    """One document on one channel: where it stands, what the outside world said, when."""

    # Written by the thousand from the rows that they name: their own keys hold them.
    document = models.ForeignKey(Document, on_delete=models.PROTECT, db_constraint=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_constraint=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    # As the document says it.
    kind = models.CharField(max_length=16)
    month = models.DateField()
    channel = models.CharField(max_length=6, choices=CHANNELS)
    state = models.CharField(max_length=9, choices=STATES, default=WAITING)
    # The address was protected when it was routed: paper, apart, by nobody outside.
    is_protected = models.BooleanField(default=False)
    # On paper whatever was agreed to: the law asks for its proof. `reference`: the number of its slip, where known.
    is_registered = models.BooleanField(default=False, db_default=False)
    # A sheet that leaves inside the envelope of the next notice of its lease, and waits for it. False again once it
    # leaves alone (decision 0027).
    goes_with_notice = models.BooleanField(default=False, db_default=False)
    routed_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    # Not before: the outside world asked to wait.
    due_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    # The outside world's own reference, and the code of its last answer.
    reference = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=40, blank=True)
    print_lot = models.ForeignKey(PrintLot, on_delete=models.PROTECT, null=True, db_constraint=False)
    # Of its envelope in the lot; then its place in the envelope, 0 for the first paper or the only one.
    print_rank = models.IntegerField(null=True)
    print_place = models.SmallIntegerField(default=0, db_default=0)
    sheets = models.SmallIntegerField(null=True)
    return_reason = models.CharField(max_length=10, choices=RETURN_REASONS, blank=True)
    returned_at = models.DateTimeField(null=True)
    returned_by = models.BigIntegerField(null=True)
    # The agency looked at the address of what came back.
    checked_at = models.DateTimeField(null=True)
    checked_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "channel"], name="document_once_a_channel"),
            models.UniqueConstraint(
                fields=["print_lot", "print_rank", "print_place"], name="one_document_a_place_of_an_envelope"
            ),
            models.CheckConstraint(
                name="second_in_its_envelope_goes_with_a_notice",
                condition=models.Q(print_place=0)
                | models.Q(print_place__gt=0, goes_with_notice=True, print_lot__isnull=False),
            ),
            models.CheckConstraint(
                name="with_a_notice_is_printed_here",
                condition=models.Q(goes_with_notice=False) | models.Q(channel="PRINT", is_registered=False),
            ),
            models.CheckConstraint(
                name="returned_with_its_reason",
                condition=models.Q(returned_at__isnull=True, return_reason="")
                | models.Q(returned_at__isnull=False) & ~models.Q(return_reason=""),
            ),
            models.CheckConstraint(
                name="registered_is_printed_here",
                condition=models.Q(is_registered=False) | models.Q(channel="PRINT"),
            ),
            # What is protected goes to no one outside.
            models.CheckConstraint(
                name="protected_stays_inside",
                condition=models.Q(is_protected=False) | models.Q(channel__in=["SPACE", "PRINT"]),
            ),
        ]
        indexes = [
            models.Index(fields=["month", "channel", "state"], name="sending_of_month"),
            models.Index(
                fields=["channel", "id"],
                name="sending_to_hand_over",
                condition=models.Q(state__in=["WAITING", "TAKEN", "UNKNOWN"]),
            ),
            models.Index(
                fields=["lease"],
                name="sending_to_put_with_a_notice",
                condition=models.Q(goes_with_notice=True, state__in=["WAITING", "TAKEN"]),
            ),
            models.Index(
                fields=["residence"],
                name="sending_to_check",
                condition=models.Q(state="RETURNED", checked_at__isnull=True),
            ),
        ]


class PushPoint(models.Model):
    """A device that its owner asked to be told on. Only where to knock: nothing is ever said there."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    endpoint = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        # Two holders may share a device.
        constraints = [models.UniqueConstraint(fields=["person", "endpoint"], name="device_once_a_person")]


class VaultAccount(models.Model):
    """The external vault that a tenant chose to receive a copy in, by the number that its provider gave."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    member = models.CharField(max_length=64)
    chosen_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lease"], condition=models.Q(ended_on__isnull=True), name="one_vault_at_a_time"
            ),
        ]
