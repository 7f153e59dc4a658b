"""A mailing: prepared by one person, launched by another on a day that every letter bears; withdrawn with its campaign.

The letters themselves are made by a job (`lettering`).
"""

from datetime import date, datetime

from django.db import connection, transaction

from palier.campaigns.models import MAILING_KINDS, Mailing, Revision, Survey
from palier.campaigns.operations.survey import SurveyNotFound, require_open_year
from palier.campaigns.queries.waiting import Step, waiting_count
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.quittancement.access import require_function

MAY_PREPARE = (Role.HEADQUARTERS, Role.ACCOUNTANT)
MAY_LAUNCH = (Role.HEADQUARTERS, Role.ACCOUNTANT)
# Launching these also charges a supplement.
MAY_CHARGE = (Role.HEADQUARTERS,)
CHARGES = "SLS_PROVISOIRE"
OF_A_REVISION = "REVISION_LOYER"
OF_A_SURVEY = tuple(code for code, _ in MAILING_KINDS if code != OF_A_REVISION)


class MailingNotFound(Refusal):
    """Cet envoi n’existe pas."""


class NobodyWaits(Refusal):
    """Personne n’attend cette lettre aujourd’hui : rien n’est préparé."""


class MailingAlreadyPrepared(Refusal):
    """Cet envoi est déjà préparé : une autre personne doit le lancer."""


class RevisionNotToTell(Refusal):
    """La révision de {year} n’est pas appliquée : ses lettres se préparent une fois les loyers écrits."""


class RevisionTooLateToTell(Refusal):
    """La révision de {year} a pris effet le {effective_on} : ses lettres ne partent plus."""


class MailingNotPrepared(Refusal):
    """Cet envoi n’est plus à lancer : il est déjà lancé, ou retiré. Rien n’a été envoyé à nouveau."""


class SamePersonLaunches(Refusal):
    """Vous avez préparé cet envoi : une autre personne doit le lancer."""


def prepare_revision_mailing(*, revision_id: int, actor: Actor, at: datetime) -> Mailing:
    """A first person prepares the letters of an applied revision.

    Raises FunctionMayNot, RevisionNotToTell, RevisionTooLateToTell, MailingAlreadyPrepared, NobodyWaits.
    """
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is None:
        raise MailingNotFound
    if revision.state != "APPLIED":
        raise RevisionNotToTell(year=revision.year)
    if revision.effective_on <= at.date():
        raise RevisionTooLateToTell(year=revision.year, effective_on=day_fr(revision.effective_on))
    return _prepared(Step(kind=OF_A_REVISION, on=at.date(), revision_id=revision_id), actor, at)


def prepare_survey_mailing(*, survey_id: int, kind: str, actor: Actor, at: datetime) -> Mailing:
    """A first person prepares the letters of one step of a survey.

    Raises FunctionMayNot, SurveyNotFound, SurveyYearBilled, MailingAlreadyPrepared, NobodyWaits.
    """
    if kind not in OF_A_SURVEY:
        raise MailingNotFound
    survey = Survey.objects.filter(pk=survey_id).first()
    if survey is None:
        raise SurveyNotFound
    if kind == CHARGES:
        require_open_year(survey, on=at.date())
    return _prepared(Step(kind=kind, on=at.date(), survey_id=survey_id), actor, at)


def require_launchable(mailing: Mailing, *, actor: Actor, on: date) -> None:
    """What stands in the way of a launch. Raises FunctionMayNot, MailingNotPrepared, SamePersonLaunches,
    RevisionNotToTell, RevisionTooLateToTell, SurveyYearBilled."""
    require_function(Role(actor.role.value), MAY_CHARGE if mailing.kind == CHARGES else MAY_LAUNCH)
    if mailing.state != "PREPARED":
        raise MailingNotPrepared
    if mailing.prepared_by == actor.agent_id:
        raise SamePersonLaunches
    if mailing.kind == CHARGES and mailing.survey is not None:
        require_open_year(mailing.survey, on=on)
    revision = mailing.revision
    if revision is not None and revision.state != "APPLIED":
        raise RevisionNotToTell(year=revision.year)
    if revision is not None and revision.effective_on <= on:
        raise RevisionTooLateToTell(year=revision.year, effective_on=day_fr(revision.effective_on))


