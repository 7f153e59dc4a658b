"""Yearly campaigns: the revision of rents and the survey of resources. Amounts in cents a month unless said."""

from django.db import models

from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.mail.models import CERTIFICATES, DOCUMENT_KINDS, LETTER_KIND, NOTICE_KIND, PROPOSALS, RECEIPT_KINDS

REVISION_STATES = [
    ("SIMULATED", "simulée"),
    ("REVIEWED", "visée"),
    ("APPLIED", "appliquée"),
    ("UNDONE", "retirée"),
]
LIMITS = [
    ("NONE", "révisé en entier"),
    ("CONVENTION", "arrêté au maximum de la convention"),
    ("ABOVE", "déjà au maximum, inchangé"),
    ("LATER", "loyer déjà fixé pour plus tard, inchangé"),
    ("FROZEN", "données gelées à la demande du locataire, inchangé"),
]
FILE_STATES = [
    ("TO_SEND", "questionnaire à envoyer"),
    ("SENT", "questionnaire envoyé"),
    ("REMINDED", "relancé"),
    ("NOTICED", "mis en demeure"),
    ("PROVISIONAL", "supplément provisoire"),
    ("ANSWERED", "répondu"),
    ("EXEMPT", "non enquêté"),
]
EXEMPTIONS = [
    ("", "enquêté"),
    ("QPV", "quartier prioritaire de la ville"),
    ("HOUSING_AID", "aide au logement reçue"),
    ("OCCUPANCY", "contrat d’occupation"),
    ("FINANCING", "financement sans supplément"),
    ("ZRR", "zone de revitalisation rurale"),
    ("PLH", "zone exclue par le programme local de l’habitat"),
]
EXCLUSIONS = [(code, label) for code, label in EXEMPTIONS if code in ("ZRR", "PLH")]
_OF_OTHERS = (NOTICE_KIND, LETTER_KIND, *RECEIPT_KINDS, *CERTIFICATES, *PROPOSALS)
MAILING_KINDS = [(code, label) for code, label in DOCUMENT_KINDS if code not in _OF_OTHERS]
MAILING_STATES = [
    ("PREPARED", "à signer"),
    ("LAUNCHED", "en cours"),
    ("MADE", "faites"),
    ("WITHDRAWN", "retirées"),
]
CHANNELS = [
    ("ONLINE", "sur l’espace locataire"),
    ("PAPER", "par la poste"),
    ("REGISTERED", "en recommandé"),
]


class Revision(models.Model):
    """A year's revision of the rents: what was voted, what it gives, who signed. One a year that is not taken back."""

    year = models.SmallIntegerField()
    effective_on = models.DateField()
    irl_reference = models.DecimalField(max_digits=7, decimal_places=2)
    irl_new = models.DecimalField(max_digits=7, decimal_places=2)
    # Empty: the whole variation of the index. Above it only under a recorded derogation (CCH L442-1).
    voted_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    derogation_reference = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=9, choices=REVISION_STATES, default="SIMULATED")
    lease_count = models.IntegerField(default=0)
    revised_count = models.IntegerField(default=0)
    before_cents = models.BigIntegerField(default=0)
    after_cents = models.BigIntegerField(default=0)
    simulated_by = models.BigIntegerField()
    simulated_at = models.DateTimeField()
    reviewed_by = models.BigIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    applied_by = models.BigIntegerField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year"], condition=~models.Q(state="UNDONE"), name="one_revision_a_year"),
            models.CheckConstraint(
                name="two_different_people_revise",
                condition=~models.Q(state="APPLIED")
                | models.Q(applied_by__isnull=False, reviewed_by__isnull=False)
                & ~models.Q(applied_by=models.F("reviewed_by")),
            ),
        ]


