"""Applications for a social dwelling (demandes), cut into tables by purpose: a row policy is then enough.

What orders applications (composition, situation, resources, priorities, needs) bears no name. Who they are (Member,
Stay) is read by those who instruct the file alone. Amounts in cents, days of the landlord's calendar.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from palier.agents.models import Agent
from palier.demandes.models.identifiers import Nir
from palier.demandes.models.letters import Letter
from palier.demandes.models.scores import OfficialScore, ScoreFigure, Standing
from palier.demandes.models.trials import GridTrial, GridTrialBand, GridTrialGroup
from palier.demandes.models.work import Work
from palier.demandes.rules.facts import Path, Proof
from palier.demandes.rules.facts import Stay as StayState
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES
from palier.people.models import Person

__all__ = [
    "GridTrial",
    "GridTrialBand",
    "GridTrialGroup",
    "Letter",
    "Nir",
    "OfficialScore",
    "ScoreFigure",
    "Standing",
    "Work",
]

PROOFS = [
    (Proof.DECLARED.value, "déclaré"),
    (Proof.PROVED.value, "justifié"),
    (Proof.REJECTED.value, "non retenu"),
]
# CCH R441-2-8 and arrêté du 23 mars 2015: a closed list.
RADIATION_MOTIVES = [
    ("ATTRIBUTION", "attribution d’un logement"),
    ("NON_RENOUVELLEMENT", "demande non renouvelée"),
    ("RENONCIATION", "renonciation écrite"),
    ("IRRECEVABLE_PLAFOND", "irrecevable : ressources au-dessus du plafond"),
    ("IRRECEVABLE_SEJOUR", "irrecevable : séjour irrégulier d’un adulte"),
    ("NON_REPONSE", "pas de réponse à un courrier"),
    ("FUSION", "réunie avec une autre demande de la même personne"),
]


class Application(models.Model):
    """A demande: its national number (never made here), its one-year life, how it ended."""

    # Opaque: eighteen characters given by the national system (SNE).
    number = models.CharField(max_length=18, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    path = models.CharField(
        max_length=8, choices=[(Path.FIRST.value, "premier accès"), (Path.TRANSFER.value, "mutation")]
    )
    # The lease of a tenant who asks for a transfer; no foreign key: leases stand beside.
    lease_id = models.BigIntegerField(null=True)
    # Makes the seniority; kept through renewals.
    filed_on = models.DateField()
    renewed_on = models.DateField(null=True)
    # Last day of validity: one year from the filing or the last renewal.
    expires_on = models.DateField()
    state = models.CharField(max_length=8, choices=[("ACTIVE", "active"), ("RADIATED", "radiée")], default="ACTIVE")
    radiated_on = models.DateField(null=True)
    radiation_motive = models.CharField(max_length=20, choices=RADIATION_MOTIVES, blank=True)
    # A warning that runs: for no answer, or for an inadmissibility that the commission pronounced.
    warned_on = models.DateField(null=True)
    warned_for = models.CharField(
        max_length=20,
        choices=[motive for motive in RADIATION_MOTIVES if motive[0].startswith(("IRR", "NON_REP"))],
        blank=True,
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    source = models.CharField(max_length=7, choices=[("COUNTER", "guichet"), ("SNE", "fichier d’échange")])
    # Rises with each change: two agents who save at once are told so.
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="application_radiation_is_whole",
                condition=models.Q(state="ACTIVE", radiated_on__isnull=True, radiation_motive="")
                | (models.Q(state="RADIATED", radiated_on__isnull=False) & ~models.Q(radiation_motive="")),
            ),
            models.CheckConstraint(
                name="application_warning_is_whole",
                condition=models.Q(warned_on__isnull=True, warned_for="")
                | (models.Q(warned_on__isnull=False) & ~models.Q(warned_for="")),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "filed_on"], name="application_by_seniority"),
        ]


class Member(models.Model):
    """Who will live there, by name: read by those who instruct the file alone."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    role = models.CharField(
        max_length=9,
        choices=[
            ("APPLICANT", "demandeur"),
            ("COHOLDER", "futur cotitulaire"),
            ("DEPENDANT", "personne à charge"),
            ("SHARED", "enfant en garde alternée"),
            ("VISITING", "enfant en droit de visite"),
        ],
    )
    # Empty for an adult who is a person: their name stands there.
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField(null=True)
    tie = models.CharField(
        max_length=8,
        choices=[
            ("CONJOINT", "conjoint"),
            ("PACSE", "partenaire de pacs"),
            ("CONCUBIN", "concubin"),
            ("ENFANT", "enfant"),
            ("PARENT", "parent"),
            ("AUTRE", "autre lien"),
        ],
        blank=True,
    )


