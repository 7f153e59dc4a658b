"""The letters that tell tenants the commission's opinion on their occupation: frozen once, made again byte for byte."""

from datetime import datetime
from hashlib import sha256

from palier.attribution.letters import Recipient
from palier.attribution.letters_occupation import opinion_letter
from palier.attribution.models import Opinion, OpinionLetter, Sitting
from palier.foundation.errors import Refusal
from palier.mail.report import Sender, logo_named_in, render_frozen_report, render_report
from palier.mail.sender import logo_drawing, sender_and_reach
from palier.people.models import Person

_CIVIL = {"MME": "Mme", "M": "M."}


class OpinionLetterNotFound(Refusal):
    """Cette lettre n’existe pas."""


def make_opinion_letters(sitting: Sitting, *, by: int | None, at: datetime) -> int:
    """Freeze the letters of the opinions of a sealed sitting that are not made yet; how many.

    A tenant who is out of sight of this job, for a protected address, is written to in person.
    """
    points = list(
        Opinion.objects.filter(sitting=sitting, review__letter=None)
        .select_related("sitting", "review__residence", "review__dwelling")
        .order_by("rank")
    )
    names = {
        number: (" ".join(part for part in (_CIVIL.get(title, ""), first, last) if part), title)
        for number, title, first, last in Person.objects.filter(
            pk__in=[point.review.person_id for point in points]
        ).values_list("id", "title", "first_name", "last_name")
    }
    told = [point for point in points if point.review.person_id in names]
    if told:
        sender, reach = sender_and_reach()
        for point in told:
            person_id = point.review.person_id or 0
            _keep(point, person_id, names[person_id], sender=sender, reach=reach, by=by, at=at)
    return len(told)


def opinion_letter_pdf(letter_id: int) -> tuple[OpinionLetter, bytes]:
    """The letter as it was sent, byte for byte. Raises OpinionLetterNotFound."""
    found = OpinionLetter.objects.filter(pk=letter_id).first()
    if found is None:
        raise OpinionLetterNotFound
    raw = bytes(found.content)
    return found, render_frozen_report(raw, logo=logo_drawing(logo_named_in(raw)))


def _keep(
    point: Opinion, person_id: int, named: tuple[str, str], *, sender: Sender, reach: str, by: int | None, at: datetime
) -> None:
    review = point.review
    residence, door = review.residence, review.dwelling.door
    letter = opinion_letter(
        recipient=Recipient(
            number=f"AVIS-{review.pk:07d}",
            on=at.date(),
            sender=sender,
            reach=reach,
            address=(named[0], f"Porte {door}", residence.address, f"{residence.postcode} {residence.city}"),
            application="",
            title=named[1],
        ),
        dwelling=f"{residence.address}, porte {door}, {residence.city}",
        due_on=review.due_on,
        opinion=point.opinion,
        opinion_on=point.sitting.held_on,
        situations=[each["sentence"] for each in point.content["findings"] if each["answer"] == "FOUND"],
        protections=point.content["protections"],
    )
    raw = letter.canonical()
    OpinionLetter.objects.create(
        review=review,
        lease_id=review.lease_id,
        person_id=person_id,
        number=letter.number,
        content=raw,
        content_sha256=sha256(raw).hexdigest(),
        pdf_sha256=sha256(render_report(letter)).hexdigest(),
        made_at=at,
        made_by_id=by,
    )
