"""The number of an application (numéro unique): eighteen characters given by the national system, never made here.

Opaque: its length, its letters and its month alone are looked at (CCH L441-2-1; domain of the SNE).
"""

import re
from typing import Final

from palier.foundation.errors import Refusal

_NUMBER: Final = re.compile(r"[0-9A-Z]{3}(0[1-9]|1[0-2])[0-9A-Z]{13}")
_WHOLE: Final = re.compile(r"[0-9A-Z]{18}")
_SPACES: Final = re.compile(r"[\s.\-\u00a0\u202f]+")


class NotAnApplicationNumber(Refusal):
    """« {number} » n’est pas un numéro unique : dix-huit chiffres ou lettres majuscules, sur l’attestation."""


class NumberMonthImpossible(NotAnApplicationNumber):
    """« {number} » n’est pas un numéro unique : ses quatrième et cinquième signes disent un mois, de 01 à 12."""


def application_number(text: str) -> str:
    """The number as the national system writes it, without the spaces typed.

    Raises NotAnApplicationNumber, NumberMonthImpossible.
    """
    number = _SPACES.sub("", text).upper()
    if not _NUMBER.fullmatch(number):
        wrong = NumberMonthImpossible if _WHOLE.fullmatch(number) else NotAnApplicationNumber
        raise wrong(number=text.strip()[:40])
    return number
