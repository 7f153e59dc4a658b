"""R2 in small: the letters of a campaign under kills, each once, without a gap, every byte readable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = 11


@pytest.mark.timeout(300)
def test_letters_killed_five_times_are_each_written_once_without_a_gap() -> None:
    command = [sys.executable, "-m", "tests.drills.letters_under_kills", "--dwellings", "30", "--kills", "5"]
    ran = subprocess.run(
        [*command, "--seed", str(SEED)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"seed {SEED}\n{ran.stdout[-6000:]}\n{ran.stderr[-3000:]}"
    assert f"seed {SEED}: 0 lost, 0 doubled, 0 gaps, 0 unreadable" in ran.stdout.splitlines()[-1]
