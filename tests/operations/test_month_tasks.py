"""The month through its jobs: asked on a page, done by a worker, refused in a sentence, harmless when twice."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from palier.leases import tasks as import_tasks
from palier.quittancement import tasks

if TYPE_CHECKING:
    from tests.conftest import Cluster
    from tests.landlord import Landlord

    from palier.demo.operations import Made

ClientAs = Callable[[str], Client]
Rows = list[tuple[object, ...]]
PROGRAMMES = """\
id_livraison;adresse_programme;code_postal;ville;annee;bs;nb_logmt_total;nb_plai;nb_plus;nb_pluscd;nb_pls;nature_programme
1;8 RUE DU TEST;75012;Paris;2001;OFFICE;2;0;2;0;0;logement familial
"""


def rows(cluster: "Cluster", statement: str) -> Rows:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        return superuser.execute(statement).fetchall()


def work_until_nothing_waits() -> None:
    """A worker as `palier worker` starts it: another process, under the worker's login."""
    environment = {**os.environ, "PALIER_PROCESS": "work", "PALIER_DATABASE": str(connection.settings_dict["NAME"])}
    connection.close()
    done = subprocess.run(
        [sys.executable, "-m", "palier", "worker", "--once"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def context(job: int) -> JobContext:
    asked = Job(id=job, queue="month", lock=None, queueing_lock=None, task_name="")
    return JobContext(app=app, job=asked, start_timestamp=0.0, abort_reason=lambda: None)


def progress_of(cluster: "Cluster", job: int) -> Rows:
    return rows(cluster, f"SELECT state, message FROM foundation_jobprogress WHERE key LIKE 'month:%/{job}'")


def number(found: Rows) -> int:
    ((value,),) = found
    assert isinstance(value, int)
    return value


def test_december_goes_from_a_click_to_notices_with_two_people(
    fresh_world: "Made", client_as: ClientAs, cluster: "Cluster"
) -> None:
    headquarters, accountant, month = client_as("siege"), client_as("comptable"), "/bureau/quittancement/2026-12/"
    assert headquarters.post(f"{month}calculer/", {"nature": "MONTHLY"}).status_code == 302
    assert "En attente d’un exécutant" in headquarters.get(month).content.decode()
    work_until_nothing_waits()
    latest = "SELECT max(id) FROM quittancement_run WHERE month = '2026-12-01'"
    run = number(rows(cluster, latest))
    assert rows(cluster, f"SELECT state FROM quittancement_run WHERE id = {run}") == [("COMPUTED",)]

    for (anomaly,) in rows(cluster, f"SELECT id FROM quittancement_anomaly WHERE run_id = {run}"):
        headquarters.post(f"/bureau/quittancement/calcul/{run}/anomalies/{anomaly}/", {"avis": "JUSTIFIED"})
    headquarters.post(f"/bureau/quittancement/calcul/{run}/viser/")
    accountant.post(f"/bureau/quittancement/calcul/{run}/sceller/")
    accountant.post(f"/bureau/quittancement/calcul/{run}/sceller/")
    work_until_nothing_waits()
    assert rows(cluster, f"SELECT state FROM quittancement_run WHERE id = {run}") == [("SEALED",)]
    bills = number(rows(cluster, f"SELECT lease_count FROM quittancement_run WHERE id = {run}"))
    posted = "SELECT count(*)::int FROM ledger_entry WHERE source_kind = 'BILL' AND source_id IN "
    assert number(rows(cluster, f"{posted} (SELECT id FROM quittancement_bill WHERE run_id = {run})")) == bills

    accountant.post(f"/bureau/quittancement/calcul/{run}/editer/")
    work_until_nothing_waits()
    made = "SELECT count(*)::int FROM mail_document WHERE month = '2026-12-01' AND pdf_sha256 <> ''"
    assert number(rows(cluster, made)) == bills
    states = rows(
        cluster, "SELECT DISTINCT state, message FROM foundation_jobprogress WHERE key LIKE 'month:2026-12/%'"
    )
    assert states == [("DONE", "")]
    read = "SELECT DISTINCT agent_id IS NULL FROM privacy_readevent WHERE screen IN ('calcul du mois', 'avis du mois')"
    assert (False,) in rows(cluster, read)

    document = number(rows(cluster, "SELECT max(id)::int FROM mail_document WHERE month = '2026-12-01'"))
    answer = accountant.get(f"/bureau/documents/{document}.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert client_as("gardien_nord").get(f"/bureau/documents/{document}.pdf").status_code == 404


def test_sealing_twice_seals_once_and_ends_quietly(own_landlord: "Landlord", cluster: "Cluster") -> None:
    agents = own_landlord.agents
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute(
            "UPDATE quittancement_run SET state = 'REVIEWED', reviewed_by = %s, reviewed_at = now() WHERE id = 2",
            [agents["siege"]],
        )
    for job in (71, 72):
        tasks.seal(context(job), month="2026-11", run_id=2, asked_by=agents["comptable"])
        assert progress_of(cluster, job) == [("DONE", "")]
    assert rows(cluster, "SELECT count(*)::int FROM ledger_entry WHERE source_id IN (2101, 2102, 2201)") == [(3,)]


@pytest.mark.parametrize(
    ("asker", "sentence"),
    [
        ("gestionnaire_nord", "La fonction « Gestionnaire locatif » ne permet pas cet acte"),
        ("gestionnaire_parti", "Aucun agent en fonction"),
        ("siege", "Vous avez relu ce mois : une autre personne doit le sceller."),
    ],
)
def test_a_refusal_is_said_and_the_job_ends_there(
    own_landlord: "Landlord", cluster: "Cluster", asker: str, sentence: str
) -> None:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute(
            "UPDATE quittancement_run SET state = 'REVIEWED', reviewed_by = %s, reviewed_at = now() WHERE id = 2",
            [own_landlord.agents["siege"]],
        )
    tasks.seal(context(73), month="2026-11", run_id=2, asked_by=own_landlord.agents[asker])
    ((state, message),) = progress_of(cluster, 73)
    assert state == "FAILED"
    assert sentence in str(message).replace("\u00a0", " ").replace("\u202f", " ")
    assert rows(cluster, "SELECT state FROM quittancement_run WHERE id = 2") == [("REVIEWED",)]


def test_a_sealed_month_is_not_computed_again(own_landlord: "Landlord", cluster: "Cluster") -> None:
    tasks.compute(context(74), month="2026-10", kind="MONTHLY", asked_by=own_landlord.agents["siege"])
    ((state, message),) = progress_of(cluster, 74)
    assert state == "FAILED"
    assert "déjà scellé" in str(message)


def test_a_file_is_applied_by_its_job_and_a_second_one_finds_nothing_to_do(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    file = SimpleUploadedFile("programmes.csv", PROGRAMMES.encode())
    browser = client_as("siege")
    place = browser.post("/bureau/imports/donner/", {"kind": "PROGRAMMES", "file": file}).headers["Location"]
    batch_id = int(place.rstrip("/").rpartition("/")[2])
    for job in (81, 82):
        import_tasks.apply_file(context(job), batch_id=batch_id, asked_by=own_landlord.agents["siege"])
        said = f"SELECT state, message FROM foundation_jobprogress WHERE key = 'import:{batch_id}/{job}'"
        assert rows(cluster, said) == [("DONE", "")]
    assert rows(cluster, "SELECT count(*)::int FROM estate_residence WHERE import_key IS NOT NULL") == [(1,)]
    import_tasks.apply_file(context(83), batch_id=batch_id, asked_by=own_landlord.agents["gestionnaire_nord"])
    ((state, message),) = rows(cluster, f"SELECT state, message FROM foundation_jobprogress WHERE key LIKE '%/{83}'")
    assert (state, "n’applique pas de fichier" in str(message)) == ("FAILED", True)
