"""A copy of the file without what was flagged, and its proof: what changed, nothing else, nothing left."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TextIO, TypedDict

from palier.foundation.errors import Refusal
from palier.foundation.tabular.records import TableKind
from palier.screening.audit import folder
from palier.screening.audit.comparing import refuse_other_changes
from palier.screening.audit.csv_copy import write_csv_copy
from palier.screening.audit.folder import AuditCard
from palier.screening.audit.scanning import Draw, read_blocks, scan
from palier.screening.audit.source import Columns, Source, comments_of, open_source
from palier.screening.audit.workbook_copy import write_workbook_copy
from palier.screening.audit.worklist import items_of, refuse_incomplete

Listener = Callable[[str, int, int], None]


class OutputThere(Refusal):
    """« {name} » existe déjà : rien n’est écrasé. Choisissez un autre nom pour la copie."""


class FileChangedSince(Refusal):
    """« {name} » n’est pas le fichier de l’audit, ou il a changé depuis : refaites l’audit sur ce fichier."""


class OtherColumn(Refusal):
    """L’audit a lu la colonne « {audited} », pas « {asked} » : donnez la même, ou refaites l’audit."""


class RowsSetAside(Refusal):
    """L’audit a écarté {count} lignes qu’il ne pouvait pas lire : la copie ne prouverait rien sur elles. Corrigez-les
    (« lignes_ecartees.csv » dit pourquoi), puis refaites l’audit."""


class ScreenChangedSince(Refusal):
    """Le filtre a changé depuis l’audit : refaites l’audit avec cette version, puis effacez."""


class StillFlagged(Refusal):
    """La copie n’est pas gardée : relue, elle contient encore {count} commentaires signalés (le premier à la ligne
    {line}). Recommencez avec --whole, qui efface les commentaires entiers."""


class CopyNotWritten(Refusal):
    """La copie « {name} » ne peut pas être écrite (dossier absent, droit refusé ou disque plein) : indiquez un autre
    emplacement."""


class Reread(TypedDict):
    """What the screen says of the copy."""

    comments: int
    flagged: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What to erase, and where the copy goes. `salt` is drawn by the caller."""

    file: Path
    column: str
    report: Path
    output: Path
    whole: bool
    processes: int
    salt: str

    @property
    def partial(self) -> Path:
        return self.output.with_name(f"{self.output.name}.partiel{self.output.suffix}")

    @property
    def proof(self) -> Path:
        return self.output.with_name(f"{self.output.name}.preuve.json")

    @property
    def salt_file(self) -> Path:
        return self.output.with_name(f"{self.output.name}.sel")


@dataclass(slots=True, kw_only=True)
class Erased:
    """What was done: comments in the work list, cells changed, comments kept on a person's decision."""

    listed: int = 0
    changed: int = 0
    kept: int = 0
    kept_rows: set[int] = field(default_factory=set)
    comments: int = 0
    sha256: str = ""


def redact(order: Erasure, *, listener: Listener) -> Erased:
    """Write the copy, compare it with its source, screen it again, then show it with its proof.

    Nothing appears under the copy's name until all of it holds. Raises a Refusal that says what to do.
    """
    for path in (order.output, order.proof, order.salt_file):
        if path.exists():
            raise OutputThere(name=path.name)
    card = folder.read_card(order.report)
    source = _source_of(order, card)
    refuse_incomplete(order.report, card)
    try:
        folder.write_private(order.salt_file, order.salt + "\n")
        return _made(order, source, card, listener)
    except OSError as closed:
        order.salt_file.unlink(missing_ok=True)
        raise CopyNotWritten(name=order.output.name) from closed
    except Refusal:
        order.salt_file.unlink(missing_ok=True)
        raise
    finally:
        order.partial.unlink(missing_ok=True)
        _draft_of(order).unlink(missing_ok=True)


