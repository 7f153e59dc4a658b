"""The day a formal notice reached its household, as the carrier's slip says: the fifteen days run from it."""

from datetime import date, datetime

from django.db import transaction

from palier.campaigns.models import SurveyFile
from palier.campaigns.operations.survey import SurveyFileNotFound
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.privacy.actor import Actor


class NotOnNotice(Refusal):
    """Ce bail n’est pas en attente après une mise en demeure : il n’y a pas de jour à noter."""


class ReachedBeforeItLeft(Refusal):
    """La mise en demeure est du {noticed_on} : elle n’a pas pu arriver avant."""


class ReachedInTheFuture(Refusal):
    """Ce jour n’est pas encore venu : notez celui que porte l’avis de réception."""


def note_reached(*, survey_id: int, lease_id: int, reached_on: date, actor: Actor, at: datetime) -> SurveyFile:
    """Keep the day on which the registered letter was handed over, or first presented when nobody fetched it.

    Noted again until the supplement is charged: the last one holds. Raises SurveyFileNotFound, NotOnNotice,
    ReachedBeforeItLeft, ReachedInTheFuture.
    """
    with transaction.atomic():
        file = SurveyFile.objects.select_for_update().filter(survey_id=survey_id, lease_id=lease_id).first()
        if file is None:
            raise SurveyFileNotFound
        if file.state != "NOTICED" or file.noticed_on is None:
            raise NotOnNotice
        if reached_on < file.noticed_on:
            raise ReachedBeforeItLeft(noticed_on=day_fr(file.noticed_on))
        if reached_on > at.date():
            raise ReachedInTheFuture
        file.reached_on = reached_on
        file.save(update_fields=["reached_on"])
        return file
