"""Hostile files at the two doors of the house: nothing kept as it was given, no place left, no traceback (R9).

    ./dev drill uploads                200 files, each as a paper and as a photo
    ./dev drill uploads --files 56     fewer

Each file is refused by a sentence or made anew; what is made anew holds no byte of what was hidden beside its pixels
and its pages. The memory taken by the whole of it is bounded.
"""

import argparse
import io
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.conf.settings")

import pikepdf
from PIL import Image
from tests.drills.hostile_files import EICAR, KINDS, PLACE, SCRIPT

from palier.foundation.errors import Refusal
from palier.foundation.papers import remade
from palier.maintenance.photos import redrawn

MOST_MB: Final = 400
# What no file of ours may hold.
_FORBIDDEN: Final = (
    EICAR, PLACE, SCRIPT, b"PK\x03\x04", b"<script", b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile",
    b"/OpenAction", b"/AA", b"/XFA", b"/URI", b"/Metadata", b"Exif\0", b"x:xmpmeta",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the files, door by door."""

    made: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def given(files: int, tally: Tally) -> None:
    """Show so many files to both doors."""
    for rank in range(files):
        kind = KINDS[rank % len(KINDS)]
        content = kind(rank // len(KINDS))
        for door in ("paper", "photo"):
            _at(door, f"{kind.__name__} {rank // len(KINDS)}, as a {door}", content, tally)


def _at(door: str, name: str, content: bytes, tally: Tally) -> None:
    with ThreadPoolExecutor(1) as apart:
        shown = apart.submit(_through, door, content)
    error = shown.exception()
    if isinstance(error, Refusal):
        told = type(error).__name__
        tally.refused[told] = tally.refused.get(told, 0) + 1
        return
    if error is not None:
        tally.faults.append(f"{name}: {type(error).__name__} instead of a sentence")
        return
    kept = shown.result()
    tally.made += 1
    tally.faults += [f"{name}: {what}" for what in _left(kept)]
    if kept == content:
        tally.faults.append(f"{name}: kept as it was given")


def _through(door: str, content: bytes) -> bytes:
    return remade(content).content if door == "paper" else redrawn(content).image


def _left(kept: bytes) -> list[str]:
    """What is left of what was hidden, compressed or not."""
    if not kept.startswith(b"%PDF-"):
        with Image.open(io.BytesIO(kept)) as image:
            beside = [f"{image.getexif()}"] if dict(image.getexif()) else []
        return beside + [f"holds {each!r}" for each in _FORBIDDEN if each in kept]
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(kept)) as document:
        document.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, compress_streams=False)
    return [f"holds {each!r}" for each in _FORBIDDEN if each in kept or each in out.getvalue()]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=200)
    args = parser.parse_args()
    began, before = time.perf_counter(), _peak()
    tally = Tally()
    given(args.files, tally)
    taken = _peak() - before
    print(
        f"{args.files} files, {2 * args.files} times given in {time.perf_counter() - began:.1f} s, {taken} MB at most"
    )
    print(f"made anew: {tally.made}; refused: {sum(tally.refused.values())}")
    for name, count in sorted(tally.refused.items(), key=lambda pair: -pair[1]):
        print(f"    {count:4} {name}")
    for fault in tally.faults:
        print(f"FAULT {fault}")
    if taken > MOST_MB:
        print(f"FAULT {taken} MB taken, {MOST_MB} at most")
    print(f"kept raw or with something left: {len(tally.faults)}")
    return 1 if tally.faults or taken > MOST_MB else 0


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
