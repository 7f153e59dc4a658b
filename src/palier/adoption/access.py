"""The only door to a campaign that is about to change, and who sends one."""

from typing import Final

from django.db import connection

from palier.adoption.models import Campaign
from palier.foundation.errors import Refusal
from palier.privacy.declare import Role

ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtext('palier.adoption'))"


class CampaignNotFound(Refusal):
    """Cette campagne n’existe pas."""


class NotOfHeadquarters(Refusal):
    """Seul le siège envoie une campagne."""


def refuse_unless_headquarters(role: Role) -> None:
    """Every residence of the landlord is written to. Raises NotOfHeadquarters."""
    if role is not Role.HEADQUARTERS:
        raise NotOfHeadquarters


def held_campaign(campaign_id: int) -> Campaign:
    """A campaign that nobody else changes until the transaction ends. Raises CampaignNotFound."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound
    return campaign