def _made(order: Erasure, source: Source, card: AuditCard, listener: Listener) -> Erased:
    done = Erased()
    with _private(_draft_of(order)) as proof:
        proof.write('{"rows": [')
        for rank, told in enumerate(_copied(order, source, done, listener)):
            proof.write(("," if rank else "") + "\n" + json.dumps(told, ensure_ascii=False))
        copy = open_source(order.partial, Columns(comment=order.column), sheet=source.sheet)
        changed = refuse_other_changes(source, copy, items_of(order.report))
        if changed != done.changed:
            raise AssertionError(f"{done.changed} cells changed, {changed} differ")
        done.sha256 = copy.sha256
        reread = _reread(order, copy, done, listener)
        proof.write("\n], " + json.dumps(_facts(order, source, card, done, reread), ensure_ascii=False)[1:] + "\n")
    _draft_of(order).rename(order.proof)
    order.partial.rename(order.output)
    return done


def _source_of(order: Erasure, card: AuditCard) -> Source:
    if order.column.strip().lower() != card["column"].strip().lower():
        raise OtherColumn(audited=card["column"], asked=order.column[:60])
    source = open_source(order.file, Columns(comment=order.column), sheet=card["sheet"])
    if source.sha256 != card["sha256"]:
        raise FileChangedSince(name=order.file.name)
    if card["aside"]:
        raise RowsSetAside(count=card["aside"])
    if card["screen"] != folder.screen_digest():
        raise ScreenChangedSince
    return source


def _copied(order: Erasure, source: Source, done: Erased, listener: Listener) -> Iterator[dict[str, str | int]]:
    """Write the copy; one line of the proof for each cell changed."""
    write = write_workbook_copy if source.kind is TableKind.XLSX else write_csv_copy
    order.partial.touch(mode=0o600)
    for change in write(source, items_of(order.report), order.partial, whole=order.whole):
        done.listed += 1
        if change.item.kept:
            done.kept += 1
            done.kept_rows.add(change.item.row)
        if change.before != change.after:
            done.changed += 1
            yield {
                "row": change.item.row,
                "line": change.item.line,
                "before": _salted(order.salt, change.before),
                "after": _salted(order.salt, change.after),
            }
        listener("Copie", change.item.line, source.lines)
    listener("Copie", source.lines, source.lines)


def _reread(order: Erasure, copy: Source, done: Erased, listener: Listener) -> Reread:
    """Screen the copy again. Raises StillFlagged for any comment that no one decided to keep."""
    work = order.output.with_name(f"{order.output.name}.relecture")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        draw = Draw(size=0, seed=0)
        for line, tally in scan(comments_of(copy), folder=work, processes=order.processes, draw=draw, salt=""):
            listener("Relecture de la copie", line, copy.lines)
            done.comments = tally.comments
        listener("Relecture de la copie", copy.lines, copy.lines)
        left = {
            (row, line)
            for block in read_blocks(work)
            for row, line, *_ in block["findings"]
            if row not in done.kept_rows
        }
        flagged = sum(len({row for row, *_ in block["findings"]}) for block in read_blocks(work))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if left:
        raise StillFlagged(count=len(left), line=min(left)[1])
    return {"comments": done.comments, "flagged": flagged, "kept": done.kept}


def _facts(
    order: Erasure, source: Source, card: AuditCard, done: Erased, reread: Reread
) -> dict[str, str | int | bool | Reread]:
    return {
        "source": order.file.name,
        "source_sha256": source.sha256,
        "output": order.output.name,
        "output_sha256": done.sha256,
        "column": order.column,
        "screen": card["screen"],
        "whole_comments": order.whole,
        "listed": done.listed,
        "changed": done.changed,
        "kept": done.kept,
        "digest": "sha256(salt + text), salt in the .sel file",
        "everything_else_identical": True,
        "reread": reread,
    }


def _salted(salt: str, text: str) -> str:
    return sha256((salt + text).encode("utf-8", "surrogatepass")).hexdigest()


def _draft_of(order: Erasure) -> Path:
    return order.proof.with_suffix(".partiel")


def _private(path: Path) -> TextIO:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    return path.open("w", encoding="utf-8")
