"""The clock moved ten years on: the demonstration holds no one any more, documents are noise, no table is forgotten."""

import shutil
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests.operations.purging import count, purged_on

from palier.mail.documents import kept_of
from palier.mail.keys import wrapped
from palier.mail.store import DocumentAltered, DocumentShredded, DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.policy import declared_tables
from palier.retention.models import Purge
from palier.retention.queries import declared_rules
from palier.retention.steps import NOBODY, STEPS

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made


# --- The whole demonstration, ten years on ---------------------------------------------------------------------------


def test_ten_years_on_the_demonstration_holds_no_one_any_more(
    cluster: "Cluster", fresh_world: "Made", tmp_path: Path
) -> None:
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as direct:
        everyone_leaves(direct)
        direct.execute("UPDATE attribution_commissionmember SET last_day = '2026-12-31'")
        assert count(direct, "attribution_attendance") > 0
        people = count(direct, "people_person")
        ten_years = purged_on(date(2036, 11, 21), tmp_path)
        # Ten years to the day: the pieces of 2026 have their year's end to wait for.
        assert count(direct, "mail_document") > 0
        assert count(direct, "demandes_application") + count(direct, "demandes_member") == 0
        # Those who hold an account of connection and neither a lease nor an application, and those whose payslips last.
        gone = """NOT IN (SELECT u.person_id FROM agents_user AS u WHERE u.person_id IS NOT NULL AND u.is_active
                          UNION SELECT person_id FROM payroll_employee)"""
        assert count(direct, "people_person", f"last_name <> '{NOBODY}' AND id {gone}") == 0
        assert count(direct, "people_contact", f"person_id {gone}") == 0
        assert {count(direct, table) for table in ("people_income", "people_household")} == {0}
        postings = direct.execute("SELECT count(*), sum(amount_cents) FROM ledger_posting").fetchone()
        last = purged_on(date(2037, 1, 1), tmp_path)
        assert count(direct, "mail_document") == 0
        assert count(direct, "leases_occupant") == 0
        # Who sat, was represented, presided or voted: nobody is named any more.
        assert count(direct, "attribution_attendance") + count(direct, "attribution_vote") == 0
        assert count(direct, "attribution_commissionmember") == 0
        # What replays a sitting ends with the files and the reviews that it holds.
        assert count(direct, "attribution_frozen", "sealed IS NOT NULL") == 0
        assert count(direct, "ledger_account", f"kind = 'TENANT' AND label <> '{NOBODY}'") == 0
        assert direct.execute("SELECT count(*), sum(amount_cents) FROM ledger_posting").fetchone() == postings
        assert purged_on(date(2037, 1, 1), tmp_path).count() == 0
        assert [p.number for p in read_purges()] == [1, 2]
        # Fifty years after the last payslip, or at 76: nobody was on the payroll.
        assert count(direct, "payroll_employee") > 0
        purged_on(date(2078, 1, 2), tmp_path)
        assert count(direct, "payroll_payslip") + count(direct, "payroll_employee") == 0
    assert people > 0
    assert ten_years.count() > people
    assert last.count() > 0


def test_a_purged_document_is_noise_in_the_backups_too(cluster: "Cluster", fresh_world: "Made", tmp_path: Path) -> None:
    folder, backup = tmp_path / "documents", tmp_path / "backup"
    shutil.copytree(settings.DOCUMENT_ROOT, folder)
    store = DocumentStore(folder)
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as direct:
        rows = direct.execute("SELECT id, pdf_sha256 FROM mail_document WHERE pdf_sha256 <> '' ORDER BY id").fetchall()
        assert rows
        number, digest = rows[0]
        with batch(Batch.MAIL, operator="essai", motive="AVIS", command="essai", categories=()):
            kept = kept_of([number])[number]
        assert store.open(kept).startswith(b"%PDF")
        assert sha256(store.open(kept)).hexdigest() == digest
        shutil.copytree(folder, backup)
        everyone_leaves(direct)
        purged_on(date(2037, 1, 1), tmp_path)
        # Nowhere in the database is there a key left.
        assert count(direct, "mail_document") == count(direct, "mail_documentkey") == 0
    # The copy of the folder still has the bytes; nothing opens them any more.
    assert (backup / "packs" / kept.pack[:2] / f"{kept.pack}.pack").exists()
    assert b"%PDF" not in b"".join(path.read_bytes() for path in backup.rglob("*.pack"))
    with pytest.raises(DocumentShredded):
        DocumentStore(backup).open(replace(kept, wrapped=b""))
    with pytest.raises(DocumentAltered):
        DocumentStore(backup).open(replace(kept, wrapped=wrapped(b"0" * 32)))


