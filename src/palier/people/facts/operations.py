"""Stating a coded fact, ending it, contesting it, answering: each by whom the closed list lets do it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.people.facts.kinds import ANNOUNCEMENTS, CONTEST_ANSWERS, CONTEST_DAYS, KINDS, LANGUAGES, FactKind, Source
from palier.people.models import CodedFact, FactContest, Person
from palier.privacy.actor import Actor
from palier.privacy.declare import Batch, Role


class FactNotFound(Refusal):
    """Cette consigne n’existe pas, ou n’est pas dans votre portefeuille."""


class FactUnknown(Refusal):
    """Cette consigne n’est pas dans la liste : choisissez-en une autre."""


class AnnouncementUnknown(Refusal):
    """Choisissez dans la liste comment la personne a été prévenue."""


class ContestAnswerUnknown(Refusal):
    """Choisissez une réponse dans la liste."""


class FactNotYours(Refusal):
    """La consigne « {label} » ne se déclare pas par vous : elle revient au responsable d’agence."""


class FactLastsTooLong(Refusal):
    """La consigne « {label} » dure {days} jours au plus : choisissez une fin au plus tard le {latest}."""


class FactAlreadyThere(Refusal):
    """La consigne « {label} » est déjà en cours pour cette personne : retirez-la avant d’en déclarer une autre."""


class FactDetailMissing(Refusal):
    """La consigne « {label} » demande de choisir {what} dans la liste."""


class FactAlreadyContested(Refusal):
    """Vous avez déjà contesté cette consigne : la réponse vous est due avant le {due_on}."""


class FactOfSomeoneElse(Refusal):
    """Cette personne n’a pas de logement dans votre portefeuille : aucune consigne ne peut la concerner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    """What is asked to be kept. `last_day` empty: as long as its kind allows."""

    code: str
    language: str = ""
    reason: str = ""
    last_day: date | None = None


def state_fact(*, person_id: int, fact: NewFact, actor: Actor, at: datetime) -> int:
    """Keep a fact about a person, in the name of whoever states it; gives its number.

    Raises FactUnknown, FactNotFound, FactNotYours, FactDetailMissing, FactLastsTooLong, FactAlreadyThere,
    FactOfSomeoneElse.
    """
    kind = KINDS.get(fact.code)
    if kind is None:
        raise FactUnknown
    source = _source(kind, person_id, actor)
    _refuse_missing_detail(kind, fact)
    on = at.date()
    latest = on + timedelta(days=kind.longest_days - 1)
    last_day = fact.last_day or latest
    if not on <= last_day <= latest:
        raise FactLastsTooLong(label=kind.label, days=kind.longest_days, latest=day_fr(latest))
    residence_id = Person.objects.filter(pk=person_id).values_list("residence_id", flat=True).first()
    if residence_id is None:
        raise FactOfSomeoneElse
    try:
        with transaction.atomic():
            _end_expired(person_id, fact, on=on)
            return CodedFact.objects.create(
                person_id=person_id,
                residence_id=residence_id,
                code=kind.code,
                language=fact.language if kind.asks_language else "",
                reason=fact.reason if kind.reasons else "",
                source=source,
                stated_by_id=actor.agent_id,
                stated_at=at,
                first_day=on,
                review_on=min(last_day, on + timedelta(days=kind.review_days)),
                last_day=last_day,
            ).pk
    except IntegrityError as error:
        if "coded_fact_once" not in str(error):
            raise
        raise FactAlreadyThere(label=kind.label) from error


def sources_of(role: Role | Batch) -> tuple[Source, ...]:
    """In which names someone of the staff states, ends and answers for a fact."""
    return (Source.AGENT, Source.MANAGER) if role is Role.AGENCY_MANAGER else (Source.AGENT,)


def may_decide(kind: FactKind, role: Role | Batch) -> bool:
    """True when that function states and ends facts of the kind."""
    return any(source in kind.sources for source in sources_of(role))


def _source(kind: FactKind, person_id: int, actor: Actor) -> Source:
    """In whose name the fact is stated. Raises FactNotYours."""
    if actor.person_id is not None:
        source = Source.PERSON
        if actor.person_id != person_id:
            raise FactNotFound
    elif kind.is_restricted and Source.MANAGER in sources_of(actor.role):
        source = Source.MANAGER
    else:
        source = Source.AGENT
    if source not in kind.sources:
        raise FactNotYours(label=kind.label)
    return source


