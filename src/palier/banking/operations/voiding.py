"""An order file that never left for the bank: voided by two people, so that what it asked can be asked again.

Whoever holds the file says that it was not sent; Palier holds that against what the bank has answered since. The sealed
bytes stay for their time, as proof of what the file asked, and its page hands them over no more.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from palier.banking.models import Debit, DebitAside, DebitRun, OrderFile, OrderVoid, Refund
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.periods import Month
from palier.privacy.actor import Actor


class OrderFileNotFound(Refusal):
    """Ce fichier n’existe pas."""


class OrderFileVoided(Refusal):
    """L’annulation de ce fichier est demandée, ou faite : il ne se télécharge plus et ne se refait pas. Rien n’en doit
    partir à la banque."""


class VoidAlreadyAsked(Refusal):
    """L’annulation de ce fichier est déjà demandée, ou faite. Rien n’a été changé."""


class VoidNotAsked(Refusal):
    """Aucune annulation de ce fichier n’attend de signature."""


class SamePersonAsksAndSignsVoid(Refusal):
    """Vous avez demandé cette annulation : une autre personne doit la signer."""


class OrderFileAnswered(Refusal):
    """La banque a déjà répondu à ce fichier, ou ses prélèvements sont échus : il est parti, il ne s’annule pas."""


# What the bank says of the file, of a batch of it, or of one of its orders.
_DEBITS_ANSWERED = """
SELECT EXISTS (SELECT FROM banking_debit WHERE run_id = %(run)s AND (state <> 'ASKED' OR payment_id IS NOT NULL))
    OR EXISTS (SELECT FROM banking_bankentry
               WHERE end_to_end_id = %(message)s OR end_to_end_id LIKE %(message)s || '-___'
                  OR end_to_end_id IN (SELECT d.end_to_end_id FROM banking_debit AS d WHERE d.run_id = %(run)s))
"""
_REFUNDS_ANSWERED = """
SELECT EXISTS (SELECT FROM banking_bankentry
               WHERE end_to_end_id = %(message)s
                  OR end_to_end_id IN (SELECT r.end_to_end_id FROM banking_refund AS r
                                       WHERE r.message_id = %(message)s))
