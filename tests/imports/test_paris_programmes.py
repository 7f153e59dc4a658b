"""The programmes of the City of Paris: each record is a programme or a refusal with its reason."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from palier.estate.imports.paris_programmes import EXPECTED, LandlordNotInFile, ProgrammeReader, ProgrammeReading
from palier.foundation.errors import Refusal
from palier.foundation.tabular.outcome import Outcome, write_refused_records
from palier.foundation.tabular.reading import open_table

WriteCsv = Callable[..., Path]
SOUND = {
    "id_livraison": "2000011",
    "adresse_programme": "16-20 RUE DES MEUNIERS",
    "code_postal": "75012",
    "ville": "Paris",
    "annee": "2001",
    "bs": "RIVP",
    "nb_logmt_total": "62",
    "nb_plai": "10",
    "nb_plus": "50",
    "nb_pluscd": "0",
    "nb_pls": "2",
    "nature_programme": "logement familial",
}


def row(**changes: str) -> list[str]:
    return list((SOUND | changes).values())


def readings(path: Path, landlord: str = "") -> list[ProgrammeReading]:
    return list(ProgrammeReader(open_table(path), landlord=landlord).readings())


def test_a_sound_record_becomes_a_programme(write_csv: WriteCsv) -> None:
    (reading,) = readings(write_csv(EXPECTED, row()))
    assert reading.programme is not None
    assert reading.programme.counts == (("PLAI", 10), ("PLUS", 50), ("PLS", 2))
    assert reading.programme.nature == "FAMILIAL"
    assert reading.programme.key == "RIVP|16 20 RUE DES MEUNIERS|75012|2001|LOGEMENT FAMILIAL|2000011|1"
    assert reading.checking.remarks == []


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"nb_logmt_total": "-8", "nb_plai": "-8", "nb_plus": "0", "nb_pls": "0"}, "nb_logmt_total", "négatif"),
        ({"nb_pluscd": "-1", "nb_plai": "11"}, "nb_pluscd", "négatif"),
        ({"nb_logmt_total": "soixante-deux"}, "nb_logmt_total", "pas un nombre entier"),
        ({"nb_logmt_total": "63"}, "nb_logmt_total", "n’est pas la somme"),
        ({"nb_logmt_total": "6,5"}, "nb_logmt_total", "sans décimale"),
        ({"nb_logmt_total": "NaN"}, "nb_logmt_total", "pas un nombre entier"),
        ({"nb_logmt_total": "999999999999999999999999999999999"}, "nb_logmt_total", "pas un nombre entier"),
        ({"nb_plus": "6000"}, "nb_plus", "hors des bornes"),
        ({"nb_logmt_total": "0", "nb_plai": "0", "nb_plus": "0", "nb_pls": "0"}, "nb_logmt_total", "sans logement"),
        ({"nb_pls": ""}, "nb_pls", "cellule vide"),
        ({"annee": "1789"}, "annee", "hors des bornes"),
        ({"code_postal": "69001"}, "code_postal", "Paris"),
        ({"code_postal": "7501²"}, "code_postal", "Paris"),
        ({"bs": ""}, "bs", "cellule vide"),
        ({"nature_programme": "château"}, "nature_programme", "valeur inconnue"),
        ({"adresse_programme": "R" * 250}, "adresse_programme", "250 caractères"),
    ],
)
def test_a_wrong_cell_refuses_the_record_and_says_which(
    write_csv: WriteCsv, changes: dict[str, str], column: str, reason: str
) -> None:
    (reading,) = readings(write_csv(EXPECTED, row(**changes)))
    assert reading.programme is None
    remark = next(remark for remark in reading.checking.remarks if remark.column == column)
    assert reason in remark.reason
    assert remark.line == 2
    assert remark.value == changes[column][:120]


def test_a_programme_without_landlord_or_number_is_taken_with_a_warning(write_csv: WriteCsv) -> None:
    (reading,) = readings(write_csv(EXPECTED, row(bs="(vide)", adresse_programme="GROUPE WURTZ")))
    assert reading.programme is not None
    assert [remark.column for remark in reading.checking.remarks] == ["bs", "adresse_programme"]


def test_twins_are_told_apart_by_their_rank_even_when_the_first_is_refused(write_csv: WriteCsv, tmp_path: Path) -> None:
    path = write_csv(EXPECTED, row(nb_logmt_total="0"), row(), row())
    first, second, third = readings(path)
    assert [first.occurrence, second.occurrence, third.occurrence] == [1, 2, 3]

    outcome = Outcome(header=open_table(path).header)
    outcome.refuse(first.record, first.checking.remarks, occurrence=first.occurrence)
    outcome.refuse(third.record, third.checking.remarks, occurrence=third.occurrence)
    write_refused_records(outcome, tmp_path / "erreurs.csv")
    back = readings(tmp_path / "erreurs.csv")
    assert [reading.occurrence for reading in back] == [1, 3]
    assert "motif_du_refus" in back[0].record.columns
    assert "somme" in back[0].record.raw("motif_du_refus")


def test_a_landlord_is_found_whatever_its_capitals_and_its_absence_is_said(write_csv: WriteCsv) -> None:
    path = write_csv(EXPECTED, row(), row(bs="PARIS HABITAT"), row(bs="PARIS HABITAT"))
    reader = ProgrammeReader(open_table(path), landlord=" paris  habitat")
    assert len(list(reader.readings())) == 2
    assert reader.left_aside == 1
    with pytest.raises(LandlordNotInFile, match="PARIS HABITAT, RIVP"):
        readings(path, landlord="HABITAT 76")


def test_a_file_of_another_kind_names_the_missing_columns(write_csv: WriteCsv) -> None:
    with pytest.raises(Refusal, match=r"nb_pls.*nature_programme"):
        readings(write_csv(EXPECTED[:-2], row()[:-2]))


def test_the_real_file_is_read_whole(paris_file: Path) -> None:
    every = readings(paris_file)
    programmes = [reading.programme for reading in every if reading.programme]
    refused = [reading for reading in every if not reading.programme]
    assert len(every) == 2_832
    assert len({programme.key for programme in programmes}) == len(programmes) == 2_830
    assert [reading.record.line for reading in refused] == [1740, 2338]
    assert [reading.record.raw("nb_logmt_total") for reading in refused] == ["5", "-8"]
    # The file's own total is 83,407: its two refused records count for 5 and −8.
    assert sum(programme.dwellings for programme in programmes) == 83_407 - (5 - 8)
    kinds = Counter(remark.column for reading in every for remark in reading.checking.remarks)
    assert kinds["bs"] == 100


def test_paris_habitat_has_its_791_programmes(paris_file: Path) -> None:
    every = readings(paris_file, landlord="PARIS HABITAT")
    assert len(every) == 791
    assert sum(reading.programme.dwellings for reading in every if reading.programme) == 23_682
