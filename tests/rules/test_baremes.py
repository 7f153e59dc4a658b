"""Dated values: none without its text, none twice, and each equal to the reference data it was retyped from."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.places import shared_data

from palier.foundation.baremes import (
    BaremeOverlap,
    BaremeUnreadable,
    OutsideBareme,
    Status,
    UnknownBareme,
    UnknownBaremeKey,
    ValueWithoutReference,
    bareme,
    load,
    names,
)

SMALL = """
title = "Essai"
unit = "euros"
keys = ["zone"]

[[period]]
first_day = 2024-01-01
reference = "arrêté du 1er décembre 2023"
source = "Journal officiel"
status = "OFFICIAL"
values = { paris = 10.50 }

[[period]]
first_day = 2025-01-01
last_day = 2025-12-31
reference = "arrêté du 1er décembre 2024"
source = "Journal officiel"
status = "COMPUTED"
values = { paris = 11 }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "essai.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_value_ends_on_the_eve_of_the_next(tmp_path: Path) -> None:
    small = load(written(tmp_path, SMALL))
    assert small.at(date(2024, 12, 31), "paris").value == Decimal("10.50")
    assert small.at(date(2024, 12, 31), "paris").last_day == date(2024, 12, 31)
    assert small.at(date(2025, 1, 1), "paris").value == 11


@pytest.mark.parametrize("owed", ["reference", "source", "status"])
def test_a_value_without_its_text_does_not_load(tmp_path: Path, owed: str) -> None:
    without = "\n".join(line for line in SMALL.splitlines() if not line.startswith(f"{owed} ="))
    with pytest.raises(ValueWithoutReference, match=owed):
        load(written(tmp_path, without))


def test_an_empty_reference_is_no_reference(tmp_path: Path) -> None:
    with pytest.raises(ValueWithoutReference):
        load(written(tmp_path, SMALL.replace("arrêté du 1er décembre 2024", "  ")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10.50", "true"),
        ("10.50", '"10.50"'),
        ("10.50", "nan"),
        ("{ paris = 10.50 }", "{}\n# rien"),
        ("{ paris = 10.50 }", "{ paris = { nord = 1 } }"),
        ("2024-01-01", '"2024"'),
        ("2024-01-01", "2024-01-01T00:00:00"),
        ('"OFFICIAL"', '"SURE"'),
        ("last_day = 2025-12-31", "last_day = 2024-12-31"),
        ("title", "titre"),
        ("[[period]]", "[[period"),
    ],
)
def test_a_file_that_does_not_read_says_which(tmp_path: Path, old: str, new: str) -> None:
    text = SMALL.replace(old, new)
    if new.startswith("{}"):
        text = text.replace("values = { paris = 11 }", "values = {}")
    with pytest.raises(BaremeUnreadable, match=r"essai\.toml"):
        load(written(tmp_path, text))


def test_two_values_for_one_day_do_not_load(tmp_path: Path) -> None:
    with pytest.raises(BaremeOverlap, match="01/01/2025"):
        load(
            written(tmp_path, SMALL.replace("first_day = 2024-01-01", "first_day = 2024-01-01\nlast_day = 2025-06-30"))
        )


def test_a_day_outside_says_what_is_covered(tmp_path: Path) -> None:
    small = load(written(tmp_path, SMALL))
    with pytest.raises(OutsideBareme, match="ne couvre pas le 01/01/2026\u00a0: il va du 01/01/2024 au 31/12/2025"):
        small.at(date(2026, 1, 1), "paris")
    with pytest.raises(UnknownBaremeKey):
        small.at(date(2025, 1, 1), "lyon")
    with pytest.raises(UnknownBareme):
        bareme("inconnu")


def test_every_value_of_palier_has_its_text_and_a_value_that_is_not_official_says_so() -> None:
    for value in (value for name in names() for value in bareme(name).all_values()):
        assert value.reference
        assert value.source
        assert value.value > 0
        assert (value.caution() is None) == (value.status is Status.OFFICIAL)


