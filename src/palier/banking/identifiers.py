"""The IBANs of persons: checked, sealed in the database, matched by a keyed digest, shown by their last four signs."""

import re

from palier.banking.formats.payment_order import BIC_SHAPE
from palier.banking.formats.references import iban_is_sound
from palier.banking.rules.sepa import SEPA_IBAN_LENGTHS
from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.foundation.sealing import keyed_digest, sealed, unsealed

# The names of the secret files. Losing the first loses every mandate: they are in the backup.
SEALED_UNDER = "iban_key"
_DIGESTED_UNDER = "iban_digest_key"
_STARTS_AN_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}", re.IGNORECASE)


class IbanWrong(Refusal):
    """L’IBAN qui finit par {ending} est faux : sa clé de contrôle ne correspond pas. Relisez-le sur le RIB."""


class IbanOutsideSepa(Refusal):
    """Un compte du pays « {country} » est hors de l’espace SEPA : il ne peut être ni prélevé ni remboursé par
    virement SEPA. Demandez un autre compte."""


class BicWrong(Refusal):
    """« {bic} » n’est pas un BIC : corrigez-le, ou laissez-le vide."""


def person_iban(typed: str) -> str:
    """The IBAN in capitals without spaces. Raises IbanWrong, IbanOutsideSepa."""
    number = re.sub(r"\s", "", typed).upper()
    if not iban_is_sound(number):
        raise IbanWrong(ending=shortened(number[-4:]) or "…")
    length = SEPA_IBAN_LENGTHS.get(number[:2])
    if length is None:
        raise IbanOutsideSepa(country=number[:2])
    if len(number) != length:
        raise IbanWrong(ending=number[-4:])
    return number


def person_bic(typed: str) -> str:
    """The BIC in capitals, or nothing. Raises BicWrong."""
    bic = re.sub(r"\s", "", typed).upper()
    if bic and not BIC_SHAPE.fullmatch(bic):
        raise BicWrong(bic=shortened(bic))
    return bic


def seal_iban(iban: str) -> bytes:
    """The number as the database holds it."""
    return sealed(iban.encode("ascii"), under=SEALED_UNDER)


def open_iban(kept: bytes) -> str:
    """The number behind it. Raises SealBroken."""
    return unsealed(kept, under=SEALED_UNDER).decode("ascii")


def iban_digest(iban: str) -> str:
    """What recognises the same account again, for whoever holds the installation's secret and nobody else."""
    return keyed_digest(iban.encode("ascii"), under=_DIGESTED_UNDER)


def ending(iban: str) -> str:
    """The last four signs: all that a screen shows."""
    return iban[-4:]


def without_ibans(text: str) -> str:
    """Words of someone else with each IBAN in them cut to its last four signs: no account is kept in clear.

    >>> without_ibans("VIR DE FR76 3000 6000 0112 3456 7890 189 MERCI")
    'VIR DE …0189 MERCI'
    """
    kept: list[str] = []
    at = 0
    for start in _STARTS_AN_IBAN.finditer(text):
        end = _end_of_iban(text, start.start())
        if start.start() >= at and end:
            kept += [text[at : start.start()], f"…{re.sub(r'[^A-Z0-9]', '', text[at:end], flags=re.IGNORECASE)[-4:]}"]
            at = end
    return "".join([*kept, text[at:]])


def _end_of_iban(text: str, start: int) -> int:
    """Where the sound IBAN that begins there ends, in one piece or by groups; 0 when there is none."""
    length = SEPA_IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
    number = ""
    for place in range(start, len(text)):
        if len(number) == length:
            break
        sign = text[place]
        if sign.isascii() and sign.isalnum():
            number += sign.upper()
        elif sign not in " -.":
            break
    else:
        place = len(text)
    return place if len(number) == length and iban_is_sound(number) else 0
