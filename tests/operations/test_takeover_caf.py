"""The numbers under which the CAF pays, taken over: its first file is matched alone, and no number is kept."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from tests.landlord import Landlord
from tests.operations.test_housing_aid import CODE, NUMBERS, detail, imported, written

from palier.aid.models import AidRow, Beneficiary
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.takeover.operations.files import Imported, import_file, review_file

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADER = "nature;reference_bail;code_caf;numero_allocataire"


@pytest.fixture(autouse=True)
def known_references(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE leases_lease SET reference = 'B-' || id")


def file(folder: Path, *rows: str) -> Path:
    path = folder / "allocataires.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def row(lease: int, number: str) -> str:
    return f"allocataire;B-{lease};{CODE};{number}"


def take(path: Path) -> Imported:
    with batch(Batch.IMPORT, operator="test", motive="REPRISE", command="accounts import"):
        return import_file(path, created_by=0, at=AT)


def links() -> list[tuple[int, str]]:
    with batch(Batch.IMPORT, operator="test", motive="REPRISE", command="accounts import"):
        return list(Beneficiary.objects.order_by("lease_id").values_list("lease_id", "number_end"))


def test_the_first_file_of_the_caf_finds_whose_its_rows_are(tmp_path: Path) -> None:
    done = take(file(tmp_path, row(101, NUMBERS[101]), row(102, NUMBERS[102])))
    assert (done.outcome.created, done.outcome.refused) == (2, 0), done.outcome.refusals
    assert links() == [(101, "101"), (102, "102")]
    paid = written(tmp_path, detail(NUMBERS[101], "2612", 21_000), detail(NUMBERS[102], "2612", 9_000), amount=30_000)
    assert imported(paid).exceptions == 0


def test_rows_that_waited_for_a_number_are_judged_when_it_comes(tmp_path: Path) -> None:
    paid = written(tmp_path, detail(NUMBERS[101], "2612", 21_000), detail(NUMBERS[201], "2612", 9_000), amount=30_000)
    assert imported(paid).exceptions == 2
    take(file(tmp_path, row(101, NUMBERS[101])))
    with batch(Batch.IMPORT, operator="test", motive="REPRISE", command="accounts import"):
        assert list(AidRow.objects.order_by("rank").values_list("lease_id", "state")) == [
            (101, "MATCHED"),
            (None, "UNKNOWN"),
        ]


def test_the_same_numbers_again_change_nothing_and_another_lease_for_one_is_refused_without_it(tmp_path: Path) -> None:
    path = file(tmp_path, row(101, NUMBERS[101]))
    take(path)
    assert take(path).outcome.unchanged == 1
    refused = take(file(tmp_path, row(102, NUMBERS[101]))).outcome
    assert (refused.created, refused.refused) == (0, 1)
    assert "mène déjà à un autre bail" in str(refused.refusals)
    assert NUMBERS[101] not in str(refused.refusals)
    assert links() == [(101, "101")]


def test_a_number_is_never_kept_in_clear_not_even_while_its_file_is_looked_at(
    tmp_path: Path, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    path = file(tmp_path, row(101, NUMBERS[101]))
    with batch(Batch.IMPORT, operator="test", motive="REPRISE", command="accounts import"):
        review_file(path, file_name=path.name, created_by=own_landlord.agents["siege"], at=AT)
    take(path)
    tables = superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    holding = [
        table
        for (table,) in tables
        if superuser.execute(
            f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', (f"%{NUMBERS[101]}%",)
        ).fetchone()
        != (0,)
    ]
    assert holding == []
    assert links() == [(101, "101")]
