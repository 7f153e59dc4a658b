"""The three-year review: opened by a job on what is known, completed with the tenant, followed by a solution."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from django.db import transaction

from palier.agents.access import agent_of
from palier.attribution.models import OccupationReview
from palier.attribution.queries.occupied import occupied_leases
from palier.attribution.rules.occupation import Answer, Examination, Occupation, examine, from_inputs, frozen_inputs
from palier.attribution.rules.words import SOLUTIONS
from palier.demandes.models import Application
from palier.demandes.operations.filing import NewApplicant, NewApplication, file_application
from palier.demandes.rules.facts import Path
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.privacy.actor import Actor

_COLUMNS: Final = {
    "OVERCROWDED": "is_overcrowded",
    "UNDER_OCCUPIED": "is_under_occupied",
    "ADAPTATION_LEFT": "adaptation_left",
    "NEEDS_ADAPTATION": "needs_adaptation",
    "ABOVE_CEILING": "is_above_ceiling",
}
_ANSWERED: Final = {Answer.FOUND: True, Answer.NONE: False, Answer.UNKNOWN: None}
# A block of one INSERT.
_BLOCK: Final = 1_000


class ReviewNotFound(Refusal):
    """Cet examen n’existe pas."""


class ReviewChangedMeanwhile(Refusal):
    """Quelqu’un d’autre a modifié cet examen pendant que vous le lisiez : rien n’a été enregistré, rechargez la
    page."""


class ReviewNotInThatState(Refusal):
    """Cet examen est « {state} » : cela ne se fait plus, ou pas encore."""


class MetInTheFuture(Refusal):
    """L’entretien se note quand il a eu lieu : le {met_on} n’est pas encore venu."""


class MetBeforeOpinion(Refusal):
    """L’entretien suit l’avis de la commission, rendu le {opinion_on}."""


class SolutionUnknown(Refusal):
    """Choisissez la suite dans la liste."""


class NoTransferAgreed(Refusal):
    """Une mutation se dépose quand elle est proposée et que le locataire est d’accord."""


class TransferAlreadyFiled(Refusal):
    """Une demande de mutation est déjà déposée pour ce bail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the tenant said of their dwelling: yes, no, or not known. `residents`: None keeps what the file says."""

    is_adapted: bool | None
    adapted_for_gone: bool | None
    needs_adapted: bool | None
    residents: int | None = None


def open_reviews(*, first_day: date, last_day: date, on: date) -> int:
    """Open the reviews that fall due between two days, both included, on what is known; how many were opened.

    Again opens nothing twice: a review belongs to a lease and a day.
    """
    found = occupied_leases(first_day=first_day, last_day=last_day, on=on)
    with transaction.atomic():
        there = set(
            OccupationReview.objects.filter(due_on__range=(first_day, last_day)).values_list("lease_id", "due_on")
        )
        opened = [
            OccupationReview(
                lease_id=lease.lease_id,
                person_id=lease.person_id,
                residence_id=lease.residence_id,
                dwelling_id=lease.dwelling_id,
                due_on=lease.due_on,
                **_examined(lease.occupation, on=on),
            )
            for lease in found
            if (lease.lease_id, lease.due_on) not in there
        ]
        # Opened meanwhile by another run: theirs stands.
        OccupationReview.objects.bulk_create(opened, batch_size=_BLOCK, ignore_conflicts=True)
    return len(opened)


@transaction.atomic
def complete_review(*, review_id: int, version: int, stated: Stated, on: date) -> None:
    """Examine again with what the tenant said. Raises ReviewNotFound, ReviewChangedMeanwhile, ReviewNotInThatState."""
    review = review_to_change(review_id, version, "CHECK", "NOTHING", "FOUND")
    known = from_inputs(review.inputs)
    occupation = replace(
        known,
        is_adapted=stated.is_adapted,
        adapted_for_gone=stated.adapted_for_gone,
        needs_adapted=stated.needs_adapted,
        residents=stated.residents or known.residents,
    )
    changed(review, **_examined(occupation, on=on))


@transaction.atomic
def note_solution(*, review_id: int, version: int, solution: str, is_agreed: bool, met_on: date, on: date) -> None:
    """What was proposed when the tenant was seen again on the opinion, and whether they agree.

    Raises ReviewNotFound, ReviewChangedMeanwhile, ReviewNotInThatState, SolutionUnknown, MetInTheFuture,
    MetBeforeOpinion.
    """
    review = review_to_change(review_id, version, "GIVEN")
    if solution not in SOLUTIONS:
        raise SolutionUnknown
    if met_on > on:
        raise MetInTheFuture(met_on=day_fr(met_on))
    if review.opinion_on is not None and met_on < review.opinion_on:
        raise MetBeforeOpinion(opinion_on=day_fr(review.opinion_on))
    changed(review, solution=solution, is_agreed=is_agreed, met_on=met_on, state="CLOSED")


def file_transfer(*, review_id: int, number: str, filed_on: date, actor: Actor, at: datetime) -> int:
    """File the tenant's application for a transfer under the national number given to it; its own number here.

    Called by a job: an officer of allocation reads neither the lease nor the tenant. The file is then that officer's.
    Raises ReviewNotFound, NoTransferAgreed, TransferAlreadyFiled, and what `file_application` raises.
    """
    agent_of(actor)
    with transaction.atomic():
        review = OccupationReview.objects.select_for_update().filter(pk=review_id).first()
        if review is None:
            raise ReviewNotFound
        refuse_no_transfer(review)
        if Application.objects.filter(lease_id=review.lease_id, path=Path.TRANSFER.value, state="ACTIVE").exists():
            raise TransferAlreadyFiled
        # Who they are stands in the file of their lease: nothing of it is written again.
        tenant = NewApplicant(first_name="", last_name="", birth_date=day_of(at))
        filed = file_application(
            new=NewApplication(
                number=number, filed_on=filed_on, applicant=tenant, path=Path.TRANSFER, person_id=review.person_id
            ),
            actor=actor,
            at=at,
        )
        Application.objects.filter(pk=filed).update(lease_id=review.lease_id)
    return filed


def refuse_no_transfer(review: OccupationReview) -> None:
    """Raises NoTransferAgreed."""
    if review.solution != "TRANSFER" or not review.is_agreed or review.person_id is None:
        raise NoTransferAgreed


def review_to_change(review_id: int, version: int, *states: str) -> OccupationReview:
    """The review as whoever acts saw it, held until the transaction ends."""
    review = OccupationReview.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise ReviewNotFound
    if review.version != version:
        raise ReviewChangedMeanwhile
    if review.state not in states:
        raise ReviewNotInThatState(state=review.get_state_display())
    return review


def changed(review: OccupationReview, **values: object) -> None:
    """Write what changed, under a new version."""
    OccupationReview.objects.filter(pk=review.pk).update(version=review.version + 1, **values)


def examination_of(review: OccupationReview) -> Examination:
    """The situations again, from the inputs that were frozen."""
    return examine(from_inputs(review.inputs), on=review.examined_on or review.due_on)


def digest_of_inputs(inputs: dict[str, Any]) -> str:
    """SHA-256 of their canonical JSON."""
    raw = json.dumps(inputs, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(raw.encode("utf-8")).hexdigest()


def _examined(occupation: Occupation, *, on: date) -> dict[str, Any]:
    found, inputs = examine(occupation, on=on), frozen_inputs(occupation)
    return {
        "inputs": inputs,
        "inputs_sha256": digest_of_inputs(inputs),
        "examined_on": on,
        "state": _state(found),
        **{_COLUMNS[each.code]: _ANSWERED[each.answer] for each in found.findings},
    }


def _state(found: Examination) -> str:
    if found.found:
        return "FOUND"
    return "CHECK" if found.unknown else "NOTHING"
