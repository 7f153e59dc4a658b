"""What persons asked about their data, and all that followed. Rows are only added: the state is the last step.

A question on a reading is a request like the others: same deadline, same queue, same answer in the same thread.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from palier.estate.models import Residence
from palier.people.models import Person

KINDS = [
    ("READING", "question sur une lecture"),
    ("ACCESS", "accès"),
    ("RECTIFICATION", "rectification"),
    ("ERASURE", "effacement"),
    ("RESTRICTION", "limitation"),
    ("OBJECTION", "opposition"),
    ("PORTABILITY", "portabilité"),
]
REASONS = [
    ("UNKNOWN_SERVICE", "Je ne connais pas ce service."),
    ("NOTHING_ASKED", "Je n’avais rien demandé."),
    ("TOO_OFTEN", "C’est trop souvent."),
    ("CALL_ME_BACK", "Autre\u00a0: rappelez-moi."),
    ("NOT_ACCURATE", "Je conteste l’exactitude de ces données."),
    ("UNLAWFUL", "Ces données n’ont pas à être traitées."),
    ("NEEDED_BY_ME", "J’en ai besoin pour faire valoir mes droits."),
    ("OBJECTION_PENDING", "J’attends la réponse à mon opposition."),
    ("NO_LONGER_NEEDED", "Ces données ne servent plus."),
    ("CONSENT_WITHDRAWN", "Je retire mon accord."),
    ("OWN_SITUATION", "Ma situation particulière le justifie."),
]
STEPS = [
    ("EXTENDED", "délai prolongé"),
    ("ANSWERED", "réponse donnée"),
    ("PREPARED", "copie préparée"),
    ("HANDED_OVER", "copie remise"),
    ("LIFTED", "limitation levée"),
]
DECISIONS = [
    ("GRANTED", "demande acceptée"),
    ("PARTLY", "acceptée en partie"),
    ("REFUSED", "refusée"),
    ("JUSTIFIED", "accès justifié"),
    ("NOT_JUSTIFIED", "accès non justifié"),
]
IDENTITIES = [
    ("NOT_ASKED", "nom non demandé"),
    ("NOT_GIVEN", "nom non communiqué"),
    ("GIVEN", "nom communiqué"),
]


class Request(models.Model):
    """One request of one person. The facts of the reading in question are copied: the journal itself expires."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=13, choices=KINDS)
    reason = models.CharField(max_length=17, choices=REASONS, blank=True)
    # Which data: codes of the catalogue's categories.
    about = ArrayField(models.CharField(max_length=16), default=list)
    channel = models.CharField(
        max_length=7, choices=[("ONLINE", "en ligne"), ("COUNTER", "au guichet"), ("LETTER", "par courrier")]
    )
    identity_proof = models.CharField(
        max_length=7,
        choices=[
            ("SESSION", "session ouverte"),
            ("PAPER", "pièce d’identité vue"),
            ("KNOWN", "personne connue de l’agence"),
        ],
    )
    received_at = models.DateTimeField()
    due_on = models.DateField()
    # The agent at the counter; empty when the person asked online.
    entered_by = models.BigIntegerField(null=True)
    # A reading has no foreign key: its month is dropped whole when it expires.
    reading_id = models.BigIntegerField(null=True)
    reading_at = models.DateTimeField(null=True)
    reading_role = models.CharField(max_length=20, blank=True)
    reading_purpose = models.CharField(max_length=24, blank=True)
    reading_screen = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "reading_id"], name="one_question_a_reading"),
            models.CheckConstraint(
                name="question_names_its_reading",
                condition=models.Q(kind="READING", reading_id__isnull=False, reading_at__isnull=False)
                | (~models.Q(kind="READING") & models.Q(reading_id__isnull=True)),
            ),
            models.CheckConstraint(
                name="counter_request_names_its_agent",
                condition=models.Q(channel="ONLINE", entered_by__isnull=True)
                | (~models.Q(channel="ONLINE") & models.Q(entered_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["residence", "kind"]), models.Index(fields=["due_on", "id"])]


class Step(models.Model):
    """What was done about a request, in closed words: `sentences` are codes of the building blocks of an answer."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=11, choices=STEPS)
    at = models.DateTimeField()
    # Empty when the person themself fetched their copy.
    agent_id = models.BigIntegerField(null=True)
    # Of an extension: the new deadline, and why.
    due_on = models.DateField(null=True)
    reason = models.CharField(
        max_length=8, choices=[("COMPLEX", "demande complexe"), ("MANY", "demandes nombreuses")], blank=True
    )
    decision = models.CharField(max_length=13, choices=DECISIONS, blank=True)
    # Why it is refused: a code of the closed list, with its article.
    motive = models.CharField(max_length=20, blank=True)
    sentences = ArrayField(models.CharField(max_length=20), default=list)
    # The name of the agent who read is an exception that the officer decides (CJUE, C-579/21).
    identity = models.CharField(max_length=9, choices=IDENTITIES, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "kind"],
                name="one_answer_one_extension",
                condition=models.Q(kind__in=["EXTENDED", "ANSWERED", "LIFTED"]),
            ),
            models.CheckConstraint(
                name="extension_says_until_when_and_why",
                condition=~models.Q(kind="EXTENDED") | (models.Q(due_on__isnull=False) & ~models.Q(reason="")),
            ),
            models.CheckConstraint(
                name="answer_holds_a_decision", condition=~models.Q(kind="ANSWERED") | ~models.Q(decision="")
            ),
            models.CheckConstraint(
                name="refusal_holds_a_motive", condition=~models.Q(decision="REFUSED") | ~models.Q(motive="")
            ),
        ]
        indexes = [models.Index(fields=["request", "id"])]


class Retrieval(models.Model):
    """All of a person's documents, asked for by them, in one ZIP. Its bytes leave the disk when it expires."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # None once it is replaced, or once a paper that it holds is destroyed: its bytes are noise.
    kept_key = models.BinaryField(max_length=64, null=True)
    byte_count = models.BigIntegerField(null=True)
    document_count = models.IntegerField(null=True)
    # Those that could not be read: said on the page, and to who looks after the machine.
    missing_count = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["person", "asked_at"], name="retrieval_of_person")]


class Package(models.Model):
    """A copy of a file, made for an access or a portability request. Its bytes leave the disk when it expires."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    kept_key = models.BinaryField(max_length=64, null=True)
    bytes = models.IntegerField()
    # Holds the readings whose display is discreet: handed over in person, never fetched online.
    in_person = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["request", "id"])]
