"""The desk's pages of debits, mandates and refunds: who opens them, what they do, what strangers find."""

import json
import re
import zlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from lxml import etree
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from tests.conftest import ClientAs
from tests.operations.debits import AT, SIGNS, agent, as_batch, drafted, in_file, one, rows

from palier.banking import tasks
from palier.banking.operations.debit_file import write_debit_file
from palier.banking.operations.returns import return_debit
from palier.demo.mandates import fictional_iban
from palier.foundation.periods import Month
from palier.ledger.operations.post import Piece, post_entry
from palier.privacy.actor import acting

if TYPE_CHECKING:
    from tests.conftest import Cluster

pytestmark = pytest.mark.usefixtures("fresh_world")


def jobs_of(task: str) -> int:
    """How many jobs of that name wait."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [f"palier.banking.tasks.{task}"])
        return int(cursor.fetchone()[0])


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def test_a_run_that_asks_nothing_waits_for_nobody(client_as: ClientAs, cluster: "Cluster") -> None:
    head = int(str(one("SELECT agent_id FROM agents_user WHERE identifier LIKE 'siege@%%'")))
    run = drafted(head)
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("DELETE FROM banking_debit WHERE run_id = %s", [run.pk])
        superuser.execute("UPDATE banking_debitrun SET count = 0, total_cents = 0 WHERE id = %s", [run.pk])
    told = text_of(client_as("siege").get(f"/bureau/prelevements/lot/{run.pk}/").content)
    assert "Rien à prélever" in told
    assert "À signer" not in told
    assert "une autre personne doit le signer" not in told


def test_a_run_is_read_signed_by_another_and_only_then_taken(client_as: ClientAs) -> None:
    head = int(str(one("SELECT agent_id FROM agents_user WHERE identifier LIKE 'siege@%%'")))
    run = drafted(head)
    preparing, signing = client_as("siege"), client_as("comptable")
    page = preparing.get(f"/bureau/prelevements/lot/{run.pk}/")
    assert page.status_code == 200
    assert "une autre personne doit le signer" in text_of(page.content)
    assert preparing.get(f"/bureau/prelevements/lot/{run.pk}/fichier/").status_code in (302, 404)
    preparing.post(f"/bureau/prelevements/lot/{run.pk}/signer/")
    assert one("SELECT signed_by FROM banking_debitrun") is None
    assert signing.post(f"/bureau/prelevements/lot/{run.pk}/signer/").status_code == 302
    assert one("SELECT signed_by FROM banking_debitrun") not in (None, head)
    # The file is asked of a job.
    assert jobs_of("make_file") == 1


def owe_back(account: int) -> None:
    """A transfer of 10,000 euros received twice."""
    bank = int(str(one("SELECT id FROM ledger_account WHERE code = 'BNQ-COURANT'")))
    with as_batch():
        post_entry(
            Piece(
                journal="BANK",
                label="Virement reçu deux fois",
                booked_on=AT.date(),
                source_kind="BANK",
                source_id=900_000 + account,
                sides={account: -1_000_000, bank: 1_000_000},
            ),
            by=1,
            at=AT,
        )


def holders(table: str) -> list[int]:
    """The persons whose accounts the rows of a table are of."""
    found = rows(
        f"""SELECT DISTINCT o.person_id FROM {table} AS d JOIN leases_lease AS l ON l.account_id = d.account_id
            JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role <> 'OCCUPANT' ORDER BY 1"""
    )
    return [int(str(person)) for (person,) in found]


def refunded(client_as: ClientAs, account: object, code: object) -> object:
    """A refund of one euro to that account, prepared by one and signed by another; its number."""
    owe_back(int(str(account)))
    given = {"account": str(code), "amount": "1,00", "reason": "CREDIT", "iban": "", "holder_name": ""}
    assert client_as("comptable").post("/bureau/remboursements/", given).status_code == 302
    refund = one("SELECT max(id) FROM banking_refund")
    client_as("siege").post(f"/bureau/remboursements/{refund}/signer/")
    return refund


def context() -> JobContext:
    asked = Job(id=1, queue="month", lock=None, queueing_lock=None, task_name="")
    return JobContext(app=app, job=asked, start_timestamp=0.0, abort_reason=lambda: None)


def make_the_refunds() -> str:
    """The job that the page asks of; the name of the file."""
    by = int(str(one("SELECT agent_id FROM agents_user WHERE identifier LIKE 'comptable@%%'")))
    tasks.make_refund_file(context(), message_id=None, asked_by=by)
    return str(one("SELECT message_id FROM banking_orderfile WHERE kind = 'REFUNDS'"))


def protect(cluster: "Cluster", person: int) -> None:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute(
            """INSERT INTO agents_protectedperson (person_id, ground, first_day, declared_by_id)
               SELECT %s, 'PLAINTE', '2026-01-01', min(id) FROM agents_agent WHERE role = 'agency_manager'""",
            [person],
        )


def last_export(cluster: "Cluster") -> tuple[list[int], int]:
    """Whom the last file handed over named, as the journal says, and to which agent."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        read = superuser.execute(
            "SELECT subjects, agent_id FROM privacy_readevent WHERE screen LIKE '%export%' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    return (list(read[0]), int(read[1])) if read else ([], 0)


