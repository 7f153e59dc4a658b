"""The sentences of the tenants’ site in every language: none escapes, none is missing, the .mo is made of the .po."""

import ast
import re
from pathlib import Path

import polib
import pytest
from scripts.words import COUNTED, SINGLE, SOURCE, catalogue, gathered, languages, left, rewritten
from tests.house.tree import named

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
LETTERS = re.compile(r"[A-Za-zÀ-ÿ]{2}")
MARKED = re.compile(
    r"{%\s*blocktranslate.*?endblocktranslate\s*%}|{%\s*comment.*?endcomment\s*%}"
    r"|{% block density %}\w+|{%.*?%}|{{.*?}}|{#.*?#}",
    re.DOTALL,
)
# A part that says of itself that it is French, whatever the page.
FRENCH_ONLY = re.compile(r'<(\w+)[^>]*\blang="fr"[^>]*>.*?</\1>', re.DOTALL)
# Words of an attribute that a person hears or sees.
SPOKEN = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
TAG = re.compile(r"<[^>]*>|&\w+;|&#\d+;")
HOME = SOURCE / "home"
# Shown to nobody, or papers that leave in French: names of pages and headers, and the list of readings as a file.
NOT_SHOWN = {"pages.py", "urls.py", "below.py"}
A_SENTENCE = re.compile(r"^[A-ZÀ-Ý«].*[a-zà-ÿ]{2}.*[ \u00a0]\S+.*[.?!]$", re.DOTALL)


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", languages())
def test_the_compiled_sentences_are_those_of_the_readable_ones(language: str) -> None:
    path = catalogue(language)
    assert path.with_suffix(".mo").read_bytes() == polib.pofile(str(path)).to_binary()


@pytest.mark.parametrize("language", languages())
def test_a_translation_keeps_the_figures_of_its_sentence(language: str) -> None:
    wrong = {
        entry.msgid: text
        for entry in polib.pofile(str(catalogue(language)))
        for text in translations(entry)
        # A form for one or for none may say it without the figure.
        if text and not set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    }
    assert wrong == {}


@pytest.mark.parametrize("language", languages())
def test_every_sentence_is_said_in_every_language(language: str) -> None:
    """What is missing: ./dev words says it, and writes its place in the catalogue."""
    assert left(rewritten(language, gathered())) == []


def test_no_word_of_the_tenants_templates_escapes_translation() -> None:
    found = []
    for path in sorted((HOME / "templates").rglob("*.html")):
        bare = FRENCH_ONLY.sub("\0", MARKED.sub("\0", path.read_text(encoding="utf-8")))
        found += [f"{named(path)}: {words.strip()[:60]}" for words in SPOKEN.findall(bare) if LETTERS.search(words)]
        found += [
            f"{named(path)}: {' '.join(words.split())[:60]}"
            for words in TAG.sub("\0", bare).split("\0")
            if LETTERS.search(words)
        ]
    assert found == []


def test_no_sentence_of_the_tenants_code_escapes_translation() -> None:
    found = [
        f"{named(path)}: {text[:60]}"
        for path in sorted(HOME.rglob("*.py"))
        if path.name not in NOT_SHOWN
        for text in _untold(path)
    ]
    assert found == []


def _untold(path: Path) -> list[str]:
    """The sentences of a module outside gettext, docstrings, and the papers that stay in French."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            told.add(id(node.value))
        called = node.func if isinstance(node, ast.Call) else None
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if name in SINGLE | COUNTED | {"Text", "Report", "Column", "exception", "error", "warning"}:
            told |= {id(each) for each in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        if A_SENTENCE.match(node.value)
    ]
