#!/usr/bin/env python3
"""Checks an export of Palier's read journal. One file, Python 3.11 or later: neither Palier nor a database.

    python3 palier_verify.py JOURNAL.jsonl.gz [--head EMPREINTES.jsonl] [--json]

The export is lines of JSON (docs/guide/journal.md): tombstones of the months that expired; each block, then the
readings of its window; the readings that wait for a seal. The file of heads holds what was published, a line a head.
Exit 0: all holds. 1: something was touched, and each line says what. 2: wrong usage.
"""

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

GENESIS = "0" * 64
FOREVER = 2**63 - 1
MARK = 24
_Kind = TypeVar("_Kind", int, str)
# A transaction lasts minutes: a reading dated more than a day before the previous seal was written afterwards.
LONGEST_TRANSACTION = timedelta(days=1)
SHORTEST_RETENTION = timedelta(days=180)


@dataclass
class Report:
    """What was checked and what was found. `findings` are French sentences; none = the journal holds."""

    blocks: int = 0
    sealed: int = 0
    waiting: int = 0
    expired_months: int = 0
    heads: int = 0
    last_head: str = GENESIS
    findings: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass
class Block:
    """One block as exported."""

    version: int
    number: int
    month: str
    first_id: int
    last_id: int
    rows: int
    rows_hash: str
    from_xid: int
    until_xid: int
    after_id: int
    sealed_at: str
    previous: str

    @property
    def window(self) -> tuple[int, int, int]:
        return self.after_id, self.from_xid, self.until_xid


FIELDS = tuple(Block.__dataclass_fields__)


class Checker:
    """Reads the lines in order and gathers what does not hold."""

    def __init__(self, heads: dict[int, str]) -> None:
        self.report = Report(heads=len(heads))
        self._published = heads
        self._tombstones: dict[str, list[object]] = {}
        self._heads_of_month: dict[str, list[tuple[int, str]]] = {}
        self._last: Block | None = None
        # Before the present window was sealed: what is dated long before that was written afterwards.
        self._sealed_before = ""
        # The readings that the present window still has to show: number → (block, half of the digest).
        self._expected: dict[int, tuple[int, bytes]] = {}
        self._is_waiting = False
        self._has_ended = False
        self._floor = ""

    def check(self, lines: Iterable[str]) -> Report:
        try:
            for line in lines:
                if line.startswith("["):
                    self._reading(line.rstrip("\n"))
                else:
                    self._other(json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError, EOFError, OSError) as error:
            self._found(f"L’export est illisible à partir d’une ligne ({type(error).__name__}).")
        self._end()
        return self.report

    def _other(self, told: dict[str, object]) -> None:
        if "block" in told:
            self._block(_a_block(told["block"]), str(told["head"]), bytes.fromhex(str(told["marks"])))
        elif "tombstone" in told:
            stone = _a_list(told["tombstone"])
            self._tombstones[str(stone[0])] = stone
        elif "waiting" in told:
            self._close_window()
            self._is_waiting = True
        elif "end" in told:
            self._has_ended = True
        elif "palier_journal" not in told:
            self._found("L’export contient une ligne inconnue.")

    def _block(self, block: Block, head: str, marks: bytes) -> None:
        name = f"Bloc n°\u00a0{block.number}"
        last = self._last
        if last is None or block.window != last.window:
            self._close_window()
            self._sealed_before = last.sealed_at if last else ""
            self._floor = _a_day_before(self._sealed_before)
            self._check_window(block, last, name)
        if block.number != (last.number if last else 0) + 1:
            self._found(
                f"{name}\u00a0: il suit le n°\u00a0{last.number if last else 0}, un bloc a été retiré ou ajouté."
            )
        if block.previous != (self.report.last_head if last else GENESIS):
            self._found(f"{name}\u00a0: il n’est pas attaché au bloc qui le précède.")
        values = [getattr(block, name_) for name_ in FIELDS]
        if hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest() != head:
            self._found(f"{name}\u00a0: son en-tête a été modifié, son empreinte ne correspond plus.")
        if block.number in self._published and self._published.pop(block.number) != head:
            self._found(f"{name}\u00a0: son empreinte n’est pas celle qui a été publiée.")
        if last and block.sealed_at < last.sealed_at:
            self._found(f"{name}\u00a0: il est daté d’avant le bloc qui le précède.")
        self._heads_of_month.setdefault(block.month, []).append((block.number, head))
        self._expect(block, marks, name)
        self.report.blocks += 1
        self.report.last_head = head
        self._last = block

    def _check_window(self, block: Block, last: Block | None, name: str) -> None:
        if last is None or block.after_id != last.after_id:
            follows = block.from_xid == 0 and block.after_id >= (last.after_id if last else 0)
        else:
            follows = block.from_xid == last.until_xid
        if not follows or block.until_xid < block.from_xid:
            self._found(f"{name}\u00a0: sa période ne suit pas celle du bloc précédent.")

    def _expect(self, block: Block, marks: bytes, name: str) -> None:
        stone = self._tombstones.get(block.month)
        if stone is not None and not marks:
            return
        if hashlib.sha256(marks).hexdigest() != block.rows_hash or len(marks) != block.rows * MARK:
            self._found(
                f"{name}\u00a0: les marques de ses {block.rows} lectures ne sont plus celles qui ont été scellées."
            )
        for at in range(0, len(marks), MARK):
            number = int.from_bytes(marks[at : at + 8], "big", signed=True)
            self._expected[number] = (block.number, marks[at + 8 : at + MARK])
        self.report.sealed += block.rows

    def _reading(self, line: str) -> None:
        number = int(line[1 : line.index(",")])
        # [number, "2026-11-22T10:00:00.000000Z", …
        start = line.index('"') + 1
        instant = line[start : start + 27]
        name = f"Lecture n°\u00a0{number}"
        if self._is_waiting:
            self.report.waiting += 1
            if self._last and instant < _a_day_before(self._last.sealed_at):
                self._found(
                    f"{name}\u00a0: elle est datée d’avant le dernier scellement, elle a été ajoutée après coup."
                )
            return
        expected = self._expected.pop(number, None)
        if expected is None:
            after = f" après le bloc n°\u00a0{self._last.number}" if self._last else ""
            self._found(f"{name}\u00a0: aucun sceau ne la couvre, elle a été ajoutée{after}.")
        elif hashlib.sha256(line.encode()).digest()[:16] != expected[1]:
            self._found(f"{name}\u00a0: elle a été modifiée depuis son scellement (bloc n°\u00a0{expected[0]}).")
        elif instant < self._floor:
            self._found(
                f"{name}\u00a0: elle est datée bien avant son scellement (bloc n°\u00a0{expected[0]}), "
                "elle a été ajoutée après coup."
            )

    def _close_window(self) -> None:
        """Whatever the window promised and did not show was taken away."""
        for number, (block, _) in sorted(self._expected.items()):
            self._found(f"Lecture n°\u00a0{number}\u00a0: elle a été effacée (bloc n°\u00a0{block}).")
        self._expected = {}

    def _end(self) -> None:
        self._close_window()
        if not self._has_ended:
            self._found("L’export est coupé\u00a0: sa fin manque.")
        for number in sorted(self._published):
            self._found(
                f"Bloc n°\u00a0{number}\u00a0: son empreinte a été publiée, mais il n’est plus dans le journal."
            )
        for month, stone in self._tombstones.items():
            self._tombstone(month, stone)

    def _tombstone(self, month: str, stone: list[object]) -> None:
        self.report.expired_months += 1
        heads = self._heads_of_month.get(month, [])
        first, last = (heads[0][0], heads[-1][0]) if heads else (0, 0)
        digest = hashlib.sha256("".join(head for _, head in heads).encode()).hexdigest()
        if [first, last, digest] != [stone[2], stone[3], stone[4]]:
            self._found(f"Mois {month}\u00a0: ce qui est dit de son effacement ne correspond pas à ses sceaux.")
        if _instant(str(stone[5])) - _instant(f"{month}-28T00:00:00.000000Z") < SHORTEST_RETENTION:
            self._found(f"Mois {month}\u00a0: ses lectures ont été effacées avant six mois.")

    def _found(self, sentence: str) -> None:
        self.report.findings.append(sentence)


