"""A campaign that proposed the space six weeks ago: surveys that came back, papers signed, cohorts to compare.

Each act under the role that does it: headquarters draw and invite, agencies type what came back and write consents.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from palier.adoption.assumptions import FILE_NAME
from palier.adoption.models import Invitee
from palier.adoption.operations.answers import answer_survey
from palier.adoption.operations.campaigns import (
    NobodyToInvite,
    invite,
    measure_campaigns,
    open_campaign,
    send_survey,
)
from palier.agents.models import Agent
from palier.demo.loading import OPERATOR
from palier.demo.protection import at_the_desk
from palier.foundation.clock import day_of
from palier.foundation.home import Home
from palier.leases.consents import Family, Means, NoTextInForce, Word
from palier.leases.operations.consents import write_consent_down
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

# Enough to be shown: fewer than eleven are hidden.
_ANSWERED, _AGREED, _AGREED_ALONE = 36, 24, 1
_SAID: Final[tuple[dict[str, tuple[str, ...]], ...]] = (
    {"DEVICE": ("PHONE",), "EASE": ("EASY",), "WISH": ("PAY", "DOCUMENTS")},
    {"DEVICE": ("COMPUTER",), "EASE": ("HELPED",), "WISH": ("DOCUMENTS",)},
    {"DEVICE": ("PHONE",), "EASE": ("HELPED",), "WISH": ("REPORT", "PAY")},
)
_COSTS: Final = """# Chiffres fictifs de la démonstration.
[[assumption]]
code = "SHEETS"
value = "1"
on = 2026-01-01
source = "chiffre fictif de la démonstration"

[[assumption]]
code = "PAPER_COST"
value = "1.00"
on = 2026-01-01
source = "chiffre fictif de la démonstration"

[[assumption]]
code = "ONLINE_COST"
value = "0.10"
on = 2026-01-01
source = "chiffre fictif de la démonstration"

[[assumption]]
code = "INVITATION_COST"
value = "0.20"
on = 2026-01-01
source = "chiffre fictif de la démonstration"

[[assumption]]
code = "ENCLOSED_COST"
value = "0.05"
on = 2026-01-01
source = "chiffre fictif de la démonstration"
"""


def propose_the_space(home: Home, *, at: datetime) -> None:
    """One campaign, by the caretakers, before the month's notices: those who agreed read theirs on line."""
    path = settings.PALIER_HOME / FILE_NAME
    if not path.exists():
        path.write_text(_COSTS, encoding="utf-8")
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        director = Agent.objects.filter(role=Role.HEADQUARTERS.value, left_on=None).order_by("pk").first()
        officer = Agent.objects.filter(role=Role.RENT_OFFICER.value, left_on=None).order_by("pk").first()
    if director is None or officer is None:
        return
    headquarters = Actor(role=Role.HEADQUARTERS, purpose="GESTION_LOCATIVE", agent_id=director.pk)
    agency = Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=officer.pk, agency_id=officer.agency_id)
    with at_the_desk(home):
        with acting(headquarters):
            campaign_id = _proposed(headquarters, at)
        if campaign_id is not None:
            with acting(agency, screen="questionnaires rendus", categories=("ADOPTION",)):
                _answered(campaign_id, at)
            with acting(headquarters):
                _agreed(campaign_id, headquarters, at)
    measure_campaigns(operator=OPERATOR, at=at)


def _proposed(actor: Actor, at: datetime) -> int | None:
    """Drawn, surveyed, then invited: the agencies print what their caretakers hand over."""
    opened_at = at - timedelta(days=45)
    try:
        opened = open_campaign(
            means="CARETAKER", control_percent=20, residence_ids=None, actor=actor, at=opened_at, seed="demonstration"
        )
    except NobodyToInvite:
        return None
    send_survey(campaign_id=opened.pk, at=opened_at + timedelta(days=3))
    invite(campaign_id=opened.pk, at=opened_at + timedelta(days=12))
    return int(opened.pk)


def _answered(campaign_id: int, at: datetime) -> None:
    """What came back to one agency, typed by its officer."""
    drawn = Invitee.objects.filter(campaign_id=campaign_id, cohort="INVITED").order_by("id")
    for rank, code in enumerate(list(drawn.values_list("code", flat=True)[:_ANSWERED])):
        answer_survey(code=code, answers=_SAID[rank % len(_SAID)], at=at - timedelta(days=37))


def _agreed(campaign_id: int, actor: Actor, at: datetime) -> None:
    """Papers handed in at the agency; a demonstration of a year without a text has none."""
    drawn = Invitee.objects.filter(campaign_id=campaign_id).order_by("-id")
    for cohort, most in (("INVITED", _AGREED), ("CONTROL", _AGREED_ALONE)):
        for lease_id, person_id in drawn.filter(cohort=cohort).values_list("lease_id", "person_id")[:most]:
            try:
                write_consent_down(
                    lease_id=lease_id,
                    person_id=person_id,
                    families=[Family.NOTICES],
                    word=Word.GIVEN,
                    means=Means.PAPER,
                    said_on=day_of(at - timedelta(days=20)),
                    actor=actor,
                    at=at,
                )
            except NoTextInForce:
                return
