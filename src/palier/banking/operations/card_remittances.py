"""A settlement file of the card gateway: payments it never told, contested ones, and the sum that the bank gets."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import connection, transaction

from palier.banking.cards_gateway import Told
from palier.banking.formats.remittance import Kind, Remittance, RemittanceRow, read_remittance
from palier.banking.models import BankFile, CardRemittance
from palier.banking.operations.card_notices import SETTLED, keep_notice, treat_notices
from palier.banking.rules.cards import Said
from palier.foundation.errors import Refusal
from palier.foundation.reviews import digest_of

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('palier card remittance'))"
_SAID = {Kind.PAYMENT: Said.PAID, Kind.CHARGEBACK: Said.CHARGEBACK}


class RemittanceAlreadyRead(Refusal):
    """La remise {reference} a déjà été lue, dans un autre fichier : rien n’a changé. Vérifiez avec la passerelle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remitted:
    """What a settlement file said, and how many of its rows were news. In cents."""

    rows: int
    net_cents: int
    news: int
    already: datetime | None = None


def take_in_remittance(path: Path, *, name: str, by: int, at: datetime) -> Remitted:
    """Take in a settlement file: all of it or nothing, once. A payment that the gateway never told is received now.

    Refunds are told by the gateway when they are made: here they only lower the sum. Called inside `batch()` or
    `acting()`. Raises what its reader refuses, RemittanceAlreadyRead.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        digest = digest_of(path)
        known = BankFile.objects.filter(sha256=digest).first()
        if known is not None:
            return Remitted(rows=known.entry_count, net_cents=known.total_cents, news=0, already=known.received_at)
        remittance = read_remittance(path)
        if CardRemittance.objects.filter(reference=remittance.reference).exists():
            raise RemittanceAlreadyRead(reference=remittance.reference)
        _keep(remittance, digest=digest, name=name, by=by, at=at)
        news = sum(keep_notice(told, at=at) for told in _told(remittance))
        treat_notices(by=by, at=at)
        return Remitted(rows=len(remittance.rows), net_cents=remittance.net_cents, news=news)


def _told(remittance: Remittance) -> list[Told]:
    """Each row as a word of the gateway."""
    return [
        Told(
            event=_event(row, remittance.reference),
            reference=row.reference,
            said=_SAID[row.kind],
            amount_cents=row.cents,
            currency="EUR",
            reason="",
            on=remittance.on,
        )
        for row in remittance.rows
        if row.kind in _SAID
    ]


def _event(row: RemittanceRow, remittance: str) -> str:
    """The name of a row: a payment is remitted once; a card holder contests one in several times, each in its own
    remittance or for its own sum."""
    if row.kind is Kind.PAYMENT:
        return f"PAY-{row.reference}"
    return f"{SETTLED}{row.reference}/{sha256(f'{remittance}/{row.cents}'.encode()).hexdigest()[:8]}"


def _keep(remittance: Remittance, *, digest: str, name: str, by: int, at: datetime) -> None:
    file = BankFile.objects.create(
        sha256=digest,
        name=name[:120],
        format="CARDS",
        entry_count=len(remittance.rows),
        total_cents=remittance.net_cents,
        warnings=[],
        received_at=at,
        received_by=by,
    )
    payments = sum(row.kind is Kind.PAYMENT for row in remittance.rows)
    CardRemittance.objects.create(
        reference=remittance.reference,
        remitted_on=remittance.on,
        payment_count=payments,
        back_count=len(remittance.rows) - payments,
        net_cents=remittance.net_cents,
        file=file,
    )
