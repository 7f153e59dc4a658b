"""« Mon dossier »: what is held, until when as the table of durations stands, who read it, how to correct it."""

import re
from collections.abc import Callable

import psycopg
from django.test import Client
from tests.sites.test_helping import let
from tests.sites.test_home import get, superuser, text_of

__all__ = ["superuser"]

PARTS = ("IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "BAIL")
LINK = re.compile(r'href="(/chez-moi/[^"#]*)"')


def test_each_part_says_until_when_and_leads_to_its_readers_and_its_correction(
    superuser: psycopg.Connection, client_as: Callable[[str], Client]
) -> None:
    client = client_as("locataire")
    body = get(client, "/chez-moi/dossier/")
    links = {link.replace("&amp;", "&") for link in LINK.findall(body)}
    for code in PARTS:
        assert f"/chez-moi/dossier/droits/demander/rectification/?donnees={code}" in links
        assert f"/chez-moi/dossier/lectures/?donnees={code}" in links
    for wanted in ("lectures/", "droits/", "accords/", "aidants/", "consignes/", "droits/demander/copie/"):
        assert f"/chez-moi/dossier/{wanted}" in links
    assert [link for link in links if client.get(link).status_code != 200] == []
    said = text_of(body).replace("\u00a0", " ")
    assert "Gardé tant que dure votre bail et que votre compte n’est pas soldé, puis effacé" in said
    # The income of 2024 serves until the end of 2026, and for three years more.
    assert "Gardé jusqu’au 31 décembre 2029, puis effacé" in said
    # What the DPO decides is what they read.
    superuser.execute(
        "INSERT INTO retention_decision (rule, rank, active_months, archive_months, action, status, decided_by,"
        " decided_at) VALUES ('COORDONNEES', 1, 6, 0, 'ERASE', 'TO_CONFIRM', 5, now())"
    )
    changed = text_of(get(client, "/chez-moi/dossier/")).replace("\u00a0", " ")
    assert "n’est pas soldé, et 6 mois après, puis effacé" in changed


def test_a_help_that_is_about_to_end_is_told_on_the_first_page(
    superuser: psycopg.Connection, client_as: Callable[[str], Client]
) -> None:
    tenant = client_as("locataire")
    let(tenant, may_see="on")
    assert "Rose Genêt" not in text_of(get(tenant, "/chez-moi/"))
    superuser.execute("UPDATE admission_helper SET until_on = palier.today() + 5")
    assert "L’aide de Rose Genêt finit" in text_of(get(tenant, "/chez-moi/"))
    superuser.execute("UPDATE admission_helper SET until_on = palier.today() - 1")
    assert "Rose Genêt" not in text_of(get(tenant, "/chez-moi/"))
