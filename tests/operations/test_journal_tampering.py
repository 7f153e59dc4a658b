"""R10 in small: 200 ways to tamper with a sealed journal, each found by the verifier in one file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = 7


@pytest.mark.timeout(300)
def test_200_tamperings_with_superuser_rights_are_found_by_the_verifier_in_one_file(ready_home: Path) -> None:
    command = [sys.executable, "-m", "tests.drills.journal_tampering", "--rows", "4000", "--seed", str(SEED)]
    ran = subprocess.run(
        command,
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
    print(ran.stdout)
    assert ran.returncode == 0, f"seed {SEED}\n{ran.stdout[-6000:]}\n{ran.stderr[-3000:]}"
    assert ran.stdout.splitlines()[-1].startswith("200/200 found, ")