def _refuse_missing_detail(kind: FactKind, fact: NewFact) -> None:
    if kind.asks_language and fact.language not in LANGUAGES:
        raise FactDetailMissing(label=kind.label, what="une langue")
    if kind.reasons and fact.reason not in dict(kind.reasons):
        raise FactDetailMissing(label=kind.label, what="un motif")


def _end_expired(person_id: int, fact: NewFact, *, on: date) -> None:
    """A fact past its last day leaves its place to a new one of the same kind."""
    past = CodedFact.objects.filter(person_id=person_id, code=fact.code, ended_on=None, last_day__lt=on)
    past.update(ended_on=on)


def end_fact(*, fact_id: int, actor: Actor, at: datetime) -> int:
    """End a fact at once: by the agency, or by the person for what they stated themselves. Gives whose it was.

    Raises FactNotFound, and FactNotYours when the person may only contest it.
    """
    with transaction.atomic():
        found = _running(fact_id)
        if actor.person_id is not None and found.source == Source.MANAGER:
            raise FactNotYours(label=KINDS[found.code].label)
        if actor.person_id is None and not may_decide(KINDS[found.code], actor.role):
            raise FactNotYours(label=KINDS[found.code].label)
        CodedFact.objects.filter(pk=fact_id).update(ended_on=at.date())
    return found.person_id


def announce_fact(*, fact_id: int, way: str, actor: Actor, at: datetime) -> int:
    """Note how the person was told of a restricted fact, and when. Gives whose it is.

    Raises AnnouncementUnknown, FactNotFound.
    """
    if way not in ANNOUNCEMENTS:
        raise AnnouncementUnknown
    if Source.MANAGER not in sources_of(actor.role):
        raise FactNotFound
    with transaction.atomic():
        found = _running(fact_id)
        CodedFact.objects.filter(pk=fact_id).update(announced_on=at.date(), announced_by=way)
    return found.person_id


def contest_fact(*, fact_id: int, ground: str, actor: Actor, at: datetime) -> date:
    """The person contests a fact: the answer is due on the day given back.

    It is hidden meanwhile, but where the safety of those who come is at stake. Raises FactNotFound,
    FactAlreadyContested.
    """
    with transaction.atomic():
        found = _running(fact_id)
        if found.person_id != actor.person_id:
            raise FactNotFound
        waiting = FactContest.objects.filter(fact_id=fact_id, answered_at=None).values_list("due_on", flat=True).first()
        if waiting is not None:
            raise FactAlreadyContested(due_on=day_fr(waiting))
        due_on = at.date() + timedelta(days=CONTEST_DAYS)
        FactContest.objects.create(
            fact_id=fact_id,
            person_id=found.person_id,
            residence_id=found.residence_id,
            ground=ground,
            asked_at=at,
            due_on=due_on,
        )
        if not KINDS[found.code].stays_when_contested:
            CodedFact.objects.filter(pk=fact_id).update(suspended_at=at)
    return due_on


def answer_contest(*, contest_id: int, answer: str, actor: Actor, at: datetime) -> int:
    """The manager keeps the fact or ends it, for a reason of the list. Gives whose it is.

    Raises ContestAnswerUnknown, FactNotFound.
    """
    if answer not in CONTEST_ANSWERS:
        raise ContestAnswerUnknown
    if Source.MANAGER not in sources_of(actor.role):
        raise FactNotFound
    _, is_kept = CONTEST_ANSWERS[answer]
    with transaction.atomic():
        contest = FactContest.objects.select_for_update().filter(pk=contest_id, answered_at=None).first()
        if contest is None:
            raise FactNotFound
        FactContest.objects.filter(pk=contest_id).update(answer=answer, answered_by_id=actor.agent_id, answered_at=at)
        fact = CodedFact.objects.filter(pk=contest.fact_id)
        if is_kept:
            fact.update(suspended_at=None)
        else:
            fact.update(ended_on=at.date())
    return contest.person_id


def _running(fact_id: int) -> CodedFact:
    """The fact, held until the transaction ends. Raises FactNotFound when it is out of scope or over."""
    held = CodedFact.objects.select_for_update(of=("self",)).filter(pk=fact_id, ended_on=None)
    found = held.only("id", "person_id", "residence_id", "code", "source").first()
    if found is None:
        raise FactNotFound
    return found
