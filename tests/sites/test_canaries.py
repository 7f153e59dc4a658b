"""R6: thousands of answers read as each account, and not one string of a row out of its reach.

The second time the filters of Python are off: every page open to every function, every column thought readable.
`./dev drill canaries --responses 100000` asks for more.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from tests.drills.canaries import Tally, crawl, mark, some_rows, watched

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
        accounts, rows = watched(superuser), some_rows(superuser)
    clients = {account.identifier: client_as(account.identifier) for account in accounts}
    tally = crawl(clients, accounts, rows, responses=RESPONSES)
    print(f"{tally.responses} responses, {tally.met} strings met, {len(tally.foreign)} foreign")
    return tally


@pytest.mark.timeout(7200)
def test_no_answer_as_declared_shows_a_string_out_of_reach(
    cluster: "Cluster", lived_world: "Made", client_as: ClientAs
) -> None:
    tally = _crawled(cluster, client_as)
    assert tally.responses >= RESPONSES
    # One string an answer; at full size the requests for rows out of reach take over, and 0.67 was met there.
    assert tally.met > min(RESPONSES, 50_000)
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
