"""The proof that no name weighs is itself proved: it passes on the rules as they are, and fails on spoilt ones.

    ./dev drill spoilt_rules                             on the installation that PALIER_HOME names
    ./dev drill spoilt_rules --applications 300000       on a fictional stock of that size, made for the purpose

Each time the command `palier allocation prove --json` runs in a process of its own. Two of them are spoilt first, in
memory: in one, a reader gives refused offers to whom the alphabet puts first; in the other, the matching sets aside
whom comes from outside the European Union, and only the shortlists of dwellings can tell.
"""

import argparse
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from tests.drills.month.supervised import own_home

if TYPE_CHECKING:
    from palier.demandes.rules.facts import Facts

Answer = TypeVar("Answer")

_DWELLINGS: Final = 100
_FIRST_OF_THE_ALPHABET: Final = ("A", "B", "C")
# What the proof must answer: the results that changed, and whether others may have changed with them.
_EXPECTED: Final = {
    "": (set(), False),
    "name": ({"points"}, True),
    "origin": ({"rapprochements"}, False),
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--applications", type=int, help="make a fictional stock of so many first")
    args = parser.parse_args()
    if args.applications is None:
        return proved()
    with own_home():
        return on_a_stock(args.applications)


def on_a_stock(applications: int) -> int:
    """The drill on a landlord made for it: imported, scored, its dwellings announced and matched."""
    import psycopg

    from palier.bench.landlord import cloned, prepared
    from palier.bench.matching import _examine, _import, _write
    from palier.foundation.home import home_of
    from palier.foundation.postgres import ensure_running

    with cloned(prepared(_DWELLINGS, listener=told)), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demandes.xml"
        server = ensure_running(home_of(os.environ))
        with psycopg.connect(server.administrator_conninfo(), autocommit=True) as apart:
            _write(path, applications, apart)
            in_a_process(_import, str(path))
            apart.execute("ANALYZE")
            in_a_process(_examine, "")
            apart.execute("ANALYZE")
        return proved()


def told(phase: str, done: int, total: int) -> None:
    """Nothing: the figures come at the end."""


def proved() -> int:
    """0 when the proof says what it must of the sound rules and of each spoilt one."""
    wrong = 0
    for spoilt, (expected, or_more) in _EXPECTED.items():
        started = time.perf_counter()
        code, figures = in_a_process(prove, spoilt)
        changed = set(figures["changed"])
        holds = (expected <= changed if or_more else expected == changed) and code == (1 if expected else 0)
        wrong += not holds
        seconds = time.perf_counter() - started
        print(f"{spoilt or 'sound'}: exit {code}, {figures}, {seconds:.0f} s{'' if holds else ' WRONG'}", flush=True)
    return 1 if wrong else 0


def in_a_process(work: Callable[[str], Answer], given: str) -> Answer:
    """Do it in a fresh process: what is spoilt there is spoilt nowhere else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, given).result()


def prove(spoilt: str) -> tuple[int, dict[str, list[str]]]:
    """The exit code and the figures of the command, its rules spoilt first."""
    from palier.cli import main as palier
    from palier.cli.application import open_application

    open_application()
    if spoilt == "name":
        spoil_with_names()
    elif spoilt == "origin":
        spoil_with_origin()
    with redirect_stdout(io.StringIO()) as out:
        code = palier(["allocation", "prove", "--json"])
    return code, json.loads(out.getvalue())


def spoil_with_names() -> None:
    """The reader of facts counts five refused offers for whom the alphabet puts first."""
    from django.db import connection

    from palier.demandes.queries import facts as reading

    sound = reading._facts

    def spoilt(main: str, beside: str, values: reading._Values, on: date) -> Iterator[tuple[int, "Facts"]]:
        known = list(sound(main, beside, values, on))
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT a.id, p.last_name FROM demandes_application AS a JOIN people_person AS p ON p.id = a.person_id
                   WHERE a.id = ANY(%s)""",
                [[number for number, _ in known]],
            )
            names = dict(cursor.fetchall())
        for number, facts in known:
            yield number, replace(facts, refused_offers=5) if names[number][0] in _FIRST_OF_THE_ALPHABET else facts

    reading._facts = spoilt


def spoil_with_origin() -> None:
    """The matching sets aside, as if they had refused the dwelling, those from outside the European Union."""
    from django.db import connection

    from palier.attribution.queries import shortlist as matching

    def spoilt(vacancy_id: int | None) -> frozenset[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT application_id FROM demandes_stay WHERE nationality = 'HORS_UE'")
            return frozenset(number for (number,) in cursor.fetchall())

    matching._refused_here = spoilt


if __name__ == "__main__":
    sys.exit(main())
