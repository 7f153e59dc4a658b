"""Sentences shown to people: French typography, and an end to each."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache

import pytest
from tests.house.tree import SOURCE, named, package_of, project_files, python_files, tree_of

import palier.cli
from palier.foundation.errors import Refusal

ENDS = (".", "…", "}", "»", "?")
STRAIGHT_APOSTROPHE = re.compile(r"\w'\w")
# A tall punctuation mark stuck to its word: « fin: » for « fin : ». Hours, addresses and {placeholders} are left alone.
NO_SPACE_BEFORE = re.compile(r"[a-zà-ÿ»][:;!?](?:\s|$)")


def refusals() -> Iterator[type[Refusal]]:
    """Every refusal of the program."""
    for path in python_files():
        if SOURCE in path.parents and any(isinstance(node, ast.ClassDef) for node in tree_of(path).body):
            module = importlib.import_module(package_of(path))
            yield from (
                kind
                for kind in vars(module).values()
                if isinstance(kind, type) and issubclass(kind, Refusal) and kind.__module__ == module.__name__
            )


@cache
def sentences() -> dict[str, str]:
    """What each refusal says. Not where the tests are listed: it loads and parses the whole program."""
    return {f"{kind.__module__}.{kind.__qualname__}": " ".join((kind.__doc__ or "").split()) for kind in refusals()}


def test_there_are_refusals_to_read() -> None:
    assert len(sentences()) > 60


@pytest.mark.parametrize(
    ("fault", "is_wrong"),
    [
        ("has no end", lambda sentence: not sentence.endswith(ENDS)),
        ("holds a straight apostrophe", lambda sentence: bool(STRAIGHT_APOSTROPHE.search(sentence))),
        ("lacks a space before a tall mark", lambda sentence: bool(NO_SPACE_BEFORE.search(sentence))),
        ("is empty", lambda sentence: len(sentence) < 10),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_sentence_of_refusal(fault: str, is_wrong: object) -> None:
    assert callable(is_wrong)
    assert {name: sentence for name, sentence in sentences().items() if is_wrong(sentence)} == {}, fault


def test_the_commands_are_told_in_french() -> None:
    assert {name: told for name, told in palier.cli.COMMANDS if STRAIGHT_APOSTROPHE.search(told)} == {}


def test_no_template_holds_a_straight_apostrophe_in_its_words() -> None:
    not_words = re.compile(r"{% comment.*?endcomment %}|{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)
    wrong = {
        named(path): words
        for path in project_files()
        if SOURCE in path.parents and path.suffix == ".html"
        if (words := STRAIGHT_APOSTROPHE.findall(not_words.sub(" ", path.read_text(encoding="utf-8"))))
    }
    assert wrong == {}
