"""An empty database becomes a landlord's: its sheet, and the technical administrator who will set up the rest."""

from dataclasses import dataclass
from datetime import datetime

from palier.agents.models import StaffChange, User
from palier.agents.operations.staff import Post, welcome_first_administrator
from palier.estate.models import LandlordChange
from palier.estate.operations.landlord import Sheet, describe_landlord
from palier.privacy.actor import batch
from palier.privacy.declare import Batch, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """Who enters first: by which identifier, and under which name."""

    identifier: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLandlord:
    """What stands afterwards. `is_new` false: it was there already. An administrator who entered is not invited."""

    name: str
    identifier: str
    is_new: bool
    entered_already: bool


def first_landlord(sheet: Sheet, administrator: Administrator, *, operator: str, at: datetime) -> FirstLandlord:
    """Describe the landlord and welcome its first administrator, together or not at all. Safe to run again.

    Raises the refusals of describe_landlord and of welcome_agent.
    """
    post = Post(
        first_name=administrator.first_name,
        last_name=administrator.last_name,
        service="Siège",
        function="Administrateur technique",
        role=Role.TECHNICAL_ADMIN,
    )
    with batch(Batch.IMPORT, operator=operator, motive="INSTALLATION", command="init", categories=("AGENTS",)):
        before = (LandlordChange.objects.count(), StaffChange.objects.count())
        landlord = describe_landlord(sheet, at=at)
        user = welcome_first_administrator(post, identifier=administrator.identifier, at=at)
        entered = User.objects.filter(pk=user.pk, last_login__isnull=False).exists()
        after = (LandlordChange.objects.count(), StaffChange.objects.count())
    return FirstLandlord(
        name=landlord.name, identifier=user.identifier, is_new=before != after, entered_already=entered
    )
