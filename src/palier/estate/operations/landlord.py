"""The landlord's sheet: described once at the installation, then changed line by line, each change kept.

A new IBAN moves nothing until someone else confirms it: it is printed on every notice, and rents follow it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from palier.estate.identity import creditor_number, landlord_bic, landlord_iban, landlord_siret
from palier.estate.models import Landlord, LandlordChange
from palier.foundation.errors import Refusal
from palier.privacy.actor import BY_COMMAND

# The most lines that a window envelope shows above postcode and town (NF Z 10-011).
MOST_ADDRESS_LINES: Final = 5
LONGEST_LINE: Final = 38


class LandlordInPlace(Refusal):
    """Cette base est déjà celle de « {name} » : une base n’a qu’un organisme. Indiquez un autre dossier avec
    PALIER_HOME."""


class LandlordLineMissing(Refusal):
    """Il manque {what} : il figure sur chaque avis d’échéance."""


class AddressWrong(Refusal):
    """L’adresse a de deux à cinq lignes de 38 signes au plus : une par ligne, la dernière avec le code postal et la
    ville."""


class IbanAlreadyWaits(Refusal):
    """Un autre IBAN attend déjà d’être confirmé : faites-le confirmer ou refuser d’abord."""


class IbanIsTheSame(Refusal):
    """C’est déjà l’IBAN de l’organisme : il n’y a rien à confirmer."""


class IbanChangeNotFound(Refusal):
    """Ce changement d’IBAN n’existe pas, ou n’attend plus de décision : rouvrez la page."""


class OwnIbanChange(Refusal):
    """Un IBAN est confirmé par quelqu’un d’autre que celui qui l’a demandé : faites-le confirmer au siège."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The landlord as its documents name it, IBAN left out. Numbers as typed: they are checked here."""

    name: str
    legal_form: str
    address_lines: tuple[str, ...]
    siret: str
    phone: str = ""
    opening_hours: str = ""
    tenant_site: str = ""
    bic: str = ""
    creditor_id: str = ""


# What a line of the sheet is called in the history.
SUBJECTS: Final[Mapping[str, str]] = {
    "name": "NAME",
    "legal_form": "LEGAL_FORM",
    "address_lines": "ADDRESS",
    "siret": "SIRET",
    "phone": "PHONE",
    "opening_hours": "HOURS",
    "tenant_site": "SITE",
    "bic": "BIC",
    "creditor_id": "CREDITOR",
}


def describe_landlord(sheet: Sheet, *, at: datetime) -> Landlord:
    """The landlord of an empty database; the one that is there when it has the same SIRET. Inside `batch()`.

    Raises LandlordInPlace, SiretWrong, LandlordBicWrong, CreditorWrong, AddressWrong, LandlordLineMissing.
    """
    wanted = checked(sheet)
    present = Landlord.objects.order_by("id").first()
    if present is not None:
        if present.is_demo or present.siret != wanted["siret"]:
            raise LandlordInPlace(name=present.name)
        return present
    made = Landlord.objects.create(**wanted, iban="", is_demo=False)
    LandlordChange.objects.create(subject="NAME", after=made.name, state="APPLIED", asked_by=BY_COMMAND, asked_at=at)
    return made


def change_sheet(sheet: Sheet, *, by: int, at: datetime) -> int:
    """Change the lines that differ, each with its line of history, under the agent `by`; how many did.

    Raises SiretWrong, LandlordBicWrong, CreditorWrong, AddressWrong, LandlordLineMissing.
    """
    wanted = checked(sheet)
    present = Landlord.objects.order_by("id").get()
    before = {name: getattr(present, name) for name in SUBJECTS}
    changed = [name for name in SUBJECTS if before[name] != wanted[name]]
    if not changed:
        return 0
    with transaction.atomic():
        Landlord.objects.filter(pk=present.pk).update(**{name: wanted[name] for name in changed})
        LandlordChange.objects.bulk_create(
            [
                LandlordChange(
                    subject=SUBJECTS[name],
                    before=_told(before[name]),
                    after=_told(wanted[name]),
                    state="APPLIED",
                    asked_by=by,
                    asked_at=at,
                )
                for name in changed
            ]
        )
    return len(changed)


def ask_iban(typed: str, *, by: int, at: datetime) -> LandlordChange:
    """Ask for another IBAN; nothing moves yet. Raises LandlordIbanWrong, IbanIsTheSame, IbanAlreadyWaits."""
    wanted, present = landlord_iban(typed), Landlord.objects.order_by("id").get()
    if wanted == present.iban:
        raise IbanIsTheSame
    try:
        with transaction.atomic():
            return LandlordChange.objects.create(
                subject="IBAN",
                before=present.iban,
                after=wanted,
                state="WAITING",
                asked_by=by,
                asked_at=at,
            )
    except IntegrityError as error:
        raise IbanAlreadyWaits from error


def confirm_iban(*, change_id: int, by: int, at: datetime) -> str:
    """The second pair of eyes: the new IBAN is in force from now on. Raises IbanChangeNotFound, OwnIbanChange."""
    with transaction.atomic():
        change = _waiting(change_id)
        if change.asked_by == by:
            raise OwnIbanChange
        _decide(change, "APPLIED", by=by, at=at)
        Landlord.objects.update(iban=change.after)
    return change.after


def refuse_iban(*, change_id: int, by: int, at: datetime) -> None:
    """Nothing changes; who asked may refuse too. Raises IbanChangeNotFound."""
    with transaction.atomic():
        _decide(_waiting(change_id), "REFUSED", by=by, at=at)


def checked(sheet: Sheet) -> dict[str, str | list[str]]:
    """The columns of the sheet, its numbers checked. Raises the refusals of each."""
    lines = [line.strip() for line in sheet.address_lines if line.strip()]
    if not 2 <= len(lines) <= MOST_ADDRESS_LINES or max(map(len, lines)) > LONGEST_LINE:
        raise AddressWrong
    for told, what in ((sheet.name, "le nom de l’organisme"), (sheet.legal_form, "la forme juridique")):
        if not told.strip():
            raise LandlordLineMissing(what=what)
    return {
        "name": sheet.name.strip(),
        "legal_form": sheet.legal_form.strip(),
        "address_lines": lines,
        "siret": landlord_siret(sheet.siret),
        "phone": sheet.phone.strip(),
        "opening_hours": sheet.opening_hours.strip(),
        "tenant_site": sheet.tenant_site.strip(),
        "bic": landlord_bic(sheet.bic),
        "creditor_id": creditor_number(sheet.creditor_id),
    }


def _waiting(change_id: int) -> LandlordChange:
    found = LandlordChange.objects.select_for_update().filter(pk=change_id, subject="IBAN", state="WAITING").first()
    if found is None:
        raise IbanChangeNotFound
    return found


def _decide(change: LandlordChange, state: str, *, by: int, at: datetime) -> None:
    decided = LandlordChange.objects.filter(pk=change.pk, state="WAITING").update(
        state=state, decided_by=by, decided_at=at
    )
    if not decided:
        raise IbanChangeNotFound


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
