"""The files of orders that leave for the bank: kept sealed by the job that makes them, handed over by their page."""

import json
from dataclasses import astuple
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import psycopg
from django.db import connection

from palier.banking.formats.pain008 import Version
from palier.banking.formats.payment_order import Own
from palier.banking.identifiers import SEALED_UNDER
from palier.banking.models import DebitRun, OrderFile
from palier.banking.queries.debits import people_debited, people_refunded
from palier.estate.landlord import LandlordNotSetUp
from palier.estate.models import Landlord
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.packing import pack_file, unpack_to
from palier.foundation.sealing import sealed, unsealed
from palier.privacy.actor import Reading

# A file of 60,000 debits is one model repeated: the lightest compression takes nine tenths of it.
_LEVEL = 1
_COLUMNS = (
    "message_id", "kind", "version", "count", "total_cents", "content_sealed", "people_sealed", "own_sha256", "made_at",
)  # fmt: skip
_KEPT = f"INSERT INTO banking_orderfile ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%b'] * len(_COLUMNS))})"


class OrderFileNotKept(Refusal):
    """Ce fichier n’est pas, ou n’est plus, tenu ici : demandez-le de nouveau sur sa page, il sera le même."""


class OrderFileOfFormerSheet(Refusal):
    """La fiche de l’organisme (nom, compte, ICS) a changé depuis que ce fichier a été fait. N’envoyez rien, prévenez
    la comptabilité : s’il n’est pas parti, il s’annule sur sa page."""


def own_account() -> Own:
    """The landlord's side of an order. Raises LandlordNotSetUp."""
    landlord = Landlord.objects.order_by("id").first()
    if landlord is None:
        raise LandlordNotSetUp
    return Own(
        name=landlord.name,
        iban=landlord.iban.replace(" ", ""),
        bic=landlord.bic,
        creditor_id=landlord.creditor_id,
    )


def keep_debit_file(path: Path, run: DebitRun, *, version: Version, at: datetime) -> None:
    """Keep the file of a run, sealed, with the persons it names. Called as a job, from whom nobody is hidden."""
    kept = OrderFile(
        message_id=run.message_id,
        kind="DEBITS",
        version=version.value,
        count=run.count,
        total_cents=run.total_cents,
        made_at=at,
    )
    _keep(path, kept, people_debited(run.pk))


def keep_refund_file(path: Path, *, message_id: str, count: int, total_cents: int, at: datetime) -> str:
    """Keep a file of refunds, sealed, with the persons it pays; the digest of the landlord's side that it bears.

    Called as a job, from whom nobody is hidden.
    """
    kept = OrderFile(message_id=message_id, kind="REFUNDS", count=count, total_cents=total_cents, made_at=at)
    _keep(path, kept, people_refunded(message_id))
    return kept.own_sha256


def refuse_former_sheet(message_id: str, *, made_for: str) -> None:
    """A file is made again for the same account only: made for another, its bank would pay what the first has paid.
    `made_for`: the digest that its refunds bear; empty, that of the kept file tells. Raises OrderFileOfFormerSheet."""
    known = made_for or OrderFile.objects.filter(message_id=message_id).values_list("own_sha256", flat=True).first()
    if known is not None and known != _own_digest():
        raise OrderFileOfFormerSheet


def hand_over(*, message_id: str, kind: str, path: Path, reading: Reading) -> None:
    """Write a kept file to `path` and note in the reading everyone it names, those whom the reader's lists hide too.

    Raises OrderFileNotKept, OrderFileOfFormerSheet.
    """
    kept = OrderFile.objects.filter(message_id=message_id, kind=kind).first()
    if kept is None:
        raise OrderFileNotKept
    if kept.own_sha256 != _own_digest():
        raise OrderFileOfFormerSheet
    reading.handed_over()
    reading.saw(json.loads(unsealed(bytes(kept.people_sealed), under=SEALED_UNDER)))
    unpack_to(path, kept.content_sealed, under=SEALED_UNDER)


def _keep(path: Path, kept: OrderFile, people: list[int]) -> None:
    kept.content_sealed = pack_file(path, under=SEALED_UNDER, level=_LEVEL)
    kept.people_sealed = sealed(json.dumps(sorted(people)).encode(), under=SEALED_UNDER)
    kept.own_sha256 = _own_digest()
    check_values(kept)
    # Made again, it takes its own place.
    OrderFile.objects.filter(message_id=kept.message_id).delete()
    # Bound by the server: written into the statement's text, the content would stand in memory ten times over.
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_KEPT, [getattr(kept, column) for column in _COLUMNS])


def _own_digest() -> str:
    return sha256(json.dumps(astuple(own_account())).encode()).hexdigest()
