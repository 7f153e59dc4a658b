"""Text as people search for it, as the post wants it printed, as French typography spaces it."""

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
_NAME_BYTES = 200
_NO_SIGN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NOT_POSTAL = re.compile(r"[^A-Z0-9]+")
_BEFORE_TALL = re.compile(r" (?=[:»%€])")
_BEFORE_THIN = re.compile(r" (?=[;?!])")
# A kind of data is told to its person (« votre compte locatif »); to anyone else it loses that word.
_OURS = ("votre ", "vos ", "la ", "le ", "les ", "l’")


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


def typeset(text: str) -> str:
    """The spaces that French typography asks for, where a line must not break: « fin : » keeps its colon."""
    closed = _BEFORE_TALL.sub("\u00a0", text.replace("« ", "«\u00a0"))
    return _BEFORE_THIN.sub("\u202f", closed)


def impersonal(label: str) -> str:
    """« votre compte locatif » → « compte locatif »: told to someone else than the person."""
    label = label.replace(" de votre ", " du ")
    return next((label.removeprefix(ours) for ours in _OURS if label.startswith(ours)), label)


def legible(text: str) -> str:
    """Text from outside, for a terminal: what is no sign (an escape, a change of direction, a new line) by its code."""
    return "".join(
        sign if unicodedata.category(sign) not in _NO_SIGN else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )


def in_eights(digest: str) -> str:
    """A digest in groups of eight: it breaks over two lines, is read aloud and typed again."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def file_name(given: str) -> str:
    """A name that any folder takes, of whatever a browser gave: no folder in it, at most 200 bytes, its end kept."""
    last = given.replace("\0", "").rpartition("/")[2]
    # A system counts bytes: a hundred and twenty signs of three are too many for it.
    short = last.encode(errors="ignore")[-_NAME_BYTES:].decode(errors="ignore")
    return "fichier" if short in ("", ".", "..") else short
