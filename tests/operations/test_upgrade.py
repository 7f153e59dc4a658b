"""An earlier version’s database takes the migrations and the policy of this one, its own policies in place."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections

from palier.foundation.postgres import provision
from palier.privacy.checks import database_differences
from palier.privacy.compile import compile_policy, grant_statements, policy_statement, role_name
from palier.privacy.operations import FUNCTIONS, apply_policy
from palier.privacy.policy import declared_tables

if TYPE_CHECKING:
    from tests.conftest import Cluster

# The migrations of two versions run one after the other, each of them twice the length of a usual test.
pytestmark = pytest.mark.timeout(300)
NAME = "palier_upgrade"


@pytest.fixture(scope="module")
def before(cluster: "Cluster") -> Iterator[str]:
    """The journal as it was before its months and its seals, with rights and row policies on every table there."""
    provision(replace(cluster.server, address=replace(cluster.server.address, database=NAME)), prefix="palier")
    try:
        with cluster.connected_to(NAME):
            call_command("migrate", "privacy", "0001_initial", database="owner", verbosity=0)
            for app in apps.get_app_configs():
                if app.name.startswith("palier.") and app.label != "privacy" and app.models_module is not None:
                    call_command("migrate", app.label, database="owner", verbosity=0)
            with cluster.as_superuser(NAME) as superuser:
                _give_its_policy(superuser)
        yield NAME
    finally:
        cluster.drop(NAME)


@pytest.fixture
def earlier(cluster: "Cluster", before: str) -> Iterator[psycopg.Connection]:
    with cluster.own_copy(before) as name, cluster.as_superuser(name) as superuser:
        yield superuser


def _give_its_policy(superuser: psycopg.Connection) -> None:
    rows = superuser.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    there = {name for (name,) in rows.fetchall()}
    assert "privacy_journalblock" not in there
    folder = files("palier.privacy") / "sql"
    for reader, names in FUNCTIONS.items():
        owner = role_name("palier", reader)
        superuser.execute(f"GRANT USAGE, CREATE ON SCHEMA palier TO {owner}")
        superuser.execute(f"SET ROLE {owner}")
        for name in names:
            superuser.execute((folder / name).read_text(encoding="utf-8"))
        superuser.execute("RESET ROLE")
    compiled = compile_policy([access for access in declared_tables() if access.table in there], prefix="palier")
    for table in compiled.filtered:
        superuser.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
    for statement in (*grant_statements(compiled.grants), *map(policy_statement, compiled.policies)):
        superuser.execute(statement)


def test_migrations_and_policy_pass_over_an_earlier_database(earlier: psycopg.Connection) -> None:
    looking = "SELECT count(*) FROM pg_policies WHERE tablename <> 'privacy_readevent' AND qual ~ 'privacy_readevent'"
    assert earlier.execute(looking).fetchone() != (0,)
    earlier.execute(
        """INSERT INTO privacy_readevent
               (at, operator, role, purpose, motive, is_mass, subjects, categories, screen, terms)
           VALUES ('2026-10-01', 'essai', 'batch_rent', 'QUITTANCEMENT', 'MOIS', true, '{}', '{COMPTE}', 'mois', '')"""
    )
    call_command("migrate", database="owner", verbosity=0)
    apply_policy(connections["owner"])
    # The tests' cluster lets the web's login work as the commands' own: its one liberty.
    differences = [said for said in database_differences(connections["owner"]) if "palier_worker" not in said]
    assert differences == []
    assert earlier.execute("SELECT operator, screen FROM privacy_readevent").fetchall() == [("essai", "mois")]
    apply_policy(connections["owner"])


def test_the_balances_that_banks_stated_come_down_with_their_rows(earlier: psycopg.Connection) -> None:
    for app, name in (("closing", "0001_initial"), ("banking", "0007_waiting_signature")):
        call_command("migrate", app, name, database="owner", verbosity=0)
    earlier.execute(
        """INSERT INTO ledger_account (id, code, label, kind, reference) VALUES (1, 'BNQ', 'Banque', 'GENERAL', '');
           INSERT INTO banking_bankaccount (id, label, iban, bic, account_id) VALUES (1, 'Compte', 'FR76', '', 1);
           INSERT INTO closing_statedbalance (bank_account_id, "on", balance_cents, origin, stated_by, stated_at)
           VALUES (1, '2026-10-30', 12345, 'FILE', 4, now())"""
    )
    call_command("migrate", database="owner", verbosity=0)
    apply_policy(connections["owner"])
    kept = earlier.execute('SELECT id, "on"::text, balance_cents, stated_by FROM banking_statedbalance')
    assert kept.fetchall() == [(1, "2026-10-30", 12345, 4)]
    gone = earlier.execute("SELECT to_regclass('closing_statedbalance')")
    assert gone.fetchone() == (None,)
    differences = [said for said in database_differences(connections["owner"]) if "palier_worker" not in said]
    assert differences == []
