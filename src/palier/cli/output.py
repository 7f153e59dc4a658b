"""What commands print: figures on stdout, progress on stderr."""

import argparse
import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TypeAlias, Union

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french
from palier.foundation.money import cents_from_text, euros_fr, grouped

Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "Mapping[str, Json]", None]


class FormatNotKnown(Refusal):
    """Le fichier {path} doit finir par .pdf ou .json : c’est ce qui choisit la forme du document."""


def pdf_or_json(written: str) -> Path:
    """The file to write, whose end chooses the form of the document. Raises FormatNotKnown."""
    path = Path(written)
    if path.suffix not in (".pdf", ".json"):
        raise FormatNotKnown(path=path)
    return path


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """`--json`, the same words everywhere."""
    parser.add_argument("--json", action="store_true", help="écrit les chiffres en JSON sur la sortie standard")


def emit(
    figures: Mapping[str, Json],
    args: argparse.Namespace,
    labels: Mapping[str, str] | None = None,
    *,
    amounts: Collection[str] = (),
) -> None:
    """Print `figures` as one JSON object with --json, otherwise one readable line each.

    With `labels`, the readable text shows only the figures that have a label, in that order. Those of `amounts`,
    « 158.76 » in JSON, read « 158,76 € ».
    """
    if args.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    shown = labels or {name: name for name in figures}
    width = max((len(label) for label in shown.values()), default=0)
    for name, label in shown.items():
        figure = figures[name]
        told = euros_fr(cents_from_text(figure)) if name in amounts and isinstance(figure, str) else _readable(figure)
        print(f"{label:<{width}} : {told}")


def progress(label: str, done: int, total: int) -> None:
    """Show how far a long work is. On a terminal the line replaces itself; in a file only the end is written."""
    if total and not sys.stderr.isatty() and done < total:
        return
    text = counted(label, done, total)
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="\n" if done >= total else "", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


def counted(label: str, done: int, total: int) -> str:
    """« Lettres : 12 / 1 200 », without the total when it is not known (0)."""
    return f"{label} : {grouped(done)} / {grouped(total)}" if total else f"{label} : {grouped(done)}"


def _readable(value: Json) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value is None:
        return "—"
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, str | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


class FolderNotEmpty(Refusal):
    """Le dossier « {name} » contient déjà des fichiers : donnez un dossier neuf, pour que rien ne parte deux fois."""


def new_folder(told: str) -> Path:
    """A folder that holds nothing, made if need be. Raises FolderNotEmpty, DiskFull, HomeUnreachable."""
    folder = Path(told)
    with told_in_french(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FolderNotEmpty(name=folder.name)
    return folder
