"""Palier's own lease file: who lives where, from when, for how much; never two leases at once on a dwelling."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from palier.foundation.tabular.reading import open_table
from palier.leases.imports.lease_file import COLUMNS, KnownDwelling, KnownLease, LeaseReader, LeaseReading, is_updated

WriteCsv = Callable[..., Path]
SOUND = {
    "code_residence": "R001",
    "batiment": "A",
    "escalier": "",
    "porte": "12",
    "reference_bail": "B-0001",
    "civilite": "Mme",
    "nom": "Martin",
    "prenom": "Louise",
    "date_naissance": "14/07/1975",
    "debut": "01/03/2019",
    "loyer": "412,18",
    "provision_eau": "21.40",
    "depot_garantie": "412,18",
    "mode_paiement": "prélèvement",
    "adultes": "2",
    "personnes_a_charge": "1",
    "couple": "oui",
    "telephone": "06 12 34 56 78",
    "courriel": "louise.martin@exemple.fr",
}
TWIN = KnownLease(
    id=7,
    reference="B-0001",
    starts_on=date(2019, 3, 1),
    ends_on=None,
    payment_mode="PRELEVEMENT",
    holder="martin louise",
    amounts=(("RENT", 41218), ("PROVISION_WATER", 2140)),
)
KEY = ("R001", "A", "1", "12")


def row(**changes: str) -> list[str]:
    cells = SOUND | changes
    return [cells.get(column, "") for column in COLUMNS]


def readings(path: Path, *leases: KnownLease) -> list[LeaseReading]:
    dwellings = {KEY: KnownDwelling(id=3, residence_id=1, nature="FAMILIAL", leases=leases)}
    references = {lease.reference for lease in leases}
    return list(LeaseReader(open_table(path), dwellings.get, references, date(2026, 11, 21)).readings())


def test_a_sound_row_becomes_a_lease_in_cents(write_csv: WriteCsv) -> None:
    (reading,) = readings(write_csv(COLUMNS, row()))
    assert reading.checking.remarks == []
    assert reading.lease is not None
    assert reading.lease.rent_cents == 41218
    assert [(amount.kind, amount.cents) for amount in reading.lease.amounts] == [
        ("RENT", 41218),
        ("PROVISION_WATER", 2140),
    ]
    assert reading.lease.phone == "0612345678"
    assert reading.lease.household is not None
    assert reading.lease.household.adults == 2


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"loyer": "quatre cents euros"}, "loyer", "n’est pas un montant"),
        ({"loyer": "412,185"}, "loyer", "plus de deux décimales"),
        ({"loyer": "-412"}, "loyer", "négatif"),
        ({"loyer": "0"}, "loyer", "nul"),
        ({"loyer": "NaN"}, "loyer", "n’est pas un montant"),
        ({"loyer": "1e9"}, "loyer", "n’est pas un montant"),
        ({"loyer": "999999"}, "loyer", "hors des bornes"),
        ({"loyer": ""}, "loyer", "cellule vide"),
        ({"debut": "30/02/2019"}, "debut", "n’existe pas"),
        ({"debut": "le premier mars"}, "debut", "pas une date"),
        ({"debut": "01/03/19"}, "debut", "pas une date"),
        ({"debut": "01/03/2190"}, "debut", "hors des bornes"),
        ({"fin": "28/02/2019"}, "fin", "avant de commencer"),
        ({"date_naissance": "14/07/2025"}, "date_naissance", "après le début"),
        ({"porte": "99"}, "porte", "logement inconnu"),
        ({"nom": ""}, "nom", "cellule vide"),
        ({"civilite": "Dr"}, "civilite", "valeur inconnue"),
        ({"co_nom": "Martin"}, "co_prenom", "cellule vide"),
        ({"mode_paiement": "troc"}, "mode_paiement", "valeur inconnue"),
        ({"telephone": "bientôt"}, "telephone", "téléphone"),
        ({"courriel": "louise chez exemple"}, "courriel", "courriel"),
        ({"adultes": "1"}, "couple", "deux adultes"),
        ({"adultes": "", "couple": ""}, "adultes", "personnes à charge"),
    ],
)
def test_a_wrong_cell_refuses_the_lease_and_says_which(
    write_csv: WriteCsv, changes: dict[str, str], column: str, reason: str
) -> None:
    (reading,) = readings(write_csv(COLUMNS, row(**changes)))
    assert reading.lease is None
    assert [remark.column for remark in reading.checking.remarks] == [column]
    assert reason in reading.checking.remarks[0].reason


def test_two_leases_at_once_in_the_file_are_refused_with_the_line_of_the_first(write_csv: WriteCsv) -> None:
    _, over, after = readings(
        write_csv(
            COLUMNS,
            row(fin="31/12/2020"),
            row(reference_bail="B-0002", debut="31/12/2020", nom="Durand"),
            row(reference_bail="B-0003", debut="01/01/2021", nom="Durand"),
        )
    )
    assert "ligne 2" in over.checking.remarks[0].reason
    assert after.lease is not None


def test_a_lease_over_one_in_the_database_is_refused_with_its_reference(write_csv: WriteCsv) -> None:
    (reading,) = readings(write_csv(COLUMNS, row(reference_bail="B-0002", debut="01/05/2020")), TWIN)
    assert "B-0001" in reading.checking.remarks[0].reason
    assert "01/03/2019" in reading.checking.remarks[0].reason


def test_the_same_lease_again_changes_nothing(write_csv: WriteCsv) -> None:
    (reading,) = readings(write_csv(COLUMNS, row()), TWIN)
    assert reading.lease is not None
    assert reading.twin is TWIN
    assert not is_updated(reading.lease, TWIN)


def test_an_end_given_later_updates_the_known_lease(write_csv: WriteCsv) -> None:
    (reading,) = readings(write_csv(COLUMNS, row(fin="30/06/2026")), TWIN)
    assert reading.lease is not None
    assert is_updated(reading.lease, TWIN)


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"loyer": "420"}, "loyer", "412,18"),
        ({"provision_chauffage": "30"}, "provision_chauffage", "aucun montant"),
        ({"nom": "Durand"}, "nom", "autre personne"),
        ({"reference_bail": "B-0009"}, "reference_bail", "B-0001"),
    ],
)
def test_a_file_does_not_rewrite_the_past_of_a_known_lease(
    write_csv: WriteCsv, changes: dict[str, str], column: str, reason: str
) -> None:
    (reading,) = readings(write_csv(COLUMNS, row(**changes)), TWIN)
    assert reading.lease is None
    assert [remark.column for remark in reading.checking.remarks] == [column]
    assert reason in reading.checking.remarks[0].reason


def test_a_reference_given_twice_is_refused(write_csv: WriteCsv) -> None:
    _, second = readings(write_csv(COLUMNS, row(fin="31/12/2020"), row(debut="01/01/2021")))
    assert "ligne 2" in second.checking.remarks[0].reason
