"""What a letter needs: the dwelling, the decision, to whom to write. Read by the job of letters alone."""

from dataclasses import dataclass

from palier.attribution.letters import Decided, Proposed
from palier.attribution.models import Candidate, Decision, Vacancy
from palier.demandes.models import Application, PostalAddress
from palier.demandes.rules.pieces import PIECES
from palier.estate.models import Dwelling
from palier.mail.address import over_two_lines
from palier.people.models import Person

_CIVIL = {"MME": "Mme", "M": "M."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """The applicant of a decision: their application and person, their name and the lines of their address."""

    application_id: int
    person_id: int
    number: str
    name: str
    title: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToTell:
    """One decision to tell: to whom, about which dwelling, what was decided."""

    decision_id: int
    vacancy_id: int
    addressee: Addressee
    proposed: Proposed
    decided: Decided


def decisions_to_tell(decision_ids: list[int]) -> list[ToTell]:
    """In the order of the agenda and of ranks; a decision whose application was erased is told to nobody."""
    decisions = (
        Decision.objects.filter(pk__in=decision_ids, replaced_at=None)
        .select_related(
            "sheet__item__sitting",
            "sheet__item__vacancy__dwelling__staircase__building",
            "sheet__item__vacancy__residence",
        )
        # What the commission read is not for letters.
        .defer("sheet__content")
        .order_by("sheet__item__rank", "rank", "id")
    )
    rows = list(decisions)
    candidates = dict(
        Candidate.objects.filter(pk__in={row.sheet.candidate_id for row in rows}).values_list("id", "application_id")
    )
    addressees = _addressees({number for number in candidates.values() if number})
    told = []
    for row in rows:
        addressee = addressees.get(candidates.get(row.sheet.candidate_id) or 0)
        if addressee is not None:
            told.append(
                ToTell(
                    decision_id=row.pk,
                    vacancy_id=row.sheet.item.vacancy_id,
                    addressee=addressee,
                    proposed=_proposed(row.sheet.item.vacancy),
                    decided=_decided(row),
                )
            )
    return told


def _addressees(application_ids: set[int]) -> dict[int, Addressee]:
    applications = Application.objects.filter(pk__in=application_ids).values_list("id", "number", "person_id")
    persons = {
        number: (title, " ".join(part for part in (_CIVIL.get(title, ""), first, last) if part))
        for number, title, first, last in Person.objects.filter(applications__in=application_ids).values_list(
            "id", "title", "first_name", "last_name"
        )
    }
    places = {
        number: (line, f"{postcode} {city}".strip())
        for number, line, postcode, city in PostalAddress.objects.filter(application__in=application_ids).values_list(
            "application_id", "line", "postcode", "city"
        )
    }
    return {
        number: Addressee(
            application_id=number,
            person_id=person_id,
            number=told,
            name=persons[person_id][1],
            title=persons[person_id][0],
            address=tuple(
                line
                for written in (persons[person_id][1], *places.get(number, ()))
                if written
                for line in over_two_lines(written)
            ),
        )
        for number, told, person_id in applications
        if person_id in persons
    }


def _proposed(vacancy: Vacancy) -> Proposed:
    dwelling, residence = vacancy.dwelling, vacancy.residence
    area = dwelling.floor_area_m2
    return Proposed(
        address=residence.address,
        postcode=residence.postcode,
        city=residence.city,
        door=_door(dwelling),
        rooms=dwelling.rooms,
        floor_area_m2=f"{area:.0f}" if area is not None else "",
        floor=dwelling.floor,
        financing=dwelling.get_financing_display(),
        rent_cents=vacancy.rent_cents,
        charges_cents=vacancy.charges_cents,
        available_on=vacancy.available_on,
    )


def _door(dwelling: Dwelling) -> str:
    building, staircase = dwelling.staircase.building.code, dwelling.staircase.code
    said = (("bâtiment", building), ("escalier", staircase), ("porte", dwelling.door))
    return ", ".join(f"{label} {code}" for label, code in said if code)


def _decided(decision: Decision) -> Decided:
    return Decided(
        kind=decision.kind,
        sitting_on=decision.sheet.item.sitting.held_on,
        rank=decision.rank,
        condition=PIECES[decision.condition_piece].label if decision.condition_piece else "",
        condition_due_on=decision.condition_due_on,
        motive=decision.motive,
        other_motive=decision.other_motive,
        precision=decision.precision,
    )
