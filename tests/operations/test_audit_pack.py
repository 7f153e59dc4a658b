"""The auditor's pack: what it answers, that each figure is computed again the same, and that it names nobody."""

import csv
import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection

from palier.foundation.clock import now
from palier.oversight.operations.audit_allocation import COLUMNS
from palier.oversight.operations.audit_pack import PackFolderNotEmpty, write_pack
from palier.oversight.queries.figures import FIGURES, UnknownFigure, figure, rows_of
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster
    from tests.landlord import Landlord

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def pack(own_landlord: "Landlord", client_as: "ClientAs", tmp_path: Path) -> Path:
    assert client_as("gestionnaire_nord").get("/bureau/baux/comptes/101/").status_code == 200
    place = tmp_path / "audit"
    write_pack(output=place, operator="auditeur", at=now())
    return place


def lines_of(place: Path) -> list[dict[str, str]]:
    with place.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def words_of(place: Path) -> str:
    if place.suffix == ".pdf":
        command = ["pdftotext", "-layout", str(place), "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return place.read_text(encoding="utf-8-sig")


def test_it_says_who_reads_and_why_and_that_no_text_is_free(pack: Path) -> None:
    report = words_of(pack / "dossier-auditeur.pdf")
    assert "Le système tient-il un fichier général des locataires ?" in report
    assert "Des critères subjectifs pèsent-ils ?" in report
    assert re.search(r"Champs de texte libre dans les tables de données personnelles : \d+, sur \d+ textes", report)
    reading = [row for row in lines_of(pack / "lectures.csv") if row["fonction"] == "rent_officer"]
    assert sum(int(row["lectures"]) for row in reading) >= 1
    assert any(row["fonction"] == "Gardien" for row in lines_of(pack / "qui-lit-quoi.csv"))


def test_no_name_of_anyone_is_in_any_of_its_files(pack: Path, cluster: "Cluster") -> None:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        names = superuser.execute(
            """SELECT first_name || ' ' || last_name, last_name FROM people_person
               UNION SELECT first_name || ' ' || last_name, first_name || ' ' || last_name FROM agents_agent"""
        ).fetchall()
    assert len(names) > 5
    files = sorted(pack.iterdir())
    assert len(files) > 6
    everything = "\n".join(words_of(place) for place in files)
    found = [whole for whole, last in names if whole in everything or re.search(rf"\b{re.escape(last)}\b", everything)]
    assert found == []


def test_each_figure_is_computed_again_by_its_command(pack: Path) -> None:
    recipes = {each["chiffre"]: each for each in json.loads((pack / "recalculer.json").read_text(encoding="utf-8"))}
    assert set(recipes) == {*(each.code for each in FIGURES), *COLUMNS}
    for each in FIGURES:
        assert recipes[each.code]["commande"] == f"palier audit figure {each.code}"
        # The pack itself is the last reading of the journal: the figures on readings have moved by that one.
        if each.code not in {"lectures", "ecrans"}:
            with batch(Batch.AUDIT, operator="auditeur", motive="AUDIT", command="audit figure", categories=()):
                again = rows_of(each)
            assert [tuple(row.values()) for row in lines_of(pack / f"{each.code}.csv")] == again


def test_it_proves_that_no_name_weighs_and_weighs_each_criterion(pack: Path) -> None:
    report = " ".join(words_of(pack / "dossier-auditeur.pdf").split())
    assert "Non-interférence, prouvée sur tout le stock" in report
    assert "rien n’a changé" in report
    assert {row["resultat"]: row["identique"] for row in lines_of(pack / "non-interference.csv")} == dict.fromkeys(
        ("éligibilité", "points", "ordres", "rapprochements"), "oui"
    )
    exchanged = {(row["table"], row["colonne"]) for row in lines_of(pack / "champs-echanges.csv")}
    assert ("people_person", "last_name") in exchanged
    assert ("demandes_resources", "n2_cents") not in exchanged
    weights = lines_of(pack / "poids-des-criteres.csv")
    # The fictive grid gives 100 points at most to a household recognised by the law (demandes/grids/demo_first.toml).
    assert max(int(row["points_au_plus"]) for row in weights) == 100
    (unlisted,) = lines_of(pack / "motifs-hors-liste.csv")
    assert unlisted["motif_hors_liste"] == "0"
    assert "Motifs cherchés hors de la liste fermée : 0" in report.replace("\u00a0", " ")


def test_what_was_let_pass_is_counted_with_its_reason_and_without_its_author(superuser: psycopg.Connection) -> None:
    superuser.execute(
        """INSERT INTO screening_justifiedwarning (category, term, field, site, justification, at)
           SELECT 'judgement', 'insults', 'mail', 'DESK', 'THING', now() FROM generate_series(1, 2)"""
    )
    with batch(Batch.AUDIT, operator="auditeur", motive="AUDIT", command="audit figure", categories=()):
        rows = rows_of(figure("avertissements-justifies"))
    assert [row[1:] for row in rows] == [("mail", "judgement", "THING", "2")]
    with (
        pytest.raises(Exception, match=r"permission denied|droit refusé"),
        batch(Batch.AUDIT, operator="auditeur", motive="AUDIT", command="audit figure", categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT agent_id FROM screening_justifiedwarning")


def test_the_role_of_the_figures_reads_neither_persons_nor_what_was_searched(own_landlord: "Landlord") -> None:
    for column in ("subjects", "terms", "person_id", "agent_id"):
        with (
            pytest.raises(Exception, match=r"permission denied|droit refusé") as refused,
            batch(Batch.AUDIT, operator="auditeur", motive="AUDIT", command="audit figure", categories=()),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {column} FROM privacy_readevent")
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_a_folder_that_holds_something_is_left_alone(pack: Path) -> None:
    with pytest.raises(PackFolderNotEmpty, match="n’est pas vide"):
        write_pack(output=pack, operator="auditeur", at=now())


def test_an_unknown_figure_is_answered_with_those_that_exist() -> None:
    with pytest.raises(UnknownFigure, match="lectures, ecrans, hors-portefeuille"):
        figure("revenus")
