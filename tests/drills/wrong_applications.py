"""R8 for the exchange file of applications: thousands of spoilt files, and never a traceback.

    ./dev drill wrong_applications [--files 10000] [--seed 1]

Each file is a sound one with bytes, values or elements spoilt. The answer must be demandes, remarks with their lines,
or a French sentence; the memory must stay under 300 MB.
"""

import argparse
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

from tests.imports.application_samples import ASKED, demande, exchange
from tests.imports.tracebacks import Tracebacks

from palier.demandes.imports.application_file import readings
from palier.foundation.errors import Refusal
from palier.foundation.tabular.checking import Severity

MEMORY_MB = 300
_LONGEST_SENTENCE = 600
TODAY = date(2026, 11, 23)
SOUND = exchange(*(demande(number=f"1110524{rank:06d}TEST0", asked=ASKED) for rank in range(4)))
NASTY = (
    "", "NaN", "Infinity", "-1", "1e308", "9" * 400, "0000-00-00", "2024-02-30", "9999-99-99", "\u0663\u0664", "²",
    "&a;",
    "<![CDATA[x]]>", "<x>", "&#0;", "&#xD800;", "'; DROP TABLE", "A" * 5_000, "\u202e", " ", "T99", "1,5,5",
)  # fmt: skip
TOKENS = (
    b"<!DOCTYPE a [",
    b"<!ENTITY",
    b"]]>",
    b"<demande>",
    b"</demande>",
    b"<!--",
    b"?>",
    b"\0",
    b"\xff\xfe",
    b"&#x0;",
)
VALUE = re.compile(r'(?<=>)[^<>\n]+(?=<)|(?<=code=")[^"]*(?=")')
ELEMENT = re.compile(r"<(\w+)[^<>]*>[^<>]*</\1>")


class WrongAnswer(Exception):
    """The reader's answer is not one that a person can use."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng, tracebacks, answers = random.Random(args.seed), Tracebacks(), Counter[str]()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demandes.xml"
        for number in range(args.files):
            path.write_bytes(spoilt(rng))
            with tracebacks.of(f"file {number}"):
                answers[answer_of(path)] += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = time.perf_counter() - started
    print(f"{args.files} files, seed {args.seed}: {dict(answers)}")
    print(f"{tracebacks.count} tracebacks, peak {peak} MB, {seconds:.0f} s")
    return 1 if tracebacks.count or peak > MEMORY_MB else 0


def answer_of(path: Path) -> str:
    """What the reader makes of a file: READ, some demandes REFUSED, or the FILE itself refused."""
    try:
        found = list(readings(path, on=TODAY))
    except Refusal as refusal:
        if len(str(refusal)) > _LONGEST_SENTENCE:
            raise WrongAnswer(str(refusal)) from refusal
        return "FILE"
    for reading in found:
        hard = [remark for remark in reading.remarks if remark.severity is Severity.HARD]
        if (reading.demande is None) != bool(hard):
            raise WrongAnswer("a demande refused without a reason, or the contrary")
        if not all(remark.line > 0 and remark.reason for remark in reading.remarks):
            raise WrongAnswer("a remark without its line")
    return "REFUSED" if any(reading.demande is None for reading in found) else "READ"


def spoilt(rng: random.Random) -> bytes:
    """The bytes of a spoilt file."""
    return rng.choice((_values, _elements, _bytes))(rng)


def _values(rng: random.Random) -> bytes:
    content = SOUND
    for _ in range(rng.randint(1, 4)):
        found = rng.choice(list(VALUE.finditer(content)))
        content = content[: found.start()] + rng.choice(NASTY) + content[found.end() :]
    return content.encode("utf-8", errors="replace")


def _elements(rng: random.Random) -> bytes:
    content = SOUND
    for _ in range(rng.randint(1, 3)):
        found = rng.choice(list(ELEMENT.finditer(content)))
        again = found.group() if rng.random() < 0.5 else ""
        content = content[: found.start()] + again * 2 + content[found.end() :]
    return content.encode()


def _bytes(rng: random.Random) -> bytes:
    content = bytearray(SOUND.encode(rng.choice(("utf-8", "utf-8", "utf-16"))))
    for _ in range(rng.randint(1, 5)):
        some = rng.choice(TOKENS) if rng.random() < 0.3 else rng.randbytes(rng.randint(1, 4))
        at = rng.randrange(len(content))
        content[at : at + len(some)] = some
    return bytes(content if rng.random() < 0.8 else content[: rng.randrange(len(content))])


if __name__ == "__main__":
    sys.exit(main())
