"""Wanting paper, and coming back: one click, by the employee, at any time (code du travail, art. L3243-2)."""

from datetime import date

from django.db import IntegrityError, transaction

from palier.foundation.errors import Refusal
from palier.payroll.models import Employee, Opposition


class NotOnPayroll(Refusal):
    """Votre compte n’est pas au registre de la paie : adressez-vous au service de la paie."""


class AlreadyOpposed(Refusal):
    """Votre opposition est déjà enregistrée : vos prochains bulletins viennent sur papier."""


class NotOpposed(Refusal):
    """Vous n’avez pas d’opposition en cours : vos bulletins viennent dans cet espace."""


def oppose(*, person_id: int, on: date) -> Opposition:
    """Say that one wants paper, from that day on. Raises NotOnPayroll, AlreadyOpposed."""
    employee = _employee_of(person_id)
    if Opposition.objects.filter(employee=employee, taken_back_on=None).exists():
        raise AlreadyOpposed
    try:
        with transaction.atomic():
            return Opposition.objects.create(employee=employee, person_id=person_id, said_on=on, said_by="EMPLOYEE")
    except IntegrityError as twice:
        # Said twice at once: the first one holds.
        raise AlreadyOpposed from twice


def take_back_opposition(*, person_id: int, on: date) -> None:
    """Come back to electronic payslips. Raises NotOnPayroll, NotOpposed."""
    employee = _employee_of(person_id)
    if not Opposition.objects.filter(employee=employee, taken_back_on=None).update(taken_back_on=on):
        raise NotOpposed


def _employee_of(person_id: int) -> Employee:
    employee = Employee.objects.filter(person_id=person_id).first()
    if employee is None:
        raise NotOnPayroll
    return employee
