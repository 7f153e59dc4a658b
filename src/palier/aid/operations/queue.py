"""The queue of a file: say whose a row is, accept an amount, reconcile the CAF's transfer."""

from datetime import datetime

from django.db import connection, transaction

from palier.aid.models import AidFile, AidRow, Beneficiary
from palier.aid.operations.linking import Link, link_numbers
from palier.aid.operations.matching import (
    CAF_CODE,
    KnownLease,
    account_of,
    deducted,
    end_notified,
    known_leases,
    made_up,
    notify,
    post_aid,
)
from palier.banking.models import BankEntry, Match
from palier.banking.operations.settling import hold_settlements, settle_accounts
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, euros_fr
from palier.foundation.periods import Month
from palier.leases.models import Lease
from palier.ledger.chart import SUSPENSE_CODE
from palier.ledger.operations.post import Piece, first_open_day, post_entry
from palier.privacy.actor import Actor
from palier.quittancement.queries.billing import next_open_month


class AidRowNotFound(Refusal):
    """Cette ligne n’existe pas, ou elle n’est plus à traiter."""


class AidLeaseNotFound(Refusal):
    """Aucun bail ne porte le numéro « {reference} » : vérifiez-le sur la fiche du locataire."""


class AidNumberAlreadyLinked(Refusal):
    """Quelqu’un vient de rattacher cet allocataire à un bail : rechargez la page, rien n’a été changé."""


class AidFileNotFound(Refusal):
    """Ce fichier de la CAF n’existe pas."""


class TransferAlreadyReconciled(Refusal):
    """Le virement de ce fichier est déjà rapproché. Rien n’a été changé."""


class TransferNotFound(Refusal):
    """Aucun mouvement de banque à identifier n’est de {amount}, le total du fichier : importez le relevé de la banque,
    ou rapprochez-le à la main."""


def attach_row(*, row_id: int, reference: str, actor: Actor, at: datetime) -> int:
    """Say whose lease a number is: every row that waits for it is judged again; how many.

    Two at once, on two rows of one number: the second waits, then is told. Raises AidRowNotFound, AidLeaseNotFound,
    AidNumberAlreadyLinked.
    """
    with transaction.atomic():
        _one_at_a_time()
        row = _held(row_id, "UNKNOWN")
        lease = Lease.objects.filter(reference=reference).first()
        if lease is None:
            raise AidLeaseNotFound(reference=reference)
        link = Link(
            lease_id=lease.pk,
            residence_id=lease.residence_id,
            number_digest=row.number_digest,
            number_end=row.number_end,
        )
        if Beneficiary.objects.filter(number_digest=row.number_digest).exists():
            raise AidNumberAlreadyLinked
        return link_numbers([link], by=actor.agent_id or 0, at=at)


def accept_row(*, row_id: int, actor: Actor, at: datetime) -> AidRow:
    """Accept what the CAF paid where the notice said otherwise, or after the lease's end.

    The difference goes to the tenant's account, in an entry of its own; the amount paid is the one notified from the
    next open month, unless the lease has ended. Of who is absent from the file the CAF paid nothing: the aid stops
    there. Raises AidRowNotFound.
    """
    with transaction.atomic():
        row = _held(row_id, "DIFFERS", "ENDED", "FROZEN", "ABSENT")
        known = known_leases([row.number_digest])[row.number_digest]
        # Nothing was deducted after the end of a lease; a month to come of a frozen one is deducted as before.
        expected = row.expected_cents if row.expected_cents is not None else 0 if row.state == "ENDED" else None
        label = f"{row.kind} de {Month.of(row.month).label_fr()}, différence avec l’avis"
        cents = 0 if expected is None else _difference(row, known, expected)
        if cents:
            hold_settlements()
            post_aid(row, known, cents=cents, label=label, by=actor.agent_id or 0, at=at)
            settle_accounts([known.account_id], by=actor.agent_id or 0, at=at)
        first_day = next_open_month(at.date()).first_day
        if row.state == "DIFFERS" and not known.is_frozen:
            notify(row, known, first_day=first_day, at=at)
        if row.state == "ABSENT" and not known.is_frozen:
            end_notified(known.lease_id, row.kind, first_day=first_day)
        row.state, row.decided_by, row.decided_at = "ACCEPTED", actor.agent_id, at
        row.save(update_fields=["state", "decided_by", "decided_at"])
        return row


def _difference(row: AidRow, lease: KnownLease, expected: Cents) -> Cents:
    """What the notice gave too much (positive) or too little of an amount, in cents."""
    if row.kind == "APL":
        return expected - row.amount_cents - made_up(lease.lease_id, row.month)
    if row.state == "ENDED":
        return 0
    # The landlord's own reduction: what the notice left out is the tenant's, up to the rent (CCH L442-2-1).
    rent = deducted([lease.lease_id], row.month).get((lease.lease_id, "RENT"), 0)
    return expected - min(row.amount_cents, rent)


def reconcile_transfer(*, file_id: int, actor: Actor, at: datetime) -> AidRow:
    """Take the CAF's transfer out of the waiting account: its amount is the file's, to the cent.

    Raises AidFileNotFound, TransferAlreadyReconciled, TransferNotFound.
    """
    with transaction.atomic():
        _one_at_a_time()
        file = AidFile.objects.filter(pk=file_id).first()
        if file is None:
            raise AidFileNotFound
        if AidRow.objects.filter(file=file, kind="TRANSFER").exists():
            raise TransferAlreadyReconciled
        movement = _held_movement(file)
        rank = 1 + (AidRow.objects.filter(file=file).order_by("-rank").values_list("rank", flat=True).first() or 0)
        row = AidRow.objects.create(
            file=file,
            rank=rank,
            number_digest="",
            number_end="",
            kind="TRANSFER",
            month=file.month,
            amount_cents=file.net_cents,
            state="MATCHED",
            decided_by=actor.agent_id,
            decided_at=at,
        )
        waiting = account_of(SUSPENSE_CODE, "Mouvements de banque à identifier")
        owed = account_of(CAF_CODE, "APL à recevoir de la CAF")
        piece = Piece(
            journal="MISC",
            label=f"Virement de la CAF, {Month.of(file.month).label_fr()}",
            booked_on=first_open_day(movement.booked_on),
            source_kind="AID",
            source_id=row.pk,
            sides={waiting.pk: file.net_cents, owed.pk: -file.net_cents},
        )
        post_entry(piece, by=actor.agent_id or 0, at=at)
        # Whoever reads the bank's worklist must not treat it a second time.
        Match.objects.create(
            bank_entry=movement,
            account=owed,
            key="OTHER",
            amount_cents=movement.amount_cents,
            matched_by=actor.agent_id or 0,
            matched_at=at,
        )
        BankEntry.objects.filter(pk=movement.pk).update(state="OTHER")
        return row


def _held_movement(file: AidFile) -> BankEntry:
    """The movement of the bank that is the file's transfer, which nobody else treats meanwhile. Raises
    TransferNotFound."""
    waiting = BankEntry.objects.select_for_update(of=("self",)).filter(state="TO_REVIEW", amount_cents=file.net_cents)
    movement = waiting.order_by("-booked_on", "-id").first() if file.net_cents > 0 else None
    if movement is None:
        raise TransferNotFound(amount=euros_fr(file.net_cents))
    return movement


def _one_at_a_time() -> None:
    """Files, links and transfers, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.aid'))")


def _held(row_id: int, *states: str) -> AidRow:
    row = AidRow.objects.select_for_update().filter(pk=row_id, state__in=states).first()
    if row is None:
        raise AidRowNotFound
    return row
