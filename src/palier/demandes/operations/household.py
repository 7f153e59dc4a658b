"""The persons to house, by name, their stay and how to reach them: written by whoever instructs the file.

The composition that the rules read follows each change, in the same transaction.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date

from django.db import transaction

from palier.demandes.models import Composition, Member, Nir, Piece, PostalAddress, ResourceLine, Stay, Work
from palier.demandes.operations.composing import recompose
from palier.demandes.operations.filing import write_contact
from palier.demandes.operations.headings import Change, NegativeNumber
from palier.demandes.operations.holding import changed, heading_detail, held_active, note
from palier.demandes.queries.members import members_of
from palier.demandes.rules.facts import Stay as StayState
from palier.demandes.rules.identity import check_birth, written_address, written_commune, written_contact, written_name
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.periods import day_fr
from palier.foundation.text import fold
from palier.people.models import Person


class PermitIsOver(Refusal):
    """Ce titre de séjour a pris fin le {valid_until} : notez le séjour « à vérifier », ou le titre en cours."""


class MemberNotFound(Refusal):
    """Cette personne n’est pas dans la demande : relisez la liste."""


class AlreadyInHousehold(Refusal):
    """{name}, né le {birth_date}, est déjà dans cette demande : une personne n’y compte qu’une fois."""


class NameMissing(Refusal):
    """Le prénom et le nom de la personne manquent, tels que ses papiers les écrivent."""


class BornInTheFuture(Refusal):
    """Une personne à naître se compte, elle ne se nomme pas : vérifiez la date de naissance."""


class ApplicantStays(Refusal):
    """Le demandeur ne se retire pas de sa demande : renoncez-y, ou séparez les demandes."""


class NotAnAdult(Refusal):
    """{name} est mineur : le formulaire ne demande le travail que des adultes, rien n’en est gardé."""


class PlaceWithoutWork(Refusal):
    """Une commune de travail ne se garde pas sans situation : choisissez la situation, ou laissez la commune vide."""


class TooManyCards(Refusal):
    """Le foyer compte {persons} personnes : il ne peut pas avoir {disabled} cartes « invalidité »."""


class DueWithoutUnborn(Refusal):
    """Le jour prévu de la naissance va avec un enfant à naître : comptez-le, ou effacez le jour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """One who will live there, as their papers write it. `role` and `tie` are codes of Member."""

    role: str
    first_name: str
    last_name: str
    birth_date: date
    tie: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What only the form says of the household: children to be born, cards « mobilité inclusion, invalidité »."""

    unborn: int = 0
    due_on: date | None = None
    disabled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStay:
    """What was seen of an adult's papers: three words of nationality, a yes or no, a last day."""

    nationality: str
    state: StayState
    valid_until: date | None = None


def add_member(*, change: Change, member: NewMember) -> int:
    """One more person to house; gives their number.

    Raises NameMissing, BornInTheFuture, AlreadyInHousehold, those of `rules.identity`, and what `held_active` raises.
    """
    member = _checked(change, member)
    with transaction.atomic():
        _hold(change, "FAMILLE")
        _refuse_twice(change, member)
        row = Member(application_id=change.application_id, **asdict(member))
        check_values(row)
        row.save(force_insert=True)
        recompose([change.application_id], on=day_of(change.at))
    return int(row.pk)


def change_member(*, change: Change, member_id: int, member: NewMember) -> None:
    """Correct a person of the file; the applicant keeps their place.

    Raises MemberNotFound, and what `add_member` raises.
    """
    member = _checked(change, member)
    with transaction.atomic():
        _hold(change, "FAMILLE")
        known = _member(change, member_id)
        _refuse_twice(change, member, but=member_id)
        check_birth(member.birth_date, on=day_of(change.at), is_applicant=known.role == "APPLICANT")
        named: dict[str, str | date | None] = asdict(member)
        if known.person_id is not None:
            # Their names are those of the person, wherever they stand.
            Person.objects.filter(pk=known.person_id).update(
                first_name=named["first_name"], last_name=named["last_name"], birth_date=member.birth_date
            )
            named |= {"first_name": "", "last_name": "", "birth_date": None}
        if known.role == "APPLICANT":
            named |= {"role": "APPLICANT", "tie": ""}
        check_values(Member(application_id=change.application_id, **named))
        Member.objects.filter(pk=member_id).update(**named)
        recompose([change.application_id], on=day_of(change.at))


def remove_member(*, change: Change, member_id: int) -> None:
    """A person will not live there: their stay goes with them, what was said of their resources stays the household's.

    Raises MemberNotFound, ApplicantStays, and what `held_active` raises.
    """
    with transaction.atomic():
        _hold(change, "FAMILLE")
        if _member(change, member_id).role == "APPLICANT":
            raise ApplicantStays
        Nir.objects.filter(pk=member_id).delete()
        Stay.objects.filter(member_id=member_id).delete()
        ResourceLine.objects.filter(member_id=member_id).delete()
        Work.objects.filter(member_id=member_id).delete()
        Piece.objects.filter(member_id=member_id).delete()
        Member.objects.filter(pk=member_id).delete()
        recompose([change.application_id], on=day_of(change.at))


