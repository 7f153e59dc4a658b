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


class Accounts(BaseUserManager["User"]):
    """Finds the account behind what a person types."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(identifier=(username or "").strip().lower())


class User(AbstractBaseUser):
    """What signs in: an agent, or a person for their own file; never both."""

    identifier = models.CharField(max_length=120, unique=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "identifier"
    objects = Accounts()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_is_agent_or_person",
                condition=models.Q(agent__isnull=False, person__isnull=True)
                | models.Q(agent__isnull=True, person__isnull=False),
            )
        ]


class SignInAttempt(models.Model):
    """A failed attempt: slows down those who guess. The identifier is kept as a digest."""

    identifier_sha256 = models.CharField(max_length=64)
    site = models.CharField(max_length=5)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["identifier_sha256", "at"])]
