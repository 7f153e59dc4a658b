"""A protected person is given their money back: by two agents, at the command line, and nobody's page shows them."""

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections
from tests.conftest import ClientAs
from tests.operations.debits import one, rows
from tests.sites.test_desk_debits import make_the_refunds, owe_back, protect, taken, text_of

from palier.cli import main
from palier.demo.mandates import fictional_iban

if TYPE_CHECKING:
    from tests.conftest import Cluster

pytestmark = pytest.mark.usefixtures("fresh_world")


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    connections.close_all()


@pytest.fixture
def hidden(cluster: "Cluster") -> tuple[str, int, str]:
    """The number of a protected person's account in credit, the person, the holder of its mandate."""
    account, code, holder = rows(
        """SELECT m.account_id, a.code, m.holder_name FROM banking_sepamandate AS m
           JOIN ledger_account AS a ON a.id = m.account_id WHERE m.ended_on IS NULL ORDER BY m.id LIMIT 1"""
    )[0]
    person = one(
        """SELECT o.person_id FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id
           WHERE l.account_id = %s AND o.role = 'HOLDER'""",
        account,
    )
    owe_back(int(str(account)))
    protect(cluster, int(str(person)))
    return str(code), int(str(person)), str(holder)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    connection.close()
    code = main(["bank", "refund", *words])
    return code, *capsys.readouterr()


def test_a_protected_person_s_refund_is_prepared_and_signed_by_the_command_and_by_no_page(
    cluster: "Cluster", client_as: ClientAs, capsys: pytest.CaptureFixture[str], hidden: tuple[str, int, str]
) -> None:
    code, person, holder = hidden
    clerk = client_as("comptable")
    given = {"account": code, "amount": "45,00", "reason": "CREDIT", "iban": "", "holder_name": ""}
    refused = clerk.post("/bureau/remboursements/", given)
    assert refused.status_code == 422
    assert "palier bank refund" in text_of(refused.content)
    asked = ("prepare", code, "--amount", "45.00", "--reason", "CREDIT")
    status, _, err = run(capsys, *asked, "--as", "gestionnaire_nord")
    assert (status, "ne permet pas" in err) == (1, True)
    status, out, _ = run(capsys, *asked, "--as", "comptable", "--json")
    told = json.loads(out)
    assert (status, told["amount"], told["state"]) == (0, "45.00", "PREPARED")
    status, out, _ = run(capsys, "list", "--as", "siege", "--json")
    assert [each["refund"] for each in json.loads(out)["refunds"]] == [told["refund"]]
    status, _, err = run(capsys, "sign", told["refund"], "--as", "comptable")
    assert (status, "une autre personne doit le signer" in err) == (1, True)
    status, out, err = run(capsys, "sign", told["refund"], "--as", "siege")
    assert status == 0
    # No name, no account: what is printed may be read over a shoulder.
    assert not [word for word in (holder, code) if word in out + err]
    page = clerk.get("/bureau/remboursements/").content.decode()
    assert not [word for word in (f"{holder},", f"{told['refund']}<") if word in page]
    name = make_the_refunds()
    assert f"{told['refund']}<".encode() in taken(clerk, f"/bureau/remboursements/fichier/{name}/")
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        read = superuser.execute(
            "SELECT subjects FROM privacy_readevent WHERE screen LIKE 'bank refund sign%' AND subjects <> '{}'"
        ).fetchall()
    assert [person in subjects for (subjects,) in read] == [True]


def test_another_account_is_read_from_the_standard_input_and_never_from_the_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, hidden: tuple[str, int, str]
) -> None:
    asked = ("prepare", hidden[0], "--amount", "1.00", "--reason", "CREDIT", "--other-account", "--as", "comptable")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    status, _, err = run(capsys, *asked)
    assert (status, "deux lignes" in err) == (1, True)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{fictional_iban(31)}\nTitulaire Fictif\n"))
    assert run(capsys, *asked)[0] == 0
    assert rows("SELECT holder_name, iban_last4 FROM banking_refund") == [("Titulaire Fictif", fictional_iban(31)[-4:])]
    number = one("SELECT id FROM banking_refund")
    assert run(capsys, "drop", f"RMB-{number}", "--as", "siege")[0] == 0
    status, _, err = run(capsys, "sign", "RMB-x", "--as", "siege")
    assert (status, "RMB-12" in err) == (1, True)