def test_the_tables_of_a_year_stop_with_their_year() -> None:
    for name in ("ceilings_plus", "ceilings_plai", "ceilings_pls", "rls_ceilings"):
        assert bareme(name).last_day() == date(2026, 12, 31)


def test_plus_ceilings_equal_their_source() -> None:
    zones = {"paris_communes_limitrophes": "paris", "ile_de_france": "idf", "autres_regions": "other"}
    checked = 0
    for row in rows("plafonds_ressources_logement_social.csv"):
        # Francs and holes before 2008; the same value of category 4 written twice in January 2020.
        if row["depuis"] < "2008" or row["depuis"] == "2020-01-02":
            continue
        key = row["categorie"].removeprefix("categorie_").replace("par_personne_supplementaire", "extra")
        value = bareme("ceilings_plus").at(date.fromisoformat(row["depuis"]), zones[row["zone"]], key)
        assert (value.value, value.first_day.isoformat()) == (Decimal(row["plafond_annuel"]), row["depuis"])
        checked += 1
    assert checked == len(bareme("ceilings_plus").all_values()) == 399


def test_plai_and_pls_ceilings_equal_their_source_and_keep_its_doubts() -> None:
    source = json.loads(shared_data("baremes/domain_plafonds.json").read_text("utf-8"))
    zones = {"paris": "paris_limitrophes", "idf": "idf_hors_paris", "other": "autres_regions"}
    places = ["1", "2", "3", "4", "5", "6", "extra"]
    for table, name, year in (
        (source["2025"]["PLAI"], "ceilings_plai", 2025),
        (source["2026"]["PLAI_computed"], "ceilings_plai", 2026),
        (source["2026"]["PLS_computed"], "ceilings_pls", 2026),
        (source["2026"]["PLUS"], "ceilings_plus", 2026),
        (source["2025"]["PLUS"], "ceilings_plus", 2025),
    ):
        for zone, there in zones.items():
            for place, expected in zip(places, table[there], strict=True):
                assert bareme(name).at(date(year, 1, 1), zone, place).value == expected
    plai, pls = bareme("ceilings_plai"), bareme("ceilings_pls")
    assert plai.at(date(2025, 1, 1), "paris", "4").status is Status.OFFICIAL
    assert plai.at(date(2025, 1, 1), "paris", "5").status is Status.COMPUTED
    assert plai.at(date(2026, 1, 1), "paris", "1").status is Status.TO_CONFIRM
    assert {value.status for value in pls.all_values()} == {Status.COMPUTED}


def test_irl_equals_its_source() -> None:
    source = json.loads(shared_data("baremes/domain_irl.json").read_text("utf-8"), parse_float=Decimal)["values_T1_T4"]
    known = [
        (int(year), quarter, index) for year, four in source.items() for quarter, index in enumerate(four) if index
    ]
    for year, quarter, index in known:
        assert bareme("irl").at(date(year, 3 * quarter + 2, 15), "france").value == index
    assert len(bareme("irl").all_values()) == len(known) == 46


def test_rls_amounts_and_ceilings_equal_their_source() -> None:
    places = {"personnes_seules": "single", "couples": "couple", "majoration_par_pac_supp": "extra"}
    places |= {f"famille_{dependants}pac": str(dependants) for dependants in range(1, 7)}
    checked = 0
    for row in rows("rls_parametres.csv"):
        path = row["parametre"].split("/")
        if len(path) < 4:
            continue
        name = {"montant": "rls_amounts", "plafond_ressources": "rls_ceilings"}[path[0]]
        # The source starts at New Year; the reduction itself starts on 1 February 2018.
        since = max(date.fromisoformat(row["depuis"]), date(2018, 2, 1))
        value = bareme(name).at(since, path[2].removeprefix("zone_"), places[path[3]])
        assert (value.value, value.first_day) == (Decimal(row["valeur"]), since)
        checked += 1
    assert checked == len(bareme("rls_amounts").all_values()) + len(bareme("rls_ceilings").all_values()) == 264


def rows(name: str) -> list[dict[str, str]]:
    with shared_data(f"baremes/{name}").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
