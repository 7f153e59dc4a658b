"""Text as people search for it and as the post wants it printed."""

import re
import unicodedata

# Letters that Unicode does not split into a base and an accent; the same as PostgreSQL's unaccent dictionary.
_LETTERS = str.maketrans(
    {
        "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th",
        "ŋ": "n", "ŧ": "t", "’": "'", "‘": "'", "ʼ": "'",
    }
)  # fmt: skip
_NOT_POSTAL = re.compile(r"[^A-Z0-9]+")


def fold(text: str) -> str:
    """Lower case without accents, to compare and to search: « Élodie Lœil » → "elodie loeil"."""
    # Lowering first: an upper-case œ or ß has no entry of its own.
    split = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(sign for sign in split if not unicodedata.combining(sign))
    return bare.translate(_LETTERS)


def postal_line(text: str) -> str:
    """An address line in capitals, without accents or punctuation: « 8 rue de l’Échelle » → "8 RUE DE L ECHELLE"."""
    return _NOT_POSTAL.sub(" ", fold(text).upper()).strip()
