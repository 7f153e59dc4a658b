"""The register of employees, taken from a file: accepted rows enter, the others are given back with their cells."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from palier.foundation.fields import check_values
from palier.foundation.staging import next_ids
from palier.foundation.tabular.outcome import Outcome, Verdict
from palier.foundation.tabular.records import Table
from palier.foundation.text import fold
from palier.payroll.imports.register_file import EmployeeFacts, EmployeeReading, RegisterReader
from palier.payroll.models import Employee, Opposition
from palier.people.models import Person

_COLUMNS = (
    "work_address", "private_email", "birth_date", "entered_on", "left_on", "notice_given_on", "notice_means",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    employee: Employee
    opposition: Opposition | None
    first_name: str
    last_name: str


def import_register(table: Table) -> Outcome:
    """Take in the employees of a file, each row alone. A number never passes from one person to another."""
    outcome = Outcome(header=table.header)
    known = _register()
    for reading in RegisterReader(table).readings():
        facts = reading.employee
        found = known.get(facts.number) if facts else None
        if facts is not None and found is not None and _is_someone_else(found, facts):
            reading.checking.refuse(
                "matricule", "ce matricule est celui d’une autre personne : il ne se donne pas deux fois"
            )
        if facts is None or reading.checking.is_refused:
            outcome.refuse(reading.record, reading.checking.remarks, key=reading.record.raw("matricule")[:20])
            continue
        _accept(outcome, reading, facts, found)
    return outcome


def _accept(outcome: Outcome, reading: EmployeeReading, facts: EmployeeFacts, found: _Known | None) -> None:
    if found is None:
        _create(facts)
        verdict = Verdict.CREATE
    else:
        verdict = Verdict.UPDATE if _update(found, facts) else Verdict.UNCHANGED
    outcome.accept(reading.record, verdict, reading.checking.remarks, key=facts.number)


def _register() -> dict[str, _Known]:
    running = {each.employee_id: each for each in Opposition.objects.filter(taken_back_on=None)}
    named = {
        number: (first, last) for number, first, last in Person.objects.values_list("pk", "first_name", "last_name")
    }
    known = {}
    for employee in Employee.objects.all():
        first_name, last_name = named.get(employee.person_id, ("", ""))
        known[employee.number] = _Known(
            employee=employee,
            opposition=running.get(employee.pk),
            first_name=first_name,
            last_name=last_name,
        )
    return known


def _is_someone_else(known: _Known, facts: EmployeeFacts) -> bool:
    """Another name and no same birth date: someone else's payslips would open under a number given again."""
    employee = known.employee
    if fold(known.last_name) == fold(facts.last_name):
        return fold(known.first_name) != fold(facts.first_name) and _born_otherwise(employee, facts)
    return employee.birth_date is None or facts.birth_date is None or _born_otherwise(employee, facts)


def _born_otherwise(employee: Employee, facts: EmployeeFacts) -> bool:
    return employee.birth_date != facts.birth_date


def _create(facts: EmployeeFacts) -> None:
    # Numbered first: the office sees the rows of employees alone, and this one is nobody's yet.
    (person_id,) = next_ids("people_person", 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (id, title, first_name, last_name) VALUES (%s, '', %s, %s)",
            [person_id, facts.first_name, facts.last_name],
        )
    employee = Employee(number=facts.number, person_id=person_id, **_values(facts))
    check_values(employee)
    employee.save(force_insert=True)
    if facts.opposed_on is not None:
        _oppose(employee, facts.opposed_on)


def _update(found: _Known, facts: EmployeeFacts) -> bool:
    employee, wanted = found.employee, _values(facts)
    changed = [name for name in _COLUMNS if getattr(employee, name) != wanted[name]]
    for name in changed:
        setattr(employee, name, wanted[name])
    if changed:
        check_values(employee)
        employee.save(update_fields=changed)
    names = {"first_name": facts.first_name, "last_name": facts.last_name}
    renamed = (found.first_name, found.last_name) != (facts.first_name, facts.last_name)
    if renamed:
        Person.objects.filter(pk=employee.person_id).update(**names)
    opposes = facts.opposed_on is not None and found.opposition is None
    if opposes and facts.opposed_on is not None:
        _oppose(employee, facts.opposed_on)
    return bool(changed) or renamed or opposes


def _oppose(employee: Employee, said_on: date) -> None:
    Opposition.objects.create(employee=employee, person_id=employee.person_id, said_on=said_on, said_by="PAYROLL")


def _values(facts: EmployeeFacts) -> dict[str, str | date | None]:
    return {name: getattr(facts, name) for name in _COLUMNS}
