"""The lexicons: each term passes its own tests, and no stem betrays a common French word."""

from functools import cache
from pathlib import Path

import pytest

from palier.screening.engine import CATEGORIES, LEXICONS, core_screen, core_terms, screen_of
from palier.screening.rules.lexicon import Term
from palier.screening.rules.matching import Screen
from palier.screening.rules.words import folded

WORDS = Path(__file__).parent / "common_words.txt"

# Common words that a stem rightly takes: they say of a person what the stem says.
RIGHTLY_TAKEN = frozenset(
    {
        "adultere",
        "agnostique",
        "alcool",
        "alcoolique",
        "autiste",
        "bolchevique",
        "bouddhisme",
        "catholique",
        "celibataire",
        "chirurgical",
        "claustrophobie",
        "communiste",
        "complotiste",
        "concubinage",
        "deficient",
        "dyslexie",
        "emmerder",
        "esoterique",
        "evangile",
        "exorcisme",
        "harceler",
        "hermaphrodite",
        "hindou",
        "homosexuel",
        "hysterie",
        "impertinent",
        "impuissance",
        "incestueux",
        "insulte",
        "intimider",
        "lesbienne",
        "malhonnete",
        "maltraiter",
        "marabout",
        "marxisme",
        "masturbation",
        "meningite",
        "migrants",
        "nationaliste",
        "paralysie",
        "paraplegie",
        "pathologie",
        "poignard",
        "polyamour",
        "pornographie",
        "proselyte",
        "provocation",
        "proxenete",
        "rouspeter",
        "royaliste",
        "scarifier",
        "staline",
        "surendette",
        "syndicaliste",
        "tabagie",
        "terrorisme",
        "transplantation",
        "transsexuel",
    }
)


@cache
def compiled() -> Screen:
    return screen_of(core_terms())


def common_words() -> list[str]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def test_each_category_has_its_file() -> None:
    assert {term.category for term in core_terms()} == set(CATEGORIES) - {"ids"}
    assert {path.stem for path in LEXICONS.glob("*.toml")} == {*(set(CATEGORIES) - {"ids"}), "classes"}


@pytest.mark.parametrize("term", core_terms(), ids=lambda term: term.id)
def test_a_term_finds_its_hits_and_leaves_its_look_alikes(term: Term) -> None:
    for text in term.hit:
        assert term.id in {finding.term for finding in compiled().findings(text)}, text
    for text in term.look_alike:
        assert term.id not in {finding.term for finding in compiled().findings(text)}, text


def test_no_identifier_of_a_term_serves_twice() -> None:
    names = [term.id for term in core_terms()]
    assert len(names) == len(set(names))


def test_no_stem_betrays_a_common_word() -> None:
    betrayed = {
        word: stem
        for word in common_words()
        for _, stem in core_screen().stems()
        if folded(word).startswith(stem) and word not in RIGHTLY_TAKEN
    }
    assert betrayed == {}


def test_a_stem_too_wide_would_be_seen() -> None:
    """« secte* » finds « secteur »: the list of common words holds the trap."""
    assert any(folded(word).startswith("secte") for word in common_words())
    assert len(common_words()) > 2_000
