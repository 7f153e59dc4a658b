"""The partners' site: an employee enters by a sheet, reads their own payslips, takes them all, says paper or not."""

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from tests.conftest import Cluster

from palier.web.sites import PARTNER

if TYPE_CHECKING:
    from palier.demo.operations import Made

ClientAs = Callable[[str], Client]


def payslips_of(client: Client) -> list[str]:
    page = client.get("/partenaires/bulletins/").content.decode()
    return list(dict.fromkeys(re.findall(r'href="(/partenaires/bulletins/\d+/bulletin\.pdf)"', page)))


def text_of_pdf(content: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def test_each_employee_reads_their_own_and_takes_them_all(fresh_world: "Made", client_as: ClientAs) -> None:
    mine, left = client_as("salarie_1"), client_as("ancien_salarie")
    found = payslips_of(mine)
    assert len(found) == 2
    # Someone who left still reads theirs.
    theirs = payslips_of(left)
    assert len(theirs) == 2
    assert set(found).isdisjoint(theirs)
    assert "P0001" in text_of_pdf(mine.get(found[0]).content)
    assert [mine.get(address).status_code for address in theirs] == [404, 404]
    bundle = mine.get("/partenaires/bulletins/tous.zip")
    assert bundle["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        listed = json.loads(archive.read("index.json"))
        rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig")), delimiter=";"))
        assert [row["fichier"] for row in rows] == [row["fichier"] for row in listed]
        assert len(listed) == 2
        assert all(archive.read(row["fichier"]).startswith(b"%PDF") for row in listed)
    # Neither site opens to the other's people.
    assert mine.get("/chez-moi/").status_code in (302, 404)
    assert client_as("locataire_1").get("/partenaires/bulletins/").status_code in (302, 404)


def test_what_could_not_be_opened_is_not_told_as_read(
    fresh_world: "Made", client_as: ClientAs, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = client_as("salarie_1")
    slip = payslips_of(mine)[0]
    noted = "SELECT kind FROM mail_vaultevent WHERE kind IN ('READ', 'RETRIEVED') AND by = 'SELF'"
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path)
    with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as direct:
        before = direct.execute(noted).fetchall()
        for address in (slip, "/partenaires/bulletins/tous.zip"):
            said = mine.get(address, follow=True).content.decode()
            assert "Ce bulletin n’est pas disponible aujourd’hui" in said
        assert direct.execute(noted).fetchall() == before
        monkeypatch.undo()
        for address in (slip, "/partenaires/bulletins/tous.zip"):
            assert mine.get(address).status_code == 200
        told = [kind for (kind,) in direct.execute(noted).fetchall()]
    # As many as the ZIP holds, and the one that was read.
    assert (told.count("READ"), told.count("RETRIEVED")) == (1, 2)


def test_one_click_for_paper_and_one_to_come_back(fresh_world: "Made", client_as: ClientAs) -> None:
    mine = client_as("salarie_1")
    said = mine.post("/partenaires/choix/papier/", follow=True).content.decode()
    assert "Vos bulletins viennent sur papier" in said
    back = mine.post("/partenaires/choix/electronique/", follow=True).content.decode()
    assert "Vos bulletins viennent ici" in back


def test_who_read_a_payslip_is_told_to_its_employee(fresh_world: "Made", client_as: ClientAs) -> None:
    office, mine = client_as("paie"), client_as("salarie_1")
    page = office.get("/bureau/paie/lots/1/").content.decode()
    (address,) = re.findall(r'href="(/bureau/paie/bulletins/\d+/bulletin\.pdf)">P0001<', page)
    assert office.get(address)["Content-Type"] == "application/pdf"
    told = mine.get("/partenaires/lectures/").content.decode()
    assert "Siège, paie, Gestionnaire de paie" in told
    assert "Pour vous remettre vos documents de travail" in told
    assert "Oranger" not in told


def test_a_sheet_lets_an_employee_in_once(fresh_world: "Made", client_as: ClientAs) -> None:
    made = client_as("paie").post("/bureau/paie/registre/feuilles.pdf")
    assert made["Content-Type"] == "application/pdf"
    sheets = text_of_pdf(made.content).split("\f")
    (sheet,) = [each for each in sheets if "P0003" in each]
    identifier = re.search(r"sal-[a-z0-9]{8}", sheet)
    code = re.search(r"une fois\s+(\S+)", sheet)
    assert identifier is not None, sheet
    assert code is not None, sheet
    browser = Client()
    wrong = browser.post("/partenaires/premier-acces/", {"code": "AAAA-BBBB-CCCC-DDDD"})
    assert wrong.status_code == 422
    # Six colleagues behind one address, each with a sheet: none is refused for the others.
    for _ in range(6):
        assert Client().post("/partenaires/premier-acces/", {"code": code[1]}).status_code == 302
    opened = browser.post("/partenaires/premier-acces/", {"code": code[1].lower()}, follow=True)
    assert identifier[0] in opened.content.decode()
    password = "cinq girafes sous un parapluie"
    fields = {"wanted": password, "again": password}
    entered = browser.post("/partenaires/acces/nouveau/", fields, follow=True)
    assert entered.status_code == 200, entered.content.decode()[:2000]
    signed = browser.post("/partenaires/connexion/", {"identifier": identifier[0], "password": password}, follow=True)
    assert "Votre dernier bulletin" in signed.content.decode()
    # The code served.
    assert Client().post("/partenaires/premier-acces/", {"code": code[1]}).status_code == 422


def test_a_supplier_lists_their_invoices(fresh_world: "Made", client_as: ClientAs) -> None:
    mine = client_as("fournisseur_1")
    page = mine.get("/partenaires/", follow=True).content.decode()
    assert "dépôt d’essai, rien n’est dû" in page
    (address,) = set(re.findall(r'href="(/partenaires/factures/\d+/facture\.pdf)"', page))
    assert "DÉPÔT D’ESSAI" in text_of_pdf(mine.get(address).content)
    assert client_as("salarie_1").get(address).status_code == 404


def test_the_office_reviews_and_another_releases(fresh_world: "Made", client_as: ClientAs) -> None:
    first, second = client_as("paie"), client_as("responsable_paie")
    page = first.get("/bureau/paie/lots/3/").content.decode()
    assert "Bulletin pour un inconnu" in page
    (returned,) = re.findall(r'action="(/bureau/paie/quarantaine/\d+/rendre/)"', page)
    first.post(returned)
    first.post("/bureau/paie/lots/3/relire/")
    assert "une autre personne de la paie le diffuse" in first.post(
        "/bureau/paie/lots/3/diffuser/", follow=True
    ).content.decode().replace("\u00a0", " ")
    assert "Diffusé" in second.post("/bureau/paie/lots/3/diffuser/", follow=True).content.decode()
    assert len(payslips_of(client_as("salarie_1"))) == 3


@pytest.mark.parametrize("path", ["bulletins/", "choix/", "lectures/", "bulletins/tous.zip", "factures/"])
def test_nobody_enters_the_partners_site_without_signing_in(fresh_world: "Made", path: str) -> None:
    answer = Client().get(f"{PARTNER.prefix}{path}")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/partenaires/connexion/")
