"""What the tables hold after an import: everything accepted or nothing, and the same file again changes nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from palier.estate.imports.paris_programmes import EXPECTED
from palier.estate.models import Agency, Building, Convention, Dwelling, Residence, Staircase
from palier.estate.operations.files import apply_review, import_file, review_file
from palier.foundation.errors import Refusal
from palier.foundation.models import ImportBatch, ImportRow
from palier.foundation.reviews import ReviewAlreadyClosed, abandon_review
from palier.foundation.tabular.outcome import Outcome, write_refused_records
from palier.leases.imports.lease_file import COLUMNS as LEASE_COLUMNS
from palier.leases.models import Lease, Occupant, Term
from palier.leases.operations import files as lease_files
from palier.ledger.models import Account
from palier.people.models import Contact, Household, HouseholdMember, Person
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

pytestmark = pytest.mark.usefixtures("empty_db")

WriteCsv = Callable[..., Path]
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PROGRAMME = dict(
    zip(
        EXPECTED,
        [
            *("2000011", "9, BD SERURIER\n10, RUE DU LEMAN", "75019", "Paris", "2001", "RIVP", "5", "1", "3", "0", "1"),
            "logement familial",
        ],
        strict=True,
    )
)
DWELLING = {
    "code_residence": "R001",
    "nom_residence": "Les Tilleuls",
    "adresse": "8 rue de l’Échelle",
    "code_postal": "76000",
    "ville": "Rouen",
    "zone_rls": "2",
    "zone_plafonds": "autres",
    "zone_sls": "2",
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
    "loyer_max_au": "",
}
LEASE = {
    "code_residence": "R001",
    "batiment": "A",
    "porte": "12",
    "reference_bail": "B-0001",
    "civilite": "Mme",
    "nom": "Martin",
    "prenom": "Louise",
    "date_naissance": "14/07/1975",
    "co_civilite": "M.",
    "co_nom": "Durand",
    "co_prenom": "Paul",
    "debut": "01/03/2019",
    "loyer": "412,18",
    "provision_eau": "21.40",
    "depot_garantie": "412,18",
    "mode_paiement": "prélèvement",
    "adultes": "2",
    "personnes_a_charge": "1",
    "couple": "oui",
    "telephone": "06 12 34 56 78",
}


def importing() -> AbstractContextManager[object]:
    return batch(Batch.IMPORT, operator="essais", motive="REPRISE", command="estate import")


@contextmanager
def looking() -> Iterator[None]:
    with importing():
        yield


def imported(path: Path, *, layout: str = "paris-programmes", dry_run: bool = False) -> Outcome:
    with importing():
        return import_file(path, layout=layout, created_by=0, at=AT, dry_run=dry_run)


def leases_imported(path: Path) -> Outcome:
    with importing():
        return lease_files.import_file(path, created_by=0, at=AT)


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    assert outcome.read == outcome.created + outcome.updated + outcome.unchanged + outcome.refused
    return outcome.created, outcome.updated, outcome.unchanged, outcome.refused


@pytest.fixture
def programmes(write_csv: WriteCsv) -> Callable[..., Path]:
    def write(*rows: dict[str, str]) -> Path:
        return write_csv(EXPECTED, *(list((PROGRAMME | row).values()) for row in rows))

    return write


@pytest.fixture
def dwellings(write_csv: WriteCsv) -> Callable[..., Path]:
    def write(*rows: dict[str, str]) -> Path:
        return write_csv(list(DWELLING), *(list((DWELLING | row).values()) for row in rows), name="logements.csv")

    return write


@pytest.fixture
def leases(write_csv: WriteCsv) -> Callable[..., Path]:
    def write(*rows: dict[str, str]) -> Path:
        cells = [[(LEASE | row).get(column, "") for column in LEASE_COLUMNS] for row in rows]
        return write_csv(LEASE_COLUMNS, *cells, name="baux.csv")

    return write


def test_a_programme_becomes_a_residence_with_dwellings_to_complete(programmes: Callable[..., Path]) -> None:
    outcome = imported(programmes({}, {"nature_programme": "maison relais", "nb_logmt_total": "6"}))
    assert counts(outcome) == (1, 0, 0, 1)
    assert outcome.added == 5
    with looking():
        residence = Residence.objects.select_related("agency").get()
        assert residence.name == residence.address == "9 boulevard Serurier"
        assert residence.address_as_given == "9, BD SERURIER\n10, RUE DU LEMAN"
        assert (residence.nature, residence.delivered_year, residence.source_landlord) == ("FAMILIAL", 2001, "RIVP")
        assert (residence.zone_rls, residence.zone_ceiling, residence.zone_sls) == (1, "PARIS", "1BIS")
        assert residence.agency.name == "Agence principale"
        doors = list(Dwelling.objects.order_by("door").values_list("door", "financing", "floor_area_m2"))
    assert doors == [
        ("0001", "PLAI", None),
        ("0002", "PLUS", None),
        ("0003", "PLUS", None),
        ("0004", "PLUS", None),
        ("0005", "PLS", None),
    ]


def test_the_same_programmes_again_change_nothing(programmes: Callable[..., Path]) -> None:
    path = programmes({}, {}, {"bs": "(vide)"})
    assert counts(imported(path)) == (3, 0, 0, 0)
    assert counts(imported(path)) == (0, 0, 3, 0)
    with looking():
        assert Residence.objects.count() == 3
        assert Dwelling.objects.count() == 15
        assert sorted(Residence.objects.values_list("code", flat=True)) == [
            "75019-2000011",
            "75019-2000011-2",
            "75019-2000011-3",
        ]


def test_a_programme_that_grew_is_completed_and_one_that_shrank_is_refused(programmes: Callable[..., Path]) -> None:
    imported(programmes({}))
    grown = imported(programmes({"nb_plus": "5", "nb_logmt_total": "7"}))
    assert counts(grown) == (0, 1, 0, 0)
    assert grown.added == 2
    shrunk = imported(programmes({}))
    assert counts(shrunk) == (0, 0, 0, 1)
    assert shrunk.refusals[0].column == "nb_plus"
    assert "5 logements PLUS" in shrunk.refusals[0].reason
    with looking():
        assert Dwelling.objects.count() == 7
        assert Dwelling.objects.filter(door__in=["0006", "0007"], financing="PLUS").count() == 2


def test_the_file_of_refused_records_is_imported_once_corrected(
    programmes: Callable[..., Path], tmp_path: Path
) -> None:
    first = imported(programmes({"nb_pls": "un"}, {}))
    assert counts(first) == (1, 0, 0, 1)
    write_refused_records(first, tmp_path / "erreurs.csv")
    corrected = (tmp_path / "erreurs.csv").read_text(encoding="utf-8-sig").replace(";un;", ";1;")
    (tmp_path / "erreurs.csv").write_text(corrected, encoding="utf-8")
    assert counts(imported(tmp_path / "erreurs.csv")) == (1, 0, 0, 0)
    assert counts(imported(programmes({}, {}))) == (0, 0, 2, 0)


def test_a_dry_run_counts_everything_and_writes_nothing(programmes: Callable[..., Path]) -> None:
    outcome = imported(programmes({}), dry_run=True)
    assert counts(outcome) == (1, 0, 0, 0)
    with looking():
        assert not Residence.objects.exists()
        assert not Agency.objects.exists()
        assert not ImportBatch.objects.exists()


def test_an_import_stopped_before_its_end_leaves_nothing(programmes: Callable[..., Path]) -> None:
    class Stopped(Exception):
        pass

    def stopped() -> None:
        with importing():
            import_file(programmes({}), layout="paris-programmes", created_by=0, at=AT)
            raise Stopped

    with pytest.raises(Stopped):
        stopped()
    with looking():
        assert not Residence.objects.exists()
        assert not Dwelling.objects.exists()


def test_two_imports_at_once_make_one_residence(programmes: Callable[..., Path]) -> None:
    path = programmes({})
    outcomes: list[tuple[int, int, int, int]] = []

    def work() -> None:
        try:
            outcomes.append(counts(imported(path)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [(0, 0, 1, 0), (1, 0, 0, 0)]


def test_the_real_file_adds_up(paris_file: Path) -> None:
    first = imported(paris_file)
    assert counts(first) == (2_830, 0, 0, 2)
    assert first.added == 83_410
    assert counts(imported(paris_file)) == (0, 0, 2_830, 2)
    with looking():
        assert Dwelling.objects.count() == 83_410
        assert Residence.objects.filter(source_landlord="PARIS HABITAT").count() == 791
        assert Dwelling.objects.filter(residence__source_landlord="PARIS HABITAT").count() == 23_682


def test_an_estate_file_creates_then_completes_then_changes_nothing(dwellings: Callable[..., Path]) -> None:
    path = dwellings({}, {"porte": "13", "surface_habitable_m2": ""}, {"porte": "14", "escalier": "2"})
    outcome = imported(path, layout="palier")
    assert counts(outcome) == (3, 0, 0, 0)
    assert [remark.column for remark in outcome.warnings] == ["surface_habitable_m2"]
    assert counts(imported(path, layout="palier")) == (0, 0, 3, 0)
    completed = imported(dwellings({}, {"porte": "13", "surface_habitable_m2": "45"}), layout="palier")
    assert counts(completed) == (0, 1, 1, 0)
    renamed = imported(dwellings({"nom_residence": "Les Platanes"}), layout="palier")
    assert counts(renamed) == (0, 1, 0, 0)
    with looking():
        assert Residence.objects.get().name == "Les Platanes"
        assert (Building.objects.count(), Staircase.objects.count(), Convention.objects.count()) == (1, 2, 1)
        dwelling = Dwelling.objects.select_related("convention").get(door="12")
        assert dwelling.convention is not None
        assert dwelling.convention.max_rent_per_m2_cents == 602
        assert str(dwelling.useful_area_m2) == "70.400"
        assert str(Dwelling.objects.get(door="13").floor_area_m2) == "45.00"


def test_a_maximum_of_a_new_year_or_a_day_replaces_the_one_known_and_an_older_one_does_not(
    dwellings: Callable[..., Path],
) -> None:
    def maximum(**changes: str) -> tuple[tuple[int, int, int, int], int, date | None]:
        outcome = imported(dwellings({**DWELLING, **changes}), layout="palier")
        with looking():
            convention = Convention.objects.get()
        return counts(outcome), convention.max_rent_per_m2_cents, convention.max_rent_on

    assert maximum() == ((1, 0, 0, 0), 602, None)
    # The day alone, then the maximum of the year after; the file of the year before is then refused.
    assert maximum(loyer_max_au="01/01/2025") == ((0, 1, 0, 0), 602, date(2025, 1, 1))
    assert maximum(loyer_max_m2="6,08", loyer_max_au="01/01/2026") == ((0, 1, 0, 0), 608, date(2026, 1, 1))
    assert maximum(loyer_max_m2="6,08", loyer_max_au="01/01/2026") == ((0, 0, 1, 0), 608, date(2026, 1, 1))
    assert maximum(loyer_max_au="01/01/2025") == ((0, 0, 0, 1), 608, date(2026, 1, 1))
    assert maximum(loyer_max_m2="") == ((0, 0, 1, 0), 608, date(2026, 1, 1))
    # A new day says its own maximum, and does not come with another signature.
    for nothing in ("", "0"):
        assert maximum(loyer_max_m2=nothing, loyer_max_au="01/01/2027") == ((0, 0, 0, 1), 608, date(2026, 1, 1))
    assert maximum(loyer_max_au="01/01/2027", convention_signee_le="02/02/2002") == (
        (0, 0, 0, 1),
        608,
        date(2026, 1, 1),
    )


def test_a_maximum_of_a_day_whose_index_is_not_known_is_told_as_taken_as_it_stands(
    dwellings: Callable[..., Path],
) -> None:
    imported(dwellings(DWELLING), layout="palier")
    outcome = imported(dwellings({**DWELLING, "loyer_max_au": "01/01/2062"}), layout="palier")
    assert [remark.column for remark in outcome.warnings] == ["loyer_max_au"]


def test_leases_bring_their_people_accounts_and_terms(
    dwellings: Callable[..., Path], leases: Callable[..., Path]
) -> None:
    imported(dwellings({}), layout="palier")
    outcome = leases_imported(
        leases({}, {"porte": "99"}, {"reference_bail": "B-0002", "debut": "01/05/2020"}, {"loyer": "quatre cents"})
    )
    assert counts(outcome) == (1, 0, 0, 3)
    assert [(remark.line, remark.column) for remark in outcome.refusals] == [(3, "porte"), (4, "debut"), (5, "loyer")]
    with looking():
        lease = Lease.objects.select_related("account", "household").get()
        assert (lease.reference, lease.kind, lease.starts_on) == ("B-0001", "LEASE", date(2019, 3, 1))
        assert (lease.deposit_cents, lease.payment_mode) == (41218, "PRELEVEMENT")
        assert lease.account.label == "Martin Louise"
        assert lease.account.reference is not None
        assert lease.account.reference.startswith("RF")
        assert lease.household is not None
        assert (lease.household.adults, lease.household.dependants, lease.household.is_couple) == (2, 1, True)
        terms = Term.objects.order_by("kind").values_list("kind", "amount_cents", "first_day")
        assert list(terms) == [
            ("PROVISION_WATER", 2140, date(2019, 3, 1)),
            ("RENT", 41218, date(2019, 3, 1)),
        ]
        occupants = Occupant.objects.order_by("role").values_list("role", "display_name", "door_name")
        assert list(occupants) == [
            ("COHOLDER", "Durand Paul", "Martin / Durand"),
            ("HOLDER", "Martin Louise", "Martin / Durand"),
        ]
        assert Contact.objects.get().shared_with_caretaker is False
        assert (Person.objects.count(), HouseholdMember.objects.count(), Household.objects.count()) == (2, 2, 1)


def test_the_same_leases_again_change_nothing_and_an_end_is_taken(
    dwellings: Callable[..., Path], leases: Callable[..., Path]
) -> None:
    imported(dwellings({}), layout="palier")
    assert counts(leases_imported(leases({}))) == (1, 0, 0, 0)
    assert counts(leases_imported(leases({}))) == (0, 0, 1, 0)
    assert counts(leases_imported(leases({"fin": "31/10/2026"}))) == (0, 1, 0, 0)
    assert counts(leases_imported(leases({"fin": "31/10/2026"}))) == (0, 0, 1, 0)
    successor = {"debut": "01/11/2026", "reference_bail": "", "nom": "Petit", "co_nom": "", "co_prenom": ""}
    assert counts(leases_imported(leases({"fin": "31/10/2026"}, successor | {"co_civilite": ""}))) == (1, 0, 1, 0)
    with looking():
        assert Occupant.objects.filter(moved_out_on=date(2026, 10, 31)).count() == 2
        assert Account.objects.filter(kind="TENANT").count() == 2
        assert Lease.objects.exclude(reference="B-0001").get().reference.startswith("2026-")


def test_a_file_is_looked_at_before_it_is_applied(programmes: Callable[..., Path]) -> None:
    path = programmes({}, {"nb_pls": "un"}, {"bs": "(vide)"})
    with importing():
        review = review_file(path, layout="paris-programmes", file_name="ville.csv", created_by=7, at=AT)
    with looking():
        batch_row = ImportBatch.objects.get()
        assert (batch_row.state, batch_row.read_count, batch_row.created_count, batch_row.refused_count) == (
            *("READ", 3, 2, 1),
        )
        refused = ImportRow.objects.get(verdict="REFUSED")
        assert refused.line == 4
        assert refused.findings[0]["column"] == "nb_pls"
        assert not Residence.objects.exists()
    with importing():
        assert counts(apply_review(review, at=AT)) == (2, 0, 0, 0)
    with looking():
        assert Residence.objects.count() == 2
        assert ImportBatch.objects.get().state == "APPLIED"
        assert list(ImportRow.objects.values_list("verdict", flat=True)) == ["REFUSED"]
    with pytest.raises(ReviewAlreadyClosed, match="ville"), importing():
        apply_review(review, at=AT)
    assert counts(imported(path)) == (0, 0, 2, 1)


def test_a_file_left_changes_nothing_and_is_forgotten(programmes: Callable[..., Path]) -> None:
    with importing():
        review = review_file(programmes({}), layout="paris-programmes", file_name="ville.csv", created_by=7, at=AT)
    with importing():
        abandon_review(review, at=AT)
    with looking():
        assert not Residence.objects.exists()
        assert not ImportRow.objects.exists()


def test_what_became_impossible_since_the_look_is_not_half_applied(
    dwellings: Callable[..., Path], leases: Callable[..., Path]
) -> None:
    imported(dwellings({}, {"porte": "13"}), layout="palier")
    with importing():
        review = lease_files.review_file(
            leases({}, {"porte": "13", "reference_bail": "B-0002"}), file_name="baux.csv", created_by=7, at=AT
        )
    leases_imported(leases({"debut": "01/01/2018", "reference_bail": "B-0003"}))
    with pytest.raises(Refusal, match="B-0003"), importing():
        lease_files.apply_review(review, at=AT)
    with looking():
        assert list(Lease.objects.values_list("reference", flat=True)) == ["B-0003"]
