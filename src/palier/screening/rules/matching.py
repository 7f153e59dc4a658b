"""Finding the terms of lexicons in a text: a dictionary for words, a search for phrases, forgiveness for typing faults.

A text is folded word by word and joined by spaces; a phrase is searched there only when one of its rare words is
present. What each spelling means is remembered, since the same words come back all day.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TypeVar

from palier.screening.rules.guards import Guards
from palier.screening.rules.identifiers import identifiers_in
from palier.screening.rules.lexicon import Term
from palier.screening.rules.pattern import COMMON, Atom, Pattern
from palier.screening.rules.verdict import Finding, Verdict, verdict_of
from palier.screening.rules.words import (
    Word,
    folded,
    one_edit_apart,
    one_less,
    sound,
    undisguised,
    words_of,
)

# What is said of persons is said of things too, from further away: « la porte du local est complètement folle ».
_ABOUT_THINGS = "judgement"
_REMEMBERED = 40_000
_SHORTEST_FORGIVEN = 7
_SHORTEST_HEARD = 6
_SHORTEST_SOUND = 5

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A term reached by a word; `capitals`: only when written in capitals."""

    rank: int
    capitals: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What a spelling means: the word it is read as, the terms it is, the phrases it may begin a search for."""

    plain: str
    typo: bool
    terms: tuple[_Entry, ...]
    phrases: tuple[int, ...]


class _Phrase:
    """A pattern of a term, searched only in a text that has a word for each of its places."""

    __slots__ = ("_compiled", "_in_capitals", "_needs", "_source", "rank")

    def __init__(self, rank: int, pattern: Pattern) -> None:
        self.rank = rank
        self._source = pattern.regex()
        self._needs = pattern.needs()
        self._in_capitals = any(atom.capitals for place in pattern.places for atom in place.atoms)
        self._compiled: re.Pattern[str] | None = None

    @property
    def rarest(self) -> frozenset[str]:
        """The shortest list of words of which one must be there, rare ones if it can be; empty when any text may hold
        it."""
        return min(self._needs, key=lambda words: (not words.isdisjoint(COMMON), len(words)), default=frozenset())

    def may_stand_in(self, vocabulary: frozenset[str]) -> bool:
        """Whether a text has a word for each place: nearly always not, which costs no search."""
        return not any(map(vocabulary.isdisjoint, self._needs))

    def found_in(self, line: "_Line") -> Iterator[tuple[int, int]]:
        """The first and last word of each place of the text where it stands."""
        if self._compiled is None:
            # Without capitals to look for, the line in lower case is searched: half the time of ignoring case.
            self._compiled = re.compile(self._source, re.IGNORECASE if self._in_capitals else 0)
        for match in self._compiled.finditer(line.plain if self._in_capitals else line.lower):
            yield line.place_of(match)


class _Contexts:
    """The contexts that excuse a term, reached by a word that each must have."""

    def __init__(self, rank: int, patterns: Iterable[Pattern]) -> None:
        self._by_word: dict[str, list[_Phrase]] = {}
        self._anywhere: list[_Phrase] = []
        for pattern in patterns:
            phrase = _Phrase(rank, pattern)
            if not phrase.rarest:
                self._anywhere.append(phrase)
            for word in phrase.rarest:
                self._by_word.setdefault(word, []).append(phrase)

    def spans(self, line: "_Line") -> tuple[tuple[int, int], ...]:
        """The first and last word of each place of a text where the term is excused."""
        near = (phrase for word in line.vocabulary for phrase in self._by_word.get(word, ()))
        return tuple(
            span
            for phrase in dict.fromkeys((*self._anywhere, *near))
            if phrase.may_stand_in(line.vocabulary)
            for span in phrase.found_in(line)
        )


class Screen:
    """Compiled lexicons. `ordinary`: words never taken for a misspelling; `things`: words that name things; `both`:
    words said of things as well as of people."""

    def __init__(
        self,
        terms: Sequence[Term],
        *,
        ordinary: Iterable[str],
        things: Iterable[str],
        both: Iterable[str],
    ) -> None:
        self._terms = tuple(terms)
        self._ordinary = {folded(word) for word in ordinary}
        self._guards = Guards(frozenset(map(folded, things)), frozenset(map(folded, both)))
        self._words: dict[str, list[_Entry]] = {}
        self._stems: dict[str, list[_Entry]] = {}
        self._anchors: dict[str, list[int]] = {}
        self._anchor_stems: dict[str, list[int]] = {}
        self._phrases: list[_Phrase] = []
        self._contexts = [_Contexts(rank, term.unless) for rank, term in enumerate(self._terms)]
        self._forgiven: dict[str, list[str]] = {}
        self._heard: dict[str, str] = {}
        self._remembered: dict[str, _Known] = {}
        for rank, term in enumerate(self._terms):
            self._add(rank, term)
        self._stem_lengths = sorted({len(stem) for stem in (*self._stems, *self._anchor_stems)}, reverse=True)
        for term in self._terms:
            # A word that a phrase knows is spelt as it should be.
            for pattern in (*term.patterns, *term.unless):
                self._ordinary.update(word for place in pattern.places for atom in place.atoms for word in atom.words())
            if not term.exact:
                self._forgive(term)

    def screen(self, text: str) -> Verdict:
        """What the lexicons and the identifiers' shapes find in a text."""
        return verdict_of(_kept([*self._found(text), *identifiers_in(text)]))

    def findings(self, text: str) -> Iterator[Finding]:
        """What the lexicons alone find, findings inside others included."""
        yield from self._found(text)

    def stems(self) -> Iterator[tuple[Term, str]]:
        """Every stem that is enough by itself, for the test that runs them over common words."""
        for stem, entries in self._stems.items():
            for entry in entries:
                yield self._terms[entry.rank], stem

    def _add(self, rank: int, term: Term) -> None:
        for pattern in term.patterns:
            if pattern.single:
                for atom in pattern.places[0].atoms:
                    _register(self._words, self._stems, atom, _Entry(rank, atom.capitals))
                continue
            self._phrases.append(_Phrase(rank, pattern))
            for atom in pattern.anchors():
                _register(self._anchors, self._anchor_stems, atom, len(self._phrases) - 1)

    def _forgive(self, term: Term) -> None:
        vocabulary = {
            word
            for pattern in term.patterns
            for atom in (pattern.places[0].atoms if pattern.single else pattern.anchors())
            if not atom.capitals
            for word in atom.words()[:1]
        }
        for example in term.hit:
            for word in words_of(example):
                plain = folded(word.raw)
                if any(plain[:length] in self._stems for length in self._stem_lengths):
                    vocabulary.add(plain)
        for known in sorted(vocabulary):
            if len(known) >= _SHORTEST_HEARD and len(heard := sound(known)) >= _SHORTEST_SOUND:
                self._heard.setdefault(heard, known)
            if len(known) >= _SHORTEST_FORGIVEN:
                for shorter in (known, *one_less(known)):
                    self._forgiven.setdefault(shorter, []).append(known)

    def _meaning(self, raw: str) -> _Known:
        """What a spelling means, remembered from then on."""
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        plain = folded(raw)
        known = self._look_up(plain, typo=False)
        if not known.terms and not known.phrases and (corrected := self._corrected(plain)):
            known = self._look_up(corrected, typo=True)
        if known.plain.islower() and raw.isupper():
            known = _Known(known.plain.upper(), known.typo, known.terms, known.phrases)
        self._remembered[raw] = known
        return known

    def _look_up(self, plain: str, *, typo: bool) -> _Known:
        terms = list(self._words.get(plain, ()))
        phrases = list(self._anchors.get(plain, ()))
        for length in self._stem_lengths:
            if length <= len(plain):
                terms += self._stems.get(plain[:length], ())
                phrases += self._anchor_stems.get(plain[:length], ())
        return _Known(plain, typo, tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(phrases)))

    def _corrected(self, plain: str) -> str:
        """The lexicons' word that a misspelt one stands for, or nothing."""
        if len(plain) < _SHORTEST_HEARD or plain in self._ordinary or not plain.isalpha():
            return ""
        if plain[-1] in "sx" and plain[:-1] in self._ordinary:
            return ""
        key = sound(plain)
        if len(key) >= _SHORTEST_SOUND and (heard := self._heard.get(key)):
            return heard
        if len(plain) < _SHORTEST_FORGIVEN:
            return ""
        for shorter in (plain, *sorted(one_less(plain))):
            for candidate in self._forgiven.get(shorter, ()):
                if candidate[0] == plain[0] and one_edit_apart(candidate, plain):
                    return candidate
        return ""

    def _found(self, text: str) -> Iterator[Finding]:
        words = words_of(undisguised(text))
        if not words:
            return
        remembered = self._remembered
        known = [remembered.get(word.raw) or self._meaning(word.raw) for word in words]
        if not any(each.terms or each.phrases for each in known):
            return
        line = _Line(words, known)
        for rank, each in enumerate(known):
            for entry in each.terms:
                if entry.capitals and not words[rank].raw.isupper():
                    continue
                if finding := self._word(line, rank, entry.rank):
                    yield finding
        for number in dict.fromkeys(chain.from_iterable(each.phrases for each in known)):
            phrase = self._phrases[number]
            if phrase.may_stand_in(line.vocabulary):
                yield from self._phrase(line, phrase)

    def _word(self, line: "_Line", rank: int, term_rank: int) -> Finding | None:
        term = self._terms[term_rank]
        if self._out_of_place(line, term, rank) or self._excused(line, term_rank, rank, rank):
            return None
        return _finding(line, term, rank, rank, "TYPO" if line.known[rank].typo else "WORD")

    def _phrase(self, line: "_Line", phrase: _Phrase) -> Iterator[Finding]:
        for first, last in phrase.found_in(line):
            # A pause ends what is said: « odeur de gaz, photo jointe » speaks of no joint.
            if (
                not any(word.cut for word in line.words[first + 1 : last + 1])
                and not self._excused(line, phrase.rank, first, last)
                and not self._guards.is_street(line.words, first)
                and not self._starts_with_name(line, first, last)
            ):
                yield _finding(line, self._terms[phrase.rank], first, last, "PHRASE")

    def _starts_with_name(self, line: "_Line", first: int, last: int) -> bool:
        """« M. Bois », « Mme Couteau signale »: the first word, or the one after its title, is a name."""
        if line.capitals:
            return False
        second = min(first + 1, last)
        return any(
            line.words[rank].raw[:1].isupper()
            and (self._guards.is_titled(line.words, rank) or (line.known[rank].typo and line.names(rank)))
            for rank in {first, second}
        )

    def _out_of_place(self, line: "_Line", term: Term, rank: int) -> bool:
        guards = self._guards
        return (
            guards.is_street(line.words, rank)
            or (line.known[rank].typo and line.names(rank))
            or (term.names and guards.is_surname(line.words, rank, capitals=line.capitals))
            or (term.things and guards.is_thing(line.words, rank, far=term.category == _ABOUT_THINGS))
        )

    def _excused(self, line: "_Line", term_rank: int, first: int, last: int) -> bool:
        spans = line.excuses.get(term_rank)
        if spans is None:
            spans = line.excuses[term_rank] = self._contexts[term_rank].spans(line)
        return any(start <= last and first <= end for start, end in spans)


