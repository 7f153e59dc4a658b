"""Screening comments by blocks, in as many processes as asked: the same blocks, hence the same result."""

import json
import signal
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from hashlib import blake2b
from heapq import heappush, heappushpop, nsmallest
from multiprocessing import get_context
from pathlib import Path
from typing import TypedDict

from palier.foundation.errors import Refusal
from palier.foundation.processes import end_with_the_parent
from palier.screening.audit.rules import year_of
from palier.screening.audit.source import Comment
from palier.screening.audit.tally import Group, Tally, TallyJson
from palier.screening.audit.words import without_marks
from palier.screening.engine import Verdict, screen

# A block is what a kill may lose: half a second of one process.
BLOCK_ROWS = 4_000
BLOCK_CHARACTERS = 2_000_000
_NO_CEILING = 1 << 64
_LONGEST_LABEL = 80
_FILE = "bloc-{:08}.json"

# Row, line, start, end, category, severity, term.
FindingRow = tuple[int, int, int, int, str, str, str]
# Key of the draw, row, line, text.
SampleRow = tuple[int, int, int, str]


class HelperStopped(Refusal):
    """La machine a arrêté un des processus qui lisent, faute de mémoire le plus souvent. Relancez la même commande :
    elle reprend où elle en était ; avec --processes 1, elle demande moins de mémoire."""


