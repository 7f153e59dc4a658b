"""Lettering by hand: a payment and a debt of the same amount put together for a coded reason, and parted again.

Without one the order of the law settles debts (Code civil, art. 1342-10): the payer's own word comes before it, the
landlord's preference does not. Hence the closed list of reasons.
"""

from datetime import datetime

from django.db import connection
from django.db.models import Q

from palier.agents.access import agent_of
from palier.banking.models import Payment
from palier.banking.operations.settling import hold_settlements, part_again, settle_together
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.money import euros_fr
from palier.foundation.periods import day_fr
from palier.foundation.reading import fetch_count
from palier.privacy.actor import Actor
from palier.quittancement.models import Lettering


class PaymentToLetterNotFound(Refusal):
    """Ce paiement n’existe pas sur ce compte."""


class PaymentWentBack(Refusal):
    """Ce paiement a été repris le {day} : il ne règle plus rien."""


class DebtToLetterNotFound(Refusal):
    """Cette dette n’existe pas sur ce compte, ou son avis a été repris."""


class AmountsDisagree(Refusal):
    """Le paiement est de {payment} et la dette de {debt} : on ne lettre à la main que deux montants égaux. Pour le
    reste, l’ordre de la loi s’applique."""


class AlreadyLettered(Refusal):
    """Ce paiement ou cette dette est déjà lettré à la main : défaites d’abord ce lettrage."""


class LetteringNotFound(Refusal):
    """Ce lettrage n’existe pas sur ce compte."""


class LetteringAlreadyUndone(Refusal):
    """Ce lettrage a déjà été défait le {day}. Rien n’a été changé."""


# What an entry charges to the account; zero when it is no debt of it, or no longer one.
_DEBT = """
SELECT coalesce(sum(p.amount_cents), 0) FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
WHERE p.account_id = %(account)s AND p.entry_id = %(debt)s AND p.amount_cents > 0
  AND e.source_kind IN ('BILL', 'OPENING', 'MANUAL', 'AID', 'REFUND')
  AND NOT (e.source_kind = 'BILL' AND EXISTS (
      SELECT FROM ledger_entry AS c WHERE c.source_kind = 'CONTRA' AND c.source_id = e.source_id
  ))
"""


def letter(*, account_id: int, payment_id: int, debt_id: int, reason: str, actor: Actor, at: datetime) -> Lettering:
    """Put a payment and a debt together; what they settled or were settled by otherwise follows the law again.

    Raises PaymentToLetterNotFound, PaymentWentBack, DebtToLetterNotFound, AmountsDisagree, AlreadyLettered.
    """
    hold_settlements()
    payment = Payment.objects.filter(pk=payment_id, account_id=account_id).first()
    if payment is None:
        raise PaymentToLetterNotFound
    if payment.taken_back_on is not None:
        raise PaymentWentBack(day=day_fr(payment.taken_back_on))
    owed_cents = fetch_count(_DEBT, {"account": account_id, "debt": debt_id})
    if not owed_cents:
        raise DebtToLetterNotFound
    if owed_cents != payment.amount_cents:
        raise AmountsDisagree(payment=euros_fr(payment.amount_cents), debt=euros_fr(owed_cents))
    _forget_the_lapsed(account_id, by=agent_of(actor), at=at)
    standing = Lettering.objects.filter(Q(payment_id=payment_id) | Q(debt_id=debt_id), undone_at=None)
    if standing.exists():
        raise AlreadyLettered
    lettering = Lettering(
        payment_id=payment_id,
        debt_id=debt_id,
        account_id=account_id,
        residence_id=payment.residence_id,
        amount_cents=owed_cents,
        reason=reason,
        lettered_by=agent_of(actor),
        lettered_at=at,
    )
    check_values(lettering)
    lettering.save(force_insert=True)
    settle_together(payment_id, debt_id, owed_cents, by=agent_of(actor), at=at)
    return lettering


def part(*, lettering_id: int, account_id: int, reason: str, actor: Actor, at: datetime) -> Lettering:
    """Undo a lettering by the opposite settlement; the order of the law applies again.

    Raises LetteringNotFound, LetteringAlreadyUndone.
    """
    hold_settlements()
    lettering = Lettering.objects.select_for_update(of=("self",)).filter(pk=lettering_id, account_id=account_id).first()
    if lettering is None:
        raise LetteringNotFound
    if lettering.undone_at is not None:
        raise LetteringAlreadyUndone(day=day_fr(day_of(lettering.undone_at)))
    lettering.undone_by, lettering.undone_at, lettering.undone_reason = agent_of(actor), at, reason
    check_values(lettering)
    lettering.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    part_again(lettering.payment_id, lettering.debt_id, by=agent_of(actor), at=at)
    return lettering


def _forget_the_lapsed(account_id: int, *, by: int, at: datetime) -> None:
    """A payment that went back, a notice that was taken back, undid what was lettered: the register says so too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE quittancement_lettering AS t SET undone_by = %(by)s, undone_at = %(at)s, undone_reason = 'LAPSED'
               WHERE t.account_id = %(account)s AND t.undone_at IS NULL AND 0 = (
                   SELECT coalesce(sum(s.amount_cents), 0) FROM banking_settlement AS s
                   WHERE s.payment_id = t.payment_id AND s.debt_id = t.debt_id
               )""",
            {"account": account_id, "by": by, "at": at},
        )