class RevisedRent(models.Model):
    """What a revision gives for one lease, and the rents that it closed and opened once applied."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, db_index=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    before_cents = models.IntegerField()
    after_cents = models.IntegerField()
    limit = models.CharField(max_length=10, choices=LIMITS)
    # The rent in force on the eve, its last day then, and the rent opened: numbers of leases_term.
    old_term_id = models.BigIntegerField()
    old_last_day = models.DateField(null=True)
    new_term_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "lease"], name="revised_once")]
        indexes = [models.Index(fields=["revision", "residence"], name="revised_by_residence")]


class Survey(models.Model):
    """A year's survey of resources (CCH L441-9): the income of two years before, for the supplement of that year."""

    year = models.SmallIntegerField(unique=True)
    opened_on = models.DateField()
    # The fee of those who do not answer, 25 € at most, as the landlord set it.
    fee_cents = models.IntegerField()
    opened_by = models.BigIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="survey_fee_within_law", condition=models.Q(fee_cents__range=(0, 2500)))
        ]


class SurveyFile(models.Model):
    """One lease in a survey: what was sent, what was answered, what is due. `income_cents` is a year's."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, db_index=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=11, choices=FILE_STATES)
    exemption = models.CharField(max_length=13, choices=EXEMPTIONS, blank=True)
    sent_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    noticed_on = models.DateField(null=True)
    # The formal notice was handed over that day, or first presented when nobody fetched it: noted from its slip.
    reached_on = models.DateField(null=True)
    provisional_from = models.DateField(null=True)
    provisional_cents = models.IntegerField(default=0)
    fee_cents = models.IntegerField(default=0)
    answered_on = models.DateField(null=True)
    income_cents = models.BigIntegerField(null=True)
    category = models.SmallIntegerField(null=True)
    extra_people = models.SmallIntegerField(null=True)
    overrun_percent = models.IntegerField(null=True)
    supplement_cents = models.IntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "lease"], name="surveyed_once")]
        indexes = [models.Index(fields=["survey", "state"], name="survey_by_state")]


class ExcludedArea(models.Model):
    """A residence where no supplement is due, by the act that says so, from a day to another or without an end."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    reason = models.CharField(max_length=13, choices=EXCLUSIONS)
    act_reference = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["residence", "reason", "first_day"], name="excluded_once"),
            models.CheckConstraint(
                name="exclusion_in_order",
                condition=models.Q(last_day__isnull=True) | models.Q(last_day__gte=models.F("first_day")),
            ),
        ]


class Mailing(models.Model):
    """The letters of one step of a campaign, in bulk: one person prepares them, another launches them."""

    kind = models.CharField(max_length=16, choices=MAILING_KINDS)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, null=True)
    state = models.CharField(max_length=9, choices=MAILING_STATES, default="PREPARED")
    # How many leases waited for this letter when it was prepared; what is made is counted in the letters.
    expected_count = models.IntegerField()
    # The day that every letter bears, and from which the law's delays run: that of the launch.
    issued_on = models.DateField(null=True)
    prepared_by = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    launched_by = models.BigIntegerField(null=True)
    launched_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mailing_of_one_campaign",
                condition=models.Q(revision__isnull=False, survey__isnull=True)
                | models.Q(revision__isnull=True, survey__isnull=False),
            ),
            models.CheckConstraint(
                name="two_different_people_send",
                condition=models.Q(launched_by__isnull=True) | ~models.Q(launched_by=models.F("prepared_by")),
            ),
            models.CheckConstraint(
                name="mailing_launched_by_someone",
                condition=models.Q(launched_by__isnull=True, launched_at__isnull=True)
                | models.Q(launched_by__isnull=False, launched_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["revision", "kind"],
                condition=models.Q(revision__isnull=False) & ~models.Q(state="WITHDRAWN"),
                name="one_mailing_a_revision",
            ),
            models.UniqueConstraint(
                fields=["survey", "kind"],
                condition=models.Q(survey__isnull=False, state__in=("PREPARED", "LAUNCHED")),
                name="one_open_mailing_a_step",
            ),
        ]


class Letter(models.Model):
    """One letter of a mailing, under its number in the register; or why it could not be made."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, db_index=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    # That of its document (palier.mail); empty when it could not be made.
    number = models.CharField(max_length=30, blank=True)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    # What the carrier of registered mail gave.
    registered_number = models.CharField(max_length=30, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailing", "lease"], name="one_letter_a_lease"),
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="letter_number_once"),
            models.CheckConstraint(
                name="letter_made_or_refused",
                condition=models.Q(number="") & ~models.Q(refusal="") | ~models.Q(number="") & models.Q(refusal=""),
            ),
        ]
