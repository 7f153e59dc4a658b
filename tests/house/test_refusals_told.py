"""What the tenants’ site refuses is said in every language: no refusal that it may meet is left in French."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import polib
import pytest
from django.template import Context, Template
from django.utils import translation
from scripts.words import SOURCE, catalogue, languages

from palier.admission.operations.proving import CodeMistyped, TooManyCodes
from palier.foundation.errors import Refusal
from palier.foundation.home import DiskFull
from palier.home.refusals import REFUSALS
from palier.web.languages import said

# The pages of `web` that stand on the tenants’ site: to come in, to prove who one is, one's own way in.
_COMING_IN = (
    "factors", "first_access", "mail_links", "mail_views", "my_access", "passkeys", "proofs", "recovery",
    "recovery_views", "refusals", "second_factor", "signin",
)  # fmt: skip
# What only whoever runs the installation can mend: a page that met one would say it in French, marked as French.
_OF_THE_INSTALLATION = frozenset({
    "AnswersMiswritten", "DelaysMiswritten", "DiskFull", "DocumentAltered", "DocumentMissing", "DocumentShredded",
    "FileAltered", "GatewayMisdescribed", "JournalClosed", "KeyUnreadable", "LandlordNotDescribed", "LandlordNotSetUp",
    "NoticeNotSigned", "NoticeUnreadable", "ProviderMisdescribed", "ReportFailed", "SecretMissing", "SecretUnreadable",
})  # fmt: skip
_RAISES = re.compile(r"Raises ([^.]*)\.")
_FACT = re.compile(r"{(\w+)}")


def test_every_refusal_that_the_tenants_site_may_meet_is_translated() -> None:
    assert sorted(_met() - {f"{each.__module__}.{each.__name__}" for each in REFUSALS}) == []


def test_a_refusal_listed_for_the_tenants_is_one_that_they_may_meet() -> None:
    assert sorted({f"{each.__module__}.{each.__name__}" for each in REFUSALS} - _met()) == []


@pytest.mark.parametrize("language", [code for code in languages() if code != "fr"])
def test_a_translated_refusal_keeps_its_facts(language: str) -> None:
    kept = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue(language)))}
    wrong = [
        each.__name__
        for each in REFUSALS
        if set(_FACT.findall(each.sentence())) != set(_FACT.findall(kept.get(each.sentence(), "{nothing}")))
    ]
    assert wrong == []


def test_a_refusal_is_said_with_its_facts_and_marked_when_it_is_french() -> None:
    with translation.override("en"):
        told = said(TooManyCodes(again_at="9\u00a0h\u00a005"))
        assert "9\u00a0h\u00a005" in told
        assert "Réessayez" not in told
        assert said(DiskFull(path="<b>")).startswith('<span lang="fr" dir="ltr">')
        assert "&lt;b&gt;" in said(DiskFull(path="<b>"))
        # A form shows it through this filter: the mark stays one.
        shown = Template("{% load palier %}{{ why|typeset }}").render(Context({"why": said(DiskFull(path="<b>"))}))
        assert shown == said(DiskFull(path="<b>"))
    with translation.override("fr"):
        assert said(CodeMistyped()) == CodeMistyped.sentence()


def test_no_page_of_the_tenants_shows_a_refusal_without_saying_it_in_their_language() -> None:
    shown = re.compile(r"str\((?:refusal|refused|error)\)|{(?:refusal|refused)}")
    assert [path.name for path in _modules() if shown.search(path.read_text(encoding="utf-8"))] == []


def _modules() -> list[Path]:
    return [
        *(path for path in sorted((SOURCE / "home").rglob("*.py")) if path.name not in {"below.py", "refusals.py"}),
        *(SOURCE / "web" / f"{name}.py" for name in _COMING_IN),
    ]


def _met() -> set[str]:
    """The refusals that those modules write or import, and those that the operations they import say they raise."""
    classes = {each for path in _modules() for each in _of_module(path)}
    return {
        f"{each.__module__}.{each.__name__}"
        for each in classes - {Refusal}
        if each.__name__ not in _OF_THE_INSTALLATION
    }


def _of_module(path: Path) -> Iterator[type[Refusal]]:
    module = _module(path)
    for name, each in vars(module).items():
        if isinstance(each, type) and issubclass(each, Refusal):
            yield from _with_its_kinds(each)
        elif f"{getattr(each, '__module__', '')}".startswith("palier") and name[:1] != "_":
            for words in _RAISES.findall(getattr(each, "__doc__", None) or ""):
                for raised in re.findall(r"\b[A-Z]\w+", words):
                    yield from _named(raised, importlib.import_module(each.__module__))


def _module(path: Path) -> ModuleType:
    dotted = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    return importlib.import_module(dotted.removesuffix(".__init__"))


def _with_its_kinds(each: type[Refusal]) -> Iterator[type[Refusal]]:
    """`except PaperRefused` shows the sentence of whichever paper was refused."""
    yield each
    for kind in each.__subclasses__() if each is not Refusal else ():
        yield from _with_its_kinds(kind)


def _named(name: str, module: ModuleType) -> Iterator[type[Refusal]]:
    """The class of that name: in the module of who raises it, or in the nearest that it imports."""
    seen, waiting = {module.__name__}, [module]
    for each in waiting:
        found = getattr(each, name, None)
        if isinstance(found, type) and issubclass(found, Refusal):
            yield from _with_its_kinds(found)
            return
        for imported in _imports(each):
            if imported not in seen:
                seen.add(imported)
                waiting.append(importlib.import_module(imported))


def _imports(module: ModuleType) -> Iterator[str]:
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("palier"):
            yield node.module
