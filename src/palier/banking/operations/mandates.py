"""The life of a SEPA mandate: signed, amended, ended. The lease says how its tenant pays: this room alone writes it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from palier.banking.formats.sepa_text import sepa_name
from palier.banking.identifiers import ending, iban_digest, person_bic, person_iban, seal_iban
from palier.banking.models import MandateChange, SepaMandate
from palier.banking.rules.sepa import NOTICE_DAYS
from palier.estate.landlord import LandlordNotSetUp
from palier.estate.models import Landlord
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.periods import day_fr
from palier.leases.models import Lease
from palier.privacy.actor import Actor

# A debit on the 29th, 30th or 31st would not exist every month.
LAST_DEBIT_DAY = 28
LONGEST_NOTICE_DAYS = 31
END_REASONS = ("REVOKED", "LAPSED", "REPLACED", "LEASE", "BANK")


class LeaseToDebitNotFound(Refusal):
    """Ce bail n’existe pas."""


class MandateNotFound(Refusal):
    """Ce mandat n’existe pas."""


class MandateAlreadyRunning(Refusal):
    """Ce bail a déjà un mandat en cours, {reference} : modifiez-le, ou arrêtez-le d’abord."""


class MandateAlreadyEnded(Refusal):
    """Le mandat {reference} est arrêté depuis le {ended_on} : faites-en signer un nouveau."""


class LeaseToDebitEnded(Refusal):
    """Le bail est fini depuis le {ends_on} : il ne se prélève plus par un nouveau mandat."""


class MandateSignedInTheFuture(Refusal):
    """Un mandat se note une fois signé : le {signed_on} n’est pas encore venu."""


class DebitDayImpossible(Refusal):
    """Le jour de prélèvement va du 1 au {last} : les jours suivants n’existent pas tous les mois."""


class NoticeDaysImpossible(Refusal):
    """Le prélèvement s’annonce de 1 à {most} jours avant : {days} jours ne conviennent pas."""


class NothingAmended(Refusal):
    """Le mandat dit déjà cela : rien n’a été changé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is written on a mandate besides its account: whose it is, when it debits, how long before it announces."""

    holder_name: str
    debit_day: int
    notice_days: int = NOTICE_DAYS


def sign_mandate(
    *, lease_id: int, terms: Terms, iban: str, bic: str, signed_on: date, actor: Actor, at: datetime
) -> SepaMandate:
    """Note a mandate that the tenant signed; the lease pays by direct debit from now on.

    Raises NameUnwritable, LeaseToDebitNotFound, LeaseToDebitEnded, MandateAlreadyRunning, MandateSignedInTheFuture,
    IbanWrong, IbanOutsideSepa, BicWrong, DebitDayImpossible, NoticeDaysImpossible.
    """
    _check(terms)
    number, bank = person_iban(iban), person_bic(bic)
    if signed_on > at.date():
        raise MandateSignedInTheFuture(signed_on=day_fr(signed_on))
    with transaction.atomic():
        lease = Lease.objects.select_for_update(of=("self",)).filter(pk=lease_id).first()
        if lease is None:
            raise LeaseToDebitNotFound
        if lease.ends_on is not None and lease.ends_on < at.date():
            raise LeaseToDebitEnded(ends_on=day_fr(lease.ends_on))
        earlier = _mandates().filter(account_id=lease.account_id)
        running = earlier.filter(ended_on=None).first()
        if running is not None:
            raise MandateAlreadyRunning(reference=running.reference)
        mandate = SepaMandate(
            reference=f"{lease.reference}-{earlier.count() + 1:02d}",
            account_id=lease.account_id,
            residence_id=lease.residence_id,
            holder_name=terms.holder_name,
            iban_sealed=seal_iban(number),
            iban_digest=iban_digest(number),
            iban_last4=ending(number),
            bic=bank,
            creditor_id=_creditor_id(),
            signed_on=signed_on,
            debit_day=terms.debit_day,
            notice_days=terms.notice_days,
        )
        check_values(mandate)
        mandate.save(force_insert=True)
        _tell_lease(lease, mandate)
        return mandate


def amend_mandate(*, mandate_id: int, terms: Terms, iban: str, bic: str, actor: Actor, at: datetime) -> SepaMandate:
    """Change what a running mandate says. An empty `iban` keeps the account; another one is told with the next debit.

    Raises MandateNotFound, MandateAlreadyEnded, NothingAmended, NameUnwritable, IbanWrong, IbanOutsideSepa, BicWrong,
    DebitDayImpossible, NoticeDaysImpossible.
    """
    _check(terms)
    number = person_iban(iban) if iban.strip() else ""
    bank = person_bic(bic)
    with transaction.atomic():
        mandate, lease = _held(mandate_id)
        before = (mandate.holder_name, mandate.debit_day, mandate.notice_days)
        if not number and before == (terms.holder_name, terms.debit_day, terms.notice_days):
            raise NothingAmended
        changed = ["holder_name", "debit_day", "notice_days"]
        mandate.holder_name, mandate.debit_day = terms.holder_name, terms.debit_day
        mandate.notice_days = terms.notice_days
        if number:
            mandate.iban_sealed, mandate.iban_digest = seal_iban(number), iban_digest(number)
            mandate.iban_last4, mandate.bic = ending(number), bank
            changed += ["iban_sealed", "iban_digest", "iban_last4", "bic"]
            MandateChange.objects.bulk_create(
                [
                    MandateChange(
                        mandate=mandate,
                        account_id=mandate.account_id,
                        residence_id=mandate.residence_id,
                        changed_on=at.date(),
                        changed_by=_by(actor),
                    )
                ]
            )
        _save(mandate, changed)
        _tell_lease(lease, mandate)
        return mandate


def end_mandate(*, mandate_id: int, why: str, pays_by: str, actor: Actor, at: datetime) -> SepaMandate:
    """End a mandate; the lease pays by `pays_by` from now on. What a file has already asked
    stays asked: the bank alone stops it.

    Raises MandateNotFound, MandateAlreadyEnded.
    """
    with transaction.atomic():
        mandate, lease = _held(mandate_id)
        mandate.ended_on, mandate.ended_why = at.date(), why
        _save(mandate, ["ended_on", "ended_why"])
        lease.payment_mode = pays_by
        lease.mandate_reference, lease.debit_day, lease.iban_last4 = "", None, ""
        check_values(lease)
        lease.save(update_fields=["payment_mode", "mandate_reference", "debit_day", "iban_last4"])
        return mandate


def _tell_lease(lease: Lease, mandate: SepaMandate) -> None:
    """The lease repeats its mandate: the notice is made from the lease, on a higher floor's own read."""
    lease.payment_mode = "PRELEVEMENT"
    lease.mandate_reference, lease.debit_day = mandate.reference, mandate.debit_day
    lease.iban_last4 = mandate.iban_last4
    lease.save(update_fields=["payment_mode", "mandate_reference", "debit_day", "iban_last4"])


