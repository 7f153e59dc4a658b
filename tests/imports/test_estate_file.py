"""Palier's own estate file: rows of dwellings, judged cell by cell."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from palier.estate.imports.palier_estate import COLUMNS, DwellingReading, EstateKnown, EstateReader
from palier.foundation.tabular.reading import open_table

WriteCsv = Callable[..., Path]
SOUND = {
    "code_residence": "R001",
    "nom_residence": "Les Tilleuls",
    "nature": "logement familial",
    "agence": "NORD",
    "adresse": "8 rue de l’Échelle",
    "code_postal": "76000",
    "ville": "Rouen",
    "annee": "1998",
    "qpv": "oui",
    "zone_rls": "2",
    "zone_plafonds": "autres",
    "zone_sls": "2",
    "terme": "échu",
    "batiment": "A",
    "escalier": "1",
    "porte": "12",
    "etage": "3",
    "pieces": "3",
    "surface_habitable_m2": "68,40",
    "surface_annexes_m2": "4",
    "financement": "PLUS",
    "convention": "76-98-001",
    "convention_signee_le": "12/05/1998",
    "loyer_max_m2": "6,02",
}
KNOWN = EstateKnown(agencies=frozenset({"NORD", "SUD"}), residences={}, conventions={})


def row(**changes: str) -> list[str]:
    cells = SOUND | changes
    return [cells.get(column, "") for column in COLUMNS]


def readings(path: Path, known: EstateKnown = KNOWN) -> list[DwellingReading]:
    return list(EstateReader(open_table(path), known).readings())


def test_a_sound_row_gives_a_dwelling_its_residence_and_its_convention(write_csv: WriteCsv) -> None:
    (reading,) = readings(write_csv(COLUMNS, row()))
    assert reading.checking.remarks == []
    assert reading.dwelling is not None
    assert reading.residence is not None
    assert reading.convention is not None
    assert reading.dwelling.floor_area_m2 == Decimal("68.40")
    assert reading.residence.zone_ceiling == "OTHER"
    assert reading.convention.max_rent_per_m2_cents == 602


def test_the_residence_is_stated_once_and_may_be_left_empty_afterwards(write_csv: WriteCsv) -> None:
    empty = dict.fromkeys(COLUMNS[1:14], "")
    first, second = readings(write_csv(COLUMNS, row(), row(porte="13", **empty)))
    assert first.residence is not None
    assert second.residence is None
    assert second.dwelling is not None


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"code_residence": ""}, "code_residence", "cellule vide"),
        ({"agence": "OUEST"}, "agence", "agences connues\u00a0: NORD, SUD"),
        ({"code_postal": "7600"}, "code_postal", "cinq chiffres"),
        ({"zone_sls": "4"}, "zone_sls", "valeur inconnue"),
        ({"surface_habitable_m2": "-68"}, "surface_habitable_m2", "négatif"),
        ({"surface_habitable_m2": "68.405"}, "surface_habitable_m2", "2 décimales"),
        ({"surface_habitable_m2": "grande"}, "surface_habitable_m2", "pas un nombre"),
        ({"pieces": "0"}, "pieces", "hors des bornes"),
        ({"financement": "PLX"}, "financement", "valeur inconnue"),
        ({"loyer_max_m2": "six euros"}, "loyer_max_m2", "pas un montant"),
        ({"loyer_max_m2": "6,025"}, "loyer_max_m2", "deux décimales"),
        ({"loyer_max_m2": ""}, "loyer_max_m2", "cellule vide"),
        ({"convention_signee_le": "31/02/1998"}, "convention_signee_le", "n’existe pas"),
        ({"convention_signee_le": "mai 1998"}, "convention_signee_le", "pas une date"),
        ({"nom_residence": ""}, "nom_residence", "pas encore connue"),
        ({"qpv": "peut-être"}, "qpv", "valeur inconnue"),
        ({"porte": "P" * 21}, "porte", "21 caractères"),
    ],
)
def test_a_wrong_cell_refuses_the_row_and_says_which(
    write_csv: WriteCsv, changes: dict[str, str], column: str, reason: str
) -> None:
    (reading,) = readings(write_csv(COLUMNS, row(**changes)))
    assert reading.dwelling is None
    assert len(reading.checking.remarks) == 1
    assert reading.checking.remarks[0].column == column
    assert reason in reading.checking.remarks[0].reason


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"surface_habitable_m2": ""}, "surface_habitable_m2"),
        ({"surface_habitable_m2": "8,5", "pieces": "1"}, "surface_habitable_m2"),
        ({"surface_habitable_m2": "300", "pieces": ""}, "surface_habitable_m2"),
        ({"pieces": "12"}, "pieces"),
    ],
)
def test_a_doubtful_cell_lets_the_row_in_with_a_warning(
    write_csv: WriteCsv, changes: dict[str, str], column: str
) -> None:
    (reading,) = readings(write_csv(COLUMNS, row(**changes)))
    assert reading.dwelling is not None
    assert [remark.column for remark in reading.checking.remarks] == [column]


def test_the_same_dwelling_twice_names_the_first_line(write_csv: WriteCsv) -> None:
    _, second = readings(write_csv(COLUMNS, row(), row(pieces="4")))
    assert "ligne 2" in second.checking.remarks[0].reason


def test_a_residence_or_a_convention_told_two_ways_is_refused(write_csv: WriteCsv) -> None:
    _, name, rent, elsewhere = readings(
        write_csv(
            COLUMNS,
            row(),
            row(porte="13", nom_residence="Les Platanes"),
            row(porte="14", loyer_max_m2="7"),
            row(code_residence="R002"),
        )
    )
    assert "décrite autrement à la ligne 2" in name.checking.remarks[0].reason
    assert "décrite autrement à la ligne 2" in rent.checking.remarks[0].reason
    assert "résidence R001" in elsewhere.checking.remarks[0].reason
