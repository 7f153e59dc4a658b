"""An empty landlord, by the doors that a landlord has: init, serve, agencies, agents, estate, leases, the month.

Nothing here knows the demonstration. The browser is a plain one: cookies, forms, redirections.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import psycopg
import pytest
from tests.imports.test_estate_file import COLUMNS as DWELLING_COLUMNS
from tests.imports.test_estate_file import row as dwelling
from tests.imports.test_lease_file import COLUMNS as LEASE_COLUMNS
from tests.imports.test_lease_file import row as lease
from tests.operations.installations import ENVIRONMENT, SOURCE, init, own_folder, palier

from palier.foundation.clock import now
from palier.foundation.home import Home
from palier.foundation.postgres import ensure_running
from palier.web.totp import code_at, step_of

pytestmark = pytest.mark.timeout(600)
PORT = 8188
PLACE = f"http://localhost:{PORT}"
PASSWORD = "une haie de lilas blancs"
IBAN = "FR7699999000010000000000115"
PATIENCE_SECONDS = 120


class Browser:
    """Someone at a desk: follows links, fills forms."""

    def __init__(self) -> None:
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(path if path.startswith("http") else f"{PLACE}{path}", timeout=60) as answer:
            self.at = answer.geturl().removeprefix(PLACE)
            return str(answer.read().decode())

    def post(self, path: str, fields: Mapping[str, str], *, form_on: str = "") -> str:
        """Fill the form of a page; where one lands. A refusal is an error of the test, with its sentence."""
        page = self.get(form_on or path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None, page[:500]
        data = urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        try:
            with self.opener.open(f"{PLACE}{path}", data, timeout=60) as answer:
                self.at = answer.geturl().removeprefix(PLACE)
                return str(answer.read().decode())
        except HTTPError as refused:
            raise AssertionError(f"{path}: {refused.code}\n{_sentences(refused.read().decode())}") from refused

    def enter(self, link: str, identifier: str) -> None:
        """From an invitation to the first page: a password, the sign-in page, a second factor chosen."""
        self.get(link)
        self.post(self.at, {"wanted": PASSWORD, "again": PASSWORD})
        self.post("/bureau/entrer/", {"identifier": identifier, "password": PASSWORD})
        assert self.at == "/bureau/acces/choisir/"
        shown = re.search(r'<span class="code">([A-Z2-7 ]{39})<', self.get(self.at))
        assert shown is not None
        code = code_at(shown[1].replace(" ", ""), step_of(now()))
        assert "codes de secours" in self.post("/bureau/acces/choisir/", {"kind": "totp", "code": code})


def _sentences(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())[-1500:]


@contextmanager
def served(home: Path) -> Iterator[None]:
    serving = subprocess.Popen(
        [sys.executable, "-P", "-m", "palier", "serve", "--port", str(PORT), "--workers", "1"],
        env={**ENVIRONMENT, "PALIER_HOME": str(home), "PYTHONPATH": str(SOURCE)},
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(lambda: _answers(serving), "the sites did not answer")
        yield
    finally:
        serving.terminate()
        serving.wait(60)


def _answers(serving: "subprocess.Popen[bytes]") -> bool:
    assert serving.poll() is None
    try:
        Browser().get("/bureau/entrer/")
    except (URLError, ConnectionError, TimeoutError):
        return False
    return True


def _until(is_there: Callable[[], object], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_there():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.3)


def invitation_of(home: Path, identifier: str) -> str:
    """The link of the message that the worker leaves for an agent."""

    def letters() -> list[str]:
        read = [
            message_from_bytes(path.read_bytes(), policy=default) for path in sorted((home / "courriels").glob("*.eml"))
        ]
        return [message.get_content() for message in read if message["To"] == identifier]

    _until(letters, f"no invitation for {identifier}")
    found = re.search(r"http\S+lien=\S+", letters()[-1])
    assert found is not None
    return found[0]


def command(home: Path, *arguments: str) -> dict[str, object]:
    ran = palier(home, *arguments, "--json")
    assert ran.returncode == 0, ran.stderr
    told: dict[str, object] = json.loads(ran.stdout)
    return told


def csv_of(path: Path, header: tuple[str, ...], *rows: list[str]) -> str:
    path.write_text("\n".join(";".join(cells) for cells in (header, *rows)) + "\n", encoding="utf-8")
    return str(path)


AGENTS = {
    "siege@val.example": ("Rose", "Lilas", "headquarters"),
    "siege2@val.example": ("Jeanne", "Cormier", "headquarters"),
    "compta@val.example": ("Théo", "Noyer", "accountant"),
}


def test_an_empty_landlord_reaches_its_first_sealed_month() -> None:
    with own_folder() as folder:
        home = folder / "home"
        link = str(init(home, "--port", str(PORT))["link"])
        with served(home):
            administrator, headquarters, second = Browser(), Browser(), Browser()
            administrator.enter(link, "admin@val.example")
            _set_up(administrator, home)
            headquarters.enter(invitation_of(home, "siege@val.example"), "siege@val.example")
            second.enter(invitation_of(home, "siege2@val.example"), "siege2@val.example")
            # Not the administrator, who has just made both.
            headquarters.post("/bureau/organisme/iban/", {"acte": "demander", "iban": IBAN})
            _confirm_iban(second)
        _first_month(home, folder)
        _nothing_of_a_demonstration(home)


def _set_up(administrator: Browser, home: Path) -> None:
    administrator.post("/bureau/organisme/agences/", {"code": "NORD", "name": "Agence Nord"})
    for identifier, (first, last, role) in AGENTS.items():
        administrator.post(
            "/bureau/organisme/agents/nouveau/",
            {
                "identifier": identifier, "first_name": first, "last_name": last, "role": role, "agency": "",
                "service": "Siège", "function": "Quittancement",
            },
        )  # fmt: skip


def _confirm_iban(headquarters: Browser) -> None:
    page = headquarters.get("/bureau/organisme/iban/")
    number = re.search(r'name="changement" value="(\d+)"', page)
    assert number is not None
    headquarters.post("/bureau/organisme/iban/", {"acte": "confirmer", "changement": number[1]})
    assert "9999\u00a09000" in headquarters.get("/bureau/organisme/")


def _first_month(home: Path, folder: Path) -> None:
    estate = csv_of(folder / "parc.csv", DWELLING_COLUMNS, dwelling(), dwelling(porte="13", etage="4"))
    assert command(home, "estate", "import", estate, "--format", "palier")["dwellings"] == 2
    leases = csv_of(
        folder / "baux.csv",
        LEASE_COLUMNS,
        lease(mode_paiement="virement"),
        lease(porte="13", reference_bail="B-0002", nom="Sorbier", prenom="Paul", mode_paiement="virement"),
    )
    assert command(home, "leases", "import", leases)["created"] == 2
    month = ("--month", "2026-11")
    run = command(home, "rent", "run", *month, "--as", "siege@val.example")
    # Two leases at 412,18 of rent and 21,40 of water each, by hand.
    assert (run["leases"], run["total"], run["set_aside"]) == (2, "867.16", 0)
    command(home, "rent", "review", *month, "--as", "compta@val.example")
    command(home, "rent", "seal", *month, "--as", "siege@val.example")
    notices = command(home, "rent", "notices", *month, "--as", "siege@val.example")
    assert notices["notices"] == 2


def _nothing_of_a_demonstration(home: Path) -> None:
    assert not (home / "demo.json").exists()
    with psycopg.connect(ensure_running(Home(home), {}).administrator_conninfo()) as connection:
        assert connection.execute("SELECT name, is_demo, iban FROM estate_landlord").fetchall() == [
            ("Habitat du Val Essai", False, IBAN)
        ]
        assert connection.execute(
            """SELECT e.source_kind, sum(p.amount_cents) FROM ledger_entry AS e
               JOIN ledger_posting AS p ON p.entry_id = e.id GROUP BY 1"""
        ).fetchall() == [("BILL", 0)]
        assert connection.execute("SELECT count(*) FROM quittancement_bill").fetchone() == (2,)
