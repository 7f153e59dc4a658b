"""The two certificates that a tenant takes by themself: true on their day, kept, nobody else's."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path

import pikepdf
import psycopg
import pytest
from django.db import DatabaseError, connection
from tests.conftest import ClientAs, Statement
from tests.landlord import pay

from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

pytestmark = pytest.mark.usefixtures("own_landlord")

MINE, THEIRS = 101, 201
HERE = f"/chez-moi/bail/{MINE}/attestations/"
KINDS = ("ATTEST_PAIEMENT", "ATTEST_RESIDENCE")


def said_by(statement: Statement, kind: str) -> str:
    ((data,),) = statement("SELECT data FROM mail_document WHERE kind = %s", kind)
    return " ".join(block.get("texte", "") for block in json.loads(bytes(data))["blocs"])


def test_a_certificate_of_payment_waits_until_nothing_is_late(
    client_as: ClientAs, statement: Statement, superuser: psycopg.Connection
) -> None:
    tenant = client_as("locataire")
    refused = tenant.post(HERE, {"kind": "ATTEST_PAIEMENT"})
    assert refused.status_code == 422
    assert "Une somme échue reste due" in refused.content.decode()
    assert statement("SELECT count(*) FROM mail_document WHERE kind = ANY (%s)", list(KINDS)) == [(0,)]
    pay(superuser, account=MINE, cents=40_000)
    for _ in range(2):
        assert tenant.post(HERE, {"kind": "ATTEST_PAIEMENT"}).status_code == 302
    assert statement("SELECT lease_id FROM mail_document WHERE kind = 'ATTEST_PAIEMENT'") == [(MINE,)]
    assert "aucune somme échue ne reste due au titre de ce bail" in said_by(statement, "ATTEST_PAIEMENT")


def test_a_certificate_of_residence_names_the_holders_alone_and_carries_its_data(
    client_as: ClientAs, statement: Statement, tmp_path: Path
) -> None:
    tenant = client_as("locataire")
    answer = tenant.post(HERE, {"kind": "ATTEST_RESIDENCE"}, follow=True)
    assert "Votre attestation est prête" in answer.content.decode()
    ((number, kept),) = statement("SELECT id, pdf_bytes FROM mail_document WHERE kind = 'ATTEST_RESIDENCE'")
    pdf = tenant.get(f"/chez-moi/documents/{number}/avis.pdf")
    assert pdf.status_code == 200
    assert len(pdf.content) == kept
    (tmp_path / "a.pdf").write_bytes(pdf.content)
    with pikepdf.open(tmp_path / "a.pdf") as opened:
        (attached,) = opened.attachments.values()
        data = attached.get_file().read_bytes()
    assert statement("SELECT kind, by FROM mail_vaultevent WHERE sha256 <> '' ORDER BY id")[0] == ("DEPOSITED", "SELF")
    assert [(bytes(data),)] == statement("SELECT data FROM mail_document WHERE id = %s", number)
    holders = statement(
        """SELECT display_name FROM leases_occupant
           WHERE lease_id = 101 AND role IN ('HOLDER', 'COHOLDER') AND moved_out_on IS NULL"""
    )
    others = statement("SELECT display_name FROM leases_occupant WHERE lease_id <> 101")
    told = data.decode()
    assert all(name in told for (name,) in holders)
    assert not any(name in told for (name,) in others)


def test_two_holders_who_ask_at_once_have_one_certificate(
    client_as: ClientAs, statement: Statement, superuser: psycopg.Connection
) -> None:
    tenant = client_as("locataire")

    def ask(_: int) -> int:
        try:
            return copy(tenant).post(HERE, {"kind": "ATTEST_RESIDENCE"}).status_code
        finally:
            connection.close()

    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with ThreadPoolExecutor(2) as both:
        with superuser.transaction():
            superuser.execute("SELECT pg_advisory_xact_lock(hashtextextended('certificates:101', 0))")
            sent = [both.submit(ask, each) for each in range(2)]
            until = time.monotonic() + 10
            while superuser.execute(waiting).fetchone() != (2,):
                assert time.monotonic() < until
                time.sleep(0.02)
        assert [each.result() for each in sent] == [302, 302]
    assert statement("SELECT count(*) FROM mail_document WHERE kind = 'ATTEST_RESIDENCE'") == [(1,)]


def test_the_certificates_of_another_do_not_exist(client_as: ClientAs, statement: Statement) -> None:
    client_as("locataire").post(HERE, {"kind": "ATTEST_RESIDENCE"})
    ((number,),) = statement("SELECT id FROM mail_document WHERE kind = 'ATTEST_RESIDENCE'")
    stranger = client_as("locataire_sud")
    assert stranger.get(HERE).status_code == 404
    assert stranger.post(HERE, {"kind": "ATTEST_RESIDENCE"}).status_code == 404
    assert stranger.get(f"/chez-moi/documents/{number}/avis.pdf").status_code == 404
    assert client_as("locataire").post(HERE, {"kind": "AVIS_ECHEANCE"}).status_code == 422


def test_the_database_lets_a_tenant_add_nothing_but_certificates(client_as: ClientAs, statement: Statement) -> None:
    client_as("locataire").post(HERE, {"kind": "ATTEST_RESIDENCE"})
    ((person,),) = statement("SELECT person_id FROM leases_occupant WHERE lease_id = 101 AND role = 'HOLDER'")
    tenant = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=person)
    copied = """INSERT INTO mail_document (kind, number, lease_id, account_id, residence_id, month, issued_on, data,
                    data_sha256, template_sha256, pdf_sha256, frozen_at)
                SELECT %s, 'X-' || number, %s, account_id, residence_id, month, issued_on, data, data_sha256,
                    template_sha256, pdf_sha256, frozen_at FROM mail_document WHERE kind = 'ATTEST_RESIDENCE'"""
    for kind, lease in (("AVIS_ECHEANCE", MINE), ("QUITTANCE", MINE), ("ATTEST_RESIDENCE", THEIRS)):
        with pytest.raises(DatabaseError, match="row-level security"), acting(tenant), connection.cursor() as cursor:
            cursor.execute(copied, [kind, lease])