def launch_mailing(*, mailing_id: int, actor: Actor, at: datetime) -> Mailing:
    """A second person launches a mailing: its letters bear today's day. The job that writes those of a provisional
    supplement charges it first.

    Raises MailingNotFound and the refusals of `require_launchable`.
    """
    with transaction.atomic():
        mailing = held_mailing(mailing_id)
        require_launchable(mailing, actor=actor, on=at.date())
        mailing.state, mailing.issued_on = "LAUNCHED", at.date()
        mailing.launched_by, mailing.launched_at = actor.agent_id, at
        mailing.save(update_fields=["state", "issued_on", "launched_by", "launched_at"])
        return mailing


def cancel_mailing(*, mailing_id: int, actor: Actor, at: datetime) -> Mailing:
    """Give up a mailing that nobody has launched. Raises FunctionMayNot, MailingNotFound, MailingNotPrepared."""
    require_function(Role(actor.role.value), MAY_PREPARE)
    with transaction.atomic():
        mailing = held_mailing(mailing_id)
        if mailing.state != "PREPARED":
            raise MailingNotPrepared
        mailing.state = "WITHDRAWN"
        mailing.save(update_fields=["state"])
        return mailing


_WITHDRAW = (
    """UPDATE campaigns_mailing SET state = 'WITHDRAWN', withdrawn_at = %(at)s
       WHERE revision_id = %(revision)s AND state <> 'WITHDRAWN'""",
    """UPDATE mail_document AS d SET withdrawn_on = %(on)s FROM campaigns_letter AS w
       JOIN campaigns_mailing AS m ON m.id = w.mailing_id
       WHERE m.revision_id = %(revision)s AND d.number = w.number AND d.withdrawn_on IS NULL""",
    """UPDATE campaigns_letter AS w SET withdrawn_on = %(on)s FROM campaigns_mailing AS m
       WHERE m.id = w.mailing_id AND m.revision_id = %(revision)s AND w.withdrawn_on IS NULL""",
)


def withdraw_letters(*, revision_id: int, at: datetime) -> None:
    """What a revision taken back told no longer holds: its letters stay, and say so. Called inside its undoing."""
    with connection.cursor() as cursor:
        # The job that writes them holds the same lock for each block: none is written after this.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.letter_numbers'))")
        for statement in _WITHDRAW:
            cursor.execute(statement, {"revision": revision_id, "on": at.date(), "at": at})


def held_mailing(mailing_id: int) -> Mailing:
    """One mailing, held until the transaction ends. Raises MailingNotFound."""
    mailing = Mailing.objects.select_for_update(of=("self",)).select_related("revision").filter(pk=mailing_id).first()
    if mailing is None:
        raise MailingNotFound
    return mailing


def _is_prepared(step: Step) -> bool:
    """Whether a mailing of this kind is open. A revision is told once, a step of a survey each time somebody waits."""
    same = Mailing.objects.filter(kind=step.kind)
    if step.revision_id is not None:
        return same.filter(revision_id=step.revision_id).exclude(state="WITHDRAWN").exists()
    busy = set(same.filter(state__in=("PREPARED", "LAUNCHED")).values_list("survey_id", flat=True))
    return step.survey_id in busy


def _prepared(step: Step, actor: Actor, at: datetime) -> Mailing:
    require_function(Role(actor.role.value), MAY_PREPARE)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.mailing'))")
        if _is_prepared(step):
            raise MailingAlreadyPrepared
        waiting = waiting_count(step)
        if not waiting:
            raise NobodyWaits
        return Mailing.objects.create(
            kind=step.kind,
            revision_id=step.revision_id,
            survey_id=step.survey_id,
            expected_count=waiting,
            prepared_by=actor.agent_id or 0,
            prepared_at=at,
        )
