"""Staff, their roles and mandates, and the accounts that sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from palier.estate.models import Agency, Residence
from palier.people.models import Person
from palier.privacy.declare import ROLE_LABELS


class Agent(models.Model):
    """A member of staff. Tenants are shown the service and the function, never the name."""

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    function = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=[(r.value, label) for r, label in ROLE_LABELS.items()])
    # The agency of an officer or a manager; empty at headquarters and for caretakers (they hold mandates).
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True)
    left_on = models.DateField(null=True)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Mandate(models.Model):
    """A caretaker looks after a residence between two days, both included."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    first_day = models.DateField()
    last_day = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agent", "residence"])]


class StaffChange(models.Model):
    """What changed in an agent's post or mandates, and by whom. Names are not repeated here: they end with the post."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    subject = models.CharField(
        max_length=11,
        choices=[
            ("ARRIVAL", "arrivée"),
            ("NAME", "nom"),
            ("ROLE", "métier"),
            ("SERVICE", "service"),
            ("FUNCTION", "fonction"),
            ("AGENCY", "agence"),
            ("DEPARTURE", "départ"),
            ("INVITED", "invitation"),
            ("RESET", "accès réinitialisé"),
            ("MANDATE", "mandat"),
            ("MANDATE_END", "fin de mandat"),
        ],
    )
    before = models.CharField(max_length=120, blank=True)
    after = models.CharField(max_length=120, blank=True)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    # The number of the agent who decided; 0 for a command.
    changed_by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agent", "id"], name="staff_change_of")]


class Accounts(BaseUserManager["User"]):
    """Finds the account behind what a person types."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(identifier=(username or "").strip().lower())


class User(AbstractBaseUser):
    """What signs in: an agent, a person for their own file, or someone who helps a tenant; never two of them."""

    identifier = models.CharField(max_length=120, unique=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    # Of one help, and of nothing else: whoever helps and is a tenant too has two accounts.
    is_helper = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True)
    # The one chosen on the tenants' site, kept for the next device and for what is written to them; empty: French.
    language = models.CharField(max_length=7, blank=True, default="")

    USERNAME_FIELD = "identifier"
    objects = Accounts()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_is_agent_or_person",
                condition=models.Q(agent__isnull=False, person__isnull=True, is_helper=False)
                | models.Q(agent__isnull=True, person__isnull=False, is_helper=False)
                | models.Q(agent__isnull=True, person__isnull=True, is_helper=True),
            )
        ]


class SignInAttempt(models.Model):
    """A failed attempt: slows down those who guess. The identifier is kept as a digest."""

    identifier_sha256 = models.CharField(max_length=64)
    site = models.CharField(max_length=7)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["identifier_sha256", "at"])]


class Opening(models.Model):
    """A file, or a colleague's residences, opened to an agent beyond their portfolio: for a motive, until a time.

    A file is opened by `palier.open_file` alone, which counts the day's quota; residences are assigned by a manager.
    """

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    kind = models.CharField(
        max_length=11,
        choices=[
            ("OUTSIDE", "hors portefeuille"),
            ("BREAK_GLASS", "urgence"),
            ("ASSIGNMENT", "remplacement"),
            # Looked for and not found: it counts, so that names are not tried one after the other.
            ("MISSED", "recherche sans dossier"),
        ],
    )
    # No foreign key: leases stand on a floor above.
    lease_id = models.BigIntegerField(null=True)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    motive = models.CharField(max_length=24)
    first_at = models.DateTimeField()
    until_at = models.DateTimeField()
    # Who assigned the residences; empty when the agent opened the file.
    assigned_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="assignments_given")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="opening_is_of_a_lease_or_of_residences",
                condition=models.Q(kind="ASSIGNMENT", lease_id__isnull=True, residence__isnull=False)
                | models.Q(kind__in=["OUTSIDE", "BREAK_GLASS"], lease_id__isnull=False, residence__isnull=True)
                | models.Q(kind="MISSED", lease_id__isnull=True, residence__isnull=True),
            ),
            models.CheckConstraint(
                name="opening_ends_after_it_starts", condition=models.Q(until_at__gte=models.F("first_at"))
            ),
        ]
        indexes = [models.Index(fields=["agent", "until_at"])]


class OpeningAlarm(models.Model):
    """What the data protection officer is told of openings: an emergency, a quota reached, a refusal beyond it."""

    kind = models.CharField(
        max_length=14,
        choices=[
            ("BREAK_GLASS", "ouverture en urgence"),
            ("QUOTA_REACHED", "quota du jour atteint"),
            ("QUOTA_EXCEEDED", "refus au-delà du quota"),
        ],
    )
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="alarms_seen")

    class Meta:
        indexes = [models.Index(fields=["seen_at", "at"])]


class PolicySetting(models.Model):
    """A quota, a motive open (1) or closed (0), a threshold of the journal's alarms, as the data protection officer
    decided: the latest is in force."""

    kind = models.CharField(
        max_length=6,
        choices=[("QUOTA", "quota du jour"), ("MOTIVE", "motif d’ouverture"), ("ALARM", "seuil d’alarme")],
    )
    code = models.CharField(max_length=24)
    value = models.SmallIntegerField()
    changed_by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="policy_setting_within_bounds",
                condition=models.Q(kind="QUOTA", value__range=(0, 200))
                | models.Q(kind="MOTIVE", value__range=(0, 1))
                | models.Q(kind="ALARM", value__range=(1, 5000)),
            )
        ]
        indexes = [models.Index(fields=["kind", "code", "id"])]


class ProtectedPerson(models.Model):
    """Someone whose address is kept from everyone but a few: their rows, and those of whoever lives with them."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    # Why, in a word: never what happened.
    ground = models.CharField(
        max_length=12,
        choices=[
            ("ORDONNANCE", "ordonnance de protection"),
            ("PLAINTE", "plainte déposée"),
            ("DEMANDE", "demande de la personne"),
        ],
    )
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    declared_by = models.ForeignKey(Agent, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(last_day__isnull=True), name="protected_once_at_a_time"
            )
        ]


class ProtectionHolder(models.Model):
    """One of the few who may open the file of a protected person."""

    protection = models.ForeignKey(ProtectedPerson, on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    first_day = models.DateField()
    last_day = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["protection", "agent"], name="protection_held_once")]
