"""The jobs of allocation: matching, letters, the next rank, the lease signed; each night, its clocks and its figures.

Each may run twice: a letter is made once for a decision, a closed offer is not closed again, a lease is written once.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import wraps
from typing import Final, ParamSpec

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import agent_by_id
from palier.attribution.operations import matching
from palier.attribution.operations.asking import (
    FILES_TRANSFER,
    MAKES_LETTERS,
    MAKES_NEXT,
    QUEUE,
    WRITES_LEASE,
    lease_key,
    letters_key,
    require_allocation,
    transfer_key,
)
from palier.attribution.operations.figures import last_closed_year, publish_figures, withdraw_running_figures
from palier.attribution.operations.held import NOTES_ANSWER, NOTES_RECEIPT, PROPOSES
from palier.attribution.operations.held import note_held_answer as note_answer
from palier.attribution.operations.held import note_held_receipt as note_receipt
from palier.attribution.operations.held import propose_held as propose
from palier.attribution.operations.notifying import make_letters
from palier.attribution.operations.offers import lapse_offers, offer_to_next, stop_offers_of_tenants_who_stay
from palier.attribution.operations.orienting import release_overdue
from palier.attribution.operations.reviewing import file_transfer, open_reviews
from palier.attribution.operations.signing import sign_lease
from palier.attribution.operations.vacancies import announce_from_notices
from palier.foundation import jobs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import after_months
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch

_OPERATOR: Final = "file d’attente"
_MOTIVE: Final = "ATTRIBUTION"
_MONTHS_BEHIND: Final = 3
_MONTHS_AHEAD: Final = 2

logger = logging.getLogger("palier.attribution")

P = ParamSpec("P")


def _refused_on_the_page(job: Callable[P, None]) -> Callable[P, None]:
    """A refusal is said where its page looks: trying again would give the same answer."""

    @wraps(job)
    def done(*given: P.args, **named: P.kwargs) -> None:
        with suppress(Refusal):
            job(*given, **named)

    return done


@contextmanager
def _asked(asked_by: int, job: Batch, command: str) -> Iterator[Reading]:
    """Work for the agent who asked, still in post and in a function that may. Raises NoSuchAgent, MayNotAllocate."""
    with batch(
        Batch.LETTERS, operator=_OPERATOR, motive=_MOTIVE, command="qui demande", agent_id=asked_by, categories=()
    ):
        agent = agent_by_id(asked_by)
    require_allocation(agent.role)
    with batch(
        job, operator=f"{_OPERATOR}, pour {agent.name}", motive=_MOTIVE, command=command, agent_id=agent.agent_id
    ) as reading:
        yield reading


@app.task(name=MAKES_LETTERS, queue=QUEUE, pass_context=True)
@_refused_on_the_page
def make_letters_of(context: JobContext, *, sitting_id: int, asked_by: int) -> None:
    """Freeze the letters of a sealed sitting for the agent who asked."""
    with jobs.progress(letters_key(sitting_id, context.job.id), "Lettres de la commission") as shown:
        with _asked(asked_by, Batch.LETTERS, "lettres de la commission"):
            made = make_letters(sitting_id=sitting_id, by=asked_by, at=now(), told=shown.at)
        # Once the others are kept.
        made.refuse_if_incomplete()


@app.task(name=MAKES_NEXT, queue=QUEUE)
def make_next_letter(*, vacancy_id: int, asked_by: int | None) -> None:
    """Freeze the letter to the next rank of a dwelling; nobody asked when the person refused by themself."""
    command = "lettre au rang suivant"
    named = (
        _asked(asked_by, Batch.LETTERS, command)
        if asked_by is not None
        else batch(Batch.LETTERS, operator=f"{_OPERATOR}, après une réponse en ligne", motive=_MOTIVE, command=command)
    )
    with named:
        offer_to_next(vacancy_id=vacancy_id, by=asked_by, at=now())


@app.task(name=WRITES_LEASE, queue=QUEUE, pass_context=True)
@_refused_on_the_page
def write_lease(
    context: JobContext, *, offer_id: int, signed_on: str, starts_on: str, deposit_cents: int, asked_by: int
) -> None:
    """Write the lease that was signed, and end the application."""
    with jobs.progress(lease_key(offer_id, context.job.id), "Écriture du bail") as shown:
        shown.at("Écriture du bail", 0, 1)
        with _asked(asked_by, Batch.IMPORT, "bail après attribution") as reading:
            sign_lease(
                offer_id=offer_id,
                signed_on=date.fromisoformat(signed_on),
                starts_on=date.fromisoformat(starts_on),
                deposit_cents=deposit_cents,
                actor=reading.actor,
                at=now(),
            )
        shown.at("Bail écrit", 1, 1)


@app.task(name=matching.TASK, queue=QUEUE, pass_context=True)
@_refused_on_the_page
def match(context: JobContext, *, vacancy_id: int, asked_by: int) -> None:
    """Match a vacancy for the agent who asked: resources are read over the stock, and journaled in their name."""
    with jobs.progress(matching.matching_key(vacancy_id, context.job.id), matching.LABEL) as shown:
        shown.at("Examen des demandes", 0, 1)
        with _asked(asked_by, Batch.ALLOCATION, "rapprochement"):
            matching.match_vacancy(vacancy_id=vacancy_id, on=today(), at=now())
        shown.at("Demandes examinées", 1, 1)


@app.task(name=FILES_TRANSFER, queue=QUEUE, pass_context=True)
@_refused_on_the_page
def file_transfer_of(context: JobContext, *, review_id: int, number: str, filed_on: str, asked_by: int) -> None:
    """File the transfer that a tenant agreed to; the file is then that of the agent who asked."""
    with jobs.progress(transfer_key(review_id, context.job.id), "Dépôt de la mutation") as shown:
        shown.at("Dépôt de la mutation", 0, 1)
        with _asked(asked_by, Batch.IMPORT, "mutation après examen de l’occupation") as reading:
            file_transfer(
                review_id=review_id,
                number=number,
                filed_on=date.fromisoformat(filed_on),
                actor=reading.actor,
                at=now(),
            )
        shown.at("Mutation déposée", 1, 1)


@app.task(name=NOTES_RECEIPT, queue=QUEUE)
@_refused_on_the_page
def note_held_receipt(*, letter_id: int, on: str, asked_by: int) -> None:
    """Note that a letter was handed over by whoever holds the protection of its person."""
    with _handed(asked_by) as reading:
        note_receipt(letter_id=letter_id, on=date.fromisoformat(on), actor=reading.actor, at=now())


@app.task(name=NOTES_ANSWER, queue=QUEUE)
def note_held_answer(*, letter_id: int, accepts: bool, refusal: str | None, asked_by: int) -> None:
    """Note what the person answered; refused, the next rank gets its letter."""
    try:
        with _handed(asked_by) as reading:
            offer = note_answer(
                letter_id=letter_id, accepts=accepts, refusal=refusal or "", on=today(), actor=reading.actor, at=now()
            )
    except Refusal:
        # Their page still shows the letter as it stands.
        return
    if not accepts:
        with batch(Batch.LETTERS, operator=_OPERATOR, motive=_MOTIVE, command="lettre au rang suivant"):
            offer_to_next(vacancy_id=offer.vacancy_id, by=None, at=now())


@app.task(name=PROPOSES, queue=QUEUE)
@_refused_on_the_page
def propose_held(*, vacancy_id: int, application_id: int, asked_by: int) -> None:
    """Propose a dwelling to a person for whoever holds their protection."""
    with _handed(asked_by, command="proposition d’un logement") as reading:
        propose(vacancy_id=vacancy_id, application_id=application_id, on=today(), actor=reading.actor)


@contextmanager
def _handed(agent_id: int, *, command: str = "remise en main propre") -> Iterator[Reading]:
    """Work for who holds the protection of a person, whose letter or application it is."""
    with batch(
        Batch.ALLOCATION,
        operator=_OPERATOR,
        motive=_MOTIVE,
        command=command,
        agent_id=agent_id,
        categories=("EXAMEN",),
    ) as reading:
        yield reading


@app.periodic(cron="15 3 * * *", periodic_id="offers without an answer")
@app.task(name="palier.attribution.tasks.lapse", queue=QUEUE)
def lapse(timestamp: int) -> None:
    """Each night: silence is a refusal, and the next rank gets its letter."""
    with batch(Batch.LETTERS, operator=_OPERATOR, motive=_MOTIVE, command="délais des propositions"):
        lapse_offers(on=today(), at=now())


@app.periodic(cron="20 4 * * *", periodic_id="allocation vacancies")
@app.task(name="palier.attribution.tasks.follow_vacancies", queue=QUEUE, queueing_lock="allocation vacancies")
def follow_vacancies(timestamp: int) -> None:
    """Announce the dwellings whose tenant gave notice, and give back those whose holder let its delay go."""
    with batch(Batch.ALLOCATION, operator=_OPERATOR, motive=_MOTIVE, command="vacances", categories=("BAIL",)):
        announced = announce_from_notices(on=today())
    with batch(
        Batch.ALLOCATION, operator=_OPERATOR, motive=_MOTIVE, command="vacances", categories=("EXAMEN",)
    ) as reading:
        stopped = stop_offers_of_tenants_who_stay(on=today(), actor=reading.actor, at=now())
    with batch(Batch.ALLOCATION, operator=_OPERATOR, motive=_MOTIVE, command="vacances", categories=()):
        released = release_overdue(on=today())
    logger.info("vacancies: %s announced, %s released, %s offers stopped", announced, released, stopped)


@app.periodic(cron="50 4 * * *", periodic_id="allocation figures")
@app.task(name="palier.attribution.tasks.publish", queue=QUEUE, queueing_lock="allocation figures")
def publish(timestamp: int) -> None:
    """Once a year is closed: what the public reads of it."""
    at = now()
    last = last_closed_year(at.date())
    with batch(Batch.ALLOCATION, operator=_OPERATOR, motive=_MOTIVE, command="chiffres", categories=()):
        withdraw_running_figures(at=at)
        for year in (last - 1, last):
            publish_figures(year=year, at=at)


@app.periodic(cron="40 4 1 * *", periodic_id="occupation reviews")
@app.task(name="palier.attribution.tasks.review_occupations", queue=QUEUE, queueing_lock="occupation reviews")
def review_occupations(timestamp: int) -> None:
    """Each month: open the reviews of that month and of the two that follow, and of those that were missed."""
    on = today()
    first_day = after_months(on.replace(day=1), -_MONTHS_BEHIND)
    last_day = after_months(on.replace(day=1), _MONTHS_AHEAD + 1) - timedelta(days=1)
    with batch(
        Batch.ALLOCATION,
        operator=_OPERATOR,
        motive=_MOTIVE,
        command="examens de l’occupation",
        categories=("BAIL", "FOYER", "RESSOURCES"),
    ):
        opened = open_reviews(first_day=first_day, last_day=last_day, on=on)
    logger.info("occupation reviews: %s opened", opened)
