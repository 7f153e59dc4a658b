"""R11 at a small size: everything is lost while people work, and comes back, to an instant and to the end."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.tree import ROOT


@pytest.mark.timeout(590)
def test_a_landlord_that_lost_everything_is_back_with_its_ledger_equal(ready_home: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PALIER_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.loss_and_restore", "--dwellings", "30", "--rpo", "60", "--rto", "300"],
        cwd=ROOT,
        env=kept | {"READY_HOME": str(ready_home), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figure = re.search(r"RPO ([\d.]+) s, RTO ([\d.]+) s, ledger equal, (\d+) commands", done.stdout.splitlines()[-1])
    assert figure is not None
    assert float(figure[1]) <= 60
    assert int(figure[3]) <= 10
    assert "4 impossible restorations refused" in done.stdout
