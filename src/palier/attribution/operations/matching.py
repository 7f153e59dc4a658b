"""Matching a vacancy with the applications it suits, by a job; keeping one as a candidate, or withdrawing it."""

from datetime import date, datetime
from typing import Final

from palier.agents.access import agent_of
from palier.attribution.models import Candidate, Match, Matching, Vacancy
from palier.attribution.operations.asking import QUEUE
from palier.attribution.operations.vacancies import VacancyNotFound
from palier.attribution.queries.offered import STILL_OPEN, placed
from palier.attribution.queries.shortlist import Shortlist, shortlist
from palier.attribution.rules.words import REHOUSING, RELOCATED
from palier.demandes.models import Application, Motive
from palier.demandes.rules.eligibility import Verdict
from palier.demandes.rules.facts import Path
from palier.foundation.errors import Refusal
from palier.foundation.models import JobProgress
from palier.privacy.actor import Actor
from palier.privacy.deferring import defer

TASK: Final = "palier.attribution.tasks.match"
LABEL: Final = "Rapprochement"
# A dwelling takes candidates once it is known to whom it goes, until its commission.
TAKES_CANDIDATES: Final = ("ORIENTED", "MATCHED")
SOURCES: Final = frozenset({"MATCHING", "HOLDER", "OFFICER"})
WITHDRAWN_FOR: Final = frozenset({"RENOUNCED", "RADIATED", "HOUSED", "INELIGIBLE", "MISTAKE"})


class NoLongerProposed(Refusal):
    """Ce logement n’est plus à proposer : il est {state}."""


class NotOpenToCandidates(Refusal):
    """Un candidat s’ajoute à un logement orienté, avant son passage en commission : celui-ci est {state}."""


class ApplicationUnknown(Refusal):
    """Aucune demande active n’a ce numéro : vérifiez ses dix-huit caractères."""


class NotSuited(Refusal):
    """Le dernier rapprochement n’a pas retenu cette demande : ajoutez-la au titre du réservataire, ou de l’agent."""


class NotATransfer(Refusal):
    """Ce logement est sorti du flux pour une mutation : seule une demande de mutation y est proposée."""


class NotRelocated(Refusal):
    """Ce logement est sorti du flux pour un relogement de renouvellement urbain : seule une demande dont le dossier
    porte le motif « démolition » y est proposée."""


class SourceUnknown(Refusal):
    """Dites dans la liste à quel titre cette demande est proposée."""


class AlreadyCandidate(Refusal):
    """Cette demande est déjà candidate pour ce logement."""


class CandidateNotFound(Refusal):
    """Ce candidat n’existe pas, ou n’est plus proposé pour ce logement."""


class WithdrawalWithoutMotive(Refusal):
    """Dites dans la liste pourquoi cette candidature est retirée."""


def ask_matching(*, vacancy_id: int, actor: Actor, at: datetime) -> int:
    """Ask for the matching of a vacancy; the job's number. Raises VacancyNotFound, NoLongerProposed, AlreadyAsked."""
    vacancy = Vacancy.objects.only("state").filter(pk=vacancy_id).first()
    if vacancy is None:
        raise VacancyNotFound
    if vacancy.state not in STILL_OPEN:
        raise NoLongerProposed(state=vacancy.get_state_display())
    job = defer(
        TASK,
        queue=QUEUE,
        lock=f"match:{vacancy_id}",
        queueing_lock=f"match:{vacancy_id}",
        args={"vacancy_id": vacancy_id, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=matching_key(vacancy_id, job), label=LABEL, state="WAITING", updated_at=at)]
    )
    return job


def matching_key(vacancy_id: int, job: int | None) -> str:
    """The name under which the work of a job on a vacancy shows."""
    return f"match:{vacancy_id}/{job}" if job is not None else f"match:{vacancy_id}"


def match_vacancy(*, vacancy_id: int, on: date, at: datetime) -> Shortlist:
    """Match a vacancy and keep what was found in place of the last one. Under Batch.ALLOCATION.

    Raises VacancyNotFound, DwellingNotDescribed.
    """
    here = placed(vacancy_id)
    if here is None:
        raise VacancyNotFound
    found = shortlist(here.described(), on=on, vacancy_id=vacancy_id)
    Match.objects.filter(matching__vacancy_id=vacancy_id).delete()
    Matching.objects.filter(vacancy_id=vacancy_id).delete()
    matching = Matching.objects.create(
        vacancy_id=vacancy_id,
        made_at=at,
        on=on,
        territory=found.territory,
        examined=len(found.rows),
        suited=found.suited,
    )
    Match.objects.bulk_create(
        [
            Match(
                matching=matching,
                application_id=row.application_id,
                place=row.place,
                suits=row.suiting.suits,
                verdict=(row.suiting.verdict or Verdict.TO_COMPLETE).value,
                against=[code.value for code in row.suiting.against],
                to_check=[code.value for code in row.suiting.to_check],
                points=row.points,
                filed_on=row.filed_on,
                persons=row.suiting.persons,
            )
            for row in found.rows
        ]
    )
    return found