class _Line:
    """A text folded into one line of words, with the way back to the words it came from."""

    def __init__(self, words: list[Word], known: list[_Known]) -> None:
        self.words = words
        self.known = known
        self.capitals = not any(letter.islower() for word in words for letter in word.raw)
        plains = [f" {each.plain}" for each in known]
        for rank, word in enumerate(words):
            if word.cut == ".":
                plains[rank] = f" .{plains[rank]}"
        self.plain = "".join(plains) + " "
        self.lower = self.plain.lower()
        self.vocabulary = frozenset(self.lower.split())
        self.excuses: dict[int, tuple[tuple[int, int], ...]] = {}
        self._lengths = [len(plain) for plain in plains]
        self._ends: list[int] = []

    def place_of(self, match: re.Match[str]) -> tuple[int, int]:
        """The first and the last word of what a search found."""
        # Most texts hold no phrase: where their words stand is reckoned for the others only.
        if not self._ends:
            self._ends = list(accumulate(self._lengths))
        return bisect_right(self._ends, match.start()), bisect_left(self._ends, match.end())

    def names(self, rank: int) -> bool:
        """Whether a word's capital, inside a sentence, says that it names someone or some place."""
        word = self.words[rank]
        inside = rank > 0 and word.cut != "."
        return not self.capitals and inside and word.raw[:1].isupper() and not word.raw.isupper()


def _register(
    words: dict[str, list[_Value]],
    stems: dict[str, list[_Value]],
    atom: Atom,
    value: _Value,
) -> None:
    if atom.stem:
        stems.setdefault(atom.text, []).append(value)
    for word in atom.words():
        words.setdefault(word, []).append(value)


def _finding(line: _Line, term: Term, first: int, last: int, rule: str) -> Finding:
    return Finding(
        start=line.words[first].start,
        end=line.words[last].end,
        category=term.category,
        severity=term.severity,
        term=term.id,
        rule=rule,
        suggestion=term.suggestion,
    )


def _kept(findings: list[Finding]) -> tuple[Finding, ...]:
    """In the order of the text, without what lies inside another finding of the same category."""
    ordered = sorted(findings, key=lambda each: (each.start, -each.end, each.severity))
    kept: list[Finding] = []
    for each in ordered:
        if not any(other.category == each.category and other.end >= each.end for other in kept):
            kept.append(each)
    return tuple(kept)
