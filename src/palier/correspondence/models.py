"""Outgoing mail: templates and their versions, sendings, letters under one register, what comes back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.mail.models import KeptDocument

CHANNELS = [("PAPER", "par la poste"), ("ONLINE", "dans l’espace locataire"), ("REGISTERED", "en recommandé")]
SENDING_STATES = [
    ("SELECTED", "essai à blanc en cours"),
    ("CHECKED", "à signer"),
    ("SIGNED", "seconde signature attendue"),
    ("LAUNCHED", "en cours d’envoi"),
    ("MADE", "au registre"),
    ("CANCELLED", "abandonné"),
]
OPEN_STATES = ("SELECTED", "CHECKED", "SIGNED")
REFUSALS = [
    ("PROTECTED", "adresse protégée"),
    ("FROZEN", "données gelées"),
    ("ENDED", "bail fini"),
    ("NOBODY", "aucun titulaire"),
    ("ADDRESS", "adresse postale à corriger"),
    ("EMPTY", "champ vide"),
    ("SIGNS", "nom impossible à imprimer"),
]
RETURNS = [
    ("UNKNOWN", "inconnu à l’adresse"),
    ("MOVED", "parti sans laisser d’adresse"),
    ("REFUSED", "pli refusé"),
    ("UNCLAIMED", "recommandé non réclamé"),
    ("INCOMPLETE", "adresse incomplète"),
]
NATURES = [
    ("ACCORD", "accord"),
    ("REFUS", "refus"),
    ("CONTESTATION", "contestation"),
    ("PIECE", "pièce demandée"),
    ("QUESTION", "question"),
    ("AUTRE", "autre"),
]
SLOTS = [
    ("MATIN", "le matin, de 8 h à 12 h"),
    ("APRES_MIDI", "l’après-midi, de 13 h 30 à 17 h 30"),
    ("JOURNEE", "dans la journée, de 8 h à 18 h"),
]


class Template(models.Model):
    """A letter that may be written again: its name, and whether it still serves. Its text is in its versions."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)


class TemplateVersion(models.Model):
    """One text of a template. Nobody changes it: another text is another version (a trigger says no)."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, db_index=False)
    rank = models.SmallIntegerField()
    title = models.CharField(max_length=100)
    source = models.CharField(max_length=20_000)
    # The fields that the text names: what a letter will read, told before any is written.
    fields = ArrayField(models.CharField(max_length=40))
    is_registered = models.BooleanField(default=False)
    # Two different people sign each sending.
    needs_two = models.BooleanField(default=False)
    written_by = models.BigIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "rank"], name="template_version_once")]


class Sending(models.Model):
    """Letters of one version to one lease, or to those that a list's filter kept that day: tried, signed, sent."""

    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT)
    state = models.CharField(max_length=9, choices=SENDING_STATES, default="SELECTED")
    # The list's filter, as it was: empty means no filter. `is_single` for one lease's letter, which has none.
    is_single = models.BooleanField(default=False)
    lease_state = models.CharField(max_length=8, blank=True)
    payment_mode = models.CharField(max_length=12, blank=True)
    lease_kind = models.CharField(max_length=9, blank=True)
    filter_agency_id = models.BigIntegerField(null=True)
    # Another list of the desk, of which these are kept (palier.leases.listed): empty, the list of leases.
    list_code = models.CharField(max_length=10, blank=True, db_default="")
    list_of = models.BigIntegerField(null=True)
    list_word = models.CharField(max_length=24, blank=True, db_default="")
    list_view = models.CharField(max_length=16, blank=True, db_default="")
    list_on = models.DateField(null=True)
    # Whose residences: an agency's sending is signed by that agency or by headquarters.
    agency_id = models.BigIntegerField(null=True)
    event_on = models.DateField(null=True)
    event_slot = models.CharField(max_length=10, choices=SLOTS, blank=True)
    withdraws = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    # As the version asks, copied so that the database itself holds the rule of two.
    needs_two = models.BooleanField()
    selected_count = models.IntegerField(default=0)
    selected_by = models.BigIntegerField()
    selected_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    signed_by = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    launched_by = models.BigIntegerField(null=True)
    launched_at = models.DateTimeField(null=True)
    # The day that every letter bears.
    issued_on = models.DateField(null=True)
    made_at = models.DateTimeField(null=True)
    # The day on which its paper was handed to the post.
    posted_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sending_signed_by_two",
                condition=models.Q(needs_two=False)
                | models.Q(launched_by__isnull=True)
                | models.Q(signed_by__isnull=False) & ~models.Q(signed_by=models.F("launched_by")),
            ),
            models.CheckConstraint(
                name="sending_launched_by_someone",
                condition=models.Q(state__in=("SELECTED", "CHECKED", "SIGNED", "CANCELLED"), launched_by__isnull=True)
                | models.Q(state__in=("LAUNCHED", "MADE"), launched_by__isnull=False, issued_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["withdraws"], condition=~models.Q(state="CANCELLED"), name="sending_withdrawn_once"
            ),
        ]


class Letter(models.Model):
    """One lease of a sending: chosen, then refused with its reason, or under its number in the register."""

    sending = models.ForeignKey(Sending, on_delete=models.PROTECT, db_index=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="+")
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, related_name="+")
    channel = models.CharField(max_length=10, choices=CHANNELS, default="PAPER", db_default="PAPER")
    is_tried = models.BooleanField(default=False, db_default=False)
    # That of its document (palier.mail), given when it leaves: « COURRIER-2026-000001 », without a gap within a year.
    number = models.CharField(max_length=30, blank=True, db_default="")
    refusal_code = models.CharField(max_length=9, choices=REFUSALS, blank=True, db_default="")
    refusal = models.CharField(max_length=300, blank=True, db_default="")
    withdraws = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)
    withdrawn_on = models.DateField(null=True)
    # What the carrier's slip bears.
    registered_number = models.CharField(max_length=30, blank=True, db_default="")
    returned_on = models.DateField(null=True)
    return_reason = models.CharField(max_length=10, choices=RETURNS, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending", "lease"], name="one_letter_a_lease_a_sending"),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="outgoing_letter_number_once"
            ),
            models.CheckConstraint(
                name="outgoing_letter_refused_has_no_number",
                condition=models.Q(number="") | models.Q(refusal_code="", is_tried=True),
            ),
            models.CheckConstraint(
                name="outgoing_letter_refusal_is_told",
                condition=models.Q(refusal_code="", refusal="") | ~models.Q(refusal_code="") & ~models.Q(refusal=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["sending", "lease"],
                name="outgoing_letter_to_write",
                condition=models.Q(number="", refusal_code=""),
            ),
        ]


class Reply(KeptDocument):
    """A paper that answers a letter: scanned, made anew from its pages, sealed under a key of its own."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="+")
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, related_name="+")
    received_on = models.DateField()
    nature = models.CharField(max_length=12, choices=NATURES)
    answer_by = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    page_count = models.SmallIntegerField()
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reply_answered_after_it_came",
                condition=models.Q(answered_on__isnull=True) | models.Q(answered_on__gte=models.F("received_on")),
            ),
            models.UniqueConstraint(fields=["letter", "sha256"], name="reply_once"),
        ]
