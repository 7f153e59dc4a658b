"""`palier rent` as it is typed: the program's own words, under the rights that a command really has."""

import json
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from palier.cli import main
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.quittancement.models import Bill, Run

if TYPE_CHECKING:
    from palier.demo.operations import Made


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch) -> None:
    # The command names its process in the environment: put back afterwards.
    monkeypatch.setenv("PALIER_PROCESS", "web")


def drafts() -> tuple[int, int]:
    with batch(Batch.RENT, operator="essai", motive="MAINTENANCE", command="essai", categories=()):
        return Run.objects.filter(month="2027-01-01").count(), Bill.objects.filter(run__month="2027-01-01").count()


def readings_of(screen: str) -> int:
    with acting(Actor(role=Role.DPO, agent_id=6, purpose="PROTECTION_DONNEES")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM privacy_readevent WHERE screen = %s", [screen])
        (count,) = cursor.fetchone()
        return int(count)


def test_a_month_is_computed_from_the_command_line(fresh_world: "Made", capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rent", "run", "--month", "2027-01", "--as", "siege", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["dry_run"] is False
    assert drafts() == (1, figures["leases"])


def test_a_trial_leaves_no_draft_and_its_line_in_the_journal(
    fresh_world: "Made", capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rent", "run", "--month", "2027-01", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["leases"] > 0
    assert drafts() == (0, 0)
    assert readings_of("rent run") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "--month", "2026-12", "--as", "inconnu"), "Aucun agent en fonction"),
        (("run", "--month", "2026-12", "--as", "gardien_nord"), "ne permet pas"),
        (("seal", "--month", "2026-11", "--as", "comptable"), "déjà scellé"),
        (("seal", "--month", "2026-12", "--as", "comptable"), "n’est pas relu"),
        (("seal", "--month", "2027-01", "--as", "comptable"), "n’existe pas"),
        (("run", "--month", "2026-11"), "déjà scellé"),
        (("run", "--month", "1920-01"), "Aucun bail"),
        (("notices", "--month", "2026-12"), "pas scellé"),
    ],
)
def test_a_refusal_is_a_sentence(
    fresh_world: "Made", capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert main(["rent", *arguments]) == 1
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert sentence in told
