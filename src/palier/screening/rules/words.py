"""Words of a text as the lexicons write them: lower case, no accents, and how a misspelt word still sounds."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Soft hyphens, zero-width marks and combining accents do not cut a word.
_INSIDE = "\u00ad\u0300-\u036f\u200b-\u200d\u2060\ufeff"
_WORD = re.compile(f"[^\\W_]+(?:[{_INSIDE}]+[^\\W_]*)*")
_BOUNDARY = re.compile(r"[.;!?:\n|()\[\]]")
_PAUSE = re.compile(r"[,/–—]| - ")
_NOT_LETTERS = re.compile(f"[{_INSIDE}]")
_THRICE = re.compile(r"([a-z])\1{2,}")
# « M. », « Mme. », « bd. »: the dot ends an abbreviation, not a sentence.
_LONGEST_ABBREVIATION = 3
# « alc00l », « dépr€ssif »: a sign in place of a letter. The length stays, hence the offsets.
_DISGUISED = re.compile(
    r"(?<=[^\W\d_]{2})[0134578@$€*]{1,2}(?=[^\W\d_])|(?<=[^\W\d_])[0134578@$€*]{1,2}(?=[^\W\d_]{2})"
)
_MAY_DISGUISE = re.compile(r"[^\W\d_][0134578@$€*]")
_MAY_SPELL = re.compile(r"\b[^\W\d_][ .\-_*][^\W\d_]\b")
_UNMASKED = str.maketrans("0134578@$€*", "oieastbasex")
_SPELT_GAPS = frozenset(" .-_*")
_SHORTEST_SPELT = 4
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "Œ": "OE", "Æ": "AE"})


class Word(NamedTuple):
    """A word where it stands; `cut` tells what comes before it: a sentence's end, a pause, or nothing."""

    start: int
    end: int
    raw: str
    cut: str


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    found: list[Word] = []
    last = 0
    before = ""
    for match in _WORD.finditer(text):
        start, end = match.span()
        between = text[last:start]
        cut = ""
        if len(between) > 1 or between not in (" ", "'", "’"):
            if _BOUNDARY.search(between) and not (between[:1] == "." and len(before) <= _LONGEST_ABBREVIATION):
                cut = "."
            elif _PAUSE.search(between):
                cut = ","
        before = text[start:end]
        found.append(Word(start, end, before, cut))
        last = end
    return _spelt_joined(found, text) if _MAY_SPELL.search(text) else found


def undisguised(text: str) -> str:
    """A text whose signs standing for letters are letters again; each keeps its place."""
    if not _MAY_DISGUISE.search(text):
        return text
    return _DISGUISED.sub(lambda match: match.group().translate(_UNMASKED), text)


def _spelt_joined(words: list[Word], text: str) -> list[Word]:
    """« a l c o o l » and « R.S.A. » as one word each; the letters of a list (« cages A B C ») stay apart."""
    joined: list[Word] = []
    rank = 0
    while rank < len(words):
        last = rank
        while last + 1 < len(words) and _spelt_on(words[last], words[last + 1], text):
            last += 1
        run = words[rank : last + 1]
        dotted = len(run) > 1 and all(text[each.end : each.end + 1] == "." for each in run[:-1])
        if len(run) >= _SHORTEST_SPELT or dotted:
            raw = "".join(each.raw for each in run)
            joined.append(Word(start=run[0].start, end=run[-1].end, raw=raw, cut=run[0].cut))
        else:
            joined += run
        rank = last + 1
    return joined


def _spelt_on(left: Word, right: Word, text: str) -> bool:
    return (
        len(left.raw) == 1
        and len(right.raw) == 1
        and right.start - left.end == 1
        and text[left.end] in _SPELT_GAPS
        and left.raw.isalpha()
        and right.raw.isalpha()
    )


# The same words come back all day.
@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """A word without case, accents, ligatures or invisible marks."""
    if word.isascii():
        return _THRICE.sub(r"\1\1", word.lower())
    plain = unicodedata.normalize("NFKD", word.translate(_LIGATURES))
    return _THRICE.sub(r"\1\1", _NOT_LETTERS.sub("", plain).lower())


_SOUNDS = (
    ("ph", "f"),
    ("qu", "k"),
    ("cz", "x"),
    ("cs", "x"),
    ("ch", "8"),
    ("eau", "o"),
    ("au", "o"),
    ("ai", "e"),
    ("ei", "e"),
    ("am", "an"),
    ("em", "an"),
    ("en", "an"),
    ("im", "in"),
    ("om", "on"),
    ("h", ""),
    ("y", "i"),
)
_SOFT_C = re.compile(r"c(?=[eiy])")
_SOFT_S = re.compile(r"(?<=[aeiouy])s(?=[aeiouy])")
_SOFT_T = re.compile(r"ti(?=on)")
_DOUBLE = re.compile(r"([a-z0-9])\1+")
_SILENT = re.compile(r"(?:e|s|t|x|d|z|r)+$")


def sound(word: str) -> str:
    """A rough key of how a folded word sounds: « epileptik » and « epileptique » share it."""
    key = _SOFT_T.sub("si", _SOFT_C.sub("s", word))
    key = _SOFT_S.sub("z", key)
    for letters, heard in _SOUNDS:
        if letters in key:
            key = key.replace(letters, heard)
    key = key.replace("c", "k")
    key = _DOUBLE.sub(r"\1", key)
    return _SILENT.sub("", key) or key


def one_less(word: str) -> set[str]:
    """Every way to drop one letter of a word, its first letter being kept."""
    return {word[:rank] + word[rank + 1 :] for rank in range(1, len(word))}


def one_edit_apart(left: str, right: str) -> bool:
    """Whether two different words differ by one letter added, dropped, changed, or two neighbours exchanged."""
    if len(left) > len(right):
        left, right = right, left
    gap = len(right) - len(left)
    if gap > 1:
        return False
    rank = 0
    while rank < len(left) and left[rank] == right[rank]:
        rank += 1
    if gap:
        return left[rank:] == right[rank + 1 :]
    if left[rank + 1 :] == right[rank + 1 :]:
        return True
    return left[rank : rank + 2] == right[rank : rank + 2][::-1] and left[rank + 2 :] == right[rank + 2 :]
