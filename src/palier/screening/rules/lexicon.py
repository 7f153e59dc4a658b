"""Reading a lexicon: one TOML file a category, each term with its words, its severity, its advice and its tests."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from palier.foundation.errors import Refusal
from palier.screening.rules.pattern import Pattern, PatternFault, read_pattern
from palier.screening.rules.verdict import CATEGORIES, Severity

_HEAD_KEYS: Final = frozenset({"category", "suggestion", "unless", "term"})
_TERM_KEYS: Final = frozenset(
    {
        "id",
        "severity",
        "suggestion",
        "words",
        "phrases",
        "unless",
        "exact",
        "names",
        "things",
        "hit",
        "look_alike",
    }
)


class BadLexicon(Refusal):
    """Le lexique « {file} » ne peut pas être lu : {fault}. Corrigez le fichier, puis relancez."""


class BadTerm(Refusal):
    """Lexique « {file} », ligne {line}, terme « {term} » : {fault}. Corrigez ce terme, puis relancez."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One entry of a lexicon, read.

    `unless`: contexts that take its meaning away, the term's own and those of the whole lexicon. `exact`: no typing
    fault is forgiven. `names`: a surname after « Mme » is no finding. `things`: the same word said of a thing is no
    finding.
    """

    id: str
    category: str
    severity: Severity
    suggestion: str
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    exact: bool
    names: bool
    things: bool
    hit: tuple[str, ...]
    look_alike: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    file: str
    line: int
    term: str

    def refuse(self, fault: str) -> BadTerm:
        return BadTerm(file=self.file, line=self.line, term=self.term, fault=fault)


def read_classes(source: str, file: str) -> dict[str, tuple[str, ...]]:
    """The classes of words that patterns name by `@`."""
    found: dict[str, tuple[str, ...]] = {}
    for name, written in _toml(source, file).items():
        if not isinstance(written, str):
            raise BadLexicon(file=file, fault=f"la classe « {name} » n’est pas une suite de mots")
        found[name] = tuple(written.split())
    return found


def read_lexicon(source: str, file: str, classes: Mapping[str, tuple[str, ...]]) -> tuple[Term, ...]:
    """Read a lexicon, or refuse it with the file, the line and the term at fault."""
    table = _toml(source, file)
    unknown = sorted(set(table) - _HEAD_KEYS)
    if unknown:
        raise BadLexicon(file=file, fault=f"la clé « {unknown[0]} » est inconnue")
    category = table.get("category")
    if category not in CATEGORIES:
        raise BadLexicon(file=file, fault=f"la catégorie « {category} » est inconnue")
    entries = table.get("term")
    if not isinstance(entries, list) or not entries:
        raise BadLexicon(file=file, fault="il ne contient aucun terme")
    lines = [rank for rank, text in enumerate(source.splitlines(), 1) if text.strip() == "[[term]]"]
    advice = _text(table.get("suggestion", ""))
    excuses = _excuses(table.get("unless", []), classes, file)
    terms: list[Term] = []
    seen: set[str] = set()
    for line, entry in zip(lines, entries, strict=True):
        where = _Where(file=file, line=line, term=_text(entry.get("id", "?")) or "?")
        term = _term(entry, str(category), advice, classes, where)
        term = replace(term, unless=(*term.unless, *excuses))
        if term.id in seen:
            raise where.refuse("son identifiant sert déjà")
        seen.add(term.id)
        terms.append(term)
    return tuple(terms)


def _excuses(value: object, classes: Mapping[str, tuple[str, ...]], file: str) -> tuple[Pattern, ...]:
    """The contexts that excuse every term of a lexicon, written once at its head."""
    where = _Where(file=file, line=1, term="unless")
    return _patterns(_texts(value, where), classes, where)


def _toml(source: str, file: str) -> dict[str, object]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        raise BadLexicon(file=file, fault=f"ce n’est pas du TOML ({fault})") from fault


def _term(
    entry: Mapping[str, object],
    category: str,
    advice: str,
    classes: Mapping[str, tuple[str, ...]],
    where: _Where,
) -> Term:
    unknown = sorted(set(entry) - _TERM_KEYS)
    if unknown:
        raise where.refuse(f"la clé « {unknown[0]} » est inconnue")
    if not isinstance(entry.get("id"), str) or where.term == "?":
        raise where.refuse("il n’a pas d’identifiant")
    severity = entry.get("severity")
    if severity != "warn" and severity != "block":
        raise where.refuse("sa gravité doit être « warn » ou « block »")
    single = [word.replace("-", " ") for word in _text(entry.get("words", "")).split()]
    written = [*single, *_texts(entry.get("phrases", []), where)]
    if not written:
        raise where.refuse("il n’a aucun mot")
    hit, look_alike = (
        _texts(entry.get("hit", []), where),
        _texts(entry.get("look_alike", []), where),
    )
    if not hit:
        raise where.refuse("il n’a aucun exemple à trouver (hit)")
    if not look_alike:
        raise where.refuse("il n’a aucun faux ami à laisser passer (look_alike)")
    suggestion = _text(entry.get("suggestion", "")) or advice
    if not suggestion:
        raise where.refuse("il ne propose rien à écrire à la place (suggestion)")
    return Term(
        id=where.term,
        category=category,
        severity="block" if severity == "block" else "warn",
        suggestion=suggestion,
        patterns=_patterns(written, classes, where),
        unless=_patterns(_texts(entry.get("unless", []), where), classes, where),
        exact=entry.get("exact") is True,
        names=entry.get("names") is not False,
        things=entry.get("things") is not False,
        hit=hit,
        look_alike=look_alike,
        file=where.file,
        line=where.line,
    )


def _patterns(
    written: list[str] | tuple[str, ...],
    classes: Mapping[str, tuple[str, ...]],
    where: _Where,
) -> tuple[Pattern, ...]:
    found: list[Pattern] = []
    for each in written:
        try:
            found.append(read_pattern(each, classes))
        except PatternFault as fault:
            raise where.refuse(f"le motif « {each} » ne se lit pas, {fault}") from fault
    return tuple(found)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object, where: _Where) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise where.refuse("une de ses listes contient autre chose que des textes")
    return tuple(value)
