"""The register of employees as a file gives it: one row an employee, by number."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.header import require_columns
from palier.foundation.tabular.records import Record, Table
from palier.leases.imports.lease_file import email_in
from palier.payroll.rules.splitting import LONGEST_NUMBER

EXPECTED: Final = ("matricule", "nom", "prenom", "adresse_travail", "entree")
COLUMNS: Final = (
    *EXPECTED,
    *("courriel", "naissance", "sortie", "information_le", "information_par", "opposition_le"),
)
MEANS: Final = {
    "recommandé": "RECOMMANDE",
    "recommande": "RECOMMANDE",
    "remise": "REMISE",
    "embauche": "EMBAUCHE",
}
FIRST_DAY, LAST_DAY = date(1945, 1, 1), date(2100, 12, 31)
OLDEST_BIRTH: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeFacts:
    """One employee of the file."""

    number: str
    last_name: str
    first_name: str
    work_address: str
    private_email: str
    birth_date: date | None
    entered_on: date
    left_on: date | None
    notice_given_on: date | None
    notice_means: str
    opposed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeReading:
    """A record and what was made of it: an employee, or only remarks."""

    record: Record
    checking: Checking
    employee: EmployeeFacts | None


@dataclass(slots=True)
class RegisterReader:
    """Reads the employees of one file in order; the same number twice is refused the second time."""

    table: Table
    _lines: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_columns(self.table.columns, EXPECTED)

    def readings(self) -> Iterator[EmployeeReading]:
        for record in self.table.records:
            checking = Checking(record)
            employee = _employee(checking)
            if employee is not None:
                self._refuse_twice(checking, employee)
            kept = None if checking.is_refused else employee
            yield EmployeeReading(record=record, checking=checking, employee=kept)

    def _refuse_twice(self, checking: Checking, employee: EmployeeFacts) -> None:
        first = self._lines.setdefault(employee.number, checking.record.line)
        if first != checking.record.line:
            checking.refuse("matricule", f"déjà donné ligne {first}")


def _employee(checking: Checking) -> EmployeeFacts | None:
    number = checking.text("matricule", longest=LONGEST_NUMBER).upper()
    if number and not number.replace("-", "").isalnum():
        checking.refuse("matricule", "un matricule n’a que des lettres, des chiffres et des tirets")
    entered_on = checking.day("entree", first=FIRST_DAY, last=LAST_DAY)
    left_on = checking.day("sortie", first=FIRST_DAY, last=LAST_DAY, required=False)
    notice_given_on = checking.day("information_le", first=FIRST_DAY, last=LAST_DAY, required=False)
    notice_means = checking.choice("information_par", MEANS, required=False)
    if bool(notice_given_on) != bool(notice_means):
        checking.refuse("information_par", "une information a sa date et son moyen, les deux ou aucun")
    if entered_on and left_on and left_on < entered_on:
        checking.refuse("sortie", "la sortie est avant l’entrée")
    last_name = checking.text("nom", longest=80)
    first_name = checking.text("prenom", longest=80)
    work_address = checking.text("adresse_travail", longest=160)
    private_email = email_in(checking)
    birth_date = checking.day("naissance", first=OLDEST_BIRTH, last=LAST_DAY, required=False)
    opposed_on = checking.day("opposition_le", first=FIRST_DAY, last=LAST_DAY, required=False)
    if entered_on is None:
        return None
    return EmployeeFacts(
        number=number,
        last_name=last_name,
        first_name=first_name,
        work_address=work_address,
        private_email=private_email,
        birth_date=birth_date,
        entered_on=entered_on,
        left_on=left_on,
        notice_given_on=notice_given_on,
        notice_means=notice_means,
        opposed_on=opposed_on,
    )
