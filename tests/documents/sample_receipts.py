"""Quittances and reçus of the fictional landlord of `sample_notices`. Amounts are worked out by hand."""

from dataclasses import replace
from datetime import date

from tests.documents.sample_notices import direct_debit, full_month, line

from palier.mail.notice import Received
from palier.mail.receipt import Receipt


def paid_in_full() -> Receipt:
    """304.21 for November: 411.77 + 28.00 + 94.50 - 187.00 - 43.06. Paid 250.00 by transfer, 54.21 by card."""
    notice = full_month()
    return Receipt(
        nature="quittance",
        number="QU-2026-11-000123",
        notice=notice.number,
        month=notice.month,
        first_day=notice.first_day,
        last_day=notice.last_day,
        term=notice.term,
        contract=notice.contract,
        issued_on=date(2026, 12, 10),
        landlord=notice.landlord,
        recipient=notice.recipient,
        tenants=notice.tenants,
        dwelling=notice.dwelling,
        contact=notice.contact,
        portal=notice.portal,
        delivery=notice.delivery,
        lines=notice.lines,
        total_cents=30421,
        payments=(
            Received(on=date(2026, 12, 2), means="virement", amount_cents=25000),
            Received(on=date(2026, 12, 9), means="carte", amount_cents=5421),
        ),
        paid_cents=30421,
        credits=(),
        left_cents=0,
        replaces=("RE-2026-11-000045",),
        reason="complété",
    )


def set_off() -> Receipt:
    """304.21 for November: 289.21 by transfer, and 15.00 of housing benefit paid late."""
    return replace(
        paid_in_full(),
        number="QU-2026-11-000126",
        payments=(Received(on=date(2026, 12, 2), means="virement", amount_cents=28921),),
        paid_cents=28921,
        credits=(Received(on=date(2026, 11, 25), means="rappel d’APL", amount_cents=1500),),
        replaces=(),
        reason="",
    )


def paid_in_part() -> Receipt:
    """250.00 of 304.21: 54.21 are left."""
    whole = paid_in_full()
    return replace(
        whole,
        nature="reçu",
        number="RE-2026-11-000045",
        issued_on=date(2026, 12, 3),
        payments=whole.payments[:1],
        paid_cents=25000,
        left_cents=5421,
        replaces=(),
        reason="",
    )


def withdrawn() -> Receipt:
    """The cheque bounced: nothing pays November any more."""
    return replace(
        paid_in_full(),
        nature="retrait",
        number="RT-2026-11-000002",
        issued_on=date(2026, 12, 15),
        payments=(),
        paid_cents=0,
        left_cents=30421,
        replaces=("QU-2026-11-000123",),
        reason="paiement reparti",
    )


def covered_by_aid() -> Receipt:
    """200.00 of rent, 220.00 of housing benefit: nothing to pay, 20.00 to the good."""
    return replace(
        paid_in_full(),
        number="QU-2026-11-000124",
        lines=(
            line("loyer", "Loyer du logement", "60 m²", 20000),
            line("apl", "APL versée par la CAF", "elle nous est payée pour vous", -22000),
        ),
        total_cents=-2000,
        payments=(),
        paid_cents=0,
        replaces=(),
        reason="",
    )


def long_one() -> Receipt:
    """Two tenants, six lines, nine payments: two pages."""
    notice = direct_debit()
    return replace(
        paid_in_full(),
        number="QU-2026-11-000125",
        recipient=notice.recipient,
        tenants=notice.tenants,
        dwelling=notice.dwelling,
        delivery=notice.delivery,
        lines=notice.lines,
        total_cents=89485,
        payments=tuple(
            Received(on=date(2026, 12, 1 + rank), means="espèces", amount_cents=9942 if rank else 9949)
            for rank in range(9)
        ),
        paid_cents=89485,
        replaces=(),
        reason="",
    )
