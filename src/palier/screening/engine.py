"""The screen of free text: `screen(text)` says whether a text may be kept, and what in it may not.

Plain Python, without Django or database: `palier screen`, the audit of comments, and every text field use it alike. The
lexicons (`lexicons/*.toml`) are read at the first call, once a process.
"""

from functools import cache
from pathlib import Path

from palier.screening.rules.lexicon import (
    BadLexicon,
    BadTerm,
    Term,
    read_classes,
    read_lexicon,
)
from palier.screening.rules.matching import Screen
from palier.screening.rules.verdict import CATEGORIES, Finding, Severity, Verdict

__all__ = [
    "CATEGORIES",
    "BadLexicon",
    "BadTerm",
    "Finding",
    "Screen",
    "Severity",
    "Verdict",
    "core_screen",
    "core_terms",
    "lexicon_file",
    "screen",
    "screen_of",
    "tried",
]

LEXICONS = Path(__file__).parent / "lexicons"
_CLASSES = "classes.toml"


def screen(text: str) -> Verdict:
    """What the core lexicons say of a text; offsets are those of the text as given."""
    return core_screen().screen(text)


@cache
def core_screen() -> Screen:
    """The core lexicons, compiled."""
    return screen_of(core_terms())


def screen_of(terms: tuple[Term, ...]) -> Screen:
    """Some terms, compiled with the core's ordinary words and things."""
    return Screen(
        terms,
        ordinary=_listed("ordinary.txt"),
        things=_listed("things.txt"),
        both=_listed("both.txt"),
    )


@cache
def core_terms() -> tuple[Term, ...]:
    """Every term of the core lexicons, read from their files."""
    classes = core_classes()
    return tuple(
        term
        for path in sorted(LEXICONS.glob("*.toml"))
        if path.name != _CLASSES
        for term in read_lexicon(path.read_text(encoding="utf-8"), path.name, classes)
    )


@cache
def core_classes() -> dict[str, tuple[str, ...]]:
    """The classes of words that patterns name by `@`; `@thing` is the list of things."""
    named = read_classes((LEXICONS / _CLASSES).read_text(encoding="utf-8"), _CLASSES)
    return {**named, "thing": tuple(f"{word}+" for word in _listed("things.txt"))}


def lexicon_file(path: Path) -> tuple[Term, ...]:
    """The terms of a file outside the core, read and tried on their own examples. Raises BadLexicon, BadTerm."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadLexicon(file=path.name, fault="il n’existe pas, ou n’est pas du texte UTF-8") from fault
    terms = read_lexicon(source, path.name, core_classes())
    tried(terms)
    return terms


def tried(terms: tuple[Term, ...]) -> None:
    """Try each term on its own examples: every `hit` found by it, no `look_alike`. Raises BadTerm."""
    compiled = screen_of(terms)
    for term in terms:
        for text in term.hit:
            if term.id not in {each.term for each in compiled.findings(text)}:
                raise BadTerm(
                    file=term.file,
                    line=term.line,
                    term=term.id,
                    fault=f"il ne trouve pas son exemple « {text} »",
                )
        for text in term.look_alike:
            if term.id in {each.term for each in compiled.findings(text)}:
                raise BadTerm(
                    file=term.file,
                    line=term.line,
                    term=term.id,
                    fault=f"il prend son faux ami « {text} »",
                )


def _listed(name: str) -> list[str]:
    lines = (LEXICONS / name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
