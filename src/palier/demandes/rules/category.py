"""Household category of the resource ceilings (arrêté du 29 juillet 1987, annexe I)."""

from dataclasses import dataclass

from palier.foundation.errors import Refusal
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

LAST_CATEGORY = 6


class MoreDisabledThanPersons(Refusal):
    """Personnes au foyer : {persons}, en situation de handicap : {disabled} : vérifiez ces deux nombres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Who will live there. `adults` are not dependants; `disabled` hold the « mobilité inclusion, invalidité » card."""

    adults: int
    dependants: int
    disabled: int = 0
    young_couple: bool = False
    spouses: bool = False

    def persons(self) -> int:
        """All those to house."""
        return self.adults + self.dependants

    def is_young_couple(self) -> bool:
        """A couple alone whose ages sum to 55 at most: « jeune ménage » exists only without a dependant."""
        return self.young_couple and self.spouses and self.adults == 2 and self.dependants == 0

    def is_lone_parent(self) -> bool:
        """One adult with at least one dependant."""
        return self.adults == 1 and self.dependants > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category from 1 to 6, and how many persons more beyond the sixth."""

    category: int
    extra_people: int


def household_category(household: Household) -> Category:
    """The category of a household. Raises MoreDisabledThanPersons.

    Lone parent, young couple and disability each open the next category. The text lists them as alternatives of one
    category (« une personne seule avec une personne à charge ou… deux personnes dont au moins une est en situation de
    handicap »), so a household moves up once whatever the number of its grounds.
    """
    if household.disabled > household.persons():
        raise MoreDisabledThanPersons(persons=household.persons(), disabled=household.disabled)
    rank = household.persons() + (1 if _grounds(household) else 0)
    return Category(category=min(rank, LAST_CATEGORY), extra_people=max(0, rank - LAST_CATEGORY))


def _grounds(household: Household) -> list[str]:
    grounds = []
    if household.is_lone_parent():
        grounds.append("une personne seule avec personne à charge")
    if household.is_young_couple():
        grounds.append("un jeune ménage sans personne à charge (somme des âges de 55 ans au plus)")
    if household.disabled:
        grounds.append("une personne titulaire de la carte mobilité inclusion « invalidité »")
    return grounds


def _compute(case: Case) -> Result:
    household = Household(
        adults=case.count("adults"),
        dependants=case.count("dependants"),
        disabled=case.count("disabled"),
        young_couple=case.flag("young_couple"),
        spouses=case.flag("spouses"),
    )
    found = household_category(household)
    persons, grounds = household.persons(), _grounds(household)
    people = f"{persons} personne{'s' if persons > 1 else ''}"
    sentences = [f"Le foyer compte {people}, dont {household.dependants} à charge."]
    if grounds:
        sentences.append(f"Il passe à la catégorie suivante, une seule fois, car il compte {' et '.join(grounds)}.")
    if household.young_couple and not household.is_young_couple():
        sentences.append("« Jeune ménage » ne joue que pour un couple sans personne à charge\u00a0: sans effet ici.")
    sentences.append(f"Il relève de la catégorie {found.category}.")
    if found.extra_people:
        more = found.extra_people
        plural = "s" if more > 1 else ""
        sentences.append(f"Au-delà de la catégorie 6, le plafond augmente de {more} supplément{plural} par personne.")
    sentences.append(f"Texte\u00a0: {HOUSEHOLD_CATEGORY.reference}.")
    return Result(
        outputs={"category": found.category, "extra_people": found.extra_people}, explanation=tuple(sentences)
    )


HOUSEHOLD_CATEGORY = Rule(
    name="household-category",
    version=1,
    title="Catégorie de ménage des plafonds de ressources",
    reference="arrêté du 29 juillet 1987 modifié, annexe I",
    period=Period(note="état du droit au 21/11/2026"),
    inputs=(
        Field(name="adults", kind=Kind.COUNT, label="adultes qui ne sont pas à charge", least=1, most=20),
        Field(name="dependants", kind=Kind.COUNT, label="personnes à charge", most=30),
        Field(name="disabled", kind=Kind.COUNT, label="personnes en situation de handicap", most=50),
        Field(name="young_couple", kind=Kind.FLAG, label="couple dont la somme des âges est de 55 ans au plus"),
        Field(name="spouses", kind=Kind.FLAG, label="deux des adultes forment un couple"),
    ),
    outputs=(
        Field(name="category", kind=Kind.COUNT, label="catégorie, de 1 à 6"),
        Field(name="extra_people", kind=Kind.COUNT, label="suppléments par personne au-delà de la catégorie 6"),
    ),
    example={"adults": 2, "dependants": 1, "disabled": 0, "young_couple": False, "spouses": True},
    example_answer={"category": 3, "extra_people": 0},
    compute=_compute,
)
