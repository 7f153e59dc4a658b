"""Every table that leads to a person hides what is protected or archived, or says here why it has nothing to hide."""

from collections.abc import Iterator

import pytest
from django.apps import apps

from palier.privacy.compile import FAMILIES, compile_policy
from palier.privacy.declare import Role, TableAccess
from palier.privacy.policy import declared_tables

# What leads to a person, whatever the table that carries it.
LEADING_COLUMNS = {
    "person_id", "lease_id", "account_id", "bill_id", "household_id", "occupant_id", "document_id", "contact_id",
    "request_id", "reading_id",
}  # fmt: skip
ROOTS = {"people_person", "people_household", "leases_lease", "ledger_account"}
EXEMPT = {
    "attribution_vacancy": "a dwelling and the lease that ended, by number: who allocates reads none",
    "agents_opening": "the agent's own openings: a number that opens nothing once the address is protected",
    "agents_protectedperson": "the protection itself: its holders, and by number and ground the officer",
    "agents_user": "an account that signs in: an identifier and a number, for who resets it",
    "banking_bankaccount": "the landlord's own accounts, and the general accounts of the ledger that follow them",
    "oversight_incident": "the officer alone: what leaked, by number",
    "oversight_incidentperson": "the officer alone, who must tell every person concerned by a breach",
    "privacy_readevent": "the officer alone; the person concerned reads their own",
    "retention_hold": "the officer alone, who holds data back by number",
    "rights_package": "the officer alone, and the person whose copy it is",
}


def _columns_of_tables() -> Iterator[tuple[TableAccess, set[str]]]:
    columns = {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields} for model in apps.get_models()
    }
    for access in declared_tables():
        yield access, columns.get(access.table, set())


def _leading() -> list[TableAccess]:
    return [access for access, columns in _columns_of_tables() if columns & LEADING_COLUMNS or access.table in ROOTS]


@pytest.mark.parametrize("access", _leading(), ids=lambda access: access.table)
def test_a_table_that_leads_to_a_person_is_hidden_or_says_why_not(access: TableAccess) -> None:
    agents = {
        family
        for family in FAMILIES
        if family not in (Role.TENANT, Role.APPLICANT, Role.HELPER, Role.EMPLOYEE, Role.SUPPLIER)
    }
    reached = any(agents & set(each.by) for each in (*access.reads, *access.writes))
    assert access.hidden or not reached or access.table in EXEMPT


def test_what_hides_them_is_a_column_that_exists() -> None:
    for access, columns in _columns_of_tables():
        assert {hidden.column for hidden in access.hidden} <= columns, access.table


def test_an_exemption_is_of_a_table_that_leads_to_a_person_and_is_not_hidden() -> None:
    assert EXEMPT.keys() <= {access.table for access in _leading()}
    assert not [access.table for access in declared_tables() if access.hidden and access.table in EXEMPT]


def test_every_verb_of_an_agent_on_hidden_rows_has_its_restriction() -> None:
    policies = compile_policy(declared_tables(), prefix="palier").policies
    hidden = {access.table for access in declared_tables() if access.hidden}
    agents = {
        f"palier_{family}"
        for family in FAMILIES
        if family not in (Role.TENANT, Role.APPLICANT, Role.HELPER, Role.EMPLOYEE, Role.SUPPLIER)
    }
    allowed = {(p.table, p.role, p.verb) for p in policies if p.table in hidden and p.role in agents}
    kept = {(table, role, verb.removeprefix("RESTRICTIVE ")) for table, role, verb in allowed if " " in verb}
    # The officer answers whoever asks.
    excepted = {(table, "palier_dpo", "SELECT") for table in ("rights_request", "rights_step")}
    # Pay is owed to everyone, and no address of a home is in these rows.
    paid = ("payroll_employee", "payroll_opposition", "payroll_payslip")
    excepted |= {each for each in allowed if each[0] in paid and each[1] == "palier_payroll"}
    # A row put in opens something in the tables declared so alone.
    closed = {access.table for access in declared_tables() if any(each.is_closed for each in access.hidden)}
    plain = {each for each in allowed if " " not in each[2] and (each[2] != "INSERT" or each[0] in closed)}
    assert plain - excepted == kept
    assert closed == {"attribution_candidate"}
    assert len(kept) > 60
