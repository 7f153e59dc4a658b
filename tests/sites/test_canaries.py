"""R6: thousands of answers read as each account, and not one string of a row out of its reach.

The second time the filters of Python are off: every page open to every function, every column thought readable.
`./dev drill canaries --responses 100000` asks for more.
"""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from tests.drills.canaries import Tally, canaries, crawl, mark, paper_of, some_rows, watched

from palier.privacy import actor as acting_module
from palier.privacy import rights
from palier.privacy.catalogue import PURPOSES
from palier.privacy.declare import Role
from palier.privacy.policy import declared_pages, declared_tables

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

ClientAs = Callable[[str], Client]
RESPONSES = int(os.environ.get("PALIER_CANARY_RESPONSES", "5000"))


def _crawled(cluster: "Cluster", client_as: ClientAs) -> Tally:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        mark(superuser)
        clients = {identifier: client_as(identifier) for (identifier,) in superuser.execute(
            "SELECT identifier FROM agents_user")}  # fmt: skip
        _keep_papers(superuser, clients)
        accounts, rows = watched(superuser), some_rows(superuser)
    tally = crawl(clients, accounts, rows, responses=RESPONSES)
    print(f"{tally.responses} responses, {tally.met} strings met, {len(tally.foreign)} foreign")
    return tally


def _keep_papers(superuser: psycopg.Connection, clients: Mapping[str, Client]) -> None:
    """Two tenants each keep a paper of their own, and read it: what is marked is really shown to whoever may see it."""
    owners = {who: clients[f"{who}@demo.example"] for who in ("locataire_1", "locataire_2", "fournisseur_1")}
    for who in ("locataire_1", "locataire_2"):
        (person,) = superuser.execute(
            "SELECT person_id FROM agents_user WHERE identifier = %s", [f"{who}@demo.example"]
        ).fetchone() or (0,)
        paper = SimpleUploadedFile("papier.pdf", paper_of(person))
        kept = owners[who].post("/chez-moi/documents/garder/", {"sorte": "ASSURANCE", "fichier": paper})
        assert kept.status_code == 302
        assert list(canaries(owners[who], f"{kept.headers['Location']}fichier/")) == [f"j{person}"]
    (thread,) = superuser.execute(
        "SELECT max(t.id) FROM exchanges_thread AS t JOIN agents_user AS u USING (person_id) WHERE identifier = %s",
        ["locataire_1@demo.example"],
    ).fetchone() or (0,)
    for who, page, mark_of_it in (
        ("locataire_1", f"/chez-moi/ecrire/{thread}/", "t"), ("fournisseur_1", "/partenaires/factures/", "v"),
    ):  # fmt: skip
        assert mark_of_it in {canary[0] for canary in canaries(owners[who], page)}, page


@pytest.mark.timeout(7200)
def test_no_answer_as_declared_shows_a_string_out_of_reach(
    cluster: "Cluster", lived_world: "Made", client_as: ClientAs
) -> None:
    tally = _crawled(cluster, client_as)
    assert tally.responses >= RESPONSES
    # Many ask for rows out of their reach: one string for two answers was met, the questions drawn among all accounts.
    assert tally.met > RESPONSES * 2 // 5
    assert tally.foreign == []


@pytest.mark.timeout(7200)
def test_row_security_alone_shows_none_either(
    cluster: "Cluster",
    lived_world: "Made",
    client_as: ClientAs,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Thousands of answers here are 500, since PostgreSQL refuses alone: their tracebacks would fill the memory.
    caplog.set_level(logging.CRITICAL + 1, "django.request")
    everyone = tuple(Role)
    pages = {
        name: page if page.public else replace(page, roles=everyone, opens_file=False)
        for name, page in declared_pages().items()
    }
    tables = tuple(
        replace(access, reads=tuple(replace(read, by=(*read.by, *everyone)) for read in access.reads))
        for access in declared_tables()
    )
    monkeypatch.setattr("palier.web.middleware.declared_pages", lambda: pages)
    monkeypatch.setattr(rights, "declared_tables", lambda: tables)
    monkeypatch.setattr(rights, "declared_pages", lambda: pages)
    monkeypatch.setattr(
        acting_module, "PURPOSES", {code: replace(each, roles=everyone) for code, each in PURPOSES.items()}
    )
    for answer in (rights.may_read, rights.may_open):
        answer.cache_clear()
    try:
        tally = _crawled(cluster, client_as)
    finally:
        for answer in (rights.may_read, rights.may_open):
            answer.cache_clear()
    assert tally.responses >= RESPONSES
    assert tally.foreign == []
