"""R8 for the files of banks: thousands of spoilt ones, and never a traceback.

    ./dev drill wrong_bank_files [--count 10000] [--seed 1]

Each file is a sound one of a fictional bank (camt.053 of three versions, camt.054, CFONB 120, pain.002) with bytes,
lines, values or its encoding spoilt. The answer must be figures that its movements make up, or a French sentence with a
line, or one that says what the file is; the memory must stay under 300 MB.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.imports.bank_samples import cfonb, statement
from tests.imports.tracebacks import Tracebacks

from palier.banking.formats.document import Format
from palier.banking.formats.reading import open_bank_file
from palier.bench.bank_files import write_camt, write_cfonb, write_statuses
from palier.bench.memory import peak_rss_mb
from palier.foundation.errors import Refusal

MEMORY_MB = 300
VALUES = (
    *("NaN", "INF", "-1", "1e15", "1000000000000000", "1,00", "", " ", "0", "٣", "USD", "EUR", "CRDT", "DBIT", "PDNG"),
    *("2026-02-30", "9999-12-31", "0000-00-00", "é" * 3_000, "\u202e", "&amp;", "<b>", "&x;", "]]>", "{name}", "%s"),
)
TOKENS = (
    *(b"<!DOCTYPE a>", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;", b"<Ntry>", b"</Ntry>", b"<!--", b"<![CDATA[", b"<?x"),
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b"01",
        b"05",
        b"07",
        b"}",
        b"{",
        b"NaN",
        b"9" * 30,
        b" " * 9,
    ),
)
_TEXT = re.compile(rb">([^<>]+)<")
_SENTENCE = re.compile(r"^(Ligne [0-9]+|« |Le fichier « releve » est vide)")


def sound_files(folder: Path) -> dict[str, bytes]:
    """A small file of each format."""
    path = folder / "juste"
    files = {"camt.053.08 écrit à la main": statement().encode(), "cfonb écrit à la main": cfonb().encode()}
    for message, version in (("camt.053", "02"), ("camt.053", "08"), ("camt.053", "13"), ("camt.054", "08")):
        write_camt(path, 5, message=message, version=version)
        files[f"{message}.{version}"] = path.read_bytes()
    write_cfonb(path, 5)
    files["cfonb"] = path.read_bytes()
    write_statuses(path, 5)
    files["pain.002"] = path.read_bytes()
    return files


def spoilt(rng: random.Random, sound: bytes) -> bytes:
    """The same file with something wrong, one time in twenty with nothing wrong."""
    if rng.random() < 0.05:
        return sound
    return rng.choice((_flipped, _flipped, _lines, _values, _values, _encoding, _cut))(rng, sound)


def answer_of(path: Path) -> str:
    """READ or REFUSED; raises AssertionError for an answer that is neither figures nor a sentence."""
    try:
        file = open_bank_file(path)
        read = sum(1 for _ in file.statuses()) if file.format is Format.PAIN002 else 0
        booked = 0 if file.format is Format.PAIN002 else sum(each.amount_cents for each in file.movements())
        document = file.document()
    except Refusal as refusal:
        sentence = str(refusal)
        assert sentence.endswith("."), sentence
        assert _SENTENCE.match(sentence), sentence
        assert "\n" not in sentence, sentence
        assert "Ligne 0" not in sentence, sentence
        return "REFUSED"
    assert read or document.format is not Format.PAIN002
    # Nothing read by half: the movements make up the total that is told.
    assert booked == document.total_cents
    return "REMARKED" if document.warnings else "READ"


def _flipped(rng: random.Random, sound: bytes) -> bytes:
    content = bytearray(sound)
    for _ in range(rng.randint(1, 6)):
        some = rng.choice(TOKENS) if rng.random() < 0.4 else rng.randbytes(rng.randint(1, 4))
        at = rng.randrange(len(content))
        content[at : at + (len(some) if rng.random() < 0.7 else 0)] = some
    return bytes(content)


def _lines(rng: random.Random, sound: bytes) -> bytes:
    lines = sound.splitlines(keepends=True)
    for _ in range(rng.randint(1, 3)):
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        if rng.random() < 0.4:
            lines[at], lines[other] = lines[other], lines[at]
        elif rng.random() < 0.5:
            lines.insert(at, lines[other])
        elif len(lines) > 1:
            del lines[at]
    return b"".join(lines)


def _values(rng: random.Random, sound: bytes) -> bytes:
    texts = list(_TEXT.finditer(sound))
    put = rng.choice(VALUES).encode()
    if not texts:
        at = rng.randrange(len(sound))
        return sound[:at] + put + sound[at + len(put) :]
    found = rng.choice(texts)
    return sound[: found.start(1)] + put + sound[found.end(1) :]


def _encoding(rng: random.Random, sound: bytes) -> bytes:
    text = sound.decode()
    return text.encode(rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037", "utf-8-sig")), "replace")


def _cut(rng: random.Random, sound: bytes) -> bytes:
    at = rng.randrange(1, len(sound))
    return sound[:at] if rng.random() < 0.7 else sound[at:]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    tracebacks, answers = Tracebacks(), Counter[str]()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = sound_files(folder)
        path = folder / "releve"
        for number in range(args.count):
            name = rng.choice(sorted(files))
            path.write_bytes(spoilt(rng, files[name]))
            with tracebacks.of(f"file {number} ({name})"):
                answers[answer_of(path)] += 1
    peak, seconds = peak_rss_mb(), time.perf_counter() - started
    told = ", ".join(f"{count} {answer.lower()}" for answer, count in sorted(answers.items()))
    fell = f"{tracebacks.count} tracebacks"
    print(f"{args.count} files, seed {args.seed}: {told}, {fell}, peak {peak} MB, {seconds:.0f} s")
    return 1 if tracebacks.count or peak > MEMORY_MB else 0


if __name__ == "__main__":
    sys.exit(main())
