"""The program itself: exit codes, French words, and nothing loaded that was not asked for."""

import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from multiprocessing import Pipe
from pathlib import Path

import pytest

from palier.cli import COMMANDS, main
from palier.cli.output import emit
from palier.foundation.errors import Refusal


def palier(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PALIER_HOME": str(home), "LANG": "C.UTF-8"}
    command = [sys.executable, "-P", "-m", "palier", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_an_amount_reads_in_french_and_stays_a_plain_number_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    figures, labels = {"entries": 1200, "total": "-1158.76"}, {"entries": "écritures", "total": "total"}
    emit(figures, Namespace(json=False), labels, amounts=("total",))
    assert capsys.readouterr().out == "écritures : 1\u202f200\ntotal     : −1\u202f158,76\u00a0€\n"
    emit(figures, Namespace(json=True), labels, amounts=("total",))
    assert capsys.readouterr().out == '{"entries": 1200, "total": "-1158.76"}\n'


def test_help_lists_every_command_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    assert exit_.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith("utilisation")
    assert all(name in printed for name, _ in COMMANDS)


@pytest.mark.parametrize("arguments", [["inconnue"], [], ["database"], ["database", "start", "--inconnue"]])
def test_wrong_usage_exits_2_and_says_so_in_french(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert capsys.readouterr().err.startswith("utilisation")


def test_a_refusal_is_one_french_sentence_on_stderr_and_exit_1() -> None:
    answer = palier("database", "start", home=Path("/etc/passwd"))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.count("\n") == 1
    assert "n’est pas un dossier" in answer.stderr


def test_the_state_of_a_database_never_made_makes_nothing(tmp_path: Path) -> None:
    answer = palier("database", "status", "--json", home=tmp_path / "home")
    assert answer.returncode == 0
    assert '"state": "ABSENT"' in answer.stdout
    assert not (tmp_path / "home").exists()


def test_help_loads_neither_django_nor_the_database_driver(tmp_path: Path) -> None:
    program = (
        "import sys; from palier.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted({'django', 'psycopg', 'typst'} & set(sys.modules)), file=sys.stderr)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stderr == "[]\n"


class DoorStuck(Refusal):
    """La porte {door}
    est bloquée : appelez le gardien."""


def test_a_refusal_keeps_its_sentence_and_facts_from_one_process_to_another() -> None:
    here, there = Pipe()
    with here, there:
        here.send(DoorStuck(door="B12"))
        again = there.recv()
    assert str(again) == "La porte B12 est bloquée\u00a0: appelez le gardien."
    assert again.facts == {"door": "B12"}


def test_a_refusal_without_a_sentence_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="docstring"):
        type("Mute", (Refusal,), {})


def test_a_command_on_a_home_where_nothing_is_installed_is_a_sentence() -> None:
    # Under /tmp itself: as root, the server's own account must be able to cross the folders above.
    with tempfile.TemporaryDirectory(prefix="palier-t-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o711)
        try:
            for arguments in (
                ("rent", "run", "--month", "2026-11"),
                ("policy", "check"),
                ("worker", "--once"),
                ("serve",),
            ):
                answer = palier(*arguments, home=home)
                assert (answer.returncode, answer.stdout) == (1, "")
                assert "rien n’y est encore installé" in answer.stderr
                assert "Traceback" not in answer.stderr
        finally:
            palier("database", "stop", home=home)