def taken(client: Client, place: str) -> bytes:
    answer = client.get(place)
    assert answer.status_code == 200
    return answer.getvalue()


def test_a_file_is_made_again_in_the_version_of_2009_and_in_no_other(client_as: ClientAs, tmp_path: Path) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    clerk, here = client_as("comptable"), f"/bureau/prelevements/lot/{run.pk}/"
    page = clerk.get(here).content.decode()
    assert "Fichier pain.008.001.08" in page
    assert 'value="pain.008.001.02"' in page
    assert clerk.post(f"{here}fichier/refaire/", {"version": "pain.008.001.09"}).status_code == 404
    assert clerk.post(f"{here}fichier/refaire/", {"version": "pain.008.001.02"}).status_code == 302
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT args->>'version' FROM procrastinate_jobs WHERE task_name LIKE '%make_file'")
        assert cursor.fetchall() == [("pain.008.001.02",)]
    by = int(str(one("SELECT agent_id FROM agents_user WHERE identifier LIKE 'comptable@%%'")))
    tasks.make_file(context(), month=str(Month.of(run.month)), run_id=run.pk, asked_by=by, version="pain.008.001.02")
    (tmp_path / "former.xml").write_bytes(taken(clerk, f"{here}fichier/"))
    root = etree.parse(tmp_path / "former.xml").getroot()
    assert etree.QName(root).namespace == "urn:iso:std:iso:20022:tech:xsd:pain.008.001.02"
    assert in_file(tmp_path / "former.xml") == in_file(tmp_path / "p.xml")
    assert "Fichier pain.008.001.02" in clerk.get(here).content.decode()


def test_whoever_takes_a_file_of_the_bank_has_read_each_person_it_names(
    cluster: "Cluster", client_as: ClientAs, tmp_path: Path
) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    account, code = rows("SELECT account_id, code FROM banking_debit JOIN ledger_account AS a ON a.id = account_id")[0]
    refunded(client_as, account, code)
    clerk = client_as("comptable")
    assert clerk.post("/bureau/remboursements/envoyer/").status_code == 302
    assert jobs_of("make_refund_file") == 1
    name = make_the_refunds()
    debits, refunds = f"/bureau/prelevements/lot/{run.pk}/fichier/", f"/bureau/remboursements/fichier/{name}/"
    for place, table in ((debits, "banking_debit"), (refunds, "banking_refund")):
        assert b"<IBAN>" in taken(clerk, place)
        assert last_export(cluster)[0] == holders(table)


def test_a_protected_person_is_debited_by_the_file_of_the_page_and_stands_in_no_list(
    cluster: "Cluster", client_as: ClientAs, tmp_path: Path
) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    hidden = holders("banking_debit")[0]
    reference, ending = rows(
        """SELECT d.end_to_end_id, d.iban_last4 FROM banking_debit AS d JOIN leases_lease AS l
             ON l.account_id = d.account_id
           JOIN leases_occupant AS o ON o.lease_id = l.id AND o.person_id = %s""",
        hidden,
    )[0]
    everyone = holders("banking_debit")
    protect(cluster, hidden)
    clerk = client_as("comptable")
    with acting(agent(SIGNS)), connection.cursor() as cursor:
        cursor.execute("SELECT FROM banking_debit WHERE end_to_end_id = %s", [reference])
        assert cursor.fetchall() == []
    page = clerk.get(f"/bureau/prelevements/lot/{run.pk}/")
    assert str(reference) not in page.content.decode()
    sent = taken(clerk, f"/bureau/prelevements/lot/{run.pk}/fichier/")
    assert sent == (tmp_path / "p.xml").read_bytes()
    assert str(reference).encode() in sent
    assert f"{ending}</IBAN>".encode() in sent
    named, by = last_export(cluster)
    assert named == everyone
    assert hidden in named
    assert by == one("SELECT agent_id FROM agents_user WHERE identifier LIKE 'comptable@%%'")


