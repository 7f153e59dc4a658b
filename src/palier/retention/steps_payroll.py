"""What durations do to payslips: each to its own end, then what set its batch aside, then the register."""

from palier.retention.shape import Step, delete

_PARIS = "AT TIME ZONE 'Europe/Paris'"
_HELD = "EXISTS (SELECT FROM held_lease AS h WHERE h.person_id = t.person_id)"

# Whoever is gone from the register or from the suppliers keeps no name and no way in.
_FORGOTTEN = """named AS (UPDATE people_person SET title = '', first_name = '', last_name = 'Personne anonymisée'
                              WHERE id IN (SELECT person_id FROM gone)),
                    closed AS (UPDATE agents_user SET identifier = 'anonyme-' || id, password = '!',
                                      is_active = false, last_login = NULL
                               WHERE person_id IN (SELECT person_id FROM gone))
               SELECT person_id FROM gone"""

INVOICES: tuple[Step, ...] = (
    Step(
        rule="FACTURES",
        name="purchasing_supplier",
        table="purchasing_supplier",
        label="fournisseurs, avec leur dernière facture",
        rows=f"""SELECT t.id, make_date(extract(year FROM max(i.issued_on))::int, 12, 31) AS since, {_HELD} AS is_held
                 FROM purchasing_supplier AS t JOIN purchasing_selfbilledinvoice AS i ON i.supplier_id = t.id
                 GROUP BY t.id, t.person_id""",
        end=f"""WITH last AS (DELETE FROM purchasing_selfbilledinvoice WHERE supplier_id = ANY (%(ids)s::bigint[])),
                    gone AS (DELETE FROM purchasing_supplier WHERE id = ANY (%(ids)s::bigint[]) RETURNING person_id),
                    {_FORGOTTEN}""",
    ),
    Step(
        rule="FACTURES",
        name="purchasing_selfbilledinvoice",
        table="purchasing_selfbilledinvoice",
        label="factures établies au nom des fournisseurs",
        rows=f"""SELECT t.id, make_date(extract(year FROM t.issued_on)::int, 12, 31) AS since, {_HELD} AS is_held
                 FROM purchasing_selfbilledinvoice AS t""",
        end=delete("purchasing_selfbilledinvoice"),
    ),
)
PAYROLL: tuple[Step, ...] = (
    Step(
        rule="BULLETINS",
        name="payroll_payslip",
        table="payroll_payslip",
        label="bulletins de paie électroniques",
        # Fifty years after the issue, or the 76th birthday when it comes later: 26 years after birth, then fifty.
        rows=f"""SELECT t.id, greatest(t.issued_on, (e.birth_date + make_interval(years => 26))::date) AS since,
                        {_HELD} AS is_held
                 FROM payroll_payslip AS t JOIN payroll_employee AS e ON e.id = t.employee_id""",
        waits_for="EXISTS (SELECT FROM payroll_payslip AS c WHERE c.corrects_id = t.id)",
        end=delete("payroll_payslip"),
    ),
    Step(
        rule="REGISTRE_PAIE",
        name="payroll_quarantined",
        table="payroll_quarantined",
        label="pages de paie mises de côté",
        rows=f"""SELECT q.id, (b.imported_at {_PARIS})::date AS since, false AS is_held
                 FROM payroll_quarantined AS q JOIN payroll_paybatch AS b ON b.id = q.batch_id""",
        end=delete("payroll_quarantined"),
    ),
    Step(
        rule="REPRISE",
        name="payroll_givenpayfile",
        table="payroll_givenpayfile",
        label="fichiers de la paie donnés à l’écran",
        rows=f"""SELECT g.id, (g.given_at {_PARIS})::date AS since, false AS is_held FROM payroll_givenpayfile AS g""",
        end=delete("payroll_givenpayfile"),
    ),
    Step(
        rule="REGISTRE_PAIE",
        name="payroll_paybatch",
        table="payroll_paybatch",
        label="lots de bulletins",
        rows=f"""SELECT id, (imported_at {_PARIS})::date AS since, false AS is_held FROM payroll_paybatch""",
        waits_for="""EXISTS (SELECT FROM payroll_payslip AS p WHERE p.batch_id = t.id)
                     OR EXISTS (SELECT FROM payroll_quarantined AS q WHERE q.batch_id = t.id)
                     OR EXISTS (SELECT FROM payroll_givenpayfile AS g WHERE g.batch_id = t.id)""",
        end=delete("payroll_paybatch"),
    ),
    Step(
        rule="REGISTRE_PAIE",
        name="payroll_opposition",
        table="payroll_opposition",
        label="oppositions au bulletin électronique",
        rows=f"""SELECT t.id, e.left_on AS since, {_HELD} AS is_held
                 FROM payroll_opposition AS t JOIN payroll_employee AS e ON e.id = t.employee_id""",
        waits_for="""EXISTS (SELECT FROM payroll_payslip AS p JOIN payroll_opposition AS o
                             ON o.employee_id = p.employee_id WHERE o.id = t.id)""",
        end=delete("payroll_opposition"),
    ),
    Step(
        rule="REGISTRE_PAIE",
        name="payroll_employee",
        table="payroll_employee",
        label="registre de la paie",
        rows=f"SELECT t.id, t.left_on AS since, {_HELD} AS is_held FROM payroll_employee AS t",
        waits_for="""EXISTS (SELECT FROM payroll_payslip AS p WHERE p.employee_id = t.id)
                     OR EXISTS (SELECT FROM payroll_opposition AS o WHERE o.employee_id = t.id)""",
        end=f"""WITH gone AS (DELETE FROM payroll_employee WHERE id = ANY (%(ids)s::bigint[]) RETURNING person_id),
                    {_FORGOTTEN}""",
    ),
)
