"""The three-year review of an occupation (CCH L442-5-2): when it is due, which of the five situations are found.

What is not known is to be checked: it is never taken as a no. Being protected takes nobody out of the review; it says
that under-occupation or income cannot end their right to stay (CCH L442-3-1, L442-3-3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from palier.demandes.rules.category import Household, household_category
from palier.demandes.rules.ceiling import ZONES_FR, Ceiling, income_ceiling
from palier.demandes.rules.eligibility import CEILINGS
from palier.demandes.rules.indicators import is_under_occupied, least_floor_area
from palier.foundation.baremes import OutsideBareme, UnknownBaremeKey, Value, bareme
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, decimal_fr, euros_fr
from palier.foundation.periods import after_months, day_fr

OTHER_FINANCING: Final = "ILM"
# In the values: a zone where the review is due for certain.
_DUE_THERE: Final = 1


class Answer(StrEnum):
    """What is known of a situation."""

    FOUND = "FOUND"
    NONE = "NONE"
    UNKNOWN = "UNKNOWN"


class NotDueYet(Refusal):
    """Le bail a moins de trois ans : son premier examen est dû le {due_on}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """A dwelling and who lives there, by number. None: not known. Income: yearly reference tax income, in cents."""

    zone: str
    financing: str
    is_qpv: bool
    residents: int | None = None
    rooms: int | None = None
    floor_area_m2: Decimal | None = None
    household: Household | None = None
    income_cents: Cents | None = None
    has_senior: bool | None = None
    is_adapted: bool | None = None
    adapted_for_gone: bool | None = None
    needs_adapted: bool | None = None
    # A couple alone whose ages sum to 55 at most.
    is_young_couple: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One situation of the law: found or not, and why, in French."""

    code: str
    answer: Answer
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The five situations, in the order of the law; whether the review is due there; what protects the tenant."""

    scope: Finding
    findings: tuple[Finding, ...]
    protections: tuple[str, ...]

    @property
    def found(self) -> tuple[str, ...]:
        """The codes of what is found."""
        return tuple(each.code for each in self.findings if each.answer is Answer.FOUND)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The codes of what is to be checked."""
        return tuple(each.code for each in self.findings if each.answer is Answer.UNKNOWN)


def review_due(signed_on: date, on: date) -> date:
    """The last day on which a review fell due, on that day included. Raises NotDueYet."""
    months = 12 * int(review_value("every_years", on).value)
    first = after_months(signed_on, months)
    if on < first:
        raise NotDueYet(due_on=day_fr(first))
    times = ((on.year - signed_on.year) * 12 + on.month - signed_on.month) // months
    due = after_months(signed_on, months * times)
    return due if due <= on else after_months(signed_on, months * (times - 1))


def protected_age(on: date) -> int:
    """The age from which under-occupation ends no right to stay. At 65 itself the text is read for the tenant."""
    return int(review_value("protected_age", on).value)


def examine(occupation: Occupation, *, on: date) -> Examination:
    """The five situations of CCH L442-5-2 on that day."""
    return Examination(
        scope=_scope(occupation.zone, on),
        findings=(
            _overcrowded(occupation, on),
            _under_occupied(occupation),
            _adaptation_left(occupation),
            _needs_adaptation(occupation),
            _above_ceiling(occupation, on),
        ),
        protections=_protections(occupation),
    )


def _scope(zone: str, on: date) -> Finding:
    value = review_value(f"zone_{zone}", on)
    if value.value == _DUE_THERE:
        return Finding(
            code="SCOPE",
            answer=Answer.FOUND,
            sentence=f"{ZONES_FR[zone].capitalize()}\u00a0: l’examen est dû tous les trois ans (zone à confirmer).",
        )
    return Finding(
        code="SCOPE",
        answer=Answer.UNKNOWN,
        sentence=(
            f"{ZONES_FR[zone].capitalize()}\u00a0: l’examen est dû si la commune est en zone tendue\u00a0; sa liste "
            "n’est pas ici, à confirmer."
        ),
    )


def _overcrowded(occupation: Occupation, on: date) -> Finding:
    code, area, residents = "OVERCROWDED", occupation.floor_area_m2, occupation.residents
    if area is None or residents is None:
        return _to_check(code, "Suroccupation à vérifier\u00a0: la surface ou le nombre d’occupants n’est pas connu.")
    least = least_floor_area(residents, on)
    compared = f"{_people(residents)} dans {decimal_fr(area)}\u00a0m², il en faut {decimal_fr(least)}"
    if area < least:
        return _found(code, f"Suroccupation\u00a0: {compared} (CCH, art. R822-25).")
    return _none(code, f"Pas de suroccupation\u00a0: {compared} (CCH, art. R822-25).")


def _under_occupied(occupation: Occupation) -> Finding:
    code, rooms, residents = "UNDER_OCCUPIED", occupation.rooms, occupation.residents
    if rooms is None or residents is None:
        return _to_check(code, "Sous-occupation à vérifier\u00a0: les pièces ou les occupants ne sont pas connus.")
    compared = f"{rooms} pièce{'s' if rooms > 1 else ''} pour {_people(residents)}"
    if is_under_occupied(rooms, residents):
        return _found(code, f"Sous-occupation\u00a0: {compared}, plus d’une pièce de trop (CCH, art. L621-2).")
    return _none(code, f"Pas de sous-occupation\u00a0: {compared} (CCH, art. L621-2).")


def _adaptation_left(occupation: Occupation) -> Finding:
    code = "ADAPTATION_LEFT"
    if occupation.is_adapted is False:
        return _none(code, "Le logement n’est pas adapté à un handicap.")
    if occupation.is_adapted is None or occupation.adapted_for_gone is None:
        return _to_check(
            code, "Logement adapté à vérifier\u00a0: est-il adapté, et la personne y vit-elle encore\u00a0?"
        )
    if occupation.adapted_for_gone:
        return _found(code, "Le logement est adapté à un handicap et la personne concernée n’y vit plus.")
    return _none(code, "Le logement est adapté et la personne concernée y vit.")


def _needs_adaptation(occupation: Occupation) -> Finding:
    code, needs = "NEEDS_ADAPTATION", occupation.needs_adapted
    if needs is None:
        return _to_check(code, "Besoin d’un logement adapté à vérifier avec le locataire.")
    if needs:
        return _found(code, "Un occupant a besoin d’un logement adapté (handicap reconnu ou perte d’autonomie).")
    return _none(code, "Aucun occupant n’a fait connaître de besoin d’adaptation.")


def _above_ceiling(occupation: Occupation, on: date) -> Finding:
    code, year, income = "ABOVE_CEILING", on.year - 2, occupation.income_cents
    least = _ceiling(occupation, on, disabled=0)
    most = _ceiling(occupation, on, disabled=1) if _may_move_up(occupation) else least
    if income is None or least is None or most is None:
        return _to_check(
            code, f"Plafond à vérifier\u00a0: le revenu de {year}, le foyer ou le plafond n’est pas connu."
        )
    compared = f"{euros_fr(income)} en {year}, plafond du logement {euros_fr(least.cents)}"
    if income <= least.cents:
        return _none(code, f"Ressources sous le plafond\u00a0: {compared}.")
    if income > most.cents:
        return _found(code, f"Ressources au-dessus du plafond\u00a0: {compared}.")
    return _to_check(
        code,
        f"Plafond à vérifier\u00a0: {compared}, mais {euros_fr(most.cents)} pour un jeune couple ou un foyer dont une "
        "personne est titulaire de la carte «\u00a0invalidité\u00a0».",
    )


def _may_move_up(occupation: Occupation) -> bool:
    """True when it is not known whether a young couple or a card « invalidité » opens the next category."""
    household = occupation.household
    if household is None:
        return False
    may_be_young = (
        household.adults == 2
        and household.dependants == 0
        and occupation.is_young_couple is None
        and not occupation.has_senior
    )
    may_hold_card = occupation.needs_adapted is not False or (
        occupation.is_adapted is not False and not occupation.adapted_for_gone
    )
    return may_be_young or may_hold_card


def _ceiling(occupation: Occupation, on: date, *, disabled: int) -> Ceiling | None:
    financing = CEILINGS.get(occupation.financing)
    if financing is None or occupation.household is None:
        return None
    is_young = occupation.is_young_couple is True
    category = household_category(
        replace(
            occupation.household,
            disabled=disabled,
            young_couple=is_young,
            spouses=is_young or occupation.household.spouses,
        )
    )
    try:
        return income_ceiling(
            financing=financing,
            zone=occupation.zone,
            category=category.category,
            extra_people=category.extra_people,
            year=on.year,
        )
    except (OutsideBareme, UnknownBaremeKey):
        return None


def _protections(occupation: Occupation) -> tuple[str, ...]:
    lives_there = occupation.is_adapted and occupation.adapted_for_gone is False
    stated = {
        "SENIOR": occupation.has_senior,
        "HANDICAP": occupation.needs_adapted or lives_there,
        "QPV": occupation.is_qpv,
    }
    return tuple(code for code, is_so in stated.items() if is_so)


def _found(code: str, sentence: str) -> Finding:
    return Finding(code=code, answer=Answer.FOUND, sentence=sentence)


def _none(code: str, sentence: str) -> Finding:
    return Finding(code=code, answer=Answer.NONE, sentence=sentence)


def _to_check(code: str, sentence: str) -> Finding:
    return Finding(code=code, answer=Answer.UNKNOWN, sentence=sentence)


def _people(number: int) -> str:
    return f"{number} personne{'s' if number > 1 else ''}"


def review_value(key: str, on: date) -> Value:
    """A value of the review on that day; before the first text known, the first one holds."""
    table = bareme("occupation_review")
    return table.at(max(on, table.first_day()), key)


# --- Inputs as they are frozen ---------------------------------------------------------------------------------------


def frozen_inputs(occupation: Occupation) -> dict[str, Any]:
    """The inputs as JSON carries them: what was known on the day of the examination."""
    household = occupation.household
    return {
        "zone": occupation.zone,
        "financing": occupation.financing,
        "is_qpv": occupation.is_qpv,
        "residents": occupation.residents,
        "rooms": occupation.rooms,
        "floor_area_m2": None if occupation.floor_area_m2 is None else str(occupation.floor_area_m2),
        "household": None
        if household is None
        else {
            "adults": household.adults,
            "dependants": household.dependants,
            "spouses": household.spouses,
        },
        "income_cents": occupation.income_cents,
        "has_senior": occupation.has_senior,
        "is_adapted": occupation.is_adapted,
        "adapted_for_gone": occupation.adapted_for_gone,
        "needs_adapted": occupation.needs_adapted,
        "is_young_couple": occupation.is_young_couple,
    }


def from_inputs(said: Mapping[str, Any]) -> Occupation:
    """Inputs as they were frozen, back to what the rule reads."""
    area, household = said["floor_area_m2"], said["household"]
    return Occupation(
        **{
            **said,
            "floor_area_m2": None if area is None else Decimal(area),
            "household": None if household is None else Household(**household),
        }
    )
