"""R10: a sealed journal tampered with in 200 ways with superuser rights; the verifier in one file finds each.

    ./dev drill journal_tampering [--rows 1000000] [--count 200] [--seed 1]

Changes of single readings are made together, each on a reading of its own that has to be named; attacks on the chain
are made one at a time. All are undone. The verifier runs as its users run it: one file, no Palier, no database.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills.month.supervised import own_home

if TYPE_CHECKING:
    from tests.drills.tampering.attacks import Attack


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with own_home() as home:
        home.prepare()
        for secret in ("django_key", "palier_owner", "palier_login", "palier_worker"):
            home.ensure_secret(secret)
        os.environ |= {"PALIER_PROCESS": "work", "DJANGO_SETTINGS_MODULE": "palier.conf.settings"}
        # The settings read the home: only now.
        import django

        django.setup()
        from tests.drills.tampering.journal import fill, install

        install(home)
        rng = random.Random(args.seed)
        started = time.monotonic()
        heads = fill(args.rows, rng)
        say(f"{args.rows} readings written and sealed in {time.monotonic() - started:.0f} s, seed {args.seed}")
        with tempfile.TemporaryDirectory() as folder:
            return Drill(Path(folder), heads, rng, rows=args.rows, count=args.count).run()


def say(line: str) -> None:
    print(line, flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the verifier said, and how long it took."""

    findings: list[str]
    seconds: float
    sealed: int


class Drill:
    """One journal, attacked again and again."""

    def __init__(self, folder: Path, heads: Path, rng: random.Random, *, rows: int, count: int) -> None:
        self.folder = folder
        self.heads = heads
        self.rng = rng
        self.rows = rows
        self.count = count
        self.missed: list[str] = []
        self.found = 0
        self.program = folder / "palier_verify.py"
        # Copied away from the tree: nothing of Palier is beside it.
        self.program.write_text(
            (files("palier.privacy.journal") / "standalone.py").read_text(encoding="utf-8"), encoding="utf-8"
        )

    def run(self) -> int:
        from tests.drills.tampering.attacks import ON_THE_CHAIN

        sound = self.verified(self.exported(), self.heads)
        if sound.findings:
            say(f"THE SOUND JOURNAL IS REFUSED: {sound.findings[:3]}")
            return 1
        say(f"sound journal: {sound.sealed} readings verified in {sound.seconds:.1f} s")
        self.attack_readings(self.count - len(ON_THE_CHAIN))
        for name, attack in ON_THE_CHAIN:
            self.attack_chain(name, attack)
        for name in self.missed:
            say(f"MISSED: {name}")
        per_million = sound.seconds * 1_000_000 / self.rows
        say(f"{self.found}/{self.count} found, {per_million:.1f} s per million rows")
        return 0 if self.found == self.count else 1

    def attack_readings(self, count: int) -> None:
        """Every single-reading change at once, far from one another."""
        from django.db import connections, transaction
        from tests.drills.tampering.attacks import EDITS, named_number
        from tests.drills.tampering.journal import ATTACKER

        victims = [10 * place for place in self.rng.sample(range(1, self.rows // 10), count)]
        chosen = [(EDITS[rank % len(EDITS)], victim) for rank, victim in enumerate(victims)]
        with transaction.atomic(using=ATTACKER), connections[ATTACKER].cursor() as cursor:
            for edit, victim in chosen:
                cursor.execute(edit.sql, {"id": victim})
                if not cursor.rowcount:
                    self.missed.append(f"{edit.name}: no reading was touched")
            answer = self.verified(self.exported(), self.heads)
            transaction.set_rollback(True, using=ATTACKER)
        named = {int(number) for each in answer.findings for number in re.findall(r"Lecture n°\u00a0(\d+)", each)}
        for edit, victim in chosen:
            self.count_one(f"{edit.name} of reading {victim}", is_found=named_number(edit, victim) in named)
        # Nobody innocent is named: beside the victims, their neighbours of a swap and the numbers made for them.
        made = {0, 1, 100_000_000, 200_000_000, 300_000_000}
        innocent = named - {victim + more for victim in victims for more in made}
        if innocent:
            self.missed.append(f"untouched readings are accused: {sorted(innocent)[:5]}")
            self.found -= 1

    def attack_chain(self, name: str, attack: "Attack") -> None:
        from django.db import connections, transaction
        from tests.drills.tampering.journal import ATTACKER

        heads = self.folder / "heads.jsonl"
        shutil.copyfile(self.heads, heads)
        with transaction.atomic(using=ATTACKER), connections[ATTACKER].cursor() as cursor:
            expected = attack(cursor, self.rng, heads)
            answer = self.verified(self.exported(), heads)
            transaction.set_rollback(True, using=ATTACKER)
        self.count_one(f"{name}: {answer.findings[:2]}", is_found=any(expected in each for each in answer.findings))

    def count_one(self, name: str, *, is_found: bool) -> None:
        if is_found:
            self.found += 1
        else:
            self.missed.append(name)

    def exported(self) -> Path:
        """As the attacker's own transaction sees the journal."""
        from tests.drills.tampering.journal import ATTACKER

        from palier.foundation.clock import now
        from palier.privacy.journal import export

        path = self.folder / "journal.jsonl"
        export.write(path, at=now(), using=ATTACKER)
        return path

    def verified(self, export_: Path, heads: Path) -> Answer:
        """By a Python that is kept from everything but its own library."""
        command = [sys.executable, "-I", "-S", str(self.program), str(export_), "--head", str(heads), "--json"]
        started = time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)
        seconds = time.monotonic() - started
        told = json.loads(ran.stdout)
        assert ran.returncode == (1 if told["findings"] else 0), ran.stderr
        return Answer(findings=told["findings"], seconds=seconds, sealed=told["sealed"])


if __name__ == "__main__":
    sys.exit(main())
