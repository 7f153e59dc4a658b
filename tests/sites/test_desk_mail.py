"""Outgoing mail at the desk: a text with its faults and preview, a list frozen, two signers, one letter, its reply."""

from collections.abc import Callable
from types import SimpleNamespace

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.landlord import Landlord
from tests.operations.test_correspondence import scanned
from tests.sites.answers import bytes_of

from palier.correspondence.tasks import send, try_sending
from palier.dispatch.operations.lots import make_print_lots
from palier.foundation.clock import now

ClientAs = Callable[[str], Client]
MAIL = "/bureau/courrier/"
NEW = f"{MAIL}modeles/nouveau/"
TEXT = {"name": "Coupure", "code": "coupure", "title": "L’eau sera coupée", "source": "Bonjour {{ locataire.noms }}."}


def context(job: int) -> SimpleNamespace:
    return SimpleNamespace(job=SimpleNamespace(id=job))


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return bytes_of(answer).decode()


def posted(browser: Client, address: str, data: dict[str, object] | None = None, *, status: int = 200) -> str:
    answer = browser.post(address, data or {}, follow=True)
    assert answer.status_code == status, address
    return bytes_of(answer).decode()


def number_in(address: str) -> int:
    return int(address.rstrip("/").rsplit("/", 1)[1])


