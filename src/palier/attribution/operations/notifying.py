"""The letters of a sitting: the decision to each candidate, the offer to whoever's turn it is. Frozen, then sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db import transaction

from palier.attribution.letters import Recipient, decision_letter, offer_letter
from palier.attribution.models import Decision, Notification, Offer, Sitting, Vacancy
from palier.attribution.operations.opinion_letters import make_opinion_letters
from palier.attribution.operations.vacancies import TAKEN_BACK
from palier.attribution.queries.letters import ToTell, decisions_to_tell
from palier.attribution.rules.offers import FREEING, LEAST_DAYS, Ranked, next_in_line
from palier.demandes.models import Piece
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Listener
from palier.mail.address import AddressLineTooLong, refuse_too_wide
from palier.mail.glyphs import CharacterNotPrintable
from palier.mail.report import Report, ReportFailed, Sender, logo_named_in, render_frozen_report, render_report
from palier.mail.sender import logo_drawing, sender_and_reach

# The dwellings that a letter may still offer.
OPEN_TO_OFFER: Final = ("AGENDA", "OFFERED")
ALLOCATED: Final = ("ATTRIBUTION", "ATTRIBUTION_RANG", "ATTRIBUTION_CONDITION")


class SittingNotSealed(Refusal):
    """Les lettres partent quand le procès-verbal est scellé : celui de la séance {number} ne l’est pas."""


class LettersSetAside(Refusal):
    """{made} faites ; celles-ci ne le sont pas, corrigez puis refaites : {aside}."""


class LetterErased(Refusal):
    """Le contenu de cette lettre a été effacé avec la demande ; son empreinte est gardée."""


# What a person must not be quoted for: the reason alone, in words that hold nothing of theirs.
_WHY_NOT: Final[dict[type[Refusal], str]] = {
    AddressLineTooLong: "une ligne d’adresse dépasse 38 caractères",
    CharacterNotPrintable: "un caractère du nom ou de l’adresse ne s’imprime pas",
    ReportFailed: "la mise en page échoue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A letter that cannot be made as things are: whose application, and why."""

    application: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersMade:
    """What one call made: letters of decision, letters of offer."""

    decisions: int
    offers: int
    # Decided on and not in sight of this job: a protected address is written to in person, an erased file is not.
    withheld: int
    # Letters of opinion on an occupation.
    opinions: int = 0
    set_aside: tuple[SetAside, ...] = ()

    def refuse_if_incomplete(self) -> None:
        """Raises LettersSetAside, which names the applications by their number."""
        if self.set_aside:
            count = self.decisions + self.offers
            raise LettersSetAside(
                made=f"{count} lettre{'s' if count > 1 else ''}",
                aside=" ; ".join(f"demande {each.application}, {each.why}" for each in self.set_aside),
            )


def make_letters(*, sitting_id: int, by: int | None, at: datetime, told: Listener | None = None) -> LettersMade:
    """Freeze the letters of a sealed sitting that are not made yet; again makes nothing twice.

    One that cannot be made is set aside, and keeps no other back. Raises SittingNotSealed, LandlordNotDescribed.
    """
    aside: dict[str, SetAside] = {}
    decisions = 0
    with transaction.atomic():
        sitting = Sitting.objects.get(pk=sitting_id)
        if sitting.state != "SEALED":
            raise SittingNotSealed(number=sitting.number)
        in_force = Decision.objects.filter(
            sheet__item__sitting=sitting, sheet__item__is_postponed=False, replaced_at=None
        )
        vacancies = sorted(set(in_force.values_list("sheet__item__vacancy_id", flat=True)))
        # Two at once would both find a letter missing.
        list(Vacancy.objects.select_for_update().filter(pk__in=vacancies).order_by("id"))
        written = Notification.objects.filter(decision__in=in_force, kind="DECISION").values("decision_id")
        unwritten = list(in_force.exclude(pk__in=written).values_list("id", flat=True))
        to_tell = decisions_to_tell(unwritten)
        sender, reach = sender_and_reach()
        for done, each in enumerate(to_tell, start=1):
            try:
                _make_decision_letter(each, sender=sender, reach=reach, by=by, at=at)
            except tuple(_WHY_NOT) as refusal:
                _put_aside(aside, each, refusal)
            else:
                decisions += 1
            if told is not None:
                told("Lettres de décision", done, len(to_tell))
        offers = sum(_make_offer(vacancy, aside, by=by, at=at) for vacancy in vacancies)
        opinions = make_opinion_letters(sitting, by=by, at=at)
    return LettersMade(
        decisions=decisions,
        offers=offers,
        withheld=len(unwritten) - len(to_tell),
        opinions=opinions,
        set_aside=tuple(aside.values()),
    )


def _make_decision_letter(told: ToTell, *, sender: Sender, reach: str, by: int | None, at: datetime) -> None:
    letter = decision_letter(
        recipient=_recipient(told, number=f"DEC-{told.decision_id:07d}", on=at.date(), sender=sender, reach=reach),
        proposed=told.proposed,
        decided=told.decided,
    )
    _keep(told, letter, kind="DECISION", by=by, at=at)


def _make_offer(vacancy_id: int, aside: dict[str, SetAside], *, by: int | None, at: datetime) -> bool:
    try:
        return make_offer_letter(vacancy_id=vacancy_id, by=by, at=at)
    except tuple(_WHY_NOT) as refusal:
        due = next_in_line(ranks_of(vacancy_id))
        for told in decisions_to_tell([due.decision_id] if due else []):
            _put_aside(aside, told, refusal)
        return False


