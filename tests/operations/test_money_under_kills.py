"""R2 in small: what money and letters are written under kills is there once, whole, and without a gap."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("drill", "dwellings", "seed", "said"),
    [
        ("aid_under_kills", 20, 7, "0 lost, 0 doubled, 0 spoilt"),
        ("debits_under_kills", 60, 7, "0 lost, 0 doubled, 0 spoilt"),
        ("dispatch", 20, 7, "0 lost, 0 doubled, 0 untold"),
        ("letters_under_kills", 30, 11, "0 lost, 0 doubled, 0 gaps, 0 unreadable"),
        ("lots_under_kills", 30, 7, "0 lost, 0 doubled, 0 misplaced"),
        ("statements_under_kills", 20, 7, "0 lost, 0 doubled, 0 spoilt"),
    ],
)
def test_a_work_killed_five_times_is_done_whole_and_once(
    drill: str, dwellings: int, seed: int, said: str, ready_home: Path
) -> None:
    command = [sys.executable, "-m", f"tests.drills.{drill}", "--dwellings", str(dwellings), "--kills", "5"]
    ran = subprocess.run(
        [*command, "--seed", str(seed)],
        cwd=ROOT,
        env={
            **os.environ,
            "READY_HOME": str(ready_home),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"seed {seed}\n{ran.stdout[-6000:]}\n{ran.stderr[-3000:]}"
    assert f"seed {seed}: {said}" in ran.stdout.splitlines()[-1]
