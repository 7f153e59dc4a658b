"""The life of an application: renewed, warned, answered, radiated for a motive of the law, brought back in its time.

Every delay is a rule (demandes.rules.lifecycle): the days come from there, the motives from a closed list.
"""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from palier.demandes.models import Application, Event
from palier.demandes.operations.holding import changed, held, held_active, note
from palier.demandes.rules.lifecycle import (
    Warned,
    answer_reactivable_until,
    expiry,
    non_renewal_radiation,
    reactivable_until,
    started_on,
    warned_radiation,
)
from palier.demandes.rules.words import INTERVIEW_OUTCOMES
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.privacy.actor import Actor

_INADMISSIBLE: Final = ("IRRECEVABLE_PLAFOND", "IRRECEVABLE_SEJOUR")
_WARNED: Final = {
    "NON_REPONSE": Warned.NO_ANSWER,
    "IRRECEVABLE_PLAFOND": Warned.INADMISSIBLE,
    "IRRECEVABLE_SEJOUR": Warned.INADMISSIBLE,
}
# Radiated by whoever says so, the same day: a signed lease, a written renunciation.
_AT_ONCE: Final = ("ATTRIBUTION", "RENONCIATION")
# What the commission pronounces (attribution.rules.words.DECISIONS): it alone says that an application is inadmissible.
_PRONOUNCED: Final = "IRRECEVABILITE"


class AlreadyRenewed(Refusal):
    """Cette demande est déjà renouvelée ce jour : elle vaut jusqu’au {expires_on}."""


class AlreadyWarned(Refusal):
    """Un avertissement court déjà depuis le {warned_on} : attendez sa fin, ou notez la réponse."""


class NotPronounced(Refusal):
    """Seule la commission prononce l’irrecevabilité : aucune de ses décisions ne le dit pour cette demande."""


class NotWarned(Refusal):
    """Cette radiation suit un avertissement : envoyez-le d’abord."""


class NoWarningRuns(Refusal):
    """Aucun avertissement ne court pour cette demande : il n’y a pas de réponse à noter."""


class RadiatedTooSoon(Refusal):
    """Cette demande ne peut pas être radiée avant le {due_on}."""


class UnknownMotive(Refusal):
    """Une demande ne se radie que pour un motif de la loi (CCH, art. R441-2-8) : choisissez-le dans la liste."""


class NotReactivable(Refusal):
    """Une demande radiée pour ce motif ne se réactive pas : une nouvelle demande est nécessaire."""


class ReactivatedTooLate(Refusal):
    """Cette demande pouvait être réactivée jusqu’au {until} : une nouvelle demande est nécessaire."""


class NothingToReactivate(Refusal):
    """Cette demande est active : il n’y a rien à réactiver."""


class NoAnswerCame(Refusal):
    """Une demande radiée sans réponse revient si une réponse est arrivée : notez-la d’abord."""


class UnknownOutcome(Refusal):
    """La suite d’un entretien se choisit dans la liste."""


def renew(*, application_id: int, version: int | None = None, actor: Actor, at: datetime) -> date:
    """One more year from today, number and seniority kept; gives the new last day of validity.

    Raises ApplicationNotFound, ApplicationChangedMeanwhile, ApplicationIsOver, AlreadyRenewed.
    """
    on = day_of(at)
    with transaction.atomic():
        application = held_active(application_id, version=version)
        if start_of(application) == on:
            raise AlreadyRenewed(expires_on=day_fr(application.expires_on))
        until = expiry(on)
        changed(application, renewed_on=on, expires_on=until)
        note(application_id, "RENEWED", actor=actor, at=at)
    return until


def warn(*, application_id: int, motive: str, version: int | None = None, actor: Actor, at: datetime) -> date:
    """A warning leaves; gives the day from which the application may be radiated.

    Raises UnknownMotive, NotPronounced, AlreadyWarned, and what `held_active` raises.
    """
    if motive not in _WARNED:
        raise UnknownMotive
    on = day_of(at)
    with transaction.atomic():
        application = held_active(application_id, version=version)
        if application.warned_on is not None:
            raise AlreadyWarned(warned_on=day_fr(application.warned_on))
        if motive in _INADMISSIBLE:
            _refuse_unless_pronounced(application)
        changed(application, warned_on=on, warned_for=motive)
        note(application_id, "WARNED", actor=actor, at=at, detail=motive)
    return warned_radiation(on, _WARNED[motive])


