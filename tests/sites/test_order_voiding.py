"""A file made for the bank that never left: voided by two people from its page, its orders asked again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, connections
from django.test import Client
from lxml import etree
from tests.conftest import ClientAs
from tests.operations.debits import AT, LATER, SIGNS, agent, as_batch, drafted, one, rows
from tests.sites.test_desk_debits import context, jobs_of, make_the_refunds, protect, refunded, taken, text_of

from palier.banking import tasks
from palier.banking.operations.debit_file import write_debit_file
from palier.banking.operations.debit_posting import post_due_debits
from palier.banking.operations.order_files import OrderFileOfFormerSheet
from palier.banking.operations.refunds import write_refund_file
from palier.banking.operations.voiding import OrderFileVoided, ask_void
from palier.demo.mandates import fictional_iban
from palier.privacy.actor import acting

if TYPE_CHECKING:
    from tests.conftest import Cluster

pytestmark = pytest.mark.usefixtures("fresh_world")

ASKED = {"reason": "SHEET", "unsent": "on"}
NEW_IBAN = fictional_iban(77)
MANDATES = "SELECT id, last_used_on FROM banking_sepamandate ORDER BY id"
ASKED_BY_RUN = "SELECT account_id, amount_cents, collected_on, sequence FROM banking_debit WHERE run_id = %s ORDER BY 1"


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    connections.close_all()


def agent_of(identifier: str) -> int:
    return int(str(one("SELECT agent_id FROM agents_user WHERE identifier LIKE %s", f"{identifier}@%")))


def change_the_account(cluster: "Cluster") -> None:
    """The landlord has another account."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("UPDATE estate_landlord SET iban = %s", [NEW_IBAN])


def voided(asking: Client, signing: Client, name: str) -> None:
    """Asked by one, signed by another, carried out by its job."""
    assert asking.post(f"/bureau/ordres/{name}/annuler/", ASKED).status_code == 302
    assert signing.post(f"/bureau/ordres/{name}/annuler/signer/").status_code == 302
    assert jobs_of("void_file") == 1
    tasks.void_file(context(), message_id=name, asked_by=agent_of("siege"))


def paid_from(content: bytes, tag: str) -> str:
    """The account of the landlord that a file tells."""
    found = etree.fromstring(content).findtext(f".//{{*}}{tag}//{{*}}IBAN", default="")
    assert found
    return found


def test_debits_whose_file_never_left_are_asked_again_from_the_new_account(
    cluster: "Cluster", client_as: ClientAs, tmp_path: Path
) -> None:
    mandates = rows(MANDATES)
    run = drafted()
    asked = rows(ASKED_BY_RUN, run.pk)
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "un.xml", at=AT, by_command=True)
    assert rows(MANDATES) != mandates
    change_the_account(cluster)
    clerk, head = client_as("comptable"), client_as("siege")
    here, order = f"/bureau/prelevements/lot/{run.pk}/", f"/bureau/ordres/{run.message_id}/"
    refused = clerk.get(f"{here}fichier/")
    assert refused.status_code == 422
    assert "s’annule sur sa page" in text_of(refused.content)
    assert order in clerk.get(here).content.decode()
    # Whoever asks says that it was not sent, and does not sign.
    assert clerk.post(f"{order}annuler/", {"reason": "SHEET"}).status_code == 422
    assert rows("SELECT FROM banking_ordervoid") == []
    assert clerk.post(f"{order}annuler/", ASKED).status_code == 302
    clerk.post(f"{order}annuler/signer/")
    assert one("SELECT signed_at FROM banking_ordervoid") is None
    assert "Annulation à signer" in text_of(clerk.get(here).content)
    assert "Une autre personne la signe" in text_of(clerk.get(order).content)
    assert "Signer l’annulation" in text_of(head.get(order).content)
    assert head.post(f"{order}annuler/signer/").status_code == 302
    tasks.void_file(context(), message_id=run.message_id, asked_by=agent_of("siege"))
    # Everything that the file had noted is as it was before it.
    assert rows("SELECT FROM banking_debit") == []
    assert rows(MANDATES) == mandates
    shown = head.get(here).content.decode()
    assert "Annulé" in shown
    assert "Préparer de nouveau" in shown
    assert head.get(f"{here}fichier/").status_code == 422
    with pytest.raises(OrderFileVoided), as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "non.xml", at=AT, by_command=True)
    again = drafted()
    assert (again.rank, again.message_id, again.count) == (2, "PRL-2026-11-2", len(asked))
    assert rows(ASKED_BY_RUN, again.pk) == asked
    with as_batch():
        write_debit_file(run_id=again.pk, path=tmp_path / "deux.xml", at=AT, by_command=True)
    assert paid_from((tmp_path / "deux.xml").read_bytes(), "CdtrAcct") == NEW_IBAN
    assert paid_from((tmp_path / "un.xml").read_bytes(), "CdtrAcct") != NEW_IBAN
    assert "lot n° 2" in text_of(head.get(f"/bureau/prelevements/lot/{again.pk}/").content).replace("\u00a0", " ")


