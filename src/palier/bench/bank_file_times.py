"""Files of a bank at full size: read with their schema, written and held against it, each in a process of its own."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from palier.bench.memory import peak_rss_mb

WORKS = ("camt053", "cfonb120", "pain008")


def run(count: int) -> dict[str, int | float]:
    """Measure each work in a fresh process: seconds and peak memory."""
    figures: dict[str, int | float] = {"count": count}
    for work in WORKS:
        told = subprocess.run(
            [sys.executable, "-m", "palier.bench.bank_file_times", work, str(count)],
            check=True,
            capture_output=True,
            text=True,
        )
        figures |= json.loads(told.stdout)
    return figures


def measured(work: str, count: int) -> Mapping[str, int | float]:
    """Measure here: this process must hold nothing else."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "fichier"
        began, at_work = _write(path, count) if work == "pain008" else _read(path, work, count)
        return {
            f"{work}_seconds": round(time.perf_counter() - began, 2),
            # On a machine that does other things too, this is the figure to compare.
            f"{work}_cpu_seconds": round(time.process_time() - at_work, 2),
            f"{work}_peak_mb": peak_rss_mb(),
            f"{work}_file_mb": round(path.stat().st_size / 1e6, 1),
        }


def _write(path: Path, count: int) -> tuple[float, float]:
    """When the writing began, by the clock and by the processor. The debits are made while they are written."""
    from palier.banking.formats.pain008 import write_debits
    from palier.bench.bank_files import OWN, debits

    began = time.perf_counter(), time.process_time()
    at = datetime(2026, 10, 20, 8, tzinfo=UTC)
    write_debits(path, debits(count), own=OWN, message_id="PAL-202611", created_at=at)
    return began


def _read(path: Path, work: str, count: int) -> tuple[float, float]:
    """When the reading began, after the file was made."""
    from palier.banking.formats.reading import open_bank_file
    from palier.bench.bank_files import write_camt, write_cfonb

    total = write_camt(path, count) if work == "camt053" else write_cfonb(path, count)
    began = time.perf_counter(), time.process_time()
    document = open_bank_file(path).document()
    if (document.entries, document.total_cents, document.warnings) != (count, total, ()):
        raise ValueError(document)
    return began


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