class PostalAddress(models.Model):
    """Where to write to the applicant: read by those who instruct the file and by the letters."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, primary_key=True)
    # Number and street, or « chez »; as the form gives it.
    line = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=80, blank=True)


class Stay(models.Model):
    """Regularity of stay of one adult (CCH R441-1): three words of nationality and a yes or no, never more."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT)
    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    nationality = models.CharField(
        max_length=8, choices=[("FR", "française"), ("UE", "Union européenne"), ("HORS_UE", "hors Union européenne")]
    )
    state = models.CharField(
        max_length=9,
        choices=[
            (StayState.UNCHECKED.value, "à vérifier"),
            (StayState.REGULAR.value, "séjour régulier"),
            (StayState.IRREGULAR.value, "séjour non régulier"),
        ],
    )
    valid_until = models.DateField(null=True)
    checked_on = models.DateField(null=True)


class Composition(models.Model):
    """The household by number, as the rules read it; kept in step with the members by whoever writes them."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, primary_key=True)
    adults = models.SmallIntegerField()
    dependants = models.SmallIntegerField(default=0)
    shared_custody = models.SmallIntegerField(default=0)
    visiting = models.SmallIntegerField(default=0)
    unborn = models.SmallIntegerField(default=0)
    due_on = models.DateField(null=True)
    disabled = models.SmallIntegerField(default=0)
    spouses = models.BooleanField(default=False)
    # Last day on which the ages of the couple sum to 55 at most; empty: not such a couple.
    young_couple_until = models.DateField(null=True)
    dependants_born_on = ArrayField(models.DateField(), default=list)
    # True when every adult stays regularly, false when one does not, empty when one is to be checked: a yes or a no,
    # without the nationality.
    stays_regularly = models.BooleanField(null=True)


class Situation(models.Model):
    """Where the household lives, what it asks for."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, primary_key=True)
    housing = models.CharField(max_length=20, choices=list(HOUSING.items()))
    rooms = models.SmallIntegerField(null=True)
    floor_area_m2 = models.SmallIntegerField(null=True)
    occupants = models.SmallIntegerField(null=True)
    cost_cents = models.IntegerField(null=True)
    wished_rooms_min = models.SmallIntegerField(null=True)
    wished_rooms_max = models.SmallIntegerField(null=True)
    highest_cost_cents = models.IntegerField(null=True)
    refused_offers = models.SmallIntegerField(default=0)


class Wish(models.Model):
    """A commune asked for, by its INSEE code, in the order of preference."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    commune = models.CharField(max_length=5)
    rank = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "commune"], name="wish_once")]
        indexes = [models.Index(fields=["commune", "application"], name="wish_by_commune")]


class Motive(models.Model):
    """Why a dwelling is asked for, from the form's closed list."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    code = models.CharField(max_length=26, choices=list(MOTIVES.items()))
    proof = models.CharField(max_length=8, choices=PROOFS, default=Proof.DECLARED.value)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="motive_once")]


class Priority(models.Model):
    """A priority of CCH L441-1, with its proof."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    code = models.CharField(max_length=26, choices=list(PRIORITIES.items()))
    proof = models.CharField(max_length=8, choices=PROOFS, default=Proof.DECLARED.value)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="priority_once")]


class Need(models.Model):
    """What the dwelling must allow: functional needs only, never why."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    code = models.CharField(max_length=26, choices=list(NEEDS.items()))
    proof = models.CharField(max_length=8, choices=PROOFS, default=Proof.DECLARED.value)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="need_once")]


class Resources(models.Model):
    """Yearly reference tax incomes of all who will live there, and what comes in a month."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, primary_key=True)
    # The calendar year that « N-2 » was when this was written.
    n2_year = models.SmallIntegerField(null=True)
    n2_cents = models.BigIntegerField(null=True)
    n1_cents = models.BigIntegerField(null=True)
    last_12_months_cents = models.BigIntegerField(null=True)
    nursing_home_cents = models.IntegerField(default=0)
    monthly_cents = models.IntegerField(default=0)
    proof = models.CharField(max_length=8, choices=PROOFS, default=Proof.DECLARED.value)


class ResourceLine(models.Model):
    """One kind of monthly resource, received or paid, as the form lists them."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    direction = models.CharField(max_length=8, choices=[("RECEIVED", "reçue"), ("PAID", "versée")])
    # A code of the exchange format: one that is not in the list is kept as it came.
    code = models.CharField(max_length=8)
    monthly_cents = models.IntegerField()