def test_a_refund_of_a_protected_person_leaves_with_the_others(cluster: "Cluster", client_as: ClientAs) -> None:
    first, second = rows(
        """SELECT m.account_id, a.code FROM banking_sepamandate AS m JOIN ledger_account AS a ON a.id = m.account_id
           WHERE m.ended_on IS NULL ORDER BY m.id LIMIT 2"""
    )
    hidden_refund, other = refunded(client_as, *first), refunded(client_as, *second)
    everyone = holders("banking_refund")
    (hidden,) = rows(
        """SELECT o.person_id FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id
           WHERE l.account_id = %s AND o.role = 'HOLDER'""",
        first[0],
    )[0]
    protect(cluster, int(str(hidden)))
    clerk = client_as("comptable")
    assert clerk.post("/bureau/remboursements/envoyer/").status_code == 302
    name = make_the_refunds()
    page = clerk.get("/bureau/remboursements/").content.decode()
    assert f"/bureau/remboursements/fichier/{name}/" in page
    holder = one("SELECT holder_name FROM banking_refund WHERE id = %s", hidden_refund)
    assert f"{holder}," not in page
    sent = taken(clerk, f"/bureau/remboursements/fichier/{name}/")
    for refund in (hidden_refund, other):
        assert f"RMB-{refund}<".encode() in sent
    assert last_export(cluster)[0] == everyone
    # Another person of the same function takes the same bytes; nobody else finds the address.
    assert taken(client_as("siege"), f"/bureau/remboursements/fichier/{name}/") == sent
    for who in ("gestionnaire_nord", "responsable_nord", "dpo"):
        assert client_as(who).get(f"/bureau/remboursements/fichier/{name}/").status_code == 404
        assert client_as(who).post("/bureau/remboursements/envoyer/").status_code == 404


def test_a_kept_file_says_nothing_to_whoever_reads_the_database(
    cluster: "Cluster", client_as: ClientAs, tmp_path: Path
) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        kept = superuser.execute("SELECT content_sealed, people_sealed FROM banking_orderfile").fetchone()
    content, people = kept or (b"", b"")
    # Compressed first, then sealed: what is kept opens as neither.
    with pytest.raises(zlib.error):
        zlib.decompress(bytes(content))
    assert b"IBAN" not in bytes(content)
    assert json.dumps(holders("banking_debit")).encode() not in bytes(people)


def test_the_file_of_a_former_account_of_the_landlord_does_not_leave(
    cluster: "Cluster", client_as: ClientAs, tmp_path: Path
) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("UPDATE estate_landlord SET name = 'Autre organisme'")
    answer = client_as("comptable").get(f"/bureau/prelevements/lot/{run.pk}/fichier/")
    assert answer.status_code == 422
    assert "prévenez la comptabilité" in text_of(answer.content)


def test_a_file_whose_time_is_over_is_asked_for_again(cluster: "Cluster", client_as: ClientAs, tmp_path: Path) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("DELETE FROM banking_orderfile")
    clerk = client_as("comptable")
    place = f"/bureau/prelevements/lot/{run.pk}/"
    assert "Refaire le fichier" in text_of(clerk.get(place).content)
    assert clerk.get(f"{place}fichier/").status_code == 422
    assert client_as("gestionnaire_nord").post(f"{place}fichier/refaire/").status_code == 404
    assert clerk.post(f"{place}fichier/refaire/").status_code == 302
    assert jobs_of("make_file") == 1
    by = int(str(one("SELECT agent_id FROM agents_user WHERE identifier LIKE 'comptable@%%'")))
    tasks.make_file(context(), month="2026-11", run_id=run.pk, asked_by=by)
    assert taken(clerk, f"{place}fichier/") == (tmp_path / "p.xml").read_bytes()


def test_the_list_shows_runs_and_a_draft_is_asked_of_a_job_once(client_as: ClientAs) -> None:
    client = client_as("comptable")
    assert "Aucun lot" in text_of(client.get("/bureau/prelevements/").content)
    for _ in range(2):
        assert client.post("/bureau/prelevements/preparer/", {"mois": "2026-11"}).status_code == 302
    assert jobs_of("draft") == 1
    run = drafted()
    page = client.get("/bureau/prelevements/")
    assert f"/bureau/prelevements/lot/{run.pk}/" in page.content.decode()
    assert "Novembre 2026" in text_of(page.content)


