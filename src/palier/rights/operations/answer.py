"""The DPO's acts on a request: extend its deadline, answer it, lift a freeze. Each adds a step and changes none."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.rights.models import Step
from palier.rights.queries.requests import RequestRow, request_by_id, steps_of
from palier.rights.rules.answers import DECISIONS, IDENTITY_SENTENCES, MOTIVES, READING, sentences_for
from palier.rights.rules.clock import due_on


class RequestNotFound(Refusal):
    """Cette demande n’existe pas, ou vous n’y avez pas accès."""


class AlreadyAnswered(Refusal):
    """Cette demande a déjà reçu sa réponse : elle se lit dans l’échange, et ne se change pas."""


class AlreadyExtended(Refusal):
    """Le délai de cette demande a déjà été prolongé : une seule prolongation est permise (RGPD, art. 12-3)."""


class TooLateToExtend(Refusal):
    """Le premier délai a pris fin le {due} : une prolongation se dit à la personne avant cette date (RGPD, art.
    12-3)."""


class ExtensionWithoutReason(Refusal):
    """Une prolongation dit pourquoi : demande complexe, ou demandes nombreuses."""


class AnswerIncomplete(Refusal):
    """Une réponse a une décision de la liste, au moins une phrase, et un motif quand elle refuse."""


class NothingToLift(Refusal):
    """Aucun gel n’est en cours pour cette demande."""


def extend(*, request_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Two more months, said to the person with the reason, once and within the first month.

    Raises RequestNotFound, AlreadyAnswered, AlreadyExtended, TooLateToExtend, ExtensionWithoutReason.
    """
    asked = _open(request_id)
    if reason not in ("COMPLEX", "MANY"):
        raise ExtensionWithoutReason
    if asked.is_extended:
        raise AlreadyExtended
    if localtime(at).date() > asked.due_on:
        raise TooLateToExtend(due=f"{asked.due_on:%d/%m/%Y}")
    later = due_on(localtime(asked.received_at).date(), extended=True)
    _add(Step(kind="EXTENDED", due_on=later, reason=reason), asked, actor, at, AlreadyExtended)


def answer(
    *,
    request_id: int,
    decision: str,
    motive: str,
    sentences: list[str],
    identity: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Answer in sentences of the closed list; the person reads them at once in their space.

    Raises RequestNotFound, AlreadyAnswered, AnswerIncomplete.
    """
    asked = _open(request_id)
    offered = sentences_for(asked.kind, decision)
    refuses = decision == "REFUSED"
    is_whole = (
        decision in DECISIONS[asked.kind]
        and set(sentences) <= offered.keys()
        and (bool(sentences) or refuses)
        and (motive in MOTIVES and asked.kind in MOTIVES[motive].kinds if refuses else not motive)
        and (identity in IDENTITY_SENTENCES if asked.kind == READING else not identity)
    )
    if not is_whole:
        raise AnswerIncomplete
    kept = [code for code in offered if code in sentences]
    step = Step(kind="ANSWERED", decision=decision, motive=motive, sentences=kept, identity=identity)
    _add(step, asked, actor, at, AlreadyAnswered)


def lift(*, request_id: int, actor: Actor, at: datetime) -> None:
    """End a freeze of data: the person is told before it is lifted (RGPD, art. 18-3). Raises NothingToLift."""
    asked = _found(request_id)
    if not asked.is_frozen:
        raise NothingToLift
    _add(Step(kind="LIFTED"), asked, actor, at, NothingToLift)


def hand_over(*, request_id: int, actor: Actor, at: datetime) -> None:
    """A copy of the file left for its person: fetched in their space, or given by the DPO against a paper.

    The first time is written; fetching it again adds nothing. Raises RequestNotFound.
    """
    asked = _found(request_id)
    if not any(step.kind == "HANDED_OVER" for step in steps_of(request_id)):
        _add(Step(kind="HANDED_OVER"), asked, actor, at, AlreadyAnswered)


def _found(request_id: int) -> RequestRow:
    asked = request_by_id(request_id)
    if asked is None:
        raise RequestNotFound
    return asked


def _open(request_id: int) -> RequestRow:
    asked = _found(request_id)
    if asked.answered_at is not None:
        raise AlreadyAnswered
    return asked


def _add(step: Step, asked: RequestRow, actor: Actor, at: datetime, twice: type[Refusal]) -> None:
    """Write one step; two at once are settled by the constraint, and the second is refused."""
    step.request_id, step.person_id, step.residence_id = asked.id, asked.person_id, asked.residence_id
    step.agent_id, step.at = actor.agent_id, at
    try:
        with transaction.atomic():
            step.save(force_insert=True)
    except IntegrityError as error:
        if "one_answer_one_extension" in str(error):
            raise twice from error
        raise