def everyone_leaves(direct: psycopg.Connection) -> None:
    """Every lease ends with 2026, every account is settled and every application struck off on that day."""
    direct.execute("SET session_replication_role = replica")
    direct.execute(
        """UPDATE demandes_application SET state = 'RADIATED', radiated_on = '2026-12-31',
                  radiation_motive = 'NON_RENOUVELLEMENT', warned_on = NULL, warned_for = '' WHERE state = 'ACTIVE'"""
    )
    direct.execute("UPDATE payroll_employee SET left_on = '2026-12-31'")
    direct.execute("UPDATE leases_lease SET ends_on = '2026-12-31' WHERE ends_on IS NULL OR ends_on > '2026-12-31'")
    direct.execute(
        """INSERT INTO ledger_entry (journal, number, booked_on, label, source_kind, source_id, means, posted_at,
                                     posted_by)
           SELECT 'BANK', 900000 + a.id, '2026-12-31', 'Solde', 'PAYMENT', 900000 + a.id, 'VIREMENT', now(), 1
           FROM ledger_account AS a WHERE a.kind = 'TENANT'"""
    )
    direct.execute(
        """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
           SELECT e.id, p.account_id, p.residence_id, '2026-12-31', -p.cents
           FROM (SELECT account_id, max(residence_id) AS residence_id, sum(amount_cents) AS cents
                 FROM ledger_posting GROUP BY account_id) AS p
           JOIN ledger_entry AS e ON e.source_kind = 'PAYMENT' AND e.source_id = 900000 + p.account_id"""
    )
    direct.execute("SET session_replication_role = origin")


def read_purges() -> list[Purge]:
    with batch(Batch.RETENTION, operator="essai", motive="CONSERVATION", command="essai", categories=()):
        return list(Purge.objects.order_by("number"))


# --- Nothing is forgotten --------------------------------------------------------------------------------------------

# Tables of personal data that no duration ends, and why.
WITHOUT_END = {
    "ledger_entry": "écritures : elles restent, et ne nomment personne",
    "ledger_posting": "écritures : elles restent, et ne nomment personne",
    "banking_match": "un compte et un mouvement qui, eux, ne nomment plus personne",
    "banking_settlement": "un paiement et une dette : il reste avec les écritures, et ne nomme personne",
    "ledger_manualentry": "la raison d’une écriture : elle reste avec elle, et ne nomme personne",
    "quittancement_line": "effacées avec leur avis",
    "quittancement_contra": "effacées avec leur avis",
    "mail_documentkey": "détruites avec leurs documents",
    "people_householdmember": "effacés avec leur foyer",
    "privacy_readevent": "les mois du journal expirent entiers (palier journal expire)",
    "maintenance_keyset": "un trousseau : un objet, sans personne",
    "rights_step": "effacées avec leur demande",
    "rights_package": "effacées avec leur demande",
    "oversight_incidentperson": "effacées avec leur violation",
    "oversight_incidentstep": "effacées avec leur violation",
    "retention_hold": "levées, elles ne retiennent plus rien",
    "retention_purge": "la preuve des effacements",
}


def test_every_table_of_personal_data_has_its_end_or_a_reason() -> None:
    ended_by_a_rule = {step.table for step in STEPS}
    personal = {access.table for access in declared_tables() if access.category}
    assert personal - ended_by_a_rule - WITHOUT_END.keys() == set()


def test_every_step_has_its_rule_and_every_rule_its_step() -> None:
    assert {step.rule for step in STEPS} | {"JOURNAL"} == {rule.code for rule in declared_rules()}
    assert len({step.name for step in STEPS}) == len(STEPS)