class Assignment(models.Model):
    """An application given to an officer, between two instants: the file is theirs to instruct, and ends by itself."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="application_assignments")
    first_at = models.DateTimeField()
    until_at = models.DateTimeField()
    assigned_by = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="application_assignments_given"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assignment_ends_after_it_starts", condition=models.Q(until_at__gte=models.F("first_at"))
            )
        ]
        indexes = [models.Index(fields=["agent", "until_at"], name="assignment_of_agent")]


class Event(models.Model):
    """What happened to an application, and who did it: filed, renewed, warned, changed, radiated."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    kind = models.CharField(
        max_length=12,
        choices=[
            ("FILED", "dépôt"),
            ("IMPORTED", "reçue du système national"),
            ("CHANGED", "modification"),
            ("INTERVIEW", "entretien"),
            ("NOTICE", "préavis de renouvellement"),
            ("RENEWED", "renouvellement"),
            ("WARNED", "avertissement"),
            ("ANSWERED", "réponse reçue"),
            ("RADIATED", "radiation"),
            ("REACTIVATED", "réactivation"),
            ("MERGED", "fusion"),
            ("ASSIGNED", "affectation"),
            ("OFFER", "proposition de logement"),
            ("DECISION", "décision de la commission"),
        ],
    )
    # A code that tells more: the heading changed, the motive, the decision.
    detail = models.CharField(max_length=26, blank=True)
    on = models.DateField()
    at = models.DateTimeField()
    # Empty: the applicant, or a job.
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)

    class Meta:
        indexes = [models.Index(fields=["application", "id"], name="event_of_application")]


class Piece(models.Model):
    """A paper of the limitative list that is asked for or was given (arrêté du 22 décembre 2020)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    # A code of demandes.rules.pieces.
    code = models.CharField(max_length=32)
    state = models.CharField(
        max_length=8,
        choices=[("ASKED", "demandée"), ("GIVEN", "reçue"), ("PROVED", "valable"), ("REJECTED", "refusée")],
    )
    asked_on = models.DateField(null=True)
    given_on = models.DateField(null=True)
    judged_on = models.DateField(null=True)
    judged_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    # Why it was refused, from the closed list of demandes.rules.pieces.
    ground = models.CharField(max_length=20, blank=True)
    # The file given, rebuilt from its pages and sealed under a key of its own; empty: seen on paper at the counter.
    content_sha256 = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField(null=True)
    # That key, under the installation's secret: without it the file is noise.
    wrapped = models.BinaryField(null=True)
    pages = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["application", "code"], name="piece_of_application")]


class RefusedPaper(models.Model):
    """A paper that may not be asked nor kept: given back or destroyed: the trace of it, never its content."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    kind = models.CharField(
        max_length=12,
        choices=[
            ("HEALTH", "document médical"),
            ("BANK", "relevé de banque"),
            ("NOT_LISTED", "document hors de la liste"),
            ("UNREADABLE", "fichier illisible ou dangereux"),
            ("REFUSED", "pièce examinée et refusée"),
        ],
    )
    outcome = models.CharField(max_length=10, choices=[("GIVEN_BACK", "rendu"), ("DESTROYED", "détruit")])
    at = models.DateTimeField()
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)


class Receipt(models.Model):
    """What was last received of an application from the exchange file: the same again changes nothing here."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, primary_key=True)
    # Of all that the file says of it, once read.
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    # « list=code »: what no public list knows, kept as it came until someone says what it is.
    unknown_codes = ArrayField(models.CharField(max_length=48), default=list)


class Duplicate(models.Model):
    """Two applications that a strong key brings together: proposed to an agent, who says."""

    first = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="duplicates_first")
    second = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="duplicates_second")
    key = models.CharField(
        max_length=10, choices=[("PERSON", "même personne"), ("NAME_BIRTH", "mêmes noms et même naissance")]
    )
    state = models.CharField(
        max_length=8, choices=[("PROPOSED", "à examiner"), ("MERGED", "réunies"), ("DISTINCT", "distinctes")]
    )
    decided_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once"),
            models.CheckConstraint(name="duplicate_is_of_two", condition=models.Q(first__lt=models.F("second"))),
        ]
