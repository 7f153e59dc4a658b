"""The sentences of the tenants’ site, in every language: the .mo that Django reads is made from the .po."""

import re

import polib
import pytest
from scripts.words import catalogue, languages

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


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
