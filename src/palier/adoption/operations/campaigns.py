"""A campaign, step by step: drawn, survey sent, invitation sent, then measured each night."""

import secrets
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from palier.adoption.access import ONE_AT_A_TIME, held_campaign
from palier.adoption.models import Campaign
from palier.adoption.rules.cohorts import control_of
from palier.agents.access import agent_of
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch
from palier.leases.queries.consents import agreed_since_sql
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch

# Signs that are not taken for one another on paper; 32 to the power 8: a code is not guessed.
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 8
# A sign-in after the first, on a later day, within this time: the person came back.
CAME_BACK_DAYS: Final = 90


class NobodyToInvite(Refusal):
    """Personne n’est à inviter dans ces résidences : tous reçoivent déjà leurs avis en ligne, ont demandé qu’on ne leur
    propose plus, ou sont d’une campagne en cours."""


class SurveyFirst(Refusal):
    """Le questionnaire vient d’abord : notez son envoi, puis invitez."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    lease_id: int
    residence_id: int
    person_id: int


# Running leases on paper, whose holders all let themselves be asked, in no campaign of the last year.
_CANDIDATES: Final = f"""
SELECT l.id AS lease_id, l.residence_id, h.person_id
FROM leases_lease AS l
JOIN LATERAL (SELECT o.person_id FROM leases_occupant AS o WHERE o.lease_id = l.id AND o.role = 'HOLDER'
              AND (o.moved_out_on IS NULL OR o.moved_out_on >= %(on)s) ORDER BY o.id LIMIT 1) AS h ON true
WHERE l.starts_on <= %(on)s AND (l.ends_on IS NULL OR l.ends_on > %(on)s)
  AND (%(residences)s::int[] IS NULL OR l.residence_id = ANY (%(residences)s::int[]))
  AND {agreed_since_sql(family="'NOTICES'", on="%(on)s::date")} IS NULL
  AND NOT EXISTS (SELECT FROM leases_occupant AS o JOIN adoption_noproposal AS n ON n.person_id = o.person_id
                  WHERE o.lease_id = l.id AND o.role IN ('HOLDER', 'COHOLDER'))
  AND NOT EXISTS (SELECT FROM adoption_invitee AS i JOIN adoption_campaign AS c ON c.id = i.campaign_id
                  WHERE i.lease_id = l.id AND c.opened_on > %(on)s::date - 365)
ORDER BY l.residence_id, l.id
"""

# Not staged: headquarters write the codes and read none.
_DRAWN: Final = """
INSERT INTO adoption_invitee (campaign_id, lease_id, residence_id, person_id, cohort, code)
SELECT %(campaign)s, d.lease_id, d.residence_id, d.person_id, CASE d.code WHEN '' THEN 'CONTROL' ELSE 'INVITED' END,
       d.code
FROM unnest(%(leases)s::bigint[], %(residences)s::int[], %(persons)s::bigint[], %(codes)s::text[])
     AS d (lease_id, residence_id, person_id, code)
ON CONFLICT DO NOTHING RETURNING lease_id
"""


def open_campaign(
    *, means: str, control_percent: int, residence_ids: Sequence[int] | None, actor: Actor, at: datetime, seed: str = ""
) -> Campaign:
    """Draw the cohorts of a campaign; nothing is sent yet. Without residences, it is for all.

    Two at once wait for each other: a lease is in one campaign a year. Raises NobodyToInvite.
    """
    seed = seed or secrets.token_hex(8)
    on = day_of(at)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME)
        residences = None if residence_ids is None else list(residence_ids)
        found = fetch(_Candidate, _CANDIDATES, {"on": on, "residences": residences})
        if not found:
            raise NobodyToInvite
        by_residence: dict[int, list[int]] = defaultdict(list)
        for each in found:
            by_residence[each.residence_id].append(each.lease_id)
        aside = control_of(by_residence, seed=seed, percent=control_percent)
        campaign = Campaign.objects.create(
            means=means,
            seed=seed,
            control_percent=control_percent,
            opened_on=on,
            opened_by=agent_of(actor),
            opened_at=at,
        )
        _write_draw(campaign.pk, found, aside)
    return campaign


def _write_draw(campaign_id: int, found: list[_Candidate], aside: Set[int]) -> None:
    """Each lease with its code; one whose code is another's already is drawn another."""
    left = {each.lease_id: each for each in found}
    with connection.cursor() as cursor:
        while left:
            cursor.execute(
                _DRAWN,
                {
                    "campaign": campaign_id,
                    "leases": list(left),
                    "residences": [each.residence_id for each in left.values()],
                    "persons": [each.person_id for each in left.values()],
                    "codes": ["" if lease_id in aside else _new_code() for lease_id in left],
                },
            )
            for (lease_id,) in cursor.fetchall():
                del left[lease_id]