def record_answer(*, application_id: int, version: int | None = None, actor: Actor, at: datetime) -> None:
    """An answer to a warning has come: a want of answer ends; of an application radiated for it, the trace is kept.

    Raises NoWarningRuns, and what `held` raises.
    """
    with transaction.atomic():
        application = held(application_id, version=version)
        if application.warned_for != "NON_REPONSE" and application.radiation_motive != "NON_REPONSE":
            raise NoWarningRuns
        if application.state == "ACTIVE":
            changed(application, warned_on=None, warned_for="")
        note(application_id, "ANSWERED", actor=actor, at=at)


def radiate(
    *,
    application_id: int,
    motive: str,
    actor: Actor,
    at: datetime,
    on: date | None = None,
    version: int | None = None,
) -> None:
    """End an application for a motive of the law, from the day that the law gives it.

    Raises UnknownMotive, NotPronounced, NotWarned, RadiatedTooSoon, and what `held_active` raises.
    """
    day = on or day_of(at)
    with transaction.atomic():
        application = held_active(application_id, version=version)
        due_on = _due_on(application, motive)
        if due_on is not None and day < due_on:
            raise RadiatedTooSoon(due_on=day_fr(due_on))
        changed(application, state="RADIATED", radiated_on=day, radiation_motive=motive)
        note(application_id, "RADIATED", actor=actor, at=at, detail=motive, on=day)


def reactivate(*, application_id: int, version: int | None = None, actor: Actor, at: datetime) -> date:
    """Bring an application back with its number and seniority, in the time that the law leaves; gives its last day.

    Raises NothingToReactivate, NotReactivable, ReactivatedTooLate, NoAnswerCame, and what `held` raises.
    """
    on = day_of(at)
    with transaction.atomic():
        application = held(application_id, version=version)
        if application.state == "ACTIVE" or application.radiated_on is None:
            raise NothingToReactivate
        until = _reactivable_until(application)
        if on > until:
            raise ReactivatedTooLate(until=day_fr(until))
        active: dict[str, object] = {
            "state": "ACTIVE",
            "radiated_on": None,
            "radiation_motive": "",
            "warned_on": None,
            "warned_for": "",
        }
        if application.radiation_motive == "NON_RENOUVELLEMENT":
            # Coming back is the renewal that was missing.
            active |= {"renewed_on": on, "expires_on": expiry(on)}
        changed(application, **active)
        note(application_id, "REACTIVATED", actor=actor, at=at)
    return application.expires_on


def note_interview(
    *, application_id: int, outcome: str, version: int | None = None, actor: Actor, at: datetime
) -> None:
    """What came of an interview, by a code of the list; nothing is written about the person.

    Raises UnknownOutcome, and what `held_active` raises.
    """
    if outcome not in INTERVIEW_OUTCOMES:
        raise UnknownOutcome
    with transaction.atomic():
        application = held_active(application_id, version=version)
        changed(application)
        note(application_id, "INTERVIEW", actor=actor, at=at, detail=outcome)


def start_of(application: Application) -> date:
    """The day from which the year of validity runs."""
    return started_on(
        filed_on=application.filed_on, renewed_on=application.renewed_on, expires_on=application.expires_on
    )


def _due_on(application: Application, motive: str) -> date | None:
    """From which day this motive ends it; None: at once. Raises UnknownMotive, NotPronounced, NotWarned."""
    if motive in _AT_ONCE:
        return None
    if motive == "NON_RENOUVELLEMENT":
        return non_renewal_radiation(start_of(application))
    if motive not in _WARNED:
        raise UnknownMotive
    if motive in _INADMISSIBLE:
        _refuse_unless_pronounced(application)
    if application.warned_on is None or application.warned_for != motive:
        raise NotWarned
    return warned_radiation(application.warned_on, _WARNED[motive])


def _refuse_unless_pronounced(application: Application) -> None:
    # By its kind, among those of the last sitting: one that examined it twice may have refused it otherwise too.
    decided = Event.objects.filter(application=application, kind="DECISION")
    last = decided.order_by("-on").values_list("on", flat=True).first()
    if last is None or not decided.filter(on=last, detail=_PRONOUNCED).exists():
        raise NotPronounced


def _reactivable_until(application: Application) -> date:
    """The last day to bring it back. Raises NotReactivable, NoAnswerCame."""
    if application.radiation_motive == "NON_RENOUVELLEMENT":
        return reactivable_until(start_of(application))
    if application.radiation_motive != "NON_REPONSE" or application.radiated_on is None:
        raise NotReactivable
    warned_on = application.warned_on or application.radiated_on
    if not Event.objects.filter(application=application, kind="ANSWERED", on__gte=warned_on).exists():
        raise NoAnswerCame
    return answer_reactivable_until(application.radiated_on)
