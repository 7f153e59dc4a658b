"""The numbers by which a landlord is known, each with its key: a wrong one is refused where it is typed.

SIRET and SIREN: Luhn (INSEE). IBAN: ISO 13616, key of ISO 7064 mod 97-10. ICS, the creditor's number of SEPA debits:
the same key over the national number, without the three letters of the activity (EPC 262-08). BIC: ISO 9362.
"""

import re
from typing import Final

from stdnum import iban
from stdnum.fr import siret
from stdnum.iso7064 import mod_97_10

from palier.foundation.errors import Refusal
from palier.foundation.money import shortened

_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_CREDITOR: Final = re.compile(r"([A-Z]{2}[0-9]{2})[A-Z0-9]{3}([A-Z0-9]{1,28})")


class SiretWrong(Refusal):
    """Le SIRET « {siret} » est faux : il a quatorze chiffres, dont deux clés de contrôle. Relisez-le sur l’avis de
    l’INSEE."""


class LandlordIbanWrong(Refusal):
    """L’IBAN qui finit par {ending} est faux : sa clé de contrôle ne correspond pas. Relisez-le sur le RIB."""


class LandlordBicWrong(Refusal):
    """« {bic} » n’est pas un BIC : il a huit ou onze signes. Relisez-le sur le RIB, ou laissez-le vide."""


class CreditorWrong(Refusal):
    """L’identifiant créancier « {number} » est faux : sa clé de contrôle ne correspond pas. Relisez la lettre de la
    Banque de France, ou laissez-le vide."""


def landlord_siret(typed: str) -> str:
    """« 123 456 782 00010 », checked. Raises SiretWrong."""
    number = _compact(typed)
    if not siret.is_valid(number):
        raise SiretWrong(siret=shortened(typed.strip()) or "…")
    return f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}"


def landlord_iban(typed: str) -> str:
    """The IBAN in capitals without spaces, checked. Raises LandlordIbanWrong."""
    number = _compact(typed)
    if not iban.is_valid(number):
        raise LandlordIbanWrong(ending=shortened(number[-4:]) or "…")
    return number


def landlord_bic(typed: str) -> str:
    """The BIC in capitals, or nothing. Raises LandlordBicWrong."""
    bic = _compact(typed)
    if bic and not _BIC.fullmatch(bic):
        raise LandlordBicWrong(bic=shortened(bic))
    return bic


def creditor_number(typed: str) -> str:
    """The creditor's number (ICS) in capitals, or nothing. Raises CreditorWrong."""
    number = _compact(typed)
    if not number:
        return ""
    found = _CREDITOR.fullmatch(number)
    if found is None or not mod_97_10.is_valid(found[2] + found[1]):
        raise CreditorWrong(number=shortened(number))
    return number


def _compact(typed: str) -> str:
    return re.sub(r"\s", "", typed).upper()
