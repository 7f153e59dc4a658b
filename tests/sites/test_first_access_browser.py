"""A first access in Chromium, on a telephone: letter, code by SMS, passkey, one’s own space; axe on each page."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from wsgiref.simple_server import make_server

import pymupdf
import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from playwright.sync_api import Page, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import sideways, violations
from tests.sites.test_passkeys_browser import with_a_key
from tests.sites.web_server import Quiet, Threaded

from palier.admission.operations.letters import Asked, make_one_letter
from palier.admission.operations.printing import print_letters
from palier.admission.tasks import send_code
from palier.foundation.clock import now

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CODE = re.compile(r"[A-HJ-NP-Z2-9]{4}(?:-[A-HJ-NP-Z2-9]{4}){3}")
T = TypeVar("T")
TEXTS = Path(settings.PALIER_HOME) / "sms"


@pytest.fixture
def site(fresh_world: "Made") -> Iterator[str]:
    """The demonstration's sites, under the name that browsers give keys for."""
    shutil.rmtree(TEXTS, ignore_errors=True)
    server = make_server("localhost", 0, get_wsgi_application(), Threaded, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    shutil.rmtree(TEXTS, ignore_errors=True)


@pytest.fixture
def code(cluster: "Cluster", site: str) -> str:
    """The letter of the demonstration's newcomer, printed again today."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        (person,) = superuser.execute("SELECT person_id FROM admission_accessletter").fetchone() or (0,)
    return printed_code(person)


def printed_code(person: int) -> str:
    """The code that somebody reads on their letter, made and printed now."""
    make_one_letter(person_id=person, by_hand=False, by=Asked(operator="essai"), at=now())
    kept: dict[str, bytes] = {}
    print_letters(keep=kept.__setitem__, operator="essai", at=now())
    with pymupdf.open(stream=next(iter(kept.values()))) as document:
        found = CODE.search("".join(page.get_text() for page in document))
    assert found is not None
    return found.group()


@pytest.fixture
def page(code: str) -> Iterator[Page]:
    # After the database and before it: while a browser is driven from here, Django refuses this thread any query.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 390, "height": 844})
        opened = context.new_page()
        with_a_key(opened)
        yield opened
        browser.close()


def elsewhere(work: Callable[[], T]) -> T:
    """In a thread of its own, with its own connection."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(run).result()


def code_sent(database: str, cluster: "Cluster") -> str:
    with cluster.as_superuser(database) as superuser:
        (args,) = superuser.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'palier.admission.tasks.send_code' ORDER BY id DESC"
        ).fetchone() or ({},)
    send_code(**args)
    (path,) = TEXTS.glob("*.txt")
    found = re.search(r"(\d{3}) (\d{3})\.", path.read_text(encoding="utf-8"))
    path.unlink()
    assert found is not None
    return "".join(found.groups())


def looked_at(page: Page) -> None:
    assert violations(page) == ""
    assert sideways(page) <= 0


def test_from_the_letter_to_ones_own_space_by_a_passkey(site: str, code: str, page: Page, cluster: "Cluster") -> None:
    database = str(settings.DATABASES["default"]["NAME"])
    page.goto(f"{site}/chez-moi/connexion/")
    page.click("text=J’ai reçu une lettre avec un code")
    looked_at(page)
    page.fill("[name=code]", code.lower())
    page.click("button:has-text('Continuer')")
    page.wait_for_selector("h1:has-text('Une seconde preuve')")
    looked_at(page)
    page.click("button:has-text('Par SMS')")
    page.wait_for_selector("text=Le code part maintenant")
    page.fill("[name=code]", elsewhere(lambda: code_sent(database, cluster)))
    page.click("button:has-text('Vérifier')")
    page.wait_for_selector("h1:has-text('Comment entrer ensuite')")
    looked_at(page)
    page.click("text=Créer ma clé d’accès")
    page.wait_for_url(f"{site}/chez-moi/")
    assert page.locator(".doors").count() > 0
    # Gone and back: the key alone opens it.
    page.context.clear_cookies()
    page.goto(f"{site}/chez-moi/connexion/")
    page.click("text=Entrer avec ma clé d’accès")
    page.wait_for_url(f"{site}/chez-moi/")
