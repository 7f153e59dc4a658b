"""What the documents' font can draw. A character it cannot draw would leave a hole in a name: it is refused instead."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from palier.foundation.errors import Refusal

FONTS = Path(__file__).parent / "fonts"

# JSON writes a control character as an escape other than \" and \\.
_HARMLESS_ESCAPE = re.compile(r'\\["\\]')


class CharacterNotPrintable(Refusal):
    """« {text} » contient {character}, que nos documents ne savent pas dessiner. Écrivez-le en lettres
    latines, grecques ou cyrilliques, comme sur la pièce d’identité."""


@cache
def drawable() -> frozenset[str]:
    """Every character that both weights of the font hold."""
    ranges = [
        line.split("-")
        for line in (FONTS / "coverage.txt").read_text(encoding="ascii").splitlines()
        if not line.startswith("#")
    ]
    return frozenset(chr(code) for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1))


def printable(text: str) -> str:
    """`text` as the documents will draw it: composed (NFC), and a compatibility sign by what it stands for.

    « ﬁ » becomes « fi », a full-width letter the plain one: the same word. Nothing else is replaced: another script is
    not guessed at. Raises CharacterNotPrintable.
    """
    composed = unicodedata.normalize("NFC", text)
    if drawable().issuperset(composed):
        return composed
    drawn = "".join(
        sign if sign in drawable() else unicodedata.normalize("NFC", unicodedata.normalize("NFKD", sign))
        for sign in composed
    )
    refuse_undrawable(drawn)
    return drawn


def legible(text: str) -> str:
    """`text` as the font draws it, with « ? » for a sign that it lacks: what comes from others never stops a report."""
    try:
        return printable(text)
    except CharacterNotPrintable:
        return "".join(sign if sign in drawable() else " " if sign.isspace() else "?" for sign in text)


def refuse_undrawable(text: str) -> None:
    """Raises CharacterNotPrintable on the first character of `text` that the font does not hold."""
    missing = set(text) - drawable()
    if missing:
        place = min(text.index(sign) for sign in missing)
        raise CharacterNotPrintable(text=_around(text, place), character=_named(text[place]))


def refuse_undrawable_json(document: str) -> None:
    """The same for JSON text, where a control character is hidden in an escape."""
    refuse_undrawable(document)
    if "\\" in document:
        hidden = _HARMLESS_ESCAPE.sub("", document)
        if "\\" in hidden:
            raise CharacterNotPrintable(text=_around(hidden, hidden.index("\\")), character="un caractère de commande")


def _around(text: str, place: int) -> str:
    quoted = text[max(0, place - 15) : place + 15]
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in quoted)


def _named(sign: str) -> str:
    shown = f"«\u00a0{sign}\u00a0» " if sign.isprintable() else ""
    return f"{shown}(U+{ord(sign):04X})"
