"""Writing texts from outside into a table that a spreadsheet will open."""

import re
from typing import Final

# What a spreadsheet would run when the file is opened (OWASP, CSV injection): the text is kept, behind an apostrophe.
DANGEROUS_START: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# An amount computes nothing: behind an apostrophe, that of a refused row would be refused again. A telephone number
# has a plus and no decimals: a spreadsheet would take its plus away.
_AMOUNT: Final = re.compile(r"-[0-9][0-9 \u00a0\u202f]*(?:[.,][0-9]+)?|\+[0-9][0-9 \u00a0\u202f]*[.,][0-9]+")


def harmless(text: str) -> str:
    """A text no spreadsheet takes for a formula, without control characters."""
    clean = CONTROL.sub("", text)
    return f"'{clean}" if clean.startswith(DANGEROUS_START) and not _AMOUNT.fullmatch(clean) else clean
