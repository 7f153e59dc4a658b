"""One applicant whose address is protected once a dwelling is offered: their holders have a letter to hand over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.db import connections

from palier.agents.models import Agent
from palier.agents.operations.protect import protect_person
from palier.attribution.models import Notification
from palier.demo.loading import OPERATOR
from palier.foundation.home import Home
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role


def protect_applicant(home: Home, *, on: date) -> None:
    """Headquarters declares it; a social worker holds it with them. No officer sees that application any more."""
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        posts = dict(Agent.objects.filter(left_on=None).order_by("-pk").values_list("role", "pk"))
        waiting = Notification.objects.filter(kind="OFFER", notified_on=None).order_by("pk")
        person_id = waiting.values_list("application__person_id", flat=True).first()
    declares, holds = posts.get(Role.HEADQUARTERS.value), posts.get(Role.SOCIAL_WORKER.value)
    if declares is None or holds is None or person_id is None:
        return
    actor = Actor(role=Role.HEADQUARTERS, purpose="PROTECTION_VIOLENCES", agent_id=declares)
    with (
        at_the_desk(home),
        acting(actor, screen="protection d’une adresse", categories=("IDENTITE", "ADRESSE_PROTEGEE")),
    ):
        protect_person(person_id=person_id, ground="ORDONNANCE", holder_ids=[holds], actor=actor, on=on)


@contextmanager
def at_the_desk(home: Home) -> Iterator[None]:
    """The web's login for a moment: a command's takes the part of no agent, and no job may hide anyone."""
    if settings.PALIER_PROCESS == "web":
        yield
        return
    login = f"{settings.PALIER_ROLE_PREFIX}_login"
    usual = connections["default"]
    desk = usual.copy()
    desk.settings_dict |= {"USER": login, "PASSWORD": home.secret(login)}
    connections["default"] = desk
    try:
        yield
    finally:
        desk.close()
        connections["default"] = usual
