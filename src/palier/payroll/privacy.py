"""Who reads payslips: the employee theirs, the payroll office all of them, and no other agent.

Rent officers, accountants and headquarters have no right on these tables: a page that forgot to ask would be refused.
"""

from palier.privacy.declare import (
    SCOPE,
    Batch,
    Hidden,
    Read,
    Role,
    Scope,
    Secret,
    TableAccess,
    Verb,
    Write,
)

_OFFICE = (Role.PAYROLL, Batch.PAYROLL)
# Pay is owed to everyone, protected or not, and these rows hold neither a dwelling nor a home address.
_PERSON = Hidden(by=Secret.PERSON, column="person_id", but=(Role.PAYROLL,))
_MINE_TO_OPEN = "released_at IS NOT NULL AND route = 'OWN_SPACE'"
# What the control of the packs reads each night: sealed bytes, and nobody behind them.
_CONTROLLED = Read(
    by=(Batch.MAIL,), scope=Scope.ALL, columns=("sha256", "byte_count", "kept_key", "kept_pack", "kept_slot")
)
_KEPT = ("id", "person_id", "batch_id", "issued_on", "employee_id", "corrects_id")

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="payroll_employee",
        category="PAIE",
        hidden=(_PERSON,),
        reads=(
            Read(by=_OFFICE, scope=Scope.ALL),
            Read(by=(Role.EMPLOYEE, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "person_id", "birth_date", "left_on")),
            # Who signs in as an employee (privacy/sql/partners.sql): a number of person, no name.
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("person_id",)),
        ),
        writes=(
            Write(by=_OFFICE, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="payroll_opposition",
        category="PAIE",
        hidden=(_PERSON,),
        reads=(
            Read(by=_OFFICE, scope=Scope.ALL),
            Read(by=(Role.EMPLOYEE, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "employee_id", "person_id")),
        ),
        writes=(
            Write(by=_OFFICE, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=_OFFICE, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("taken_back_on",)),
            # One click, by the employee alone, for themself alone.
            Write(by=(Role.EMPLOYEE,), verbs=(Verb.INSERT,), scope=Scope.MYSELF, where="said_by = 'EMPLOYEE'"),
            Write(by=(Role.EMPLOYEE,), verbs=(Verb.UPDATE,), scope=Scope.MYSELF, columns=("taken_back_on",)),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="payroll_paylayout",
        append_only=True,
        reads=(Read(by=_OFFICE, scope=Scope.ALL),),
        writes=(Write(by=_OFFICE, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="payroll_paybatch",
        category="PAIE",
        reads=(
            Read(by=_OFFICE, scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "imported_at")),
        ),
        writes=(
            Write(by=_OFFICE, verbs=(Verb.INSERT,), scope=Scope.ALL),
            # What was released stays: only a corrected payslip beside the first.
            Write(by=_OFFICE, verbs=(Verb.UPDATE,), scope=Scope.ALL, standing="state = 'READ' OR state = 'REVIEWED'"),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="payroll_givenpayfile",
        category="PAIE",
        reads=(
            Read(by=_OFFICE, scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "given_at", "batch_id")),
            _CONTROLLED,
        ),
        writes=(
            Write(by=(Role.PAYROLL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=(Role.PAYROLL,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "kept_key", "left_by", "left_at"),
                where="state = 'LEFT'",
            ),
            Write(by=(Batch.PAYROLL,), verbs=(Verb.UPDATE,), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="payroll_payslip",
        category="PAIE",
        hidden=(_PERSON,),
        reads=(
            Read(by=_OFFICE, scope=Scope.ALL),
            # A batch that is being read is nobody's yet, and whoever wants paper has it on paper.
            Read(by=(Role.EMPLOYEE,), scope=Scope.MYSELF, where=_MINE_TO_OPEN),
            Read(by=(Batch.RIGHTS,), scope=Scope.MYSELF, where="released_at IS NOT NULL"),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=_KEPT),
            _CONTROLLED,
        ),
        writes=(
            Write(by=_OFFICE, verbs=(Verb.INSERT,), scope=Scope.ALL, where="released_at IS NULL"),
            Write(
                by=_OFFICE,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("route", "paper_reason", "released_at", "print_lot_id", "print_rank"),
                standing="released_at IS NULL",
            ),
            Write(by=_OFFICE, verbs=(Verb.DELETE,), scope=Scope.ALL, standing="released_at IS NULL"),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="payroll_quarantined",
        category="PAIE",
        reads=(
            Read(by=_OFFICE, scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "batch_id")),
            _CONTROLLED,
        ),
        writes=(
            Write(by=_OFFICE, verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            Write(
                by=_OFFICE,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("outcome", "decided_by", "decided_at"),
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="payroll_serviceclosing",
        reads=(Read(by=(*_OFFICE, Role.EMPLOYEE), scope=Scope.ALL),),
        writes=(
            Write(by=(Role.PAYROLL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Role.PAYROLL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("withdrawn_on", "withdrawn_by")),
        ),
    ),
)
