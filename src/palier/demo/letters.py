"""The mail of the demonstration: templates, a letter that left and was answered, a batch for a second signature."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from PIL import Image, ImageDraw

from palier.correspondence.models import Letter, Template
from palier.correspondence.operations.checking import at_work, try_letters
from palier.correspondence.operations.issuing import issue_letters
from palier.correspondence.operations.replies import Received, attach_reply
from palier.correspondence.operations.selecting import Occasion, choose_leases, choose_one
from palier.correspondence.operations.signing import launch_sending, sign_sending
from palier.correspondence.operations.templates import Draft, create_template
from palier.correspondence.starters import STARTERS
from palier.demo.loading import OPERATOR
from palier.demo.money import Scene
from palier.foundation.reading import fetch
from palier.leases.queries.lists import LeaseFilter
from palier.privacy.actor import Actor
from palier.privacy.declare import Role

_READ: Final = ("IDENTITE", "BAIL", "DOCUMENTS")
# In each agency, a lease whose notice was given, else any: the letter that acknowledges it names its last day.
_LEAVING = """
SELECT DISTINCT ON (r.agency_id) l.id, r.agency_id, a.id AS officer_id,
       l.ends_on IS NOT NULL AND l.notice_given_on IS NOT NULL AS leaves
FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id
JOIN agents_agent AS a ON a.agency_id = r.agency_id AND a.role = 'rent_officer' AND a.left_on IS NULL
WHERE l.starts_on <= %(on)s AND (l.ends_on IS NULL OR l.ends_on >= %(on)s)
  AND EXISTS (SELECT FROM leases_occupant AS o WHERE o.lease_id = l.id AND o.role = 'HOLDER')
ORDER BY r.agency_id, leaves DESC, l.id, a.id
"""
# In each agency, the lease that owes least of the months before this one, of those that no other letter is for.
_OWING: Final = """
SELECT DISTINCT ON (r.agency_id) l.id, r.agency_id, a.id AS officer_id, false AS leaves
FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id
JOIN agents_agent AS a ON a.agency_id = r.agency_id AND a.role = 'rent_officer' AND a.left_on IS NULL
JOIN LATERAL (
    SELECT sum(amount_cents) FILTER (WHERE amount_cents < 0 OR booked_on < date_trunc('month', %(on)s::date)) AS cents
    FROM ledger_posting WHERE account_id = l.account_id
) AS p ON p.cents > 5000
WHERE l.starts_on <= %(on)s AND (l.ends_on IS NULL OR l.ends_on >= %(on)s) AND l.id <> ALL(%(written)s)
  AND EXISTS (SELECT FROM leases_occupant AS o WHERE o.lease_id = l.id AND o.role = 'HOLDER')
ORDER BY r.agency_id, p.cents, l.id, a.id
"""
_THANKS: Final = "Nous avons bien reçu votre demande. Nous vous répondons avant le **{{ envoi.jour }}**."


@dataclass(frozen=True, slots=True)
class _Lease:
    id: int
    agency_id: int
    officer_id: int
    leaves: bool


def letters(scene: Scene) -> None:
    """What headquarters and each agency wrote: each step by the product's own operation."""
    actor = Actor(role=Role.HEADQUARTERS, purpose="GESTION_LOCATIVE", agent_id=scene.by.reviewer_id)
    with at_work(OPERATOR, scene.by.reviewer_id, *_READ):
        if Template.objects.exists():
            return
        versions = {
            code: create_template(
                code=code,
                name=each.name,
                draft=Draft(title=each.title, source=each.source, needs_two=each.needs_two),
                actor=actor,
                at=scene.at,
            ).pk
            for code, each in STARTERS.items()
        }
        thanks = Draft(title="Nous avons reçu votre demande", source=_THANKS)
        versions["recu"] = create_template(
            code="demande-recue", name="Demande reçue", draft=thanks, actor=actor, at=scene.at
        ).pk
    with at_work(OPERATOR, scene.by.reviewer_id, *_READ):
        leases = fetch(_Lease, _LEAVING, {"on": scene.on})
    with at_work(OPERATOR, scene.by.reviewer_id, *_READ, "COMPTE"):
        owing = fetch(_Lease, _OWING, {"on": scene.on, "written": [lease.id for lease in leases]})
    for lease in leases:
        _answered(scene, versions, lease)
    for lease in owing:
        _sent(scene, versions["rappel-loyer"], lease, Occasion())
    _to_sign(scene, actor, versions["coupure-eau"])


def _officer(lease: _Lease) -> Actor:
    return Actor(
        role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=lease.officer_id, agency_id=lease.agency_id
    )


def _sent(scene: Scene, version_id: int, lease: _Lease, occasion: Occasion) -> int:
    """One letter, sent by its rent officer; the sending's number."""
    actor = _officer(lease)
    with at_work(OPERATOR, lease.officer_id, *_READ):
        one = choose_one(version_id=version_id, lease_id=lease.id, occasion=occasion, actor=actor, at=scene.at)
        launch_sending(sending_id=one.pk, actor=actor, at=scene.at)
    issue_letters(sending_id=one.pk, operator=OPERATOR, agent_id=lease.officer_id, at=scene.at)
    return one.pk


def _answered(scene: Scene, versions: dict[str, int], lease: _Lease) -> None:
    """One letter, and the paper that came back."""
    version = versions["conge-recu"] if lease.leaves else versions["recu"]
    sending = _sent(scene, version, lease, Occasion(event_on=scene.on + timedelta(days=14)))
    actor = _officer(lease)
    with at_work(OPERATOR, lease.officer_id, *_READ):
        letter = Letter.objects.exclude(number="").get(sending_id=sending)
        received = Received(
            content=_scan(),
            received_on=scene.on,
            nature="QUESTION",
            answer_by=scene.on + timedelta(days=10),
        )
        attach_reply(letter_id=letter.pk, received=received, actor=actor, at=scene.at)


def _to_sign(scene: Scene, actor: Actor, version_id: int) -> None:
    """A list frozen, tried, signed once: a second person signs and sends."""
    with at_work(OPERATOR, scene.by.reviewer_id, *_READ):
        occasion = Occasion(event_on=scene.on + timedelta(days=14), slot="MATIN")
        sending = choose_leases(
            version_id=version_id,
            kept=LeaseFilter(state="EN_COURS"),
            occasion=occasion,
            actor=actor,
            at=scene.at,
        )
    try_letters(sending_id=sending.pk, operator=OPERATOR, agent_id=scene.by.reviewer_id, at=scene.at)
    with at_work(OPERATOR, scene.by.reviewer_id, *_READ):
        sign_sending(sending_id=sending.pk, actor=actor, at=scene.at)


def _scan() -> bytes:
    """A sheet of paper, photographed: lines that say nothing of anyone."""
    sheet = Image.new("L", (620, 877), 250)
    drawing = ImageDraw.Draw(sheet)
    drawing.text((60, 80), "Bonjour,", fill=30)
    drawing.text((60, 120), "Quel jour se fait l'état des lieux ?", fill=30)
    drawing.text((60, 160), "Merci de votre réponse.", fill=30)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=70)
    return out.getvalue()
