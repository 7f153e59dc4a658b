"""R8 for the imports: thousands of spoilt files, and never a traceback.

    ./dev drill wrong_files [--files 10000] [--seed 1]

Each file is a sound one of some layout, CSV or XLSX, with bytes, cells or parts spoilt. The answer must be a table,
remarks with their lines, or a French sentence; the memory must stay under 300 MB.
"""

import argparse
import io
import random
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from tests.imports.samples import NASTY, TABLES, TOKENS, WORKBOOKS, assert_answered, csv_bytes
from tests.imports.tracebacks import Tracebacks

MEMORY_MB = 300


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    tracebacks = Tracebacks()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(args.files):
            name = rng.choice(sorted(TABLES))
            content, suffix = spoilt(rng, name)
            with tracebacks.of(f"file {number} ({name}{suffix})"):
                assert_answered(content, suffix, name, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = time.perf_counter() - started
    print(f"{args.files} files, seed {args.seed}, {tracebacks.count} tracebacks, peak {peak} MB, {seconds:.0f} s")
    return 1 if tracebacks.count or peak > MEMORY_MB else 0


def spoilt(rng: random.Random, name: str) -> tuple[bytes, str]:
    """The bytes of a spoilt file, and its extension."""
    ways = (_cells, _csv_bytes, _workbook_bytes, _workbook_parts)
    return rng.choice(ways)(rng, name)


def _cells(rng: random.Random, name: str) -> tuple[bytes, str]:
    rows = [list(row) for row in TABLES[name]]
    for _ in range(rng.randint(1, 4)):
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = rng.choice(NASTY)
    return csv_bytes(rows), ".csv"


def _csv_bytes(rng: random.Random, name: str) -> tuple[bytes, str]:
    return _flipped(rng, csv_bytes(TABLES[name])), ".csv"


def _workbook_bytes(rng: random.Random, name: str) -> tuple[bytes, str]:
    return _flipped(rng, WORKBOOKS[name]), ".xlsx"


def _workbook_parts(rng: random.Random, name: str) -> tuple[bytes, str]:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(WORKBOOKS[name])) as sound,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        spoilt_part = rng.choice(sound.namelist())
        for part in sound.namelist():
            content = sound.read(part)
            if part == spoilt_part:
                if rng.random() < 0.1:
                    continue
                content = _flipped(rng, content)
            archive.writestr(part, content)
    return stream.getvalue(), ".xlsx"


def _flipped(rng: random.Random, sound: bytes) -> bytes:
    content = bytearray(sound)
    for _ in range(rng.randint(1, 6)):
        some = rng.choice(TOKENS) if rng.random() < 0.3 else rng.randbytes(rng.randint(1, 4))
        at = rng.randrange(len(content))
        content[at : at + len(some)] = some
    return bytes(content if rng.random() < 0.8 else content[: rng.randrange(len(content))])


if __name__ == "__main__":
    sys.exit(main())