def add_candidate(*, vacancy_id: int, number: str, source: str, actor: Actor, on: date) -> Candidate:
    """Propose an application for a vacancy: out of its matching, for its holder, or chosen by the agent.

    One withdrawn by mistake comes back. Raises SourceUnknown, VacancyNotFound, NotOpenToCandidates, ApplicationUnknown,
    NotATransfer, NotRelocated, NotSuited, AlreadyCandidate.
    """
    vacancy = _held(vacancy_id)
    candidate = propose(vacancy_id=vacancy_id, number=number, source=source, actor=actor, on=on)
    if vacancy.state != "MATCHED":
        Vacancy.objects.filter(pk=vacancy_id).update(state="MATCHED", version=vacancy.version + 1)
    return candidate


def propose(*, vacancy_id: int, number: str, source: str, actor: Actor, on: date) -> Candidate:
    """The same, whatever the vacancy has come to: whoever calls says whether it still takes candidates.

    Raises SourceUnknown, ApplicationUnknown, NotATransfer, NotRelocated, NotSuited, AlreadyCandidate.
    """
    if source not in SOURCES:
        raise SourceUnknown
    known = Application.objects.only("path").filter(number=number.strip().upper(), state="ACTIVE").first()
    if known is None:
        raise ApplicationUnknown
    application_id = known.pk
    _refuse_out_of_cause(vacancy_id, known)
    kept = Match.objects.filter(matching__vacancy_id=vacancy_id, application_id=application_id, suits=True)
    if source == "MATCHING" and not kept.exists():
        raise NotSuited
    candidate = Candidate.objects.filter(vacancy_id=vacancy_id, application_id=application_id).first()
    if candidate is None:
        candidate = Candidate.objects.create(
            vacancy_id=vacancy_id,
            application_id=application_id,
            source=source,
            added_on=on,
            added_by_id=agent_of(actor),
        )
    elif candidate.withdrawn_for == "MISTAKE":
        candidate.withdrawn_on, candidate.withdrawn_for = None, ""
        candidate.save(update_fields=["withdrawn_on", "withdrawn_for"])
    else:
        raise AlreadyCandidate
    return candidate


def add_held_candidate(*, vacancy_id: int, number: str, actor: Actor, on: date) -> Candidate:
    """Propose a protected person: the state of the dwelling stays, or it would tell officers of a candidate unseen.

    Raises as `add_candidate`.
    """
    _held(vacancy_id)
    return propose(vacancy_id=vacancy_id, number=number, source="MATCHING", actor=actor, on=on)


def withdraw_candidate(*, vacancy_id: int, candidate_id: int, motive: str, on: date) -> None:
    """Withdraw a candidate before the commission, for a motive of the list.

    Raises WithdrawalWithoutMotive, VacancyNotFound, NotOpenToCandidates, CandidateNotFound.
    """
    if motive not in WITHDRAWN_FOR:
        raise WithdrawalWithoutMotive
    vacancy = _held(vacancy_id)
    proposed = Candidate.objects.filter(vacancy_id=vacancy_id, withdrawn_on__isnull=True)
    if not proposed.filter(pk=candidate_id).update(withdrawn_on=on, withdrawn_for=motive):
        raise CandidateNotFound
    if vacancy.state == "MATCHED" and not proposed.exists():
        before = "OPEN" if vacancy.withdrawn_for in REHOUSING else "ORIENTED"
        Vacancy.objects.filter(pk=vacancy_id).update(state=before, version=vacancy.version + 1)


def takes_candidates(state: str, *, withdrawn_for: str) -> bool:
    """One out of the flow goes to no holder: it is open to the candidates whom the landlord rehouses."""
    return state in TAKES_CANDIDATES or (state == "OPEN" and withdrawn_for in REHOUSING)


def _refuse_out_of_cause(vacancy_id: int, application: Application) -> None:
    """What a dwelling left the flow for: it goes round no reservation, and whom it houses is counted as relocated."""
    cause = Vacancy.objects.values_list("withdrawn_for", flat=True).get(pk=vacancy_id)
    if cause == "MUTATION" and application.path != Path.TRANSFER.value:
        raise NotATransfer
    if cause == RELOCATED and not Motive.objects.filter(application=application, code="DEMOLITION").exists():
        raise NotRelocated


def _held(vacancy_id: int) -> Vacancy:
    held = Vacancy.objects.select_for_update().only("state", "version", "withdrawn_for")
    vacancy = held.filter(pk=vacancy_id).first()
    if vacancy is None:
        raise VacancyNotFound
    if not takes_candidates(vacancy.state, withdrawn_for=vacancy.withdrawn_for):
        raise NotOpenToCandidates(state=vacancy.get_state_display())
    return vacancy
