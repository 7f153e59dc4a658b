"""R2 in small: the debits of a month under kills, each exactly once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = 7


@pytest.mark.timeout(300)
def test_a_month_of_debits_killed_five_times_asks_each_bill_once() -> None:
    command = [sys.executable, "-m", "tests.drills.debits_under_kills", "--dwellings", "60", "--kills", "5"]
    ran = subprocess.run(
        [*command, "--seed", str(SEED)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"seed {SEED}\n{ran.stdout[-6000:]}\n{ran.stderr[-3000:]}"
    assert f"seed {SEED}: 0 lost, 0 doubled, 0 spoilt" in ran.stdout.splitlines()[-1]