def _a_block(told: object) -> Block:
    """A block from its columns, in their order. Raises ValueError, TypeError."""
    version, number, month, first, last, rows, digest, from_xid, until_xid, after, sealed_at, previous = _a_list(told)
    return Block(
        _a(int, version), _a(int, number), _a(str, month), _a(int, first), _a(int, last), _a(int, rows),
        _a(str, digest), _a(int, from_xid), _a(int, until_xid), _a(int, after), _a(str, sealed_at), _a(str, previous),
    )  # fmt: skip


def _a(kind: type[_Kind], value: object) -> _Kind:
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} was expected")
    return value


def _a_list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a list was expected")
    return value


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _a_day_before(text: str) -> str:
    return (_instant(text) - LONGEST_TRANSACTION).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if text else ""


def verify(lines: Iterable[str], heads: Iterable[tuple[int, str]] = ()) -> Report:
    """Check exported lines against the heads published outside, (number, head) each; two for one number must agree."""
    published: dict[int, str] = {}
    contradictory = [number for number, head in heads if published.setdefault(number, head) != head]
    report = Checker(published).check(lines)
    report.findings += [
        f"Bloc n°\u00a0{number}\u00a0: deux empreintes différentes ont été publiées." for number in contradictory
    ]
    return report


def read_heads(path: Path) -> Iterator[tuple[int, str]]:
    """The heads published in a file. Raises ValueError when a line is not one."""
    with path.open(encoding="utf-8") as file:
        for line in filter(str.strip, file):
            told = json.loads(line)
            yield int(told["number"]), str(told["head"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Vérifie un export du journal des lectures de Palier.")
    parser.add_argument("export", type=Path, help="l’export, compressé ou non")
    parser.add_argument("--head", type=Path, help="les empreintes publiées, une par ligne")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        heads = list(read_heads(asked.head)) if asked.head else []
        opened = gzip.open if asked.export.suffix == ".gz" else open
        with opened(asked.export, "rt", encoding="utf-8", newline="\n") as file:
            report = verify(file, heads)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"Ce fichier ne se lit pas\u00a0: {error}", file=sys.stderr)
        return 1
    if asked.json:
        print(json.dumps({"holds": report.holds, **vars(report)}, ensure_ascii=False))
    else:
        print(f"{report.blocks} blocs, {report.sealed} lectures scellées, {report.waiting} en attente d’un sceau, "
              f"{report.heads} empreintes publiées.")  # fmt: skip
    for sentence in report.findings:
        print(sentence, file=sys.stderr)
    if report.holds and not asked.json:
        print("Le journal est intact." if heads else "Le journal se tient. Sans empreinte publiée (--head), un journal "
              "entièrement refait ne se verrait pas.")  # fmt: skip
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
