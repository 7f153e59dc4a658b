"""R1 in small: a month made under the kills of its workers and of its server, with the real supervisor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = 7


@pytest.mark.timeout(300)
def test_a_month_under_20_worker_kills_and_3_server_kills_is_whole_once_and_balanced(ready_home: Path) -> None:
    command = [sys.executable, "-m", "tests.drills.month_under_kills", "--dwellings", "200", "--seed", str(SEED)]
    # Ten seconds are the drill's own bound, on a machine that does nothing else.
    command += ["--worker-kills", "20", "--server-kills", "3", "--within", "30"]
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
    figure = ran.stdout.splitlines()[-1]
    assert f"20 worker kills, 3 server kills, seed {SEED}: 0 lost, 0 doubled, 0 unbalanced, 0 spoilt" in figure
