"""Files of the bank at the desk: given, read by a job, looked at, applied; a worker killed on the way; cards."""

import html
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from tests.operations.bank import REFERENCES, balance, count, name_accounts, statement, transfer
from tests.sites.answers import text_of as markup_of

if TYPE_CHECKING:
    from tests.landlord import Landlord

ClientAs = Callable[[str], Client]
FILES = "/bureau/banque/fichiers/"


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    name_accounts(superuser)
    return superuser


def text_of(answer: HttpResponseBase) -> str:
    """What the page says, spaces made plain."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup_of(answer))).split())


def worker(*more: str) -> "subprocess.Popen[str]":
    """A worker as `palier worker` starts it: another process, under the worker's login."""
    environment = {**os.environ, "PALIER_PROCESS": "work", "PALIER_DATABASE": str(connection.settings_dict["NAME"])}
    connection.close()
    return subprocess.Popen(
        [sys.executable, "-m", "palier", "worker", *more],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def work_until_nothing_waits() -> None:
    _, told = (done := worker("--once")).communicate(timeout=120)
    assert done.returncode == 0, told


def give(browser: Client, path: Path) -> str:
    """Give a file; the address of its page."""
    answer = browser.post(FILES, {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def state(direct: psycopg.Connection) -> str:
    row = direct.execute("SELECT state FROM banking_givenfile ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


@pytest.mark.parametrize("stranger", ["gardien_nord", "gestionnaire_nord", "dpo", "locataire", "admin_technique"])
def test_files_and_cards_do_not_exist_for_those_who_do_not_keep_the_books(
    landlord: "Landlord", client_as: ClientAs, stranger: str
) -> None:
    browser = client_as(stranger)
    pages = (f"{FILES}1/", f"{FILES}1/avancement/", "/bureau/banque/cartes/")
    assert {browser.get(page).status_code for page in pages} == {404}
    acts = (FILES, f"{FILES}1/appliquer/", f"{FILES}1/laisser/", "/bureau/banque/cartes/1/rendre/")
    assert {browser.post(act).status_code for act in acts} == {404}


@pytest.mark.timeout(300)
def test_a_statement_is_given_read_looked_at_and_applied(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    browser = client_as("comptable")
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]), transfer(950, "?", rank=2))
    place = give(browser, path)
    waiting = browser.get(place)
    assert "En attente d’un exécutant" in text_of(waiting)
    assert f'hx-get="{place}avancement/"' in waiting.content.decode()
    assert browser.post(f"{place}appliquer/", follow=True).status_code == 200
    work_until_nothing_waits()
    shown = text_of(browser.get(place))
    assert re.search(r"Écritures 2 ", shown)
    assert "409,50 €" in shown
    assert "Rien n’est encore écrit" in shown
    assert count(direct, "banking_bankfile") == 0
    browser.post(f"{place}appliquer/")
    work_until_nothing_waits()
    shown = text_of(browser.get(place))
    assert "Appliqué" in shown
    assert re.search(r"Nouvelles 2 ", shown)
    assert re.search(r"Rapprochées 1 ", shown)
    assert balance(direct, 101) == 0
    again = browser.post(FILES, {"file": SimpleUploadedFile("encore.xml", path.read_bytes())})
    assert again.status_code == 422
    assert "a déjà été appliqué" in text_of(again)
    assert "releve.xml" in text_of(browser.get("/bureau/banque/"))
    assert count(direct, "banking_bankentry") == 2


@pytest.mark.timeout(300)
def test_a_worker_killed_while_it_applies_leaves_nothing_half_done_and_another_ends_it(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    browser = client_as("comptable")
    transfers = [transfer(100 + n, REFERENCES[101], rank=n) for n in range(1, 400)]
    place = give(browser, statement(tmp_path, *transfers))
    work_until_nothing_waits()
    browser.post(f"{place}appliquer/")
    # It waits for the last thing that it writes, and is killed there.
    direct.execute("BEGIN")
    direct.execute("SELECT pg_advisory_lock(hashtext('palier.entry_numbers'))")
    direct.execute("COMMIT")
    killed = worker("--once")
    until(direct, "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=60)
    direct.execute("SELECT pg_advisory_unlock(hashtext('palier.entry_numbers'))")
    until(direct, "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    assert state(direct) == "READ"
    assert count(direct, "banking_bankentry") == count(direct, "banking_bankfile") == 0
    work_until_nothing_waits()
    assert state(direct) == "APPLIED"
    assert count(direct, "banking_bankentry") == 399
    assert "Appliqué" in text_of(browser.get(place))


def until(direct: psycopg.Connection, statement: str) -> None:
    for _ in range(600):
        row = direct.execute(statement.encode()).fetchone()
        if row is not None and row[0]:
            return
        time.sleep(0.1)
    raise AssertionError(statement)


@pytest.mark.timeout(300)
def test_a_file_of_no_known_format_is_refused_in_a_sentence_and_another_is_left(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    browser = client_as("siege")
    wrong = tmp_path / "virements.txt"
    wrong.write_text(("0" * 240 + "\n") * 2)
    refused = give(browser, wrong)
    place = give(browser, statement(tmp_path, transfer(40_000, REFERENCES[101])))
    work_until_nothing_waits()
    assert "un fichier CFONB 240" in text_of(browser.get(refused))
    assert "Refusé" in text_of(browser.get("/bureau/banque/"))
    assert "est laissé" in text_of(browser.post(f"{place}laisser/", follow=True))
    assert "son contenu est effacé" in text_of(browser.get(place))
    assert browser.post(FILES, {}).status_code == 422
    assert browser.get(f"{FILES}999/").status_code == 404
    assert count(direct, "banking_givenfile", "content_sealed IS NOT NULL") == 0


@pytest.mark.timeout(300)
def test_a_file_whose_worker_was_killed_is_read_again_or_left_from_its_page(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    browser = client_as("comptable")
    place = give(browser, statement(tmp_path, transfer(40_000, REFERENCES[101])))
    # It waits for the file's row, and is killed there.
    direct.execute("BEGIN")
    direct.execute("SELECT FROM banking_givenfile FOR UPDATE")
    killed = worker("--once")
    until(direct, "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted")
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=60)
    direct.execute("ROLLBACK")
    # Nobody is left to put it back: its job is gone with its worker.
    direct.execute("DELETE FROM procrastinate_jobs")
    direct.execute("UPDATE foundation_jobprogress SET state = 'FAILED', message = 'Interrompu avant la fin'")
    assert state(direct) == "WAITING"
    shown = text_of(browser.get(place))
    assert "Relire" in shown
    assert "Laisser" in shown
    assert client_as("gestionnaire_nord").post(f"{place}relire/").status_code == 404
    assert browser.post(f"{place}relire/").status_code == 302
    work_until_nothing_waits()
    assert state(direct) == "READ"
    assert "est laissé" in text_of(browser.post(f"{place}laisser/", follow=True))
    assert state(direct) == "ABANDONED"


@pytest.mark.timeout(300)
def test_a_remittance_tells_forgotten_and_contested_payments_and_the_bank_clears_it(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    for number, (account, residence, state_, cents) in enumerate(
        ((101, 11, "ASKED", 30_000), (102, 12, "ASKED", 12_500)), start=1
    ):
        direct.execute(
            """INSERT INTO banking_cardpayment (account_id, residence_id, amount_cents, reference, gateway,
                   is_simulated, asked_at, expires_at, state, reason, back_cents)
               VALUES (%s, %s, %s, %s, 'Essai', true, now() - interval '1 day', now(), %s, '', 0)""",
            [account, residence, cents, f"CB-{number}", state_],
        )
    browser = client_as("comptable")
    header = "remise;jour;sorte;reference;montant\n"
    first = tmp_path / "remise-1.csv"
    first.write_text(f"{header}REM-1;2026-11-05;PAIEMENT;CB-1;300,00\nREM-1;2026-11-05;PAIEMENT;CB-2;125,00\n")
    second = tmp_path / "remise-2.csv"
    second.write_text(f"{header}REM-2;2026-11-05;IMPAYE;CB-1;300,00\nREM-2;2026-11-05;PAIEMENT;CB-INCONNU;310,00\n")
    credited = statement(tmp_path, transfer(42_500, "REMISE CB", end_to_end_id="REM-1"))
    for path in (first, second, credited):
        place = give(browser, path)
        work_until_nothing_waits()
        browser.post(f"{place}appliquer/")
        work_until_nothing_waits()
        assert "Appliqué" in text_of(browser.get(place))
    assert (balance(direct, 101), balance(direct, 102)) == (40_000, 27_500)
    # 300 + 125 received, 425 handed over, 300 contested: the bank takes them from the next remittance.
    assert balance(direct, "CARTE-ENCOURS") == -30_000
    assert (balance(direct, "BNQ-COURANT"), balance(direct, "ATT-BANQUE")) == (42_500, 0)
    assert direct.execute("SELECT state FROM banking_cardpayment ORDER BY id").fetchall() == [("CONTESTED",), ("PAID",)]
    assert direct.execute("SELECT outcome FROM banking_cardnotice ORDER BY id").fetchall() == [
        ("RECEIVE",), ("RECEIVE",), ("GIVE_BACK",), ("UNKNOWN",),
    ]  # fmt: skip
    shown = text_of(browser.get("/bureau/banque/cartes/"))
    assert "Contesté par le porteur" in shown
    assert re.search(r"REM-1 .*créditée", shown)
    assert "contesté par le porteur de la carte" in text_of(browser.get("/bureau/baux/comptes/101/paiements/"))
