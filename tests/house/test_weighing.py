"""What may weigh in an allocation is declared column by column, and names nobody."""

from django.apps import apps

from palier.attribution.operations.proving import exchanged_columns
from palier.attribution.rules.weighing import CRITERIA, KEYS, SEALED
from palier.demandes.privacy import TABLES
from palier.privacy.declare import Batch

COLUMNS = {
    model._meta.db_table: {field.column for field in model._meta.concrete_fields}
    for model in apps.get_models()
    if model._meta.app_label == "demandes"
    and (
        model._meta.db_table == "demandes_application"
        or any(field.column in ("application_id", "first_id") for field in model._meta.concrete_fields)
    )
}


def test_every_criterion_is_a_column_of_an_application() -> None:
    assert {table: columns - COLUMNS[table] for table, columns in CRITERIA.items() if columns - COLUMNS[table]} == {}


def test_who_they_are_is_no_criterion() -> None:
    for table in ("demandes_member", "demandes_stay", "demandes_postaladdress", "demandes_piece"):
        assert table not in CRITERIA
    assert CRITERIA["demandes_application"].isdisjoint({"person_id", "number", "lease_id"})


def test_every_other_column_is_exchanged() -> None:
    exchanged = exchanged_columns()
    for table, columns in COLUMNS.items():
        if table in SEALED:
            continue
        left = columns - KEYS - CRITERIA.get(table, frozenset())
        assert left == set(exchanged.get(table, ())), table
    assert {"last_name", "first_name", "birth_date"} <= set(exchanged["people_person"])
    assert "nationality" in exchanged["demandes_stay"]


def test_what_is_sealed_is_read_by_no_job_that_computes() -> None:
    for access in (access for access in TABLES if access.table in SEALED):
        for read in access.reads:
            assert Batch.ALLOCATION not in read.by
            # Whom a line is of, to end it with the person; never what it holds.
            assert Batch.IMPORT not in read.by or read.columns == ("member_id",)
