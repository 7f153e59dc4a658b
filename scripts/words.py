"""The sentences of the tenants’ site: gathered from templates and code, kept in the .po of each language, made .mo.

`./dev words` writes them again and says what is left to translate. French is what stands in the source: its own .po
holds the plurals alone, for French counts zero as one.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.template.base import Lexer, Token, TokenType

SOURCE = Path(__file__).resolve().parents[1] / "src" / "palier"
LOCALE = SOURCE / "locale"
# Where sentences are marked: the tenants’ site, and the frames and sign-in pages that it shares.
MARKED = ("home", "web")
SINGLE = frozenset({"gettext", "gettext_lazy", "gettext_noop", "_"})
COUNTED = frozenset({"ngettext", "ngettext_lazy"})
_TRANSLATE = re.compile(r"""^translate\s+(?:"([^"]*)"|'([^']*)')""")
_ARGUMENT = re.compile(r"""(?<![\w)])_\("([^"]*)"\)""")
_PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "en": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5;",
}
# A sentence, and its plural or nothing.
Sentence = tuple[str, str]


def gathered() -> dict[Sentence, list[str]]:
    """Every sentence with the files where it stands."""
    found: dict[Sentence, list[str]] = {}
    for path, sentence in _everywhere():
        places = found.setdefault(sentence, [])
        if path not in places:
            places.append(path)
    return dict(sorted(found.items(), key=lambda pair: (pair[1][0], pair[0])))


def _everywhere() -> Iterator[tuple[str, Sentence]]:
    for room in MARKED:
        for path in sorted((SOURCE / room).rglob("*.html")):
            for sentence in of_template(path.read_text(encoding="utf-8")):
                yield path.relative_to(SOURCE).as_posix(), sentence
        for path in sorted((SOURCE / room).rglob("*.py")):
            for sentence in of_code(path.read_text(encoding="utf-8")):
                yield path.relative_to(SOURCE).as_posix(), sentence
    for text in _from_below():
        yield "below", (text, "")


def _from_below() -> list[str]:
    """The labels of the rooms below that a page of the tenants’ site shows."""
    from palier.home.below import labels

    return sorted(set(labels()))


def of_template(source: str) -> Iterator[Sentence]:
    """`{% translate %}`, `{% blocktranslate %}` and `_("…")` given to a tag or a filter."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        # Django asks its catalogue for a percent sign twice over, in a tag as in a block.
        yield from ((text.replace("%", "%%"), "") for text in _ARGUMENT.findall(token.contents))
        alone = _TRANSLATE.match(token.contents)
        if alone:
            yield (alone[1] or alone[2]).replace("%", "%%"), ""
        elif token.contents.startswith("blocktranslate"):
            yield _block(tokens)


def _block(tokens: Iterator[Token]) -> Sentence:
    said, plural, into = [], [], "said"
    for token in tokens:
        if token.contents == "endblocktranslate":
            break
        if token.contents == "plural":
            into = "plural"
            continue
        text = token.contents.replace("%", "%%")
        (said if into == "said" else plural).append(f"%({text})s" if token.token_type == TokenType.VAR else text)
    return "".join(said), "".join(plural)


def of_code(source: str) -> Iterator[Sentence]:
    """The first argument of gettext and its kin, the first two of ngettext."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if node.func.id in SINGLE and texts:
            yield texts[0], ""
        elif node.func.id in COUNTED and len(texts) > 1:
            yield texts[0], texts[1]


def catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    """Every folder of `locale`, French included."""
    return sorted(path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def rewritten(language: str, sentences: dict[Sentence, list[str]]) -> polib.POFile:
    """The catalogue with these sentences and no other; what was translated stays."""
    path = catalogue(language)
    known = {(entry.msgid, entry.msgid_plural): entry for entry in polib.pofile(str(path))} if path.is_file() else {}
    written = polib.POFile(wrapwidth=118)
    written.metadata = polib.pofile(str(path)).metadata if path.is_file() else {}
    written.metadata |= {"Language": language, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8",
                         "Content-Transfer-Encoding": "8bit"}  # fmt: skip
    if language in _PLURALS:
        written.metadata["Plural-Forms"] = _PLURALS[language]
    for (text, plural), places in sentences.items():
        if language == "fr" and not plural:
            continue
        before = known.get((text, plural))
        entry = polib.POEntry(msgid=text, msgid_plural=plural, occurrences=[(place, "") for place in places])
        if language == "fr":
            entry.msgstr_plural = {0: text, 1: plural}
        elif plural:
            entry.msgstr_plural = before.msgstr_plural if before else {}
        else:
            entry.msgstr = before.msgstr if before else ""
        entry.flags = ["python-format"] if "%(" in text else []
        written.append(entry)
    return written


def left(written: polib.POFile) -> list[str]:
    """The sentences that nobody has translated yet."""
    return [
        entry.msgid
        for entry in written
        if not (all(entry.msgstr_plural.values()) and entry.msgstr_plural if entry.msgid_plural else entry.msgstr)
    ]


def main() -> int:
    """Write every catalogue again; 1 when something is left to translate."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.conf.settings")
    django.setup()
    sentences, missing = gathered(), 0
    for language in sorted({*languages(), "fr", *sys.argv[1:]}):
        written = rewritten(language, sentences)
        catalogue(language).parent.mkdir(parents=True, exist_ok=True)
        written.save(str(catalogue(language)))
        catalogue(language).with_suffix(".mo").write_bytes(written.to_binary())
        untold = left(written)
        missing += len(untold)
        print(f"{language}: {len(written)} sentences, {len(untold)} to translate")
        for text in untold:
            print(f"    {text}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
