"""What a campaign sends, sent: surveys and invitations written once a lease, then given to the outbox.

On paper with all that leaves, or inside the envelope of the next notice of the lease (decision 0027); by a message
without content where the campaign is by e-mail. By the caretaker, the agency prints its residences' sheets itself:
nothing is posted. A kill loses the block in hand; done again, what was written is left alone, for a lease has one
number a campaign.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import connection

from palier.adoption.models import WITH_NOTICE, Campaign
from palier.adoption.papers import invitation, posted_survey
from palier.dispatch.operations.enclosing import settle_enclosures
from palier.dispatch.operations.routing import route_invitations
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.foundation.reading import fetch
from palier.foundation.staging import insert_rows
from palier.leases.queries.addressees import Addressee, address_lines, addressees
from palier.mail.models import INVITATION_KIND
from palier.mail.report import Report, Sender
from palier.mail.sender import landlord_as_sender
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch
from palier.quittancement.operations.issuing import render_kind

COMMAND: Final = "campagne d’adoption"
SURVEY_KIND: Final = "QUESTIONNAIRE"
BY_HAND: Final = "CARETAKER"
_BLOCK: Final = 500
_READ: Final = ("IDENTITE", "BAIL", "ADOPTION", "DOCUMENTS")
_COLUMNS: Final = (
    "kind", "number", "lease_id", "account_id", "residence_id", "month", "issued_on", "data", "data_sha256",
    "template_sha256", "pdf_sha256", "frozen_at",
)  # fmt: skip
_TO_WRITE: Final = """
SELECT i.id, i.lease_id, i.code FROM adoption_invitee AS i
WHERE i.campaign_id = %(campaign)s AND i.cohort = 'INVITED' AND i.id > %(after)s
  AND CASE WHEN %(survey)s THEN i.answered_on IS NULL ELSE i.invited_on IS NOT NULL END
  AND NOT EXISTS (SELECT FROM adoption_noproposal AS n WHERE n.person_id = i.person_id)
  AND NOT EXISTS (SELECT FROM mail_document AS d WHERE d.number = %(kind)s || '-' || i.campaign_id || '-' || i.id)
ORDER BY i.id LIMIT %(limit)s
"""
_TO_MAKE: Final = """
SELECT DISTINCT month FROM mail_document WHERE kind = %(kind)s AND number LIKE %(like)s AND rendered_at IS NULL
"""
_TO_ROUTE: Final = """
SELECT d.id FROM mail_document AS d
WHERE d.kind = %(kind)s AND d.number LIKE %(like)s
  AND NOT EXISTS (SELECT FROM dispatch_sending AS s WHERE s.document_id = d.id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ToWrite:
    id: int
    lease_id: int
    code: str


def send_out(
    *, campaign_id: int, operator: str, agent_id: int | None, at: datetime, progress: Progress | None = None
) -> int:
    """Write and route what the steps noted of a campaign call for; how many are new. Opens its own transactions.

    Raises LandlordNotDescribed, DiskFull.
    """
    with _at_work(operator, agent_id):
        campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None or campaign.means == BY_HAND:
        return 0
    done = 0
    if campaign.survey_on is not None and campaign.invited_on is None:
        done += _sent(campaign, SURVEY_KIND, operator, agent_id, at, progress)
    if campaign.invited_on is not None:
        done += _sent(campaign, INVITATION_KIND, operator, agent_id, at, progress)
    return done


def send_out_all(*, operator: str, at: datetime) -> int:
    """The same for every campaign: what a kill left. And what waits for a notice that is not to come waits no more."""
    with _at_work(operator, None, "BAIL", "ADOPTION"):
        settle_enclosures(at=at)
    with _at_work(operator, None):
        wanted = list(Campaign.objects.filter(survey_on__isnull=False).order_by("id").values_list("id", flat=True))
    return sum(send_out(campaign_id=each, operator=operator, agent_id=None, at=at) for each in wanted)


def _sent(
    campaign: Campaign, kind: str, operator: str, agent_id: int | None, at: datetime, progress: Progress | None
) -> int:
    after = 0
    while True:
        with _at_work(operator, agent_id, *_READ):
            last = _write_block(campaign, kind, after=after, at=at)
        if last is None:
            break
        after = last
    with _at_work(operator, agent_id), connection.cursor() as cursor:
        cursor.execute(_TO_MAKE, {"kind": kind, "like": f"{kind}-{campaign.pk}-%"})
        months = [Month.of(first_day) for (first_day,) in cursor.fetchall()]
    for month in months:
        render_kind(month, kind, "PDF de la campagne", operator, agent_id, progress, at)
    with _at_work(operator, agent_id, *_READ), connection.cursor() as cursor:
        cursor.execute(_TO_ROUTE, {"kind": kind, "like": f"{kind}-{campaign.pk}-%"})
        documents = [document for (document,) in cursor.fetchall()]
        # A survey bears its code, which no message carries.
        by_mail = campaign.means == "EMAIL" and kind == INVITATION_KIND
        enclosed = campaign.means == WITH_NOTICE
        return route_invitations(document_ids=documents, emailed=by_mail, with_notice=enclosed, kinds=(kind,), at=at)


def _write_block(campaign: Campaign, kind: str, *, after: int, at: datetime) -> int | None:
    """Write the next sheets; the last one looked at, None when none is left. Inside `batch`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.adoption'))")
    parameters = {
        "campaign": campaign.pk,
        "after": after,
        "survey": kind == SURVEY_KIND,
        "kind": kind,
        "limit": _BLOCK,
    }
    waiting = fetch(_ToWrite, _TO_WRITE, parameters)
    if not waiting:
        return None
    on, sender = day_of(at), landlord_as_sender()
    homes = addressees([each.lease_id for each in waiting], on=on)
    rows: list[tuple[object, ...]] = []
    for each in waiting:
        home = homes.get(each.lease_id)
        if home is None or not home.person_ids:
            continue
        number = f"{kind}-{campaign.pk}-{each.id}"
        try:
            raw = _sheet(kind, number, home, each.code, sender, at).canonical()
        except Refusal:
            # An address that no envelope takes: the agency corrects it, and the next night writes this one.
            continue
        rows.append(
            (
                kind, number, home.lease_id, home.account_id, home.residence_id, Month.of(on).first_day, on, raw,
                sha256(raw).hexdigest(), "", "", at,
            )
        )  # fmt: skip
    insert_rows("mail_document", _COLUMNS, rows)
    return waiting[-1].id


def _sheet(kind: str, number: str, home: Addressee, code: str, sender: Sender, at: datetime) -> Report:
    recipient, on = address_lines(home), day_of(at)
    if kind == SURVEY_KIND:
        return posted_survey(number=number, recipient=recipient, code=code, sender=sender, on=on)
    return invitation(number=number, recipient=recipient, sender=sender, on=on)


def _at_work(operator: str, agent_id: int | None, *categories: str) -> AbstractContextManager[Reading]:
    return batch(
        Batch.MAIL, operator=operator, motive="CAMPAGNE", command=COMMAND, agent_id=agent_id, categories=categories
    )
