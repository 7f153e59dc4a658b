"""What nothing reads is kept nowhere: numbers of accounts and of persons in the other columns of a file of leases or
of accounts, read on screen or taken in by the command, its rows accepted or refused."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests.landlord import Landlord

from palier.cli import main
from palier.foundation.reviews import abandon_review
from palier.leases.models import Lease
from palier.leases.operations import files as lease_files
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.takeover.operations import files as account_files

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
# Fictional: a number whose key is right and whose bank does not exist, a number of a person never born.
IBAN, NIR, WORDS = "FR7699998000020000000000189", "199137512345678", "ne paie plus"
LEASES = "code_residence;batiment;porte;reference_bail;nom;prenom;debut;fin;loyer;compte;n° sécu;;avis"
ACCOUNTS = "nature;reference_bail;mois;montant;compte;n° sécu;;avis"
# The second row of each is refused: no such door, no such lease.
LEASE_ROWS = (
    "R11;A;101;B-1990;Fictif;Jean;01/01/1990;31/12/1994;300,00",
    "R11;A;999;B-9;Fictif;Anne;01/01/1990;;300,00",
)
ACCOUNT_ROWS = ("solde;B-101;2026-09;12,00", "solde;B-999;2026-09;7,00")


@pytest.fixture(autouse=True)
def _known_references(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE leases_lease SET reference = 'B-' || id, deposit_cents = 0")


def written(folder: Path, header: str, rows: tuple[str, ...]) -> Path:
    path = folder / "export.csv"
    hidden = f"{IBAN[:4]} {IBAN[4:]};{NIR};{IBAN};{WORDS}"
    path.write_text("\n".join([header, *(f"{row};{hidden}" for row in rows)]) + "\n", encoding="utf-8")
    return path


def importing() -> contextlib.AbstractContextManager[object]:
    return batch(Batch.IMPORT, operator="essai", motive="REPRISE", command="essai")


def found_in(superuser: psycopg.Connection) -> list[str]:
    """The tables where one of them stands, and the files of the home."""
    tables = superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    sought = [f"%{said}%" for said in (IBAN, IBAN[4:], NIR, WORDS)]
    holding = [
        table
        for (table,) in tables
        if superuser.execute(f'SELECT FROM "{table}" AS t WHERE t::text LIKE ANY (%s) LIMIT 1', [sought]).fetchone()
        is not None
    ]
    documents = [each for each in Path(settings.DOCUMENT_ROOT).rglob("*") if each.is_file()]
    return holding + [str(each) for each in documents if any(is_in(each, said[1:-1]) for said in sought)]


def is_in(path: Path, said: str) -> bool:
    return said.encode() in path.read_bytes()


@pytest.mark.parametrize("applied", [True, False])
def test_a_file_of_leases_looked_at_on_screen_leaves_none_of_it(
    superuser: psycopg.Connection, tmp_path: Path, applied: bool
) -> None:
    path = written(tmp_path, LEASES, LEASE_ROWS)
    with importing():
        review = lease_files.review_file(path, file_name="baux.csv", created_by=0, at=AT)
    kept = superuser.execute("SELECT verdict, cells ->> 'reference_bail' FROM foundation_importrow ORDER BY record")
    assert kept.fetchall() == [("CREATE", "B-1990"), ("REFUSED", "B-9")]
    assert found_in(superuser) == []
    with importing():
        if applied:
            lease_files.apply_review(review, at=AT)
            assert Lease.objects.filter(reference="B-1990").exists()
        else:
            abandon_review(review, at=AT)
    assert found_in(superuser) == []


def test_a_file_of_accounts_looked_at_on_screen_leaves_none_of_it(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    path = written(tmp_path, ACCOUNTS, ACCOUNT_ROWS)
    with importing():
        review = account_files.review_file(path, file_name="comptes.csv", created_by=0, at=AT)
    assert found_in(superuser) == []
    with importing():
        account_files.apply_review(review, at=AT)
    assert superuser.execute("SELECT lease_id FROM takeover_opening").fetchall() == [(101,)]
    assert found_in(superuser) == []


@pytest.mark.parametrize(
    ("command", "header", "rows"), [("leases", LEASES, LEASE_ROWS), ("accounts", ACCOUNTS, ACCOUNT_ROWS)]
)
def test_the_command_neither_keeps_nor_shows_it(
    superuser: psycopg.Connection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    header: str,
    rows: tuple[str, ...],
) -> None:
    path, errors, report = written(tmp_path, header, rows), tmp_path / "refus.csv", tmp_path / "compte-rendu.json"
    connection.close()
    assert main([command, "import", str(path), "--json", "--errors", str(errors), "--report", str(report)]) == 0
    out, err = capsys.readouterr()
    told = out + err + errors.read_text(encoding="utf-8-sig") + report.read_text(encoding="utf-8")
    assert [said for said in (IBAN, IBAN[4:], NIR, WORDS) if said in told] == []
    assert "laissées de côté\u00a0: «\u00a0compte\u00a0», «\u00a0n° sécu\u00a0», «\u00a0avis\u00a0»" in err
    assert found_in(superuser) == []
    # What is given back can be corrected and given again.
    assert errors.read_text(encoding="utf-8-sig").splitlines()[0].endswith("occurrence;motif_du_refus")
