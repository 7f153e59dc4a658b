"""An answer to the survey, counted and not kept; and who wants no more proposals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from palier.adoption.models import Invitee, NoProposal
from palier.adoption.questionnaire import QUESTIONS
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor

_COUNT: Final = """
INSERT INTO adoption_surveycount (campaign_id, question, choice, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (campaign_id, question, choice) DO UPDATE SET count = adoption_surveycount.count + 1
"""


class CodeUnknown(Refusal):
    """Ce code n’est pas celui d’un questionnaire que vous pouvez noter : relisez-le sur le papier."""


class AlreadyAnswered(Refusal):
    """Ce questionnaire a déjà été compté. Rien n’a été ajouté."""


class NotForOneself(Refusal):
    """Seule la personne elle-même dit qu’elle ne veut plus de proposition."""


class AnswerNotListed(Refusal):
    """Cette réponse n’est pas dans la liste du questionnaire."""


def answer_survey(*, code: str, answers: Mapping[str, Sequence[str]], at: datetime) -> None:
    """Count the answers of one survey, once; a question may be left empty. Nothing links them to the code afterwards.

    Raises CodeUnknown, AlreadyAnswered, AnswerNotListed.
    """
    ticked = [(question, choice) for question, choices in answers.items() for choice in dict.fromkeys(choices)]
    for question in QUESTIONS:
        chosen = [choice for code_, choice in ticked if code_ == question.code]
        if not set(chosen) <= {code_ for code_, _ in question.choices} or (len(chosen) > 1 and not question.several):
            raise AnswerNotListed
    if not {question for question, _ in ticked} <= {question.code for question in QUESTIONS}:
        raise AnswerNotListed
    with transaction.atomic():
        found = Invitee.objects.filter(code=code.strip().upper().replace(" ", "")).exclude(code="")
        row = found.values_list("id", "campaign_id").first()
        if row is None:
            raise CodeUnknown
        # The first one to mark it counts; at the same instant, the second waits and finds it marked.
        if not Invitee.objects.filter(pk=row[0], answered_on__isnull=True).update(answered_on=day_of(at)):
            raise AlreadyAnswered
        with connection.cursor() as cursor:
            for asked, choice in sorted(ticked):
                cursor.execute(_COUNT, [row[1], asked, choice])


def propose_no_more(*, actor: Actor, at: datetime) -> bool:
    """« Ne plus me proposer »; False when it was already said."""
    _, is_new = NoProposal.objects.get_or_create(person_id=_oneself(actor), defaults={"said_at": at})
    return is_new


def propose_again(*, actor: Actor) -> bool:
    """Take it back; False when nothing was said."""
    gone, _ = NoProposal.objects.filter(person_id=_oneself(actor)).delete()
    return bool(gone)


def _oneself(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotForOneself
    return actor.person_id
