"""A drill that kills a work again and again, on a small landlord in a home of its own."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from typing import Protocol

from tests.drills.month.supervised import own_home

from palier.foundation.home import Home

MONTH = "2026-11"


class Killing(Protocol):
    """What a drill is once it has its home: it runs, and says by its code whether all held."""

    def run(self) -> int: ...


def run_drill(drill: Callable[[Home, argparse.Namespace], Killing]) -> int:
    """The options that such drills share, their landlord, then the drill itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dwellings", type=int, default=200)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with own_home() as home:
        _made_landlord(args.dwellings)
        return drill(home, args).run()


def _made_landlord(dwellings: int) -> None:
    """A small landlord with its month run, in the home of the drill."""
    command = [sys.executable, "-m", "palier", "demo", "--no-serve", "--json", "--dwellings", str(dwellings)]
    made = subprocess.run([*command, "--month", MONTH], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
