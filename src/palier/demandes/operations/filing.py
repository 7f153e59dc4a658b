"""An application filed at the counter: its number is given by the national system; the file is then its agent's."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db import DatabaseError, IntegrityError, connection, transaction

from palier.agents.access import agent_of
from palier.demandes.models import Application, Assignment, Member, PostalAddress, Stay
from palier.demandes.operations.composing import recompose
from palier.demandes.operations.holding import note
from palier.demandes.rules.facts import Path
from palier.demandes.rules.facts import Stay as StayState
from palier.demandes.rules.identity import check_birth, written_address, written_contact, written_name
from palier.demandes.rules.lifecycle import expiry
from palier.demandes.rules.numbers import application_number
from palier.foundation.clock import PARIS, day_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.periods import day_fr
from palier.foundation.staging import next_ids
from palier.people.models import Contact, Person
from palier.privacy.actor import Actor


class NumberAlreadyFiled(Refusal):
    """La demande {number} est déjà enregistrée ici : cherchez-la par son numéro."""


class FiledInTheFuture(Refusal):
    """Une demande ne se dépose pas à l’avance : le {filed_on} n’est pas encore venu."""


class RenewedBeforeFiled(Refusal):
    """Le dernier renouvellement ne précède pas le dépôt : vérifiez ces deux jours."""


class ApplicationHasExpired(Refusal):
    """Cette demande ne vaut plus depuis le {expires_on} : elle se renouvelle au système national, puis se note ici."""


class PersonNotInSight(Refusal):
    """Cette personne n’est dans aucun dossier qui vous est confié : choisissez-la depuis son dossier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplicant:
    """Who asks, as their papers write it. The address is in three parts; empty when they have none."""

    first_name: str
    last_name: str
    birth_date: date
    title: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    # A code of Stay.nationality; empty: not said yet.
    nationality: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """What the attestation of the national system says: its number, its days."""

    number: str
    filed_on: date
    applicant: NewApplicant
    path: Path = Path.FIRST
    renewed_on: date | None = None
    # A person of one's own files, in place of a new one.
    person_id: int | None = None


def file_application(*, new: NewApplication, actor: Actor, at: datetime) -> int:
    """Write an application down, give it to the agent for its year; gives its number in the database.

    Raises NotAnApplicationNumber, NumberAlreadyFiled, FiledInTheFuture, RenewedBeforeFiled, ApplicationHasExpired,
    PersonNotInSight, and what `_written` raises.
    """
    agent_id = agent_of(actor)
    number, expires_on = application_number(new.number), _last_day(new, on=day_of(at))
    applicant = _written(new.applicant, on=day_of(at), is_known=new.person_id is not None)
    with transaction.atomic():
        if Application.objects.filter(number=number).exists():
            raise NumberAlreadyFiled(number=number)
        person_id = _known_person(new.person_id) if new.person_id is not None else _new_person(applicant)
        application = _write(new, number, person_id, expires_on)
        Assignment.objects.create(
            application=application,
            agent_id=agent_id,
            first_at=at,
            until_at=end_of_day(expires_on),
            assigned_by_id=agent_id,
        )
        _write_applicant(application, person_id, applicant)
        recompose([application.pk], on=day_of(at))
        note(application.pk, "FILED", actor=actor, at=at, on=new.filed_on)
        note(application.pk, "ASSIGNED", actor=actor, at=at)
    return application.pk


def _written(applicant: NewApplicant, *, on: date, is_known: bool) -> NewApplicant:
    """As it is kept; the name and birth of someone known stand already. Raises the refusals of `rules.identity`."""
    if not is_known:
        check_birth(applicant.birth_date, on=on, is_applicant=True)
    address, postcode, city = written_address(line=applicant.address, postcode=applicant.postcode, city=applicant.city)
    return replace(
        applicant,
        first_name=applicant.first_name if is_known else written_name(applicant.first_name),
        last_name=applicant.last_name if is_known else written_name(applicant.last_name),
        phone=written_contact("PHONE", applicant.phone) if applicant.phone.strip() else "",
        email=written_contact("EMAIL", applicant.email) if applicant.email.strip() else "",
        address=address,
        postcode=postcode,
        city=city,
    )


def end_of_day(day: date) -> datetime:
    """The last second of a day of the landlord's calendar."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=PARIS)


def _last_day(new: NewApplication, *, on: date) -> date:
    """Raises FiledInTheFuture, RenewedBeforeFiled, ApplicationHasExpired."""
    start = new.renewed_on or new.filed_on
    if max(start, new.filed_on) > on:
        raise FiledInTheFuture(filed_on=day_fr(max(start, new.filed_on)))
    if start < new.filed_on:
        raise RenewedBeforeFiled
    expires_on = expiry(start)
    if expires_on < on:
        raise ApplicationHasExpired(expires_on=day_fr(expires_on))
    return expires_on


def _known_person(person_id: int) -> int:
    if not Person.objects.filter(pk=person_id).exists():
        raise PersonNotInSight
    return person_id


def _new_person(applicant: NewApplicant) -> int:
    """Written without being read: until the file is theirs, the agent sees nobody."""
    (person_id,) = next_ids("people_person", 1)
    values: dict[str, str | date] = {
        "title": applicant.title,
        "first_name": applicant.first_name,
        "last_name": applicant.last_name,
        "birth_date": applicant.birth_date,
    }
    check_values(Person(**values))
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_person (id, title, first_name, last_name, birth_date)
               VALUES (%(id)s, %(title)s, %(first_name)s, %(last_name)s, %(birth_date)s)""",
            {**values, "id": person_id},
        )
    return person_id


def _write(new: NewApplication, number: str, person_id: int, expires_on: date) -> Application:
    application = Application(
        number=number,
        person_id=person_id,
        path=new.path.value,
        filed_on=new.filed_on,
        renewed_on=new.renewed_on,
        expires_on=expires_on,
        source="COUNTER",
    )
    check_values(application)
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError as error:
        # Filed meanwhile by a colleague, or out of sight.
        raise NumberAlreadyFiled(number=number) from error
    except DatabaseError as error:
        if "row-level security" not in str(error):
            raise
        raise PersonNotInSight from error
    return application


def _write_applicant(application: Application, person_id: int, applicant: NewApplicant) -> None:
    member = Member.objects.create(application=application, person_id=person_id, role="APPLICANT")
    if applicant.nationality:
        stay = Stay(
            member=member,
            application=application,
            nationality=applicant.nationality,
            state=StayState.UNCHECKED.value,
        )
        check_values(stay)
        stay.save(force_insert=True)
    for channel, value in (("PHONE", applicant.phone), ("EMAIL", applicant.email)):
        if value:
            write_contact(person_id, channel, value)
    if applicant.address:
        address = PostalAddress(
            application=application,
            line=applicant.address,
            postcode=applicant.postcode,
            city=applicant.city,
        )
        check_values(address)
        address.save(force_insert=True)


def write_contact(person_id: int, channel: str, value: str) -> None:
    """A way to reach someone, once."""
    contact = Contact(person_id=person_id, channel=channel, value=value)
    check_values(contact)
    with connection.cursor() as cursor:
        # The columns that an agent of allocation may not read are not given back.
        cursor.execute(
            """INSERT INTO people_contact (person_id, channel, value, shared_with_caretaker)
               VALUES (%(person)s, %(channel)s, %(value)s, false) ON CONFLICT (person_id, channel, value) DO NOTHING""",
            {"person": person_id, "channel": channel, "value": value},
        )