def _new_code() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH))


def send_survey(*, campaign_id: int, at: datetime) -> bool:
    """Note that the survey was sent, with the notices or by the chosen means; False when it already was.

    Raises CampaignNotFound.
    """
    with transaction.atomic():
        campaign = held_campaign(campaign_id)
        if campaign.survey_on is not None:
            return False
        Campaign.objects.filter(pk=campaign_id).update(survey_on=day_of(at))
    return True


# Who said since the draw that they want no more of it is left out.
_INVITE: Final = """
UPDATE adoption_invitee AS i SET invited_on = %(on)s
WHERE i.campaign_id = %(campaign)s AND i.cohort = 'INVITED' AND i.invited_on IS NULL
  AND NOT EXISTS (SELECT FROM adoption_noproposal AS n WHERE n.person_id = i.person_id)
"""


def invite(*, campaign_id: int, at: datetime) -> int:
    """Note that the invitation was sent to the invited cohort; how many are new. Twice sends nothing twice.

    Raises CampaignNotFound, SurveyFirst.
    """
    with transaction.atomic():
        campaign = held_campaign(campaign_id)
        if campaign.survey_on is None:
            raise SurveyFirst
        if campaign.invited_on is not None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_INVITE, {"campaign": campaign_id, "on": day_of(at)})
            invited = int(cursor.rowcount)
        Campaign.objects.filter(pk=campaign_id).update(invited_on=day_of(at))
    return invited


# The day of each step since the draw. A day once known stays: what it came from may be erased before this is.
_MEASURE: Final = f"""
UPDATE adoption_invitee AS i SET
    code_sent_on = coalesce(i.code_sent_on, f.code_sent_on),
    signed_in_on = coalesce(i.signed_in_on, f.signed_in_on),
    consented_on = coalesce(i.consented_on, f.consented_on),
    came_back_on = coalesce(i.came_back_on, f.came_back_on),
    withdrew_on = coalesce(i.withdrew_on, f.withdrew_on)
FROM (
    SELECT i.id, e.code_sent_on, e.signed_in_on, a.consented_on, a.withdrew_on,
           CASE WHEN u.last_on > e.signed_in_on AND u.last_on <= e.signed_in_on + {CAME_BACK_DAYS} THEN u.last_on END
               AS came_back_on
    FROM adoption_invitee AS i JOIN adoption_campaign AS c ON c.id = i.campaign_id
    CROSS JOIN LATERAL (
        SELECT min((e.at AT TIME ZONE 'Europe/Paris')::date) FILTER (WHERE e.kind = 'CODE_SENT') AS code_sent_on,
               min((e.at AT TIME ZONE 'Europe/Paris')::date) FILTER (WHERE e.kind = 'FIRST_SIGN_IN') AS signed_in_on
        FROM admission_accessevent AS e
        WHERE e.person_id = i.person_id AND (e.at AT TIME ZONE 'Europe/Paris')::date >= c.opened_on
    ) AS e
    CROSS JOIN LATERAL (
        SELECT min(a.said_on) FILTER (WHERE a.word = 'GIVEN') AS consented_on,
               min(a.said_on) FILTER (WHERE a.word = 'WITHDRAWN') AS withdrew_on
        FROM leases_consent AS a
        WHERE a.lease_id = i.lease_id AND a.person_id = i.person_id AND a.family = 'NOTICES'
          AND a.said_on >= c.opened_on
    ) AS a
    LEFT JOIN LATERAL (
        SELECT max((u.last_login AT TIME ZONE 'Europe/Paris')::date) AS last_on FROM agents_user AS u
        WHERE u.person_id = i.person_id
    ) AS u ON true
    WHERE i.campaign_id = %(campaign)s
) AS f
WHERE f.id = i.id
"""


def measure_campaigns(*, operator: str, at: datetime) -> int:
    """Write the day of each step reached, campaign by campaign; how many were measured.

    Each is a transaction of its own: killed, it is done again and gives the same.
    """
    with batch(Batch.IMPORT, operator=operator, motive="CAMPAGNE", command="adoption"):
        wanted = list(Campaign.objects.order_by("id").values_list("id", flat=True))
    for campaign_id in wanted:
        with (
            batch(Batch.IMPORT, operator=operator, motive="CAMPAGNE", command="adoption"),
            connection.cursor() as cursor,
        ):
            cursor.execute(_MEASURE, {"campaign": campaign_id})
            Campaign.objects.filter(pk=campaign_id).update(measured_at=at)
    return len(wanted)
