"""Twelve invented employees, two months of payslips released, a third with a page in quarantine; one supplier."""

import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import make_password

from palier.agents.models import Agent, User
from palier.demo.accounts import DoorAccount, email, password_of, read_file, write_file
from palier.demo.loading import OPERATOR
from palier.demo.pay_papers import LAYOUT, InventedSlip, pay_file
from palier.foundation.home import Home
from palier.foundation.money import euros_fr
from palier.foundation.periods import Month
from palier.foundation.tabular.reading import open_table
from palier.mail.report import Facts, Report, Sender, Text, render_report
from palier.mail.store import DocumentStore
from palier.payroll.models import Employee
from palier.payroll.operations.batches import GivenBatch, import_batch, release_batch, review_batch
from palier.payroll.operations.layouts import declare_layout
from palier.payroll.operations.register import import_register
from palier.people.models import Person
from palier.privacy.actor import BY_COMMAND, batch
from palier.privacy.declare import Batch, Role
from palier.purchasing.models import Supplier
from palier.purchasing.operations.depositing import InvoiceToDeposit, deposit_invoice

_NAMES: Final = (
    ("P0001", "Bambou", "Agathe"), ("P0002", "Carambolier", "Benoît"), ("P0003", "Davidia", "Célia"),
    ("P0004", "Eucalyptus", "Driss"), ("P0005", "Filao", "Estelle"), ("P0006", "Ginkgo", "Farid"),
    ("P0007", "Hibiscus", "Gaëlle"), ("P0008", "Iroko", "Hervé"), ("P0009", "Jacaranda", "Inès"),
    ("P0010", "Kapokier", "Jules"), ("P0011", "Laurier", "Karima"), ("P0012", "Magnolia", "Loïc"),
)  # fmt: skip
# Who left, who opposed, who was told too late: the others read their payslips in their own space.
_LEFT, _OPPOSED, _NOT_TOLD = "P0002", "P0011", "P0012"
_ACCOUNTS: Final = (
    ("salarie_1", "P0001", "Salariée, bulletins électroniques"),
    ("ancien_salarie", _LEFT, "Ancien salarié, parti : son espace reste ouvert"),
)
_SUPPLIER: Final = "fournisseur_1"
_STRANGER: Final = "P0099"


def pay_employees(home: Home, *, month: Month, at: datetime) -> None:
    """The register, then the batches of the two months before and of this one, through the product's own operations."""
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        clerks = list(Agent.objects.filter(role=Role.PAYROLL).order_by("pk").values_list("pk", flat=True)[:2])
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    first, second = clerks
    with batch(Batch.PAYROLL, operator=OPERATOR, motive="DEMONSTRATION", command="demo"):
        _register(at.date())
        declare_layout(LAYOUT, by=first, at=at)
        for paid in (month.previous().previous(), month.previous()):
            number = import_batch(_file(paid, stranger=False), store=store, by=first, at=at).pk
            review_batch(batch_id=number, by=first, at=at)
            release_batch(batch_id=number, by=second, at=at)
        import_batch(_file(month, stranger=True), store=store, by=first, at=at)
        persons = dict(Employee.objects.values_list("number", "person_id"))
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo"):
        supplier_person = _supplier(month, store=store, at=at)
    _open_accounts(home, persons, supplier_person)


def _register(on: date) -> None:
    lines = [
        "matricule;nom;prenom;adresse_travail;entree;sortie;naissance;information_le;information_par;opposition_le"
    ]
    for rank, (number, last_name, first_name) in enumerate(_NAMES):
        left = f"{on - timedelta(days=20)}" if number == _LEFT else ""
        told = "" if number == _NOT_TOLD else f"{on.year - 2}-01-15"
        opposed = f"{on.year - 1}-03-02" if number == _OPPOSED else ""
        means = "remise" if told else ""
        born = f"{1964 + 3 * rank}-06-{rank + 1:02d}"
        dated = f"2012-09-03;{left};{born};{told};{means};{opposed}"
        lines.append(f"{number};{last_name};{first_name};Siège, 1 place du Modèle;{dated}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registre.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        import_register(open_table(path))


def _file(month: Month, *, stranger: bool) -> GivenBatch:
    slips = [
        InventedSlip(number=number, gross_cents=212_345 + 9_871 * rank, has_second_page=rank == 3)
        for rank, (number, _, _) in enumerate(_NAMES)
    ]
    if stranger:
        slips.append(InventedSlip(number=_STRANGER, gross_cents=250_000))
    return GivenBatch(
        content=pay_file(slips, month=month.label_fr()),
        name=f"bulletins-{month}.pdf",
        month=month,
        issued_on=month.last_day,
    )


def _supplier(month: Month, *, store: DocumentStore, at: datetime) -> int:
    """A firm, and one invoice deposited to try the way: nothing computes them yet. The person who signs in for it."""
    person = Person.objects.create(title="MME", first_name="Odette", last_name="Palmier")
    supplier = Supplier.objects.create(name="Plomberie du Modèle (fictive)", siret="00000000000000", person=person)
    net, vat = 84_000, 8_400
    number = f"ESSAI-{month}-0001"
    report = Report(
        number=number,
        title="Facture d’essai, établie au nom du fournisseur",
        issued_on=month.previous().last_day,
        sender=Sender(name="Habitat du Val Serein", address=("1 place du Modèle", "00000 Villefictive")),
        stamp="DÉPÔT D’ESSAI",
        blocks=(
            Text("Ce document essaie le chemin d’une facture jusqu’à son fournisseur. Rien n’est dû."),
            Facts(
                (
                    ("Fournisseur", supplier.name),
                    ("Montant hors taxes", euros_fr(net)),
                    ("TVA à 10 %", euros_fr(vat)),
                    ("Total", euros_fr(net + vat)),
                )
            ),
        ),
    )
    deposit_invoice(
        InvoiceToDeposit(
            number=number,
            issued_on=report.issued_on,
            due_on=report.issued_on + timedelta(days=30),
            net_cents=net,
            vat_cents=vat,
            total_cents=net + vat,
            pdf=render_report(report),
            is_trial=True,
        ),
        supplier_id=supplier.pk,
        store=store,
        by=BY_COMMAND,
        at=at,
    )
    return person.pk


def _open_accounts(home: Home, persons: dict[str, int], supplier_person: int) -> None:
    kept = read_file(home.root)
    if kept is None:
        return
    named = {number: f"{first_name[0]}. {last_name}" for number, last_name, first_name in _NAMES}
    password = make_password(password_of(home))
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        User.objects.bulk_create(
            [
                User(identifier=email(identifier), person_id=persons[number], password=password)
                for identifier, number, _ in _ACCOUNTS
            ]
            + [User(identifier=email(_SUPPLIER), person_id=supplier_person, password=password)]
        )
    doors = [
        DoorAccount(
            identifier=email(identifier),
            site="partner",
            title=title,
            name=named[number],
            sees="ses bulletins de paie, et qui les a lus",
        )
        for identifier, number, title in _ACCOUNTS
    ]
    doors.append(
        DoorAccount(
            identifier=email(_SUPPLIER),
            site="partner",
            title="Fournisseur",
            name="O. Palmier",
            sees="les factures établies en son nom : une, d’essai",
        )
    )
    write_file(home, replace(kept, accounts=(*kept.accounts, *doors)))