"""
# What `write_debit_file` noted when it made the file goes back to what it was: the last use of a mandate is the one
# before, or that of its debits in another file.
_UNDONE = (
    """UPDATE banking_mandatechange AS c SET told_at = NULL
       FROM banking_debit AS d WHERE d.run_id = %(run)s AND c.mandate_id = d.mandate_id AND c.told_at = %(written)s""",
    "UPDATE banking_debit SET again_in_id = NULL WHERE again_in_id = %(run)s",
    """UPDATE banking_sepamandate AS m
       SET creditor_id = CASE WHEN d.former_creditor_id <> '' THEN d.former_creditor_id ELSE m.creditor_id END,
           last_used_on = CASE WHEN m.last_used_on <> d.collected_on THEN m.last_used_on
                               ELSE greatest(d.used_before_on, o.last_on) END
       FROM banking_debit AS d
       LEFT JOIN (SELECT b.mandate_id, max(b.collected_on) AS last_on FROM banking_debit AS b
                  JOIN banking_debitrun AS r ON r.id = b.run_id AND r.written_at IS NOT NULL
                  WHERE b.run_id <> %(run)s GROUP BY b.mandate_id) AS o ON o.mandate_id = d.mandate_id
       WHERE d.run_id = %(run)s AND m.id = d.mandate_id""",
)


def ask_void(*, message_id: str, reason: str, actor: Actor, at: datetime) -> OrderVoid:
    """Ask that a file be voided; from now on nobody takes it. Raises OrderFileNotFound, VoidAlreadyAsked."""
    with transaction.atomic():
        _hold(message_id)
        kind = _kind_of(message_id)
        if _standing(message_id) is not None:
            raise VoidAlreadyAsked
        void = OrderVoid(message_id=message_id, kind=kind, reason=reason, asked_by=actor.agent_id or 0, asked_at=at)
        check_values(void)
        void.save(force_insert=True)
        return void


def sign_void(*, message_id: str, actor: Actor, at: datetime) -> OrderVoid:
    """Sign what someone else asked; a job carries it out. Raises VoidNotAsked, SamePersonAsksAndSignsVoid."""
    with transaction.atomic():
        _hold(message_id)
        void = _waiting(message_id)
        if void.asked_by == actor.agent_id:
            raise SamePersonAsksAndSignsVoid
        void.signed_by, void.signed_at = actor.agent_id or 0, at
        void.save(update_fields=["signed_by", "signed_at"])
        return void


def drop_void(*, message_id: str, actor: Actor, at: datetime) -> OrderVoid:
    """Give up a voiding that nobody signed: the file may be taken again. Raises VoidNotAsked."""
    with transaction.atomic():
        _hold(message_id)
        void = _waiting(message_id)
        void.dropped_by, void.dropped_at = actor.agent_id or 0, at
        void.save(update_fields=["dropped_by", "dropped_at"])
        return void


def carry_out_void(*, message_id: str, at: datetime) -> bool:
    """Do what two people signed: the debits of the file are asked no more, its refunds wait for another file.

    Called as a job, from whom nobody is hidden. False when the bank has answered: the voiding is then given up, the
    file stands. Done twice, the second finds it done. Raises VoidNotAsked.
    """
    with transaction.atomic():
        _hold(message_id)
        void = _standing(message_id)
        if void is None or void.signed_at is None:
            raise VoidNotAsked
        if void.done_at is not None:
            return True
        is_done = _void_debits(message_id, at) if void.kind == "DEBITS" else _void_refunds(message_id)
        if is_done:
            void.done_at = at
        else:
            void.dropped_at, void.dropped_by = at, 0
        void.save(update_fields=["done_at", "dropped_at", "dropped_by"])
        return is_done


def refuse_voided(message_id: str) -> None:
    """A file whose voiding is asked or done is neither taken nor made again. Raises OrderFileVoided."""
    if _standing(message_id) is not None:
        raise OrderFileVoided


def name_not_voided(name: str) -> str:
    """A name for a new file: a voided one keeps its own, a bank never sees it twice."""
    former = OrderVoid.objects.filter(Q(message_id=name) | Q(message_id__startswith=f"{name}-"), done_at__isnull=False)
    return f"{name}-{former.count() + 1}" if former.exists() else name


def _void_debits(message_id: str, at: datetime) -> bool:
    month = DebitRun.objects.values_list("month", flat=True).get(message_id=message_id)
    with connection.cursor() as cursor:
        # As a draft of that month does, and before its rows: the other way round, two jobs wait for each other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"palier.debits.{Month.of(month)}"])
        run = DebitRun.objects.select_for_update(of=("self",)).get(message_id=message_id)
        facts: dict[str, int | str | datetime | None] = {
            "run": run.pk,
            "message": message_id,
            "written": run.written_at,
        }
        cursor.execute(_DEBITS_ANSWERED, facts)
        (is_answered,) = cursor.fetchone()
        if is_answered:
            return False
        for statement in _UNDONE:
            cursor.execute(statement, facts)
    Debit.objects.filter(run=run).delete()
    DebitAside.objects.filter(run=run).delete()
    run.voided_at = at
    run.save(update_fields=["voided_at"])
    return True


def _void_refunds(message_id: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_REFUNDS_ANSWERED, {"message": message_id})
        (is_answered,) = cursor.fetchone()
    if is_answered:
        return False
    Refund.objects.filter(message_id=message_id).update(message_id="", written_at=None, own_sha256="")
    return True


def _kind_of(message_id: str) -> str:
    if DebitRun.objects.filter(message_id=message_id, written_at__isnull=False).exists():
        return "DEBITS"
    # A kept file names nobody: it is found where every refund of it is a protected person's.
    if (
        OrderFile.objects.filter(message_id=message_id, kind="REFUNDS").exists()
        or Refund.objects.filter(message_id=message_id).exists()
    ):
        return "REFUNDS"
    raise OrderFileNotFound


def _standing(message_id: str) -> OrderVoid | None:
    return OrderVoid.objects.filter(message_id=message_id, dropped_at=None).first()


def _waiting(message_id: str) -> OrderVoid:
    void = _standing(message_id)
    if void is None or void.signed_at is not None:
        raise VoidNotAsked
    return void


def _hold(message_id: str) -> None:
    """One thing at a time to a file, until the transaction ends; refunds wait, as for their own file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.refunds'))")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"palier.order.{message_id}"])