def test_neither_an_officer_nor_a_caretaker_opens_the_debits(client_as: ClientAs) -> None:
    run = drafted()
    for who in ("gestionnaire_nord", "responsable_nord", "dpo"):
        client = client_as(who)
        for place in ("prelevements/", f"prelevements/lot/{run.pk}/", "remboursements/"):
            assert client.get(f"/bureau/{place}").status_code == 404


def test_a_mandate_is_noted_amended_and_ended_by_the_officer_of_the_lease(client_as: ClientAs) -> None:
    lease = one(
        """SELECT l.id FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id
           JOIN estate_agency AS a ON a.id = r.agency_id
           WHERE a.code = 'NORD' AND l.payment_mode = 'VIREMENT' AND l.ends_on IS NULL ORDER BY l.id LIMIT 1"""
    )
    place = f"/bureau/baux/{lease}/mandat/"
    client, stranger = client_as("gestionnaire_nord"), client_as("gestionnaire_sud")
    assert client.get(place).status_code == 200
    assert stranger.get(place).status_code == 404
    given = {"holder_name": "Titulaire Fictif", "iban": fictional_iban(424_242), "debit_day": "5", "notice_days": "14"}
    wrong = client.post(place, given | {"iban": "FR7699999000010000000000116"})
    assert wrong.status_code == 422
    assert "sa clé de contrôle ne correspond pas" in text_of(wrong.content)
    assert stranger.post(place, given).status_code == 404
    assert client.post(place, given).status_code == 302
    page = client.get(place)
    assert f"finissant par {fictional_iban(424_242)[-4:]}" in text_of(page.content)
    assert fictional_iban(424_242) not in page.content.decode()
    assert client.post(place, given | {"iban": "", "debit_day": "10"}).status_code == 302
    assert rows("SELECT payment_mode, debit_day FROM leases_lease WHERE id = %s", lease) == [("PRELEVEMENT", 10)]
    mandate = one("SELECT max(id) FROM banking_sepamandate")
    ended = {"why": "REVOKED", "pays_by": "VIREMENT"}
    assert stranger.post(f"{place}{mandate}/arreter/", ended).status_code == 404
    assert client.post(f"{place}{mandate}/arreter/", ended).status_code == 302
    assert rows("SELECT payment_mode FROM leases_lease WHERE id = %s", lease) == [("VIREMENT",)]


def test_a_refund_above_the_credit_is_refused_and_one_within_it_waits_for_another(client_as: ClientAs) -> None:
    client = client_as("comptable")
    account, code = rows("SELECT id, code FROM ledger_account WHERE kind = 'TENANT' ORDER BY id LIMIT 1")[0]
    owe_back(int(str(account)))
    given = {
        "account": code,
        "amount": "1,00",
        "reason": "CREDIT",
        "iban": fictional_iban(99),
        "holder_name": "Titulaire Fictif",
    }
    refused = client.post("/bureau/remboursements/", given | {"amount": "999999"})
    assert refused.status_code == 422
    assert "ne peut rendre que" in text_of(refused.content)
    assert client.post("/bureau/remboursements/", given).status_code == 302
    refund = one("SELECT id FROM banking_refund")
    client.post(f"/bureau/remboursements/{refund}/signer/")
    assert one("SELECT signed_at FROM banking_refund") is None
    assert client_as("siege").post(f"/bureau/remboursements/{refund}/signer/").status_code == 302
    assert isinstance(one("SELECT signed_at FROM banking_refund"), datetime)
    assert "Signé, à envoyer" in text_of(client.get("/bureau/remboursements/").content)


def test_a_report_that_is_not_one_is_refused_with_a_sentence(client_as: ClientAs) -> None:
    client = client_as("comptable")
    answer = client.post("/bureau/prelevements/compte-rendu/", {"file": SimpleUploadedFile("cr.xml", b"pas du XML")})
    assert answer.status_code == 422


def test_what_came_back_shows_its_reason_and_its_next_step(client_as: ClientAs, tmp_path: Path) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    debit = int(str(one("SELECT min(id) FROM banking_debit")))
    with as_batch():
        return_debit(debit_id=debit, reason="AM04", on=AT.date(), by=1, at=AT)
    client = client_as("comptable")
    told = text_of(client.get("/bureau/prelevements/").content)
    assert "Provision insuffisante" in told
    assert "Présenter de nouveau avec le prochain avis" in told
    assert client.post(f"/bureau/prelevements/{debit}/representer/").status_code == 302
    assert client.post("/bureau/prelevements/999999/representer/").status_code == 404
    assert "À demander avec le prochain avis" in text_of(client.get("/bureau/prelevements/").content)
