"""Text as people search for it and as the post wants it printed."""

import re
import unicodedata

# Letters that Unicode does not split into a base and an accent; as PostgreSQL's unaccent dictionary writes them.
_LETTERS = str.maketrans(
    {
        "œ": "oe", "æ": "ae", "ß": "ss", "ð": "d", "ı": "i", "þ": "th", "ŋ": "n", "ĸ": "q", "ƣ": "oi", "ƕ": "hv",
        "ɛ": "e", "ɖ": "d", "ɩ": "i", "·": "", "’": "'", "‘": "'", "ʼ": "'",
    }
)  # fmt: skip
_WITH_A_MARK = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH ")
_NOT_POSTAL = re.compile(r"[^A-Z0-9]+")


def fold(text: str) -> str:
    """Lower case without accents, to compare and to search: « Élodie Lœil » → "elodie loeil".

    Letters fold as the SQL function palier.fold folds them.
    """
    # Lowering first: an upper-case œ or ß has no entry of its own.
    split = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(sign for sign in split if not unicodedata.combining(sign)).translate(_LETTERS)
    return bare if bare.isascii() else "".join(sign if sign.isascii() else _unmarked(sign) for sign in bare)


def _unmarked(sign: str) -> str:
    """The plain letter of a barred or hooked one (đ, ł, ø, ɓ), which Unicode keeps whole."""
    named = _WITH_A_MARK.match(unicodedata.name(sign, ""))
    return named.group(1).lower() if named else sign


def postal_line(text: str) -> str:
    """An address line in capitals, without accents or punctuation: « 8 rue de l’Échelle » → "8 RUE DE L ECHELLE"."""
    return _NOT_POSTAL.sub(" ", fold(text).upper()).strip()
