"""An invoice made in a supplier's name: deposited once, theirs alone to read, kept ten years."""

from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import ProgrammingError, connection
from tests.landlord import Landlord

from palier.foundation.clock import now
from palier.mail.store import DocumentStore
from palier.people.models import Person
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.purchasing.access import InvoiceNotFound, invoice_in_scope
from palier.purchasing.models import SelfBilledInvoice, Supplier
from palier.purchasing.operations.depositing import (
    InvoiceDepositedBefore,
    InvoiceDoesNotAddUp,
    InvoiceToDeposit,
    deposit_invoice,
)
from palier.purchasing.queries import own_invoices
from palier.retention.operations.purge import Asked, purge

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def invoice(number: str = "AF-1", *, total_cents: int = 12_000) -> InvoiceToDeposit:
    return InvoiceToDeposit(
        number=number,
        issued_on=date(2026, 11, 20),
        due_on=date(2026, 12, 20),
        net_cents=10_000,
        vat_cents=2_000,
        total_cents=total_cents,
        pdf=b"%PDF-1.7 facture fictive",
        is_trial=True,
    )


def firm(name: str, siret: str) -> Supplier:
    person = Person.objects.create(first_name="Ode", last_name=name)
    return Supplier.objects.create(name=name, siret=siret, person=person)


def test_an_invoice_is_deposited_once_read_by_its_supplier_alone_and_ends_after_ten_years(
    own_landlord: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    store = DocumentStore(tmp_path / "documents")
    with batch(Batch.IMPORT, operator="essai", motive="REPRISE", command="essai"):
        first, second = firm("Palmier", "00000000000001"), firm("Rotin", "00000000000002")
        kept = deposit_invoice(invoice(), supplier_id=first.pk, store=store, by=0, at=AT)
        with pytest.raises(InvoiceDepositedBefore, match="AF-1"):
            deposit_invoice(invoice(), supplier_id=first.pk, store=store, by=0, at=AT)
        with pytest.raises(InvoiceDoesNotAddUp):
            deposit_invoice(invoice("AF-2", total_cents=1), supplier_id=first.pk, store=store, by=0, at=AT)

    def supplier(person_id: int) -> Actor:
        return Actor(role=Role.SUPPLIER, person_id=person_id, purpose="ACHATS")

    with acting(supplier(first.person_id)):
        (mine,) = own_invoices(first.person_id, limit=10)
        assert (mine.number, mine.total_cents, mine.is_trial) == ("AF-1", 12_000, True)
        assert store.open(invoice_in_scope(kept.pk).kept) == b"%PDF-1.7 facture fictive"
    with acting(supplier(second.person_id)):
        assert own_invoices(first.person_id, limit=10) == []
        with pytest.raises(InvoiceNotFound):
            invoice_in_scope(kept.pk)
    for name, role in (("gestionnaire_nord", Role.RENT_OFFICER), ("paie", Role.PAYROLL)):
        actor = Actor(role=role, agent_id=own_landlord.agents[name], purpose="PATRIMOINE")
        with pytest.raises(ProgrammingError, match="permission denied"), acting(actor):
            connection.cursor().execute("SELECT * FROM purchasing_selfbilledinvoice")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        batch(Batch.IMPORT, operator="essai", motive="REPRISE", command="essai"),
    ):
        SelfBilledInvoice.objects.update(total_cents=1)

    def left_after(day: date) -> tuple[int, int]:
        purge(Asked(day=day, operator="essai", agent_id=None, at=now(), documents=store.root), today=date(2100, 1, 1))
        counted = superuser.execute(
            "SELECT (SELECT count(*) FROM purchasing_selfbilledinvoice), (SELECT count(*) FROM purchasing_supplier)"
        ).fetchone()
        assert counted is not None
        return int(counted[0]), int(counted[1])

    assert left_after(date(2036, 12, 31)) == (1, 2)
    assert left_after(date(2037, 1, 1)) == (0, 1)
