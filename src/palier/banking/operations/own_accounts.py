"""The landlord's own accounts: the bank accounts of its sheet, one after the other; the general accounts that payments
pass by."""

from django.db import connection

from palier.banking.models import BankAccount
from palier.estate.landlord import landlord_facts, own_ibans
from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.ledger.chart import BANK_CODE, CHART, bank_chart_account
from palier.ledger.models import Account


class OtherBankAccount(Refusal):
    """Ce relevé est celui du compte {iban}, qui n’est et n’a jamais été un compte de l’organisme : vérifiez le fichier,
    ou l’IBAN de la fiche de l’organisme. Rien n’a été importé."""


class BankAccountUnnamed(Refusal):
    """Ce relevé ne dit pas de quel compte il est : demandez à votre banque un fichier qui donne son numéro."""


def general_account(code: str) -> int:
    """The number of a general account, opened when it is first needed."""
    found = Account.objects.filter(code=code, kind="GENERAL").values_list("id", flat=True).first()
    if found is not None:
        return int(found)
    label = next(account.label for account in CHART if account.code == code)
    # Two at once open it once.
    Account.objects.bulk_create([Account(code=code, label=label, kind="GENERAL")], ignore_conflicts=True)
    return int(Account.objects.get(code=code).pk)


def bank_account(iban: str) -> BankAccount:
    """The landlord's account of that number. Raises BankAccountUnnamed, OtherBankAccount.

    The account of the landlord's own sheet is known without anyone declaring it: it is printed on every notice. So are
    those that it replaced: their statements come until they are empty.
    """
    if not iban:
        raise BankAccountUnnamed
    own = {each.iban: each for each in own_ibans()}
    if iban in own and not BankAccount.objects.filter(iban=iban).exists():
        _open(iban)
    for known in BankAccount.objects.filter(iban__in=own):
        days = own[known.iban]
        if (known.opened_on, known.closed_on) != (days.first_day, days.last_day):
            known.opened_on, known.closed_on = days.first_day, days.last_day
            known.save(update_fields=["opened_on", "closed_on"])
    found = BankAccount.objects.filter(iban=iban).first()
    if found is None:
        raise OtherBankAccount(iban=shortened(f"{iban[:4]}…{iban[-4:]}"))
    return found


def _open(iban: str) -> None:
    """A bank account with its own account of the ledger. Two at once open it once: the numbers are unique."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.bank_accounts'))")
    if BankAccount.objects.filter(iban=iban).exists():
        return
    mirror = bank_chart_account(1 + BankAccount.objects.count())
    Account.objects.bulk_create(
        [Account(code=mirror.code, label=mirror.label, kind="GENERAL")],
        ignore_conflicts=True,
    )
    is_present = landlord_facts().iban.replace(" ", "") == iban
    BankAccount.objects.create(
        label="Compte courant" if mirror.code == BANK_CODE else mirror.label,
        iban=iban,
        bic=landlord_facts().bic if is_present else "",
        account=Account.objects.get(code=mirror.code),
    )
