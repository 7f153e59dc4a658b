"""The guided questions: from a family of troubles to one trouble, and what each means for who repairs.

A closed tree, versioned: a request keeps the version it was answered under. Nothing in it can describe a person.
"""

from dataclasses import dataclass
from typing import Final

from palier.foundation.errors import Refusal
from palier.maintenance.words import EQUIPMENT_OF, WET

VERSION: Final = "2026-11"


class ProblemUnknown(Refusal):
    """Choisissez dans la liste ce qui ne va pas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One trouble as a tenant would say it, and its codes."""

    code: str
    label: str
    place: str
    equipment: str
    symptom: str
    urgency: str
    trade: str

    @property
    def category(self) -> str:
        return category_of(self.equipment, self.symptom)

    @property
    def is_inside(self) -> bool:
        return self.place == "DWELLING"

    @property
    def is_of_staircase(self) -> bool:
        return self.place in _OF_STAIRCASE


def category_of(equipment: str, symptom: str) -> str:
    """The family of an equipment; a wall that leaks or is damp is a matter of water."""
    if equipment == "WALL" and symptom in WET:
        return "WATER"
    return next((family for family, held in EQUIPMENT_OF.items() if equipment in held), "COMMON")


# Each staircase has its own; the rest belongs to the whole residence.
_OF_STAIRCASE: Final = ("HALL", "STAIRS", "LIFT")
# Met in many dwellings at once, they come from what these share: a boiler, a main.
_SHARED: Final = ("NO_WATER", "NO_HEAT", "NO_HOT_WATER", "NO_POWER")


def _common(code: str, label: str, place: str, equipment: str, symptom: str, urgency: str, trade: str) -> Problem:
    return Problem(
        code=code,
        label=label,
        place=place,
        equipment=equipment,
        symptom=symptom,
        urgency=urgency,
        trade=trade,
    )


def _inside(code: str, label: str, equipment: str, symptom: str, urgency: str, trade: str) -> Problem:
    return _common(code, label, "DWELLING", equipment, symptom, urgency, trade)


_ALL: Final = (
    _inside("TAP_LEAKS", "Un robinet fuit", "TAP", "LEAK", "WEEK", "PLUMBER"),
    _inside("PIPE_LEAKS", "Un tuyau fuit chez moi", "PIPE", "LEAK", "TODAY", "PLUMBER"),
    _inside("NO_WATER", "Il n’y a plus d’eau chez moi", "PIPE", "BROKEN", "TODAY", "PLUMBER"),
    _inside("DRAIN_BLOCKED", "L’évier, la douche ou les WC sont bouchés", "DRAIN", "BLOCKED", "TODAY", "PLUMBER"),
    _inside("CEILING_LEAKS", "De l’eau vient du plafond ou du mur", "WALL", "LEAK", "TODAY", "PLUMBER"),
    _inside("DAMP_WALL", "Un mur est humide ou moisi", "WALL", "DAMP", "LATER", "MULTI"),
    _inside("NO_HEAT", "Le chauffage ne marche plus", "RADIATOR", "NO_HEAT", "TODAY", "HEATING"),
    _inside("NO_HOT_WATER", "Il n’y a plus d’eau chaude", "BOILER", "NO_HEAT", "TODAY", "HEATING"),
    _inside("RADIATOR_LEAKS", "Un radiateur fuit", "RADIATOR", "LEAK", "TODAY", "HEATING"),
    _inside("BOILER_NOISE", "La chaudière fait un bruit anormal", "BOILER", "NOISE", "WEEK", "HEATING"),
    _inside("NO_POWER", "Il n’y a plus de courant chez moi", "SOCKET", "NO_POWER", "TODAY", "ELECTRICIAN"),
    _inside("SOCKET_BROKEN", "Une prise ou un interrupteur est cassé", "SOCKET", "DAMAGED", "TODAY", "ELECTRICIAN"),
    _common("STAIRS_DARK", "L’escalier n’est plus éclairé", "STAIRS", "LIGHT", "BROKEN", "TODAY", "LODGE"),
    _common("HALL_DARK", "Le hall n’est plus éclairé", "HALL", "LIGHT", "BROKEN", "WEEK", "LODGE"),
    _common("PARKING_DARK", "Le parking n’est plus éclairé", "PARKING", "LIGHT", "BROKEN", "WEEK", "ELECTRICIAN"),
    _common("LIFT_DOWN", "L’ascenseur ne marche plus", "LIFT", "LIFT", "BROKEN", "TODAY", "LIFT_FIRM"),
    _common("LIFT_DOOR", "La porte de l’ascenseur ferme mal", "LIFT", "LIFT", "DOES_NOT_CLOSE", "TODAY", "LIFT_FIRM"),
    _common("LIFT_NOISE", "L’ascenseur fait un bruit anormal", "LIFT", "LIFT", "NOISE", "WEEK", "LIFT_FIRM"),
    _inside("OWN_LOCK", "La serrure de ma porte est bloquée", "LOCK", "BLOCKED", "TODAY", "LOCKSMITH"),
    _inside("OWN_WINDOW", "Une fenêtre ou un volet ne ferme plus", "WINDOW", "DOES_NOT_CLOSE", "WEEK", "MULTI"),
    _inside("OWN_GLASS", "Une vitre est cassée chez moi", "GLASS", "DAMAGED", "TODAY", "GLAZIER"),
    _common("HALL_DOOR", "La porte du hall ne ferme plus", "HALL", "DOOR", "DOES_NOT_CLOSE", "WEEK", "LOCKSMITH"),
    _common("INTERCOM", "L’interphone ne marche plus", "HALL", "INTERCOM", "BROKEN", "WEEK", "ELECTRICIAN"),
    _common("LETTERBOX", "Une boîte aux lettres est cassée", "HALL", "LETTERBOX", "DAMAGED", "LATER", "LOCKSMITH"),
    _common("GATE", "Le portail du parking est bloqué", "PARKING", "GATE", "BLOCKED", "TODAY", "MULTI"),
    _common("HALL_GLASS", "Une vitre est cassée dans le hall", "HALL", "GLASS", "DAMAGED", "TODAY", "GLAZIER"),
    _common("HALL_DIRTY", "Le hall ou l’escalier est sale", "HALL", "FLOOR", "DIRTY", "WEEK", "LODGE"),
    _common("BINS_FULL", "Le local poubelles déborde", "BINS", "BIN", "DIRTY", "TODAY", "LODGE"),
    _common("FLOOR_BROKEN", "Un sol ou une marche est cassé", "STAIRS", "FLOOR", "DAMAGED", "WEEK", "MULTI"),
    _common("OUTSIDE_BROKEN", "Le chemin ou le jardin est abîmé", "OUTSIDE", "FLOOR", "DAMAGED", "LATER", "MULTI"),
)  # fmt: skip

PROBLEMS: Final[dict[str, Problem]] = {problem.code: problem for problem in _ALL}


def problems_of(category: str) -> list[Problem]:
    """The troubles of a family, as listed."""
    return [problem for problem in _ALL if problem.category == category]


def problem_of(code: str) -> Problem:
    """One trouble by its code. Raises ProblemUnknown."""
    try:
        return PROBLEMS[code]
    except KeyError as error:
        raise ProblemUnknown from error


# The equipment and the symptom of what several dwellings may share.
SHARED: Final = tuple((each.equipment, each.symptom) for each in _ALL if each.code in _SHARED)