def test_refunds_whose_file_never_left_wait_for_another_the_protected_person_s_too(
    cluster: "Cluster", client_as: ClientAs
) -> None:
    first, second = rows(
        """SELECT m.account_id, a.code FROM banking_sepamandate AS m JOIN ledger_account AS a ON a.id = m.account_id
           WHERE m.ended_on IS NULL ORDER BY m.id LIMIT 2"""
    )
    refunds = [refunded(client_as, *first), refunded(client_as, *second)]
    holder = "SELECT o.person_id FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id"
    protect(cluster, int(str(one(f"{holder} WHERE l.account_id = %s AND o.role = 'HOLDER'", first[0]))))
    name = make_the_refunds()
    clerk, head = client_as("comptable"), client_as("siege")
    assert f"/bureau/ordres/{name}/" in clerk.get("/bureau/remboursements/").content.decode()
    change_the_account(cluster)
    assert clerk.get(f"/bureau/remboursements/fichier/{name}/").status_code == 422
    assert clerk.post(f"/bureau/ordres/{name}/annuler/", ASKED).status_code == 302
    asked = text_of(clerk.get("/bureau/remboursements/").content)
    assert "Envoyé" not in asked
    assert asked.count("Annulation à signer") == 2
    assert clerk.post(f"/bureau/ordres/{name}/annuler/abandonner/").status_code == 302
    voided(clerk, head, name)
    assert rows("SELECT message_id, written_at FROM banking_refund") == [("", None)] * 2
    assert clerk.get(f"/bureau/remboursements/fichier/{name}/").status_code == 422
    page = text_of(clerk.get("/bureau/remboursements/").content)
    assert "Annulé" in page
    assert "Signé, à envoyer" in page
    tasks.make_refund_file(context(), message_id=None, asked_by=agent_of("comptable"))
    another = str(one("SELECT DISTINCT message_id FROM banking_refund"))
    # A bank never sees one name twice.
    assert another == f"{name}-2"
    sent = taken(clerk, f"/bureau/remboursements/fichier/{another}/")
    assert paid_from(sent, "DbtrAcct") == NEW_IBAN
    assert all(f"RMB-{refund}<".encode() in sent for refund in refunds)


def test_a_file_of_refunds_is_made_again_for_its_own_account_even_when_none_is_kept(
    cluster: "Cluster", client_as: ClientAs, tmp_path: Path
) -> None:
    account = rows("SELECT m.account_id, a.code FROM banking_sepamandate AS m JOIN ledger_account AS a"
                   " ON a.id = m.account_id WHERE m.ended_on IS NULL ORDER BY m.id LIMIT 1")[0]  # fmt: skip
    refunded(client_as, *account)
    name = make_the_refunds()
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("DELETE FROM banking_orderfile")
    with as_batch():
        write_refund_file(path=tmp_path / "r.xml", at=LATER, message_id=name)
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("DELETE FROM banking_orderfile")
    change_the_account(cluster)
    with pytest.raises(OrderFileOfFormerSheet), as_batch():
        write_refund_file(path=tmp_path / "r.xml", at=LATER, message_id=name)
    # The page of a file that is kept no more voids it as well.
    voided(client_as("comptable"), client_as("siege"), name)
    assert one("SELECT message_id FROM banking_refund") == ""


def test_a_file_that_the_bank_has_answered_to_stands(client_as: ClientAs, tmp_path: Path) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    with as_batch():
        assert post_due_debits(on=LATER.date(), by=0, at=LATER) == run.count
    clerk = client_as("comptable")
    voided(clerk, client_as("siege"), run.message_id)
    assert one("SELECT voided_at FROM banking_debitrun") is None
    assert one("SELECT count(*) FROM banking_debit") == run.count
    assert "il est parti" in text_of(clerk.get(f"/bureau/ordres/{run.message_id}/").content)
    # The voiding is given up: the file is taken as before.
    assert taken(clerk, f"/bureau/prelevements/lot/{run.pk}/fichier/") == (tmp_path / "p.xml").read_bytes()


def test_a_voiding_given_up_gives_the_file_back_and_strangers_find_nothing(client_as: ClientAs, tmp_path: Path) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    clerk, order = client_as("comptable"), f"/bureau/ordres/{run.message_id}/"
    assert "La fiche de l’organisme a changé" in text_of(clerk.get(order).content)
    assert clerk.post(f"{order}annuler/", ASKED).status_code == 302
    assert clerk.get(f"/bureau/prelevements/lot/{run.pk}/fichier/").status_code == 422
    assert clerk.post(f"{order}annuler/abandonner/").status_code == 302
    assert taken(clerk, f"/bureau/prelevements/lot/{run.pk}/fichier/") == (tmp_path / "p.xml").read_bytes()
    for who in ("gestionnaire_nord", "responsable_nord", "dpo"):
        assert client_as(who).get(order).status_code == 404
        assert client_as(who).post(f"{order}annuler/", ASKED).status_code == 404
    assert clerk.get("/bureau/ordres/PRL-2026-10-9/").status_code == 404
    # A run that has no file yet has nothing to void.
    assert clerk.get("/bureau/ordres/n'importe quoi/").status_code == 404


def test_the_database_itself_wants_two_people(tmp_path: Path) -> None:
    run = drafted()
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    with acting(agent(SIGNS)):
        ask_void(message_id=run.message_id, reason="WRONG", actor=agent(SIGNS), at=AT)
    wanted = pytest.raises(IntegrityError, match="two_different_people_void")
    with wanted, acting(agent(SIGNS)), connection.cursor() as cursor:
        cursor.execute("UPDATE banking_ordervoid SET signed_by = asked_by, signed_at = now()")