def say_expected(*, change: Change, expected: Expected) -> None:
    """Children to be born and cards « invalidité », by number.

    Raises NegativeNumber, TooManyCards, DueWithoutUnborn, and what `held_active` raises.
    """
    if expected.unborn < 0 or expected.disabled < 0:
        raise NegativeNumber
    if expected.due_on is not None and not expected.unborn:
        raise DueWithoutUnborn
    with transaction.atomic():
        _hold(change, "FAMILLE")
        recompose([change.application_id], on=day_of(change.at))
        household = Composition.objects.get(pk=change.application_id)
        persons = household.adults + household.dependants + household.shared_custody
        if expected.disabled > persons:
            raise TooManyCards(persons=persons, disabled=expected.disabled)
        Composition.objects.filter(pk=change.application_id).update(**asdict(expected))


def check_stay(*, change: Change, member_id: int, stay: CheckedStay) -> None:
    """What the papers of an adult say of their stay.

    Raises PermitIsOver, MemberNotFound, and what `held_active` raises.
    """
    is_over = stay.valid_until is not None and stay.valid_until < day_of(change.at)
    if stay.state is StayState.REGULAR and is_over:
        raise PermitIsOver(valid_until=day_fr(stay.valid_until or day_of(change.at)))
    with transaction.atomic():
        _hold(change, "IDENTITE")
        _member(change, member_id)
        values = {
            "nationality": stay.nationality,
            "state": stay.state.value,
            "valid_until": stay.valid_until,
            "checked_on": None if stay.state is StayState.UNCHECKED else day_of(change.at),
        }
        row = Stay(member_id=member_id, application_id=change.application_id, **values)
        check_values(row)
        if not Stay.objects.filter(member_id=member_id).update(**values):
            row.save(force_insert=True)
        recompose([change.application_id], on=day_of(change.at))


def say_work(*, change: Change, member_id: int, status: str, commune: str = "") -> None:
    """What an adult does for a living, and the INSEE code of where; an empty status takes the answer away.

    Raises PlaceWithoutWork, NotACommune, MemberNotFound, NotAnAdult, and what `held_active` raises.
    """
    if commune.strip() and not status:
        raise PlaceWithoutWork
    values = {"status": status, "commune": written_commune(commune) if commune.strip() else ""}
    with transaction.atomic():
        _hold(change, "TRAVAIL")
        known = next((each for each in members_of(change.application_id) if each.id == member_id), None)
        if known is None:
            raise MemberNotFound
        if not known.is_adult(day_of(change.at)):
            raise NotAnAdult(name=known.name)
        said = Work.objects.filter(member_id=member_id)
        if not status:
            said.delete()
            return
        row = Work(member_id=member_id, application_id=change.application_id, **values)
        check_values(row)
        if not said.update(**values):
            row.save(force_insert=True)


def add_contact(*, change: Change, person_id: int, channel: str, value: str) -> None:
    """One more way to reach someone of the file.

    Raises NotAPhone, NotAnEmail, MemberNotFound, and what `held_active` raises.
    """
    written = written_contact(channel, value)
    with transaction.atomic():
        _hold(change, "CONTACT")
        if not Person.objects.filter(pk=person_id).exists():
            raise MemberNotFound
        write_contact(person_id, channel, written)


def change_address(*, change: Change, line: str, postcode: str, city: str) -> None:
    """Where to write to the applicant; an empty line takes the address away.

    Raises what `written_address` and `held_active` raise.
    """
    values = dict(
        zip(("line", "postcode", "city"), written_address(line=line, postcode=postcode, city=city), strict=True)
    )
    with transaction.atomic():
        _hold(change, "CONTACT")
        addresses = PostalAddress.objects.filter(pk=change.application_id)
        if not values["line"]:
            addresses.delete()
            return
        row = PostalAddress(application_id=change.application_id, **values)
        check_values(row)
        if not addresses.update(**values):
            row.save(force_insert=True)


def _hold(change: Change, heading: str) -> None:
    changed(held_active(change.application_id, version=change.version))
    detail = heading_detail(heading, change.origin)
    note(change.application_id, "CHANGED", actor=change.actor, at=change.at, detail=detail)


def _member(change: Change, member_id: int) -> Member:
    member = Member.objects.filter(pk=member_id, application_id=change.application_id).first()
    if member is None:
        raise MemberNotFound
    return member


def _checked(change: Change, member: NewMember) -> NewMember:
    if not member.first_name.strip() or not member.last_name.strip():
        raise NameMissing
    if member.birth_date > day_of(change.at):
        raise BornInTheFuture
    check_birth(member.birth_date, on=day_of(change.at), is_applicant=False)
    return replace(member, first_name=written_name(member.first_name), last_name=written_name(member.last_name))


def _refuse_twice(change: Change, member: NewMember, *, but: int | None = None) -> None:
    """Raises AlreadyInHousehold: who counts twice weighs twice."""
    name = f"{member.first_name} {member.last_name}"
    for known in members_of(change.application_id):
        is_same = fold(known.name) == fold(name) and known.birth_date == member.birth_date
        if is_same and known.id != but:
            raise AlreadyInHousehold(name=name, birth_date=day_fr(member.birth_date))
