"""`palier screen [FILE]`: JSON Lines in, what may not be kept in each text out. No database, no Django."""

import argparse
import io
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option
from palier.foundation.errors import Refusal
from palier.screening.engine import Screen, core_screen, lexicon_file, screen_of
from palier.screening.rules.verdict import Verdict, verdict_of

_LONGEST_LINE = 1_000_000
_BOM = b"\xef\xbb\xbf"


class TextFileUnreadable(Refusal):
    """« {name} » ne se lit pas : vérifiez le chemin et votre droit de lecture, ou donnez les textes sur l’entrée
    standard."""


class LineNotJson(Refusal):
    """Ce n’est pas du JSON : écrivez un texte par ligne, comme {{"text": "…"}}."""


class LineWithoutText(Refusal):
    """Il manque « text » : écrivez un texte par ligne, comme {{"text": "…"}}."""


class LineTooLong(Refusal):
    """Cette ligne dépasse {limit} octets : coupez le texte."""


def register(subparsers: Subparsers) -> None:
    """Add `palier screen`."""
    parser = subparsers.add_parser(
        "screen",
        help="lit des textes libres et dit ce qui ne peut pas être gardé",
        description='Un objet JSON par ligne, {"text": "…"} ; une réponse par ligne, dans l’ordre. « accept » veut '
        "dire que rien n’a été trouvé, pas que le texte est sans défaut. Sortie 1 si une ligne ne se lit pas.",
    )
    parser.add_argument("file", metavar="FICHIER", nargs="?", help="fichier de textes ; par défaut l’entrée standard")
    parser.add_argument("--lexicon", metavar="LEXIQUE", help="vérifie un lexique TOML et l’utilise en plus du noyau")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """One verdict a line, in order; a wrong line answers {"error"} and the others go on. 1 if any was wrong."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    screens = [core_screen()]
    if args.lexicon:
        screens.append(screen_of(lexicon_file(Path(args.lexicon))))
    wrong = 0
    with _opened(args.file) as lines:
        for line in _lines(lines):
            try:
                answer = _answer(_text_of(line), screens)
            except Refusal as refusal:
                wrong += 1
                answer = {"error": str(refusal)}
            print(json.dumps(answer, ensure_ascii=False))
    if wrong:
        told = "1 ligne ne se lit pas" if wrong == 1 else f"{wrong} lignes ne se lisent pas"
        print(f"{told} : leur réponse est « error ».", file=sys.stderr)
    return 1 if wrong else 0


def _answer(text: str, screens: list[Screen]) -> Mapping[str, Json]:
    verdicts = [screen.screen(text) for screen in screens]
    verdict = verdicts[0] if len(verdicts) == 1 else _joined(verdicts)
    return {"decision": verdict.decision, "findings": [asdict(finding) for finding in verdict.findings]}


def _joined(verdicts: list[Verdict]) -> Verdict:
    found = {each for verdict in verdicts for each in verdict.findings}
    return verdict_of(tuple(sorted(found, key=lambda each: (each.start, -each.end))))


def _opened(name: str | None) -> AbstractContextManager[BinaryIO]:
    if name is None:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as fault:
        raise TextFileUnreadable(name=name) from fault


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, one answer each: an empty one is a wrong one, but not the end of the file."""
    first = True
    while line := stream.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            while line and not line.endswith(b"\n") and (rest := stream.readline(_LONGEST_LINE)):
                line = line[: _LONGEST_LINE + 1] + (b"\n" if rest.endswith(b"\n") else b"")
        yield line.removeprefix(_BOM) if first else line
        first = False


def _text_of(line: bytes) -> str:
    if len(line) > _LONGEST_LINE:
        raise LineTooLong(limit=_LONGEST_LINE)
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise LineNotJson from fault
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        raise LineWithoutText
    text: str = told["text"]
    return text