def test_a_text_is_refused_by_line_and_column_tried_on_someone_and_kept(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    north = client_as("responsable_nord")
    faulty = posted(north, NEW, {**TEXT, "source": "Bonjour,\n\nle {{ bail.debu }}"}, status=422)
    assert "Ligne 3, colonne 4" in faulty
    assert "n’est pas un champ" in faulty
    assert "bail.debut" in faulty
    assert "séropositif" in posted(north, NEW, {**TEXT, "source": "Vous êtes séropositif."}, status=422)
    assert superuser.execute("SELECT count(*) FROM screening_screenrefusal").fetchone() == (1,)
    tried = posted(north, f"{MAIL}essai/", {**TEXT, "bail": "L101"})
    assert "Bonjour Lucie Amandier" in tried
    assert "n’existe pas" in posted(north, f"{MAIL}essai/", {**TEXT, "bail": "L201"})
    assert "Camille Exemple" in posted(north, NEW, {**TEXT, "essai": "1"})
    pdf = bytes_of(north.post(f"{MAIL}essai/lettre.pdf", {**TEXT, "bail": "L101"}))
    assert pdf.startswith(b"%PDF")
    assert "Le modèle est enregistré" in posted(north, NEW, TEXT)
    read = superuser.execute(
        "SELECT count(*) FROM privacy_readevent WHERE screen = 'essai d’une lettre' AND subjects @> ARRAY[1::bigint]"
    ).fetchone()
    assert read == (2,)


@pytest.mark.parametrize("stranger", ["gardien_nord", "dpo", "locataire", "travailleuse_sociale", "comptable"])
def test_outgoing_mail_does_not_exist_for_strangers(own_landlord: Landlord, client_as: ClientAs, stranger: str) -> None:
    browser = client_as(stranger)
    for page in ("", "modeles/", "envois/", "envois/nouveau/"):
        assert browser.get(f"{MAIL}{page}").status_code == 404
    assert browser.get("/bureau/baux/101/ecrire/").status_code == 404


def test_a_list_is_frozen_tried_signed_by_two_and_leaves_once(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    north, siege = client_as("responsable_nord"), client_as("siege")
    agents = own_landlord.agents
    posted(north, NEW, {**TEXT, "needs_two": "on", "source": "Fin {{ bail.fin }}, {{ locataire.noms }}"})
    superuser.execute("UPDATE leases_lease SET ends_on = '2099-01-31' WHERE id = 101")
    (version,) = superuser.execute("SELECT id FROM correspondence_templateversion").fetchone() or (0,)
    assert "Écrire à cette liste" in text(north, "/bureau/baux/?etat=EN_COURS")
    assert "Écrire à 2\u00a0baux" in text(north, f"{MAIL}envois/nouveau/?etat=EN_COURS")
    page = north.post(f"{MAIL}envois/nouveau/?etat=EN_COURS", {"version": version}).headers["Location"]
    number = number_in(page)
    try_sending.func(context(1), sending_id=number, asked_by=agents["responsable_nord"])
    dry = text(north, page)
    for said in ("Champ vide", "Signer", "L102", "bail.fin"):
        assert said in dry, said
    assert bytes_of(north.get(f"{page}exemple.pdf")).startswith(b"%PDF")
    assert "Une autre personne signe et envoie" in posted(north, f"{page}signer/")
    assert "Vous avez donné la première signature" in posted(north, f"{page}envoyer/")
    assert "Votre signature est attendue" in text(siege, f"{MAIL}envois/")
    assert "L’envoi est lancé" in posted(siege, f"{page}envoyer/")
    assert "rien n’est parti une seconde fois" in posted(siege, f"{page}envoyer/")
    for _ in range(2):
        send.func(context(2), sending_id=number, asked_by=agents["siege"])
    done = text(north, page)
    assert done.count("COURRIER-") == 1
    # The agency reads where its paper is; whoever prints has the link to it.
    assert "En attente d’un lot" in done
    assert "/bureau/envois/lots/" not in done
    assert "/bureau/envois/lots/" in text(siege, page)
    (lot,) = make_print_lots(by=agents["siege"], operator="tests", agent_id=agents["siege"], at=now())
    assert lot in text(north, page)
    assert "1\u00a0lettre, à prendre" in text(north, page)
    assert bytes_of(siege.post(f"/bureau/envois/lots/{lot}/pdf/")).startswith(b"PK")
    assert "pris le" in text(north, page)
    assert "est notée" in posted(north, f"{page}poste/", {"posted_on": superuser_today(superuser)})
    assert client_as("responsable_sud").get(page).status_code == 404
    register = text(north, f"{MAIL}?nom=amandier")
    assert "COURRIER-" in register
    assert "Aucune lettre ne répond" in text(client_as("responsable_sud"), f"{MAIL}?nom=amandier")


def superuser_today(superuser: psycopg.Connection) -> str:
    (on,) = superuser.execute("SELECT max(issued_on)::text FROM correspondence_sending").fetchone() or ("",)
    return str(on)


def test_one_letter_leaves_a_lease_in_four_actions_and_its_reply_comes_back(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    posted(client_as("responsable_nord"), NEW, TEXT)
    (version,) = superuser.execute("SELECT id FROM correspondence_templateversion").fetchone() or (0,)
    officer = client_as("gestionnaire_nord")
    write = "/bureau/baux/101/ecrire/"
    assert write in text(officer, "/bureau/baux/101/")
    assert "Bonjour Lucie Amandier" in posted(officer, write, {"version": version})
    page = officer.post(write, {"version": version, "envoyer": "1"}).headers["Location"]
    send.func(context(3), sending_id=number_in(page), asked_by=own_landlord.agents["gestionnaire_nord"])
    (letter,) = superuser.execute("SELECT id FROM correspondence_letter").fetchone() or (0,)
    here = f"{MAIL}lettres/{letter}/"
    assert "Aucune réponse" in text(officer, here)
    # Each opening is told: to each holder in the journal of readings, and in the journal of the paper.
    superuser.execute(
        "UPDATE leases_occupant SET role = 'COHOLDER', moved_out_on = NULL WHERE lease_id = 101 AND person_id = 2"
    )
    read = """SELECT (SELECT count(*) FROM mail_vaultevent WHERE kind = 'READ' AND by = 'LANDLORD' AND lease_id = 101),
              (SELECT count(*) FROM privacy_readevent WHERE subjects @> '{1,2}')"""
    opened, saw = superuser.execute(read).fetchone() or (0, 0)
    assert bytes_of(officer.get(f"{here}lettre.pdf")).startswith(b"%PDF")
    assert superuser.execute(read).fetchone() == (opened + 1, saw + 1)
    scan = SimpleUploadedFile("scan.jpg", scanned(), content_type="image/jpeg")
    day = superuser_today(superuser)
    reply = {"paper": scan, "received_on": day, "nature": "CONTESTATION", "answer_by": day}
    assert "Contestation" in posted(officer, f"{here}reponses/", reply)
    liar = SimpleUploadedFile("scan.pdf", b"<html>", content_type="application/pdf")
    assert "ne se lit pas" in posted(officer, f"{here}reponses/", {**reply, "paper": liar})
    (number,) = superuser.execute("SELECT id FROM correspondence_reply").fetchone() or (0,)
    opened, saw = superuser.execute(read).fetchone() or (0, 0)
    assert bytes_of(officer.get(f"{MAIL}reponses/{number}/")).startswith(b"\xff\xd8")
    assert superuser.execute(read).fetchone() == (opened + 1, saw + 1)
    assert client_as("gestionnaire_sud").get(here).status_code == 404
    assert client_as("gestionnaire_sud").get(f"{MAIL}reponses/{number}/").status_code == 404
    assert "comme traitée" in posted(officer, f"{MAIL}reponses/{number}/repondue/")
    assert "Revenue" in posted(officer, f"{here}revenue/", {"returned_on": day, "reason": "MOVED"})
    assert "Courrier" in text(client_as("locataire"), "/chez-moi/documents/")


def test_who_holds_a_protected_address_hands_the_letter_over_and_nobody_else_knows(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    agents = own_landlord.agents
    (protection,) = superuser.execute(
        """INSERT INTO agents_protectedperson (person_id, ground, first_day, declared_by_id)
           VALUES (3, 'ORDONNANCE', '2026-01-01', %s) RETURNING id""",
        [agents["siege"]],
    ).fetchone() or (0,)
    superuser.execute(
        "INSERT INTO agents_protectionholder (protection_id, agent_id, first_day) VALUES (%s, %s, '2026-01-01')",
        [protection, agents["gestionnaire_nord"]],
    )
    siege = client_as("siege")
    posted(siege, NEW, TEXT)
    (version,) = superuser.execute("SELECT id FROM correspondence_templateversion").fetchone() or (0,)
    page = siege.post(f"{MAIL}envois/nouveau/?etat=EN_COURS", {"version": version}).headers["Location"]
    number = number_in(page)
    try_sending.func(context(1), sending_id=number, asked_by=agents["siege"])
    posted(siege, f"{page}envoyer/")
    send.func(context(2), sending_id=number, asked_by=agents["siege"])
    done = text(siege, page)
    assert "Cerisier" not in done
    assert "L102" not in done
    assert "protégée" not in done
    held = "/bureau/acces/protections/dossiers/102/courrier/"
    holder = client_as("gestionnaire_nord")
    assert "sera coupée" in text(holder, held)
    assert bytes_of(holder.get(f"{held}{number}.pdf")).startswith(b"%PDF")
    assert holder.get(f"{held}{number + 1}.pdf").status_code == 404
    assert holder.get("/bureau/acces/protections/dossiers/101/courrier/").status_code == 404
    for other in ("siege", "responsable_nord"):
        assert client_as(other).get(held).status_code == 404
        assert client_as(other).get(f"{held}{number}.pdf").status_code == 404
