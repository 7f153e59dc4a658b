"""Yearly resource ceilings of social dwellings, by financing, zone, household category and year."""

from dataclasses import dataclass
from datetime import date

from palier.demandes.rules.category import LAST_CATEGORY
from palier.foundation.baremes import Value, bareme
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, cents_from_decimal, euros_fr, text_from_cents
from palier.foundation.periods import day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

BAREMES = {"PLUS": "ceilings_plus", "PLAI": "ceilings_plai", "PLS": "ceilings_pls"}
ZONES_FR = {"paris": "Paris et communes limitrophes", "idf": "reste de l’Île-de-France", "other": "autres régions"}


class TwoTablesInYear(Refusal):
    """Deux tables de plafonds se sont succédé en {year} (la seconde au 1er juin) : l’année ne suffit pas."""


class ExtraPeopleBelowSix(Refusal):
    """Le supplément par personne s’ajoute à la catégorie 6 : avec la catégorie {category}, « extra_people » vaut 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """A ceiling in cents a year, and the dated values that give it."""

    cents: Cents
    values: tuple[Value, ...]


def income_ceiling(*, financing: str, zone: str, category: int, extra_people: int, year: int) -> Ceiling:
    """The ceiling of the year. `zone` is "paris", "idf" or "other"; the category goes from 1 to 6.

    Raises ExtraPeopleBelowSix, TwoTablesInYear, OutsideBareme.
    """
    if extra_people and category != LAST_CATEGORY:
        raise ExtraPeopleBelowSix(category=category)
    if year == 2009:  # arrêté du 29 mai 2009, which lowered every ceiling on 1 June
        raise TwoTablesInYear(year=year)
    table, day = bareme(BAREMES[financing]), date(year, 1, 1)
    base = table.at(day, zone, str(category))
    if not extra_people:
        return Ceiling(cents=cents_from_decimal(base.value), values=(base,))
    extra = table.at(day, zone, "extra")
    total = base.value + extra.value * extra_people
    return Ceiling(cents=cents_from_decimal(total), values=(base, extra))


def _compute(case: Case) -> Result:
    financing, zone = case.word("financing"), case.word("zone")
    category, extra_people, year = case.count("category"), case.count("extra_people"), case.count("year")
    found = income_ceiling(financing=financing, zone=zone, category=category, extra_people=extra_people, year=year)
    base = found.values[0]
    sentences = [
        (
            f"Plafond {financing} de {year}, zone « {ZONES_FR[zone]} », catégorie {category}\u00a0: "
            f"{euros_fr(cents_from_decimal(base.value))} de revenu fiscal de référence par an."
        )
    ]
    if extra_people:
        each = euros_fr(cents_from_decimal(found.values[1].value))
        plural = "s" if extra_people > 1 else ""
        sentences.append(
            f"{extra_people} personne{plural} de plus à {each} chacune\u00a0: {euros_fr(found.cents)} en tout."
        )
    sentences.append(f"Texte\u00a0: {base.reference}, en vigueur depuis le {day_fr(base.first_day)}.")
    return Result(outputs={"ceiling": text_from_cents(found.cents)}, explanation=tuple(sentences), values=found.values)


INCOME_CEILING = Rule(
    name="income-ceiling",
    version=1,
    title="Plafond de ressources annuel",
    reference="CCH, art. R441-1\u00a0; arrêté du 29 juillet 1987 modifié, annexe I",
    period=Period(
        first_day=date(2008, 1, 1),
        last_day=date(2026, 12, 31),
        note="PLUS sauf 2009, PLAI 2025 et 2026, PLS 2026",
    ),
    inputs=(
        Field(name="financing", kind=Kind.CHOICE, label="financement du logement", choices=tuple(BAREMES)),
        Field(name="zone", kind=Kind.CHOICE, label="zone du logement", choices=tuple(ZONES_FR)),
        Field(name="category", kind=Kind.COUNT, label="catégorie de ménage", least=1, most=LAST_CATEGORY),
        Field(name="extra_people", kind=Kind.COUNT, label="personnes au-delà de la catégorie 6", most=50),
        Field(name="year", kind=Kind.YEAR, label="année du plafond", least=1900, most=2999),
    ),
    outputs=(Field(name="ceiling", kind=Kind.AMOUNT, label="plafond", unit="€ par an"),),
    example={"financing": "PLUS", "zone": "paris", "category": 4, "extra_people": 0, "year": 2026},
    example_answer={"ceiling": "62968.00"},
    compute=_compute,
    baremes=tuple(BAREMES.values()),
)
