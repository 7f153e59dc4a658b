"""The persons to house, by name, their stay and how to reach them: written by whoever instructs the file.

The composition that the rules read follows each change, in the same transaction.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from palier.demandes.models import Composition, Member, Nir, Piece, PostalAddress, ResourceLine, Stay
from palier.demandes.operations.composing import recompose
from palier.demandes.operations.filing import write_contact
from palier.demandes.operations.headings import Change, NegativeNumber
from palier.demandes.operations.holding import changed, heading_detail, held_active, note
from palier.demandes.rules.facts import Stay as StayState
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.people.models import Person


class MemberNotFound(Refusal):
    """Cette personne n’est pas dans la demande : relisez la liste."""


class NameMissing(Refusal):
    """Le prénom et le nom de la personne manquent, tels que ses papiers les écrivent."""


class BornInTheFuture(Refusal):
    """Une personne à naître se compte, elle ne se nomme pas : vérifiez la date de naissance."""


class ApplicantStays(Refusal):
    """Le demandeur ne se retire pas de sa demande : renoncez-y, ou séparez les demandes."""


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
    """One more person to house; gives their number. Raises NameMissing, BornInTheFuture, what `held_active` raises."""
    _check_member(change, member)
    with transaction.atomic():
        _hold(change, "FAMILLE")
        row = Member(application_id=change.application_id, **_named(member))
        check_values(row)
        row.save(force_insert=True)
        recompose([change.application_id], on=day_of(change.at))
    return int(row.pk)


def change_member(*, change: Change, member_id: int, member: NewMember) -> None:
    """Correct a person of the file; the applicant keeps their place.

    Raises MemberNotFound, NameMissing, BornInTheFuture, and what `held_active` raises.
    """
    _check_member(change, member)
    with transaction.atomic():
        _hold(change, "FAMILLE")
        known = _member(change, member_id)
        named = _named(member)
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
    """What the papers of an adult say of their stay. Raises MemberNotFound, and what `held_active` raises."""
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


def add_contact(*, change: Change, person_id: int, channel: str, value: str) -> None:
    """One more way to reach someone of the file. Raises MemberNotFound, and what `held_active` raises."""
    with transaction.atomic():
        _hold(change, "CONTACT")
        if not Person.objects.filter(pk=person_id).exists():
            raise MemberNotFound
        write_contact(person_id, channel, value.strip())


def change_address(*, change: Change, line: str, postcode: str, city: str) -> None:
    """Where to write to the applicant; an empty line takes the address away. Raises what `held_active` raises."""
    values = {"line": line.strip(), "postcode": postcode.strip(), "city": city.strip()}
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


def _check_member(change: Change, member: NewMember) -> None:
    if not member.first_name.strip() or not member.last_name.strip():
        raise NameMissing
    if member.birth_date > day_of(change.at):
        raise BornInTheFuture


def _named(member: NewMember) -> dict[str, str | date | None]:
    return asdict(member) | {"first_name": member.first_name.strip(), "last_name": member.last_name.strip()}