def _put_aside(aside: dict[str, SetAside], told: ToTell, refusal: Exception) -> None:
    number = told.addressee.number
    aside[number] = SetAside(
        application=number, why=next(why for kind, why in _WHY_NOT.items() if isinstance(refusal, kind))
    )


def make_offer_letter(*, vacancy_id: int, by: int | None, at: datetime) -> bool:
    """Freeze the letter of the offer that is due on a dwelling; False when none is, or when it is made already.

    Nor is it made for a person who is out of sight of the jobs: a protected address is written to in person.
    """
    with transaction.atomic():
        vacancy = Vacancy.objects.select_for_update().get(pk=vacancy_id)
        if not may_be_offered(vacancy):
            return False
        due = next_in_line(_without_missed(ranks_of(vacancy_id), on=day_of(at)))
        if due is None:
            return False
        number = _offer_number(due.decision_id)
        if Notification.objects.filter(number=number).exists():
            return False
        told = next(iter(decisions_to_tell([due.decision_id])), None)
        if told is None:
            return False
        sender, reach = sender_and_reach()
        letter = offer_letter(
            recipient=_recipient(told, number=number, on=at.date(), sender=sender, reach=reach),
            proposed=told.proposed,
            decided=told.decided,
            days=LEAST_DAYS,
        )
        _keep(told, letter, kind="OFFER", by=by, at=at)
        return True


def may_be_offered(vacancy: Vacancy) -> bool:
    """Neither let, nor withdrawn, nor kept by the tenant who took their notice back."""
    return vacancy.state in OPEN_TO_OFFER and vacancy.withdrawn_for != TAKEN_BACK


def ranks_of(vacancy_id: int) -> list[Ranked]:
    """The ranks that a sealed commission gave on a dwelling, and how their offers stand."""
    decisions = Decision.objects.filter(
        sheet__item__vacancy=vacancy_id,
        sheet__item__sitting__state="SEALED",
        sheet__item__is_postponed=False,
        kind__in=ALLOCATED,
        replaced_at=None,
    ).values_list("id", "rank", "sheet__candidate__withdrawn_on", "sheet__candidate__application__state")
    # The last of each.
    offers = dict(Offer.objects.filter(vacancy=vacancy_id).order_by("id").values_list("decision_id", "state"))
    return [
        Ranked(
            decision_id=number,
            rank=rank or 1,
            offer=offers.get(number, ""),
            # An application that was erased or ended is offered nothing more.
            is_out=withdrawn is not None or state != "ACTIVE",
        )
        for number, rank, withdrawn, state in decisions
    ]


def _without_missed(ranks: list[Ranked], *, on: date) -> list[Ranked]:
    """Passed over: a rank whose piece did not come by its day, before it could be offered anything (CCH R441-3)."""
    late = Decision.objects.filter(
        pk__in=[ranked.decision_id for ranked in ranks if ranked.offer not in FREEING], condition_due_on__lt=on
    ).select_related("sheet__candidate")
    missed = {
        decision.pk
        for decision in late.defer("sheet__content")
        if not piece_came(decision, decision.sheet.candidate.application_id)
    }
    return [replace(ranked, is_out=ranked.is_out or ranked.decision_id in missed) for ranked in ranks]


def piece_came(decision: Decision, application_id: int | None, *, states: Sequence[str] = ("GIVEN", "PROVED")) -> bool:
    """True without a condition, or when its piece came by its day; examined or not, unless `states` says otherwise."""
    if decision.kind != "ATTRIBUTION_CONDITION":
        return True
    return Piece.objects.filter(
        application=application_id,
        code=decision.condition_piece,
        state__in=states,
        given_on__lte=decision.condition_due_on,
    ).exists()


def letter_pdf(notification: Notification) -> bytes:
    """The letter as it was sent, byte for byte. Raises LetterErased."""
    if notification.content is None:
        raise LetterErased
    return frozen_letter_pdf(bytes(notification.content))


def frozen_letter_pdf(raw: bytes) -> bytes:
    """The letter that was made of these data, byte for byte."""
    return render_frozen_report(raw, logo=logo_drawing(logo_named_in(raw)))


def _recipient(told: ToTell, *, number: str, on: date, sender: Sender, reach: str) -> Recipient:
    for line in told.addressee.address:
        refuse_too_wide(line)
    return Recipient(
        number=number,
        on=on,
        sender=sender,
        reach=reach,
        address=told.addressee.address,
        application=told.addressee.number,
        title=told.addressee.title,
    )


def _offer_number(decision_id: int) -> str:
    """One letter an offer: a second, numbered 2, where the first stopped because the tenant stayed."""
    stopped = Offer.objects.filter(decision=decision_id, state="STAYS").count()
    return f"OFF-{decision_id:07d}" + (f"-{stopped + 1}" if stopped else "")


def _keep(told: ToTell, letter: Report, *, kind: str, by: int | None, at: datetime) -> None:
    raw = letter.canonical()
    Notification.objects.create(
        decision_id=told.decision_id,
        application_id=told.addressee.application_id,
        person_id=told.addressee.person_id,
        kind=kind,
        number=letter.number,
        content=raw,
        content_sha256=sha256(raw).hexdigest(),
        pdf_sha256=sha256(render_report(letter)).hexdigest(),
        made_at=at,
        made_by_id=by,
    )
