"""From one declaration to the SQL written by hand beside it."""

from palier.privacy.compile import (
    Grant,
    compile_policy,
    grant_statements,
    policy_statement,
    sequence_grants,
)
from palier.privacy.declare import Batch, Read, Role, Scope, TableAccess, Verb, Write

DOORS = TableAccess(
    table="doors",
    category="PORTE",
    reads=(
        Read(by=(Role.RENT_OFFICER,), scope=Scope.MY_RESIDENCES),
        Read(by=(Role.CARETAKER,), scope=Scope.MY_RESIDENCES, columns=("id", "name"), where="a IS NULL OR b"),
        Read(by=(Role.HEADQUARTERS, Batch.IMPORT), scope=Scope.ALL),
        Read(by=(Role.TENANT,), scope=Scope.MYSELF, column="owner_id"),
    ),
    writes=(
        Write(by=(Role.TENANT,), verbs=(Verb.UPDATE,), scope=Scope.MYSELF, column="owner_id", columns=("name",)),
        Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
    ),
    append_only=False,
)


def test_each_reader_has_a_policy_of_the_measured_form() -> None:
    compiled = compile_policy([DOORS], prefix="hlm")
    assert [policy_statement(policy) for policy in compiled.policies] == [
        'CREATE POLICY p_batch_import_delete ON doors FOR DELETE TO "hlm_batch_import" USING (true)',
        'CREATE POLICY p_batch_import_insert ON doors FOR INSERT TO "hlm_batch_import" WITH CHECK (true)',
        (
            'CREATE POLICY p_batch_import_select ON doors FOR SELECT TO "hlm_batch_import"'
            " USING ((SELECT palier.has_context()))"
        ),
        (
            'CREATE POLICY p_caretaker_select ON doors FOR SELECT TO "hlm_caretaker" '
            "USING (residence_id = ANY ((SELECT palier.my_residences())::int[]) AND (a IS NULL OR b))"
        ),
        (
            'CREATE POLICY p_headquarters_select ON doors FOR SELECT TO "hlm_headquarters" '
            "USING ((SELECT palier.has_context()))"
        ),
        (
            'CREATE POLICY p_rent_officer_select ON doors FOR SELECT TO "hlm_rent_officer" '
            "USING (residence_id = ANY ((SELECT palier.my_residences())::int[]))"
        ),
        (
            'CREATE POLICY p_tenant_select ON doors FOR SELECT TO "hlm_tenant" '
            "USING (owner_id = (SELECT palier.my_person()))"
        ),
        (
            'CREATE POLICY p_tenant_update ON doors FOR UPDATE TO "hlm_tenant" '
            "USING (owner_id = (SELECT palier.my_person())) WITH CHECK (owner_id = (SELECT palier.my_person()))"
        ),
    ]


def test_rights_are_given_by_column_where_columns_are_named() -> None:
    assert grant_statements(compile_policy([DOORS], prefix="hlm").grants) == [
        'GRANT DELETE, INSERT, SELECT ON TABLE "doors" TO "hlm_batch_import"',
        'GRANT SELECT ("id", "name") ON TABLE "doors" TO "hlm_caretaker"',
        'GRANT SELECT ON TABLE "doors" TO "hlm_headquarters"',
        'GRANT SELECT ON TABLE "doors" TO "hlm_rent_officer"',
        'GRANT SELECT, UPDATE ("name") ON TABLE "doors" TO "hlm_tenant"',
    ]


def test_a_second_access_of_the_same_role_adds_a_policy_and_the_wider_right_wins() -> None:
    access = TableAccess(
        table="doors",
        category="PORTE",
        reads=(
            Read(by=(Role.RENT_OFFICER,), scope=Scope.MY_RESIDENCES, columns=("id",)),
            Read(by=(Role.RENT_OFFICER,), scope=Scope.ALL, where="kind = 'COMMON'"),
        ),
    )
    compiled = compile_policy([access], prefix="hlm")
    assert [policy.name for policy in compiled.policies] == ["p_rent_officer_select", "p_rent_officer_select_2"]
    assert compiled.policies[1].using == "kind = 'COMMON'"
    assert compiled.grants == {Grant(table="doors", role="hlm_rent_officer", privilege="SELECT")}


def test_a_table_that_names_no_one_and_that_all_read_whole_has_no_row_policy() -> None:
    access = TableAccess(table="agencies", reads=(Read(by=(Role.TENANT,), scope=Scope.ALL),))
    compiled = compile_policy([access], prefix="hlm")
    assert (compiled.filtered, compiled.policies) == (frozenset(), ())


def test_who_inserts_takes_numbers_and_only_a_job_sets_them() -> None:
    rows = TableAccess(
        table="doors",
        writes=(Write(by=(Role.RENT_OFFICER, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL),),
    )
    compiled = compile_policy([rows], prefix="hlm")
    assert sequence_grants(compiled, [("doors", "doors_id_seq"), ("other", "other_id_seq")], prefix="hlm") == {
        Grant(table="doors_id_seq", role="hlm_rent_officer", privilege="USAGE"),
        Grant(table="doors_id_seq", role="hlm_batch_import", privilege="USAGE"),
        Grant(table="doors_id_seq", role="hlm_batch_import", privilege="SELECT"),
        Grant(table="doors_id_seq", role="hlm_batch_import", privilege="UPDATE"),
    }