class BlockJson(TypedDict):
    """What one block gave, on disk until the report is whole."""

    tally: TallyJson
    findings: list[FindingRow]
    texts: list[tuple[int, int, str]]
    sample: list[SampleRow]
    aside: list[tuple[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The sample of comments that were not flagged: how many, by which seed. Under `ceiling`, a key may still be in."""

    size: int
    seed: int
    ceiling: int = _NO_CEILING


def key_of(seed: int, row: int) -> int:
    """The rank of a row in a draw: the rows with the smallest ranks are the sample, however the file was cut."""
    return int.from_bytes(blake2b(f"{seed}:{row}".encode(), digest_size=8).digest(), "big")


def verdict_of(text: str) -> Verdict:
    """What the screen says of a comment, the marks of an earlier erasure not being read."""
    return screen(without_marks(text))


def blocks_of(comments: Iterable[Comment]) -> Iterator[list[Comment]]:
    """Blocks of comments, cut by their number and their length only."""
    block: list[Comment] = []
    characters = 0
    for comment in comments:
        block.append(comment)
        characters += len(comment.text)
        if len(block) >= BLOCK_ROWS or characters >= BLOCK_CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block


def scan_block(block: list[Comment], draw: Draw, salt: str) -> BlockJson:
    """Screen one block."""
    tally = Tally()
    findings: list[FindingRow] = []
    texts: list[tuple[int, int, str]] = []
    drawn: list[SampleRow] = []
    aside: list[tuple[int, str]] = []
    for comment in block:
        if comment.fault:
            tally.aside += 1
            aside.append((comment.line, comment.fault))
            continue
        if not comment.text.strip():
            tally.empty += 1
            continue
        verdict = verdict_of(comment.text)
        _count(tally, comment, verdict, salt)
        if verdict.decision != "accept":
            texts.append((comment.row, comment.line, comment.text))
            findings += [
                (comment.row, comment.line, each.start, each.end, each.category, each.severity, each.term)
                for each in verdict.findings
            ]
        elif (key := key_of(draw.seed, comment.row)) < draw.ceiling:
            drawn.append((key, comment.row, comment.line, comment.text))
    sample = nsmallest(draw.size, drawn)
    return {"tally": tally.as_json(), "findings": findings, "texts": texts, "sample": sample, "aside": aside}


def scan(
    comments: Iterable[Comment], *, folder: Path, processes: int, draw: Draw, salt: str
) -> Iterator[tuple[int, Tally]]:
    """Screen every comment, writing each block to `folder`; gives the last line done and the tally so far.

    Blocks that the folder already holds are not screened again.
    """
    gathered = _Gathered(folder, draw)
    if processes > 1:
        try:
            yield from _scan_in_processes(comments, gathered, processes, salt)
        except BrokenProcessPool as stopped:
            raise HelperStopped from stopped
        return
    for rank, block in enumerate(blocks_of(comments)):
        if not block_file(folder, rank).exists():
            scan_to_file(folder, rank, block, gathered.draw, salt)
        gathered.take(_Handed(rank=rank, line=block[-1].line))
        yield gathered.line, gathered.tally


def scan_to_file(folder: Path, rank: int, block: list[Comment], draw: Draw, salt: str) -> None:
    """Screen one block, and write what it gave whole or not at all."""
    told = scan_block(block, draw, salt)
    path = block_file(folder, rank)
    partial = path.with_suffix(".partiel")
    partial.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8", errors="surrogatepass")
    partial.rename(path)


def block_file(folder: Path, rank: int) -> Path:
    return folder / _FILE.format(rank)


def read_blocks(folder: Path) -> Iterator[BlockJson]:
    """What every block gave, in the order of the file, one in memory at a time."""
    for path in sorted(folder.glob(_FILE.format(0).replace("0" * 8, "*"))):
        yield _read(path)


def sample_of(folder: Path, size: int) -> list[SampleRow]:
    """The sample, in the order of the draw: its first rows alone are still a fair one."""
    kept: list[SampleRow] = []
    for block in read_blocks(folder):
        kept = nsmallest(size, [*kept, *(_sample_row(each) for each in block["sample"])])
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handed:
    """A block handed out: its rank in the file, and its last line."""

    rank: int
    line: int


class _Gathered:
    """What the blocks gave so far, and the draw's ceiling, which only comes down."""

    def __init__(self, folder: Path, draw: Draw) -> None:
        self.tally = Tally()
        self.line = 0
        self.folder = folder
        self._draw = draw
        # The largest keys first, as negative numbers: a heap gives its smallest.
        self._keys: list[int] = []

    @property
    def draw(self) -> Draw:
        if not self._draw.size or len(self._keys) < self._draw.size:
            return self._draw
        return Draw(size=self._draw.size, seed=self._draw.seed, ceiling=-self._keys[0])

    def take(self, handed: _Handed) -> None:
        block = _read(block_file(self.folder, handed.rank))
        self.line = max(self.line, handed.line)
        self.tally.add(Tally.of_json(block["tally"]))
        for key, *_ in block["sample"]:
            if len(self._keys) < self._draw.size:
                heappush(self._keys, -key)
            else:
                heappushpop(self._keys, -key)


def _scan_in_processes(
    comments: Iterable[Comment], gathered: _Gathered, processes: int, salt: str
) -> Iterator[tuple[int, Tally]]:
    """Few blocks are out at a time: the file is read no faster than it is screened."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_follow_the_parent) as pool:
        waiting: dict[Future[None], _Handed] = {}
        for rank, block in enumerate(blocks_of(comments)):
            handed = _Handed(rank=rank, line=block[-1].line)
            if block_file(gathered.folder, rank).exists():
                gathered.take(handed)
            else:
                future = pool.submit(scan_to_file, gathered.folder, rank, block, gathered.draw, salt)
                waiting[future] = handed
            while len(waiting) > processes + 1:
                _take_done(waiting, gathered)
            yield gathered.line, gathered.tally
        while waiting:
            _take_done(waiting, gathered)
            yield gathered.line, gathered.tally


def _take_done(waiting: dict[Future[None], _Handed], gathered: _Gathered) -> None:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        handed = waiting.pop(future)
        future.result()
        gathered.take(handed)


def _follow_the_parent() -> None:
    # Ctrl-C reaches every process of the terminal: the one that was asked answers, the others end with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_the_parent, daemon=True).start()


def _read(path: Path) -> BlockJson:
    told: BlockJson = json.loads(path.read_text(encoding="utf-8", errors="surrogatepass"))
    return told


def _sample_row(written: SampleRow) -> SampleRow:
    # JSON knows lists only.
    key, row, line, text = written
    return key, row, line, text


def _count(tally: Tally, comment: Comment, verdict: Verdict, salt: str) -> None:
    found = {finding.category for finding in verdict.findings} if verdict.decision != "accept" else set()
    length = len(comment.text)
    tally.comments += 1
    tally.characters += length
    tally.longest = max(tally.longest, length)
    if verdict.decision != "accept":
        tally.flagged += 1
        tally.blocked += verdict.decision == "block"
        tally.categories.update(found)
        tally.severities.update(finding.severity for finding in verdict.findings)
    group = Group(comments=1, flagged=int(verdict.decision != "accept"), categories=Counter(found))
    tally.sites.setdefault(_label(comment.site), Group()).add(group)
    tally.years.setdefault(year_of(comment.day), Group()).add(group)
    tally.authors.setdefault(_pseudonym(comment.author, salt), Group()).add(group)


def _label(written: str) -> str:
    return " ".join(written.split())[:_LONGEST_LABEL]


def _pseudonym(author: str, salt: str) -> str:
    """An author is counted, never named: the salt goes with the work folder."""
    plain = " ".join(author.split()).lower()
    return blake2b(f"{salt}:{plain}".encode(), digest_size=8).hexdigest() if plain else ""