def _held(mandate_id: int) -> tuple[SepaMandate, Lease]:
    """The running mandate and its lease, held until the end of the transaction."""
    mandate = _mandates().select_for_update(of=("self",)).filter(pk=mandate_id).first()
    if mandate is None:
        raise MandateNotFound
    if mandate.ended_on is not None:
        raise MandateAlreadyEnded(reference=mandate.reference, ended_on=day_fr(mandate.ended_on))
    lease = Lease.objects.select_for_update(of=("self",)).get(account_id=mandate.account_id)
    return mandate, lease


def _save(mandate: SepaMandate, changed: list[str]) -> None:
    """Write these columns, looked at first; the others are not read, an officer may not."""
    mandate.clean_fields(exclude={field.name for field in SepaMandate._meta.fields} - set(changed))
    mandate.save(update_fields=changed)


def _mandates() -> QuerySet[SepaMandate]:
    """Mandates without the sealed number, which an officer may write and not read."""
    return SepaMandate.objects.defer("iban_sealed", "iban_digest", "bic", "creditor_id")


def _check(terms: Terms) -> None:
    # A name that no bank file can carry is refused here, not on the day of the debits.
    sepa_name(terms.holder_name)
    if not 1 <= terms.debit_day <= LAST_DEBIT_DAY:
        raise DebitDayImpossible(last=LAST_DEBIT_DAY)
    if not 1 <= terms.notice_days <= LONGEST_NOTICE_DAYS:
        raise NoticeDaysImpossible(most=LONGEST_NOTICE_DAYS, days=terms.notice_days)


def _creditor_id() -> str:
    known = Landlord.objects.values_list("creditor_id", flat=True).first()
    if known is None:
        raise LandlordNotSetUp
    return known


def _by(actor: Actor) -> int:
    return actor.agent_id or 0
