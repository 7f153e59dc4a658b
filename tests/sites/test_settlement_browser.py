"""The lettering of an account, the month with its papers, the tenant's quittance and reçu, in Chromium."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import site, walked

from palier.demo.payments import record_payments
from palier.foundation.clock import now
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.quittancement.operations.issuing import issue_receipts

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]

__all__ = ["site"]

pytestmark = pytest.mark.browser


@pytest.fixture
def superuser(cluster: "Cluster", site: str) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        yield session


def number(session: psycopg.Connection, statement: str) -> int:
    (found,) = session.execute(statement).fetchone() or (0,)
    assert found, statement
    return int(found)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("who", ["comptable", "locataire_1"])
def test_what_settles_what_is_accessible_and_fits_the_screen(
    site: str, superuser: psycopg.Connection, client_as: ClientAs, who: str
) -> None:
    with batch(Batch.IMPORT, operator="essai", motive="DEMONSTRATION", command="essai", categories=()):
        record_payments(by=0, at=now())
    issue_receipts(month=None, operator="essai", agent_id=None)
    if who == "comptable":
        account = number(superuser, "SELECT min(account_id) FROM mail_document WHERE kind = 'RECU'")
        pages = [
            reverse("desk:account_settlement", args=[account]),
            reverse("desk:account_payments", args=[account]),
            reverse("desk:month", args=["2026-10"]),
        ]
    else:
        lease = "SELECT o.lease_id FROM leases_occupant AS o JOIN agents_user AS u ON u.person_id = o.person_id"
        mine = f"lease_id IN ({lease} WHERE u.identifier LIKE 'locataire_1@%')"
        document = number(superuser, f"SELECT max(id) FROM mail_document WHERE kind <> 'AVIS_ECHEANCE' AND {mine}")
        pages = [reverse("home:documents"), reverse("home:document", args=[document])]
    client = client_as(who)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = walked(browser, site, client, pages)
        browser.close()
    assert complaints == []
