"""Scores worked out by hand from the two fictive grids, and what a grid may not say.

The points are read in `demandes/grids/*.toml` with a pencil; nothing here computes them.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path as FilePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

import palier.demandes
from palier.demandes.rules.cotation import points_only, score, tie_key
from palier.demandes.rules.facts import (
    Composition,
    Current,
    Facts,
    Path,
    Proof,
    Resources,
    Stated,
    Stay,
    Wish,
)
from palier.demandes.rules.grids import Grid, GridRefused, GridsOverlap, checked_together, grid_for, parse_grid
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES

FOLDER = FilePath(palier.demandes.__file__).parent / "grids"
FIRST_TEXT = (FOLDER / "demo_first.toml").read_text(encoding="utf-8")
FIRST = parse_grid(FIRST_TEXT, file="demo_first.toml")
TRANSFER = parse_grid((FOLDER / "demo_transfer.toml").read_text(encoding="utf-8"), file="demo_transfer.toml")
ON = date(2026, 11, 23)

# One adult, hosted by parents, who pays nothing and asked today: only the housing counts, 15 points.
AMINATA = Facts(
    filed_on=ON,
    path=Path.FIRST,
    composition=Composition(adults=1),
    resources=Resources(monthly_cents=1_500_00),
    stay=Stay.REGULAR,
    current=Current(housing="HEBERGE_PARENTS"),
    wish=Wish(communes=("00100",)),
)
# A couple who rents, five years after they asked.
BRIEUC = replace(
    AMINATA,
    filed_on=date(2021, 11, 23),
    composition=Composition(adults=2, dependants=2, spouses=True),
    current=Current(housing="LOCATAIRE_PRIVE", rooms=2, floor_area_m2=41, occupants=4, cost_cents=900_00),
    resources=Resources(monthly_cents=2_500_00, proof=Proof.PROVED),
)


def stated(code: str, proof: Proof = Proof.PROVED) -> tuple[Stated, ...]:
    return (Stated(code=code, proof=proof),)


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        (AMINATA, 15),
        # 60 months: 10. Missing area for four: 16 + 9 + 9 = 34 m², 41 is enough: 0. Effort 36 %: 5.
        # Left to live (2 500 − 900) ÷ 30 ÷ 4 = 13,33 €: 0.
        (BRIEUC, 15),
        # 33 m² for four: one is missing: 10 more.
        (replace(BRIEUC, current=replace(BRIEUC.current, floor_area_m2=33)), 25),
        # 24 m²: ten are missing: 20 more.
        (replace(BRIEUC, current=replace(BRIEUC.current, floor_area_m2=24)), 35),
        # Effort 45 % : 12 instead of 5; left to live (2 000 − 900) ÷ 120 = 9,16 €: 8; the best is 12.
        (replace(BRIEUC, resources=Resources(monthly_cents=2_000_00, proof=Proof.PROVED)), 22),
        # (1 800 − 900) ÷ 120 = 7,50 €: 15 against 12 for an effort of 50 %.
        (replace(BRIEUC, resources=Resources(monthly_cents=1_800_00, proof=Proof.PROVED)), 25),
        # The same, resources only declared: the left to live waits for its proof, the effort counts.
        (replace(BRIEUC, resources=Resources(monthly_cents=1_800_00)), 22),
        # No resources at all and a rent to pay: effort of 100 %, 12; nothing left to live, 15.
        (replace(BRIEUC, resources=Resources(proof=Proof.PROVED)), 25),
        # DALO proved: 100; hosted by parents: 15.
        (replace(AMINATA, priorities=stated("DALO")), 115),
        # Declared only, it waits.
        (replace(AMINATA, priorities=stated("DALO", Proof.DECLARED)), 15),
        (replace(AMINATA, priorities=stated("DALO", Proof.REJECTED)), 15),
        # Without a dwelling counts as declared: 40.
        (replace(AMINATA, priorities=stated("SANS_LOGEMENT", Proof.DECLARED)), 55),
        # Two priorities: the best alone, 100 and not 145.
        (replace(AMINATA, priorities=stated("DALO") + stated("EXPULSION")), 115),
        # A lone parent who expects, with the card: 5 + 10 + 4, cumulated.
        (replace(AMINATA, composition=Composition(adults=1, dependants=1, unborn=1, disabled=1)), 34),
        # Refusals: the first has no effect, then 10 each, three times at most.
        (replace(AMINATA, refused_offers=1), 15),
        (replace(AMINATA, refused_offers=2), 5),
        (replace(AMINATA, refused_offers=4), -15),
        (replace(AMINATA, refused_offers=9), -15),
        # Proved professional mobility: 8.
        (replace(AMINATA, motives=stated("MOBILITE_PROFESSIONNELLE")), 23),
    ],
)
def test_the_points_of_a_first_access(facts: Facts, points: int) -> None:
    assert score(facts, FIRST, ON).points == points
    assert points_only(facts, FIRST, ON) == points


@pytest.mark.parametrize(
    ("filed_on", "points"),
    [
        (date(2025, 11, 24), 15),  # a day short of twelve months
        (date(2025, 11, 23), 17),
        (date(2024, 11, 23), 20),
        (date(2022, 11, 24), 20),
        (date(2022, 11, 23), 25),
        (date(2020, 11, 23), 33),
        (date(2016, 11, 23), 45),
        (date(1998, 1, 1), 45),
    ],
)
def test_the_steps_of_seniority(filed_on: date, points: int) -> None:
    assert points_only(replace(AMINATA, filed_on=filed_on), FIRST, ON) == points


def test_a_transfer_has_its_own_grid() -> None:
    # Five rooms for two: 20 points; eight years: 16; effort 36 % proved: 15.
    clarisse = replace(
        BRIEUC,
        path=Path.TRANSFER,
        filed_on=date(2018, 11, 23),
        current=Current(housing="LOCATAIRE_HLM", rooms=5, floor_area_m2=95, occupants=2, cost_cents=900_00),
    )
    assert points_only(clarisse, TRANSFER, ON) == 51
    assert grid_for(clarisse, (FIRST, TRANSFER), territory="DEMO", on=ON) is TRANSFER
    assert grid_for(BRIEUC, (FIRST, TRANSFER), territory="DEMO", on=ON) is FIRST
    elsewhere = replace(BRIEUC, wish=Wish(communes=("00999",)))
    assert grid_for(elsewhere, (FIRST, TRANSFER), territory="DEMO", on=ON) is None


def test_the_explanation_is_read_line_by_line() -> None:
    facts = replace(
        AMINATA,
        filed_on=date(2022, 11, 1),
        priorities=stated("DALO", Proof.DECLARED) + stated("SANS_LOGEMENT"),
        refused_offers=2,
    )
    assert score(facts, FIRST, ON).sentences() == (
        (
            "Publics prioritaires\u00a0: reconnu prioritaire et à loger d’urgence (DALO) (déclaré), "
            "0\u00a0point\u00a0: 100\u00a0points une fois justifié."
        ),
        "Publics prioritaires\u00a0: dépourvu de logement, y compris hébergé par un tiers (justifié), 40\u00a0points.",
        "Logement actuel\u00a0: hébergé chez ses parents ou ses enfants, 15\u00a0points.",
        "Ancienneté de la demande\u00a0: demande déposée il y a 48 mois, 10\u00a0points.",
        "Propositions refusées\u00a0: 2 propositions adaptées refusées, −10\u00a0points.",
        "Total\u00a0: 55\u00a0points.",
    )


def test_equal_scores_go_to_the_oldest() -> None:
    old, recent = date(2020, 1, 1), date(2024, 1, 1)
    assert tie_key(FIRST, filed_on=old, number=9) < tie_key(FIRST, filed_on=recent, number=1)
    assert tie_key(FIRST, filed_on=old, number=9) < tie_key(FIRST, filed_on=old, number=10)


PROOFS = st.sampled_from(list(Proof))


def among(codes: dict[str, str]) -> st.SearchStrategy[tuple[Stated, ...]]:
    one = st.builds(Stated, code=st.sampled_from(sorted(codes)), proof=PROOFS)
    return st.lists(one, max_size=4, unique_by=lambda stated: stated.code).map(tuple)


SMALL = st.integers(0, 6)
MAYBE = st.none() | st.integers(0, 200)
ANYBODY = st.builds(
    Facts,
    filed_on=st.dates(date(1990, 1, 1), ON),
    path=st.just(Path.FIRST),
    composition=st.builds(
        Composition,
        adults=st.integers(1, 6),
        dependants=SMALL,
        shared_custody=SMALL,
        unborn=SMALL,
        disabled=SMALL,
        spouses=st.booleans(),
        young_couple=st.booleans(),
    ),
    resources=st.builds(Resources, monthly_cents=st.integers(0, 9_000_00), proof=PROOFS),
    stay=st.sampled_from(list(Stay)),
    current=st.builds(
        Current,
        housing=st.sampled_from(sorted(HOUSING)),
        rooms=MAYBE,
        floor_area_m2=MAYBE,
        occupants=MAYBE,
        cost_cents=st.none() | st.integers(0, 3_000_00),
    ),
    motives=among(MOTIVES),
    priorities=among(PRIORITIES),
    needs=among(NEEDS),
    refused_offers=SMALL,
)


@given(facts=ANYBODY, grid=st.sampled_from([FIRST, TRANSFER]))
def test_what_is_explained_is_what_orders(facts: Facts, grid: Grid) -> None:
    told = score(facts, grid, ON)
    assert told.points == points_only(facts, grid, ON) == sum(line.points for line in told.lines)
    assert all(line.aside or line.points for line in told.lines)


@given(facts=ANYBODY, stay=st.sampled_from(list(Stay)), other=ANYBODY)
def test_the_stay_and_what_is_wished_weigh_nothing(facts: Facts, stay: Stay, other: Facts) -> None:
    assert points_only(replace(facts, stay=stay, wish=other.wish), FIRST, ON) == points_only(facts, FIRST, ON)


@pytest.mark.parametrize(
    ("said", "instead", "where", "reason"),
    [
        ('version = "FICTIVE-2026-1"', "version = 1", "en tête", "« version » manque"),
        ("2020-01-01", '"hier"', "en tête", "« first_day » n’est pas une date"),
        ('"00200"]', '"Paris"]', "en tête", "« Paris » n’est pas un code de commune"),
        ('path = "FIRST"', 'path = "ALL"', "en tête", "et non « ALL »"),
        ('ties = ["SENIORITY"]', 'ties = ["RANDOM"]', "en tête", "si le tirage est publié"),
        ('ties = ["SENIORITY"]', 'ties = ["SENIORITY", "SEED"]', "en tête", "« seed » manque"),
        ("points = -10\n", "points = 10\n", "refused_offer", "n’ajoute pas de points"),
        ('mode = "MAX"', 'mode = "BEST"', "rubrique PUBLICS", "et non « BEST »"),
        ('codes = ["DALO"]', 'codes = ["FRANCAIS"]', "rubrique PUBLICS, critère DALO", "code inconnu « FRANCAIS »"),
        ('question = "LONE_PARENT"', 'question = "NATIONALITY"', "critère PARENT_SEUL", "et non « NATIONALITY »"),
        ('question = "LONE_PARENT"', 'question = "facts.stay"', "critère PARENT_SEUL", "et non « facts.stay »"),
        ('proofs = ["PROVED"]\npoints = 100', "points = 100", "critère DALO", "« proofs » n’est pas une liste"),
        ('proofs = ["PROVED"]\npoints = 100', 'proofs = ["REJECTED"]\npoints = 1', "critère DALO", "nomme DECLARED"),
        ("points = 100", "points = true", "critère DALO", "pas un nombre entier"),
        ("from = 12, points = 2", "from = 30, points = 2", "critère ANCIENNETE", "les paliers ne montent pas"),
        ('code = "VIOLENCES"', 'code = "DALO"', "en tête", "le code DALO y est deux fois"),
        ("points = 45", "points = 45\nweight = 2", "critère EXPULSION", "« weight » n’y a pas sa place"),
        ("tolerated = 1", "tolerated 1", "ligne 14, colonne 11", "ce n’est pas du TOML"),
    ],
)
def test_a_faulty_grid_is_refused_in_words(said: str, instead: str, where: str, reason: str) -> None:
    assert said in FIRST_TEXT
    with pytest.raises(GridRefused) as refused:
        parse_grid(FIRST_TEXT.replace(said, instead, 1), file="essai.toml")
    told = str(refused.value)
    assert told.startswith("La grille essai.toml est refusée, ")
    assert where in told
    assert reason in told


def test_a_fault_says_its_line() -> None:
    with pytest.raises(GridRefused, match=r"ligne 23, rubrique PUBLICS, critère DALO"):
        parse_grid(FIRST_TEXT.replace("points = 100", "points = 0.5"), file="essai.toml")


def test_two_grids_of_one_territory_on_one_day_are_refused() -> None:
    again = parse_grid(FIRST_TEXT.replace("FICTIVE-2026-1", "FICTIVE-2027-1"), file="essai.toml")
    with pytest.raises(GridsOverlap):
        checked_together([FIRST, TRANSFER, again])
    ended = parse_grid(
        FIRST_TEXT.replace("first_day = 2020-01-01", "first_day = 2020-01-01\nlast_day = 2026-12-31"), file="a.toml"
    )
    later = parse_grid(FIRST_TEXT.replace("2020-01-01", "2027-01-01"), file="b.toml")
    assert checked_together([later, TRANSFER, ended]) == (ended, later, TRANSFER)
