"""Writing texts from outside into a table that a spreadsheet will open."""

import re
from typing import Final

# What a spreadsheet would run when the file is opened (OWASP, CSV injection): the text is kept, behind an apostrophe.
DANGEROUS_START: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def harmless(text: str) -> str:
    """A text no spreadsheet takes for a formula, without control characters."""
    clean = CONTROL.sub("", text)
    return f"'{clean}" if clean.startswith(DANGEROUS_START) else clean
