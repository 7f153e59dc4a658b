"""What may be written of a person of an application: name, birth, ways to reach them, address, communes.

One rule for the counter, the headings of the file and the exchange file: what a letter cannot print is not let in.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.periods import after_months, day_fr
from palier.mail.address import over_two_lines, refuse_too_wide
from palier.mail.glyphs import printable

FIRST_BIRTH: Final = date(1900, 1, 1)
# A minor who is emancipated may ask: no younger than sixteen (C. civ. art. 413-2).
_EMANCIPATED_MONTHS: Final = 16 * 12
_PHONE: Final = re.compile(r"\+?[0-9]{6,15}")
_PHONE_SIGNS: Final = re.compile(r"[\s.()/\-]+")
_EMAIL: Final = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\".]+(?:\.[^\s@<>,;:\".]+)+")
_POSTCODE: Final = re.compile(r"[0-9]{5}")
# Mainland, Corsica, overseas; 00 is no department: the fictional communes of the demonstration.
_COMMUNE: Final = re.compile(r"(?:(?:0[0-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{3}|97[1-8][0-9]{2}|98[4-9][0-9]{2})")


class NotAName(Refusal):
    """« {name} » ne contient aucune lettre : écrivez le nom comme sur la pièce d’identité."""


class BirthImpossible(Refusal):
    """Personne n’est né le {birth_date} : vérifiez la date de naissance."""


class ApplicantTooYoung(Refusal):
    """Le demandeur est majeur, ou émancipé à partir de 16 ans : né le {birth_date}, il est trop jeune."""


class NotAPhone(Refusal):
    """« {phone} » n’est pas un numéro de téléphone : de six à quinze chiffres, par exemple 01 99 00 12 34."""


class NotAnEmail(Refusal):
    """« {email} » n’est pas une adresse de courriel, par exemple nom@exemple.test."""


class NotAPostcode(Refusal):
    """« {postcode} » n’est pas un code postal : cinq chiffres, ou rien pour une adresse à l’étranger."""


class TownMissing(Refusal):
    """La ville manque à cette adresse : écrivez-la, suivie du pays si elle est à l’étranger."""


class AddressLineMissing(Refusal):
    """La rue manque à cette adresse : écrivez-la, ou effacez aussi le code postal et la ville."""


class NotACommune(Refusal):
    """« {commune} » n’est pas le code INSEE d’une commune : le département, puis trois chiffres, par exemple 93066."""


def visible(text: str) -> str:
    """The text on one line, without what is not seen: commands, marks of direction, spaces of no width."""
    if text.isprintable():
        return " ".join(text.split())
    seen = (" " if sign.isspace() else sign for sign in text)
    kept = "".join(sign for sign in seen if unicodedata.category(sign) not in ("Cc", "Cf"))
    return " ".join(kept.split())


def written_name(text: str) -> str:
    """A name as papers write it and as letters print it. Raises NotAName, CharacterNotPrintable."""
    name = printable(visible(text))
    if not any(sign.isalpha() for sign in name):
        raise NotAName(name=name)
    return name


def check_birth(birth_date: date, *, on: date, is_applicant: bool) -> None:
    """Raises BirthImpossible, ApplicantTooYoung."""
    if not FIRST_BIRTH <= birth_date <= on:
        raise BirthImpossible(birth_date=day_fr(birth_date))
    if is_applicant and after_months(birth_date, _EMANCIPATED_MONTHS) > on:
        raise ApplicantTooYoung(birth_date=day_fr(birth_date))


def written_contact(channel: str, text: str) -> str:
    """A number or an e-mail as typed, without what is not seen. Raises NotAPhone, NotAnEmail."""
    value = visible(text)
    if channel == "EMAIL":
        if not _EMAIL.fullmatch(value):
            raise NotAnEmail(email=value)
    elif not _PHONE.fullmatch(_PHONE_SIGNS.sub("", value)):
        raise NotAPhone(phone=value)
    return value


def written_address(*, line: str, postcode: str, city: str) -> tuple[str, str, str]:
    """Line, postcode, town, which letters hold; all empty without a line: they have no address.

    Raises TownMissing, NotAPostcode, AddressLineTooLong, CharacterNotPrintable.
    """
    line, postcode, city = printable(visible(line)), visible(postcode), printable(visible(city))
    if not line:
        if postcode or city:
            raise AddressLineMissing
        return "", "", ""
    if postcode and not _POSTCODE.fullmatch(postcode):
        raise NotAPostcode(postcode=postcode)
    if not city:
        raise TownMissing
    for part in (*over_two_lines(line), f"{postcode} {city}".strip()):
        refuse_too_wide(part)
    return line, postcode, city


def written_commune(text: str) -> str:
    """The INSEE code of a commune. Raises NotACommune."""
    commune = visible(text).upper()
    if not _COMMUNE.fullmatch(commune):
        raise NotACommune(commune=commune)
    return commune
