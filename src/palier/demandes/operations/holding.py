"""What every change of an application does: hold it while it changes, refuse a page that is out of date, say so after.

A file that is not given to the agent, or is somebody else's, does not exist: row security answers nothing.
"""

from datetime import date, datetime
from enum import StrEnum

from palier.demandes.models import Application, Event
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor


class ApplicationNotFound(Refusal):
    """Cette demande n’existe pas, ou ne vous est pas confiée : prenez-la d’abord, ou demandez-la au secrétariat."""


class ApplicationChangedMeanwhile(Refusal):
    """Cette demande a été modifiée depuis que vous l’avez ouverte : relisez-la, puis recommencez."""


class ApplicationIsOver(Refusal):
    """Cette demande est radiée : rien ne s’y modifie avant qu’elle soit réactivée."""


class Origin(StrEnum):
    """Where a change comes from: it is recorded only when it comes from the applicant (arrêté du 23 mars 2015)."""

    APPLICANT = "DEMANDEUR"
    PIECES = "PIECES"
    # Said by somebody else, and validated by the applicant.
    THIRD_PARTY = "TIERS"


ORIGINS_FR: dict[Origin, str] = {
    Origin.APPLICANT: "à la demande du demandeur",
    Origin.PIECES: "correction tirée des pièces examinées",
    Origin.THIRD_PARTY: "dit par un tiers, et validé par le demandeur",
}


def held(application_id: int, *, version: int | None = None) -> Application:
    """The application, held until the transaction ends. `version`: what the page showed.

    Raises ApplicationNotFound, ApplicationChangedMeanwhile.
    """
    application = Application.objects.select_for_update().filter(pk=application_id).first()
    if application is None:
        raise ApplicationNotFound
    if version is not None and application.version != version:
        raise ApplicationChangedMeanwhile
    return application


def held_active(application_id: int, *, version: int | None = None) -> Application:
    """The same, of an application that is not over. Raises ApplicationIsOver too."""
    application = held(application_id, version=version)
    if application.state != "ACTIVE":
        raise ApplicationIsOver
    return application


def changed(application: Application, **values: object) -> None:
    """Write these values of the application, and one more version."""
    values["version"] = application.version + 1
    Application.objects.filter(pk=application.pk).update(**values)
    for name, value in values.items():
        setattr(application, name, value)


def note(
    application_id: int, kind: str, *, actor: Actor, at: datetime, detail: str = "", on: date | None = None
) -> None:
    """One more line in the life of the application."""
    Event.objects.create(
        application_id=application_id,
        kind=kind,
        detail=detail,
        on=on or day_of(at),
        at=at,
        agent_id=actor.agent_id,
    )


def heading_detail(heading: str, origin: Origin) -> str:
    """What an event says of a heading changed: its code, and where the change comes from when not from the person."""
    return heading if origin is Origin.APPLICANT else f"{heading}:{origin.value}"
