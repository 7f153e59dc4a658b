"""The tenants' site: one's own account in plain words, documents, who read them; nothing of anyone else."""

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import psycopg
import pytest
import zxingcpp
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.documents.sample_notices import full_month
from tests.landlord import Landlord

from palier.foundation.clock import now, today
from palier.foundation.periods import Month
from palier.mail.notice import Debit
from palier.mail.store import DocumentStore
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

ClientAs = Callable[[str], Client]
Superuser = psycopg.Connection

PDF = b"%PDF-1.7 the exact bytes"
# The lease of « locataire » and of « locataire_sud », their documents and a contact of each.
MINE, THEIRS = 101, 201
PAGES = (
    "/chez-moi/",
    f"/chez-moi/bail/{MINE}/",
    f"/chez-moi/bail/{MINE}/pourquoi/",
    f"/chez-moi/bail/{MINE}/payer/",
    "/chez-moi/documents/",
    "/chez-moi/dossier/",
    "/chez-moi/dossier/lectures/",
)


class Words(HTMLParser):
    """What a page says in its <main>, a sentence a block."""

    BREAKS: ClassVar[frozenset[str]] = frozenset(
        {"p", "li", "h1", "h2", "h3", "dt", "dd", "summary", "br", "small", "b"}
    )

    @classmethod
    def said_by(cls, body: str) -> str:
        """Its blocks, a line each."""
        said = cls()
        said.feed(body)
        blocks = (" ".join(block.split()) for block in said.blocks)
        return "\n".join(block for block in blocks if block)

    def __init__(self) -> None:
        super().__init__()
        self.inside = 0
        self.blocks: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "main"
        if tag in self.BREAKS:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "main"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.blocks[-1] += data


def text_of(body: str) -> str:
    return Words.said_by(body)


def get(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[Superuser]:
    """A landlord of the test's own, whose October has real lines, real notices, and one PDF."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        session.execute("SET session_replication_role = replica")
        session.execute(
            "UPDATE quittancement_line SET rule = 'rent-line/1', inputs = '40000 31 31 1 -', basis = '60 m² × 6,66 €'"
        )
        session.execute("UPDATE agents_agent SET service = 'Agence Nord', function = 'Gestionnaire' WHERE id = 1")
        for lease in (101, 102, 201):
            notice = replace(full_month(), number=f"AE-2026-10-{lease:06d}", month=Month(2026, 10))
            session.execute("UPDATE mail_document SET data = %s WHERE lease_id = %s", [notice.canonical(), lease])
        digest = DocumentStore(settings.DOCUMENT_ROOT).keep(PDF)
        session.execute(
            "UPDATE mail_document SET pdf_sha256 = %s, pdf_bytes = %s WHERE lease_id <> 102", [digest, len(PDF)]
        )
        yield session


@pytest.fixture
def locataire(superuser: Superuser, client_as: ClientAs) -> Client:
    return client_as("locataire")


def number(session: Superuser, statement: str) -> int:
    row = session.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def document_of(session: Superuser, lease: int) -> int:
    return number(session, f"SELECT id FROM mail_document WHERE lease_id = {lease}")


def contact_of(session: Superuser, person: int, channel: str = "EMAIL") -> int:
    return number(session, f"SELECT id FROM people_contact WHERE person_id = {person} AND channel = '{channel}'")


def pay(session: Superuser, cents: int, *, rank: int = 1, account: int = MINE) -> None:
    entry = 5_000 + rank
    session.execute(
        """INSERT INTO ledger_entry (id, journal, number, booked_on, label, residence_id, source_kind, source_id, means,
                                     posted_at, posted_by)
           VALUES (%s, 'BANK', %s, '2026-11-10', 'Virement reçu', 11, 'PAYMENT', %s, 'VIREMENT', now(), 5)""",
        [entry, entry, entry],
    )
    session.execute(
        "INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)"
        " VALUES (%s, %s, 11, '2026-11-10', %s)",
        [entry, account, -cents],
    )


def decoded(page: str) -> str:
    """What a bank's application reads in the code that the page draws."""
    drawn = re.search(r'viewBox="0 0 (\d+) \1"><path stroke="#000" d="([^"]+)"', page)
    assert drawn is not None
    scale, side = 8, int(drawn.group(1))
    image = Image.new("L", (side * scale, side * scale), 255)
    for left, top, wide in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawn.group(2)):
        x, y = int(left) * scale, int(top) * scale
        image.paste(0, (x, y, x + int(wide) * scale, y + scale))
    (code,) = zxingcpp.read_barcodes(image)
    return str(code.text)


# --- the account ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "sentence"),
    [
        (18_537, "Il vous reste 214,63 € à payer."),
        (40_000, "Votre compte est à jour."),
        (41_200, "Vous avez 12,00 € d’avance."),
    ],
)
def test_the_first_page_says_the_balance_in_one_sentence(
    superuser: Superuser, locataire: Client, paid: int, sentence: str
) -> None:
    pay(superuser, paid)
    assert sentence in text_of(get(locataire, "/chez-moi/")).replace("\u00a0", " ")


def test_every_page_of_ones_own_opens_and_leaves_a_trace(superuser: Superuser, locataire: Client) -> None:
    paths = (*PAGES, f"/chez-moi/documents/{document_of(superuser, MINE)}/")
    for path in paths:
        superuser.execute("DELETE FROM privacy_readevent")
        get(locataire, path)
        traces = superuser.execute(
            "SELECT role, purpose, person_id, subjects, cardinality(categories) > 0 FROM privacy_readevent"
        ).fetchall()
        assert [trace[:3] for trace in traces] == [("tenant", "ESPACE_LOCATAIRE", 1)], path
        assert 1 in traces[0][3], path
        assert traces[0][4], path


def test_the_amount_is_explained_line_by_line_and_adds_up(superuser: Superuser, locataire: Client) -> None:
    pay(superuser, 18_537)
    said = text_of(get(locataire, f"/chez-moi/bail/{MINE}/pourquoi/")).replace("\u00a0", " ")
    assert "400,00 € par mois (60 m² × 6,66 €)." in said
    assert "Avant cet avis\n0,00 €" in said
    assert "Paiement reçu, virement\n−185,37 €" in said
    assert "Reste à payer\n214,63 €" in said
    assert "n’a pas pu être recalculée" not in said


def test_a_line_that_cannot_be_told_again_is_said_so(superuser: Superuser, locataire: Client) -> None:
    superuser.execute("UPDATE quittancement_line SET inputs = '39999 31 31 1 -'")
    assert "n’a pas pu être recalculée" in get(locataire, f"/chez-moi/bail/{MINE}/pourquoi/")


def test_a_draft_is_never_shown(superuser: Superuser, locataire: Client) -> None:
    """November is computed, not sealed: neither its month nor its total exists for the tenant."""
    superuser.execute("UPDATE quittancement_bill SET total_cents = 77777 WHERE run_id = 2")
    for path in PAGES:
        said = text_of(get(locataire, path))
        assert "777,77" not in said, path
        assert "novembre 2026" not in said.replace("10 novembre 2026", ""), path


def test_paying_gives_the_iban_the_reference_and_the_code_of_what_is_left(
    superuser: Superuser, locataire: Client
) -> None:
    page = get(locataire, f"/chez-moi/bail/{MINE}/payer/")
    said = text_of(page)
    assert "FR76 3000 6000 0112 3456 7890 189" in said
    assert "RF10 1" in said
    assert decoded(page).splitlines()[6:10] == ["FR7600000000000000000000097", "EUR400.00", "", "RF85DEMO0001234"]
    pay(superuser, 18_537)
    assert decoded(get(locataire, f"/chez-moi/bail/{MINE}/payer/")).splitlines()[7] == "EUR214.63"
    pay(superuser, 21_463, rank=2)
    page = get(locataire, f"/chez-moi/bail/{MINE}/payer/")
    assert "Vous n’avez rien à payer aujourd’hui." in page
    assert 'role="img"' not in page


def debited(superuser: Superuser, month_cents: int, *, on: date | None = None) -> None:
    """The last notice announced a debit, for a month of that sum and 400 euros due in all."""
    notice = replace(full_month(), number="AE-2026-10-000101", month=Month(2026, 10), total_cents=month_cents)
    debit = Debit(on=on or today() + timedelta(days=12), mandate="RUM-0001", creditor="FR00ZZZ000000", iban_end="4321")
    told = replace(
        notice, payment=replace(notice.payment, debit=debit), account=replace(notice.account, due_cents=40_000)
    )
    superuser.execute("UPDATE mail_document SET data = %s WHERE lease_id = %s", [told.canonical(), MINE])


def test_a_debit_to_come_is_announced_and_asks_for_nothing(superuser: Superuser, locataire: Client) -> None:
    debited(superuser, 40_000)
    said = text_of(get(locataire, "/chez-moi/")).replace("\u00a0", " ")
    assert "Prochain prélèvement : 400,00 € le " in said
    assert "Vous n’avez rien à faire." in said
    paying = get(locataire, f"/chez-moi/bail/{MINE}/payer/")
    assert "compte qui finit par 4321" in paying
    assert "Un virement en plus serait une avance." in paying
    assert 'role="img"' not in paying


def test_a_debit_of_another_year_says_its_year_and_one_of_this_year_does_not(
    superuser: Superuser, locataire: Client
) -> None:
    this_year = today().year
    for on, told in (
        (date(this_year, 12, 31), "31 décembre."),
        (date(this_year + 1, 1, 5), f"5 janvier {this_year + 1}."),
    ):
        debited(superuser, 40_000, on=on)
        said = text_of(get(locataire, "/chez-moi/")).replace("\u00a0", " ")
        assert re.search(rf"Prochain prélèvement : 400,00 € le \w+ {told}", said), said
        paid = text_of(get(locataire, f"/chez-moi/bail/{MINE}/payer/")).replace("\u00a0", " ")
        assert re.search(rf"Nous prélevons 400,00 € le \w+ {told.removesuffix('.')}, sur le compte", paid), paid


def test_a_debit_takes_the_month_and_what_is_owed_besides_is_to_be_paid(
    superuser: Superuser, locataire: Client
) -> None:
    debited(superuser, 30_421)
    said = text_of(get(locataire, "/chez-moi/")).replace("\u00a0", " ")
    assert "Prochain prélèvement : 304,21 € le " in said
    assert "Il reste 95,79 € à payer autrement." in said
    assert "rien à faire" not in said
    paying = get(locataire, f"/chez-moi/bail/{MINE}/payer/")
    assert "Il reste <strong>95,79\u00a0€</strong> à payer autrement." in paying
    assert "serait une avance" not in paying


def test_a_second_lease_is_one_tap_away(superuser: Superuser, locataire: Client) -> None:
    superuser.execute("UPDATE leases_occupant SET person_id = 1 WHERE lease_id = 102")
    page = get(locataire, "/chez-moi/")
    assert "Vos autres baux" in page
    both = set(re.findall(r"/chez-moi/bail/(\d+)/", page))
    assert both == {"101", "102"}
    for lease in both:
        get(locataire, f"/chez-moi/bail/{lease}/")


def test_who_left_with_the_lease_still_sees_the_account(superuser: Superuser, locataire: Client) -> None:
    left = date(2026, 10, 15)
    superuser.execute("UPDATE leases_lease SET ends_on = %s WHERE id = %s", [left, MINE])
    superuser.execute(
        "UPDATE leases_occupant SET moved_out_on = %s WHERE lease_id = %s AND person_id = 1", [left, MINE]
    )
    page = get(locataire, "/chez-moi/")
    assert "Ce bail a pris fin le jeudi 15" in page
    get(locataire, f"/chez-moi/documents/{document_of(superuser, MINE)}/")


def test_who_left_before_the_end_reads_nothing_of_what_came_after(superuser: Superuser, client_as: ClientAs) -> None:
    client = client_as("cotitulaire_partie")
    assert "Aucun bail n’est à votre nom." in get(client, "/chez-moi/")
    for path in (f"/chez-moi/bail/{MINE}/", f"/chez-moi/documents/{document_of(superuser, MINE)}/"):
        assert client.get(path).status_code == 404


# --- someone else's ---------------------------------------------------------------------------------------------------


def test_what_is_another_tenants_does_not_exist(superuser: Superuser, locataire: Client) -> None:
    document, contact = document_of(superuser, THEIRS), contact_of(superuser, 4)
    for path in (
        f"/chez-moi/bail/{THEIRS}/",
        f"/chez-moi/bail/{THEIRS}/pourquoi/",
        f"/chez-moi/bail/{THEIRS}/payer/",
        f"/chez-moi/documents/{document}/",
        f"/chez-moi/documents/{document}/avis.pdf",
    ):
        assert locataire.get(path).status_code == 404, path
        assert locataire.post(path).status_code in (404, 405), path
    assert locataire.post(f"/chez-moi/dossier/coordonnees/{contact}/", {"partage": "oui"}).status_code == 404
    shared = superuser.execute("SELECT shared_with_caretaker FROM people_contact WHERE id = %s", [contact]).fetchone()
    assert shared == (False,)


@pytest.mark.parametrize(
    "agent", ["gestionnaire_nord", "responsable_nord", "siege", "comptable", "gardien_nord", "dpo"]
)
def test_an_agent_has_no_page_here(landlord: Landlord, client_as: ClientAs, agent: str) -> None:
    client = client_as(agent)
    for path in PAGES:
        assert client.get(path).status_code == 404, path


def test_nobody_enters_without_signing_in(landlord: Landlord) -> None:
    for path in PAGES:
        response = Client().get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/chez-moi/connexion/?next=")


def test_a_tenant_enters_with_a_password_and_an_agent_is_sent_to_their_own_site(superuser: Superuser) -> None:
    from django.contrib.auth.hashers import make_password

    superuser.execute("UPDATE agents_user SET password = %s", [make_password("un long mot de passe")])
    client = Client()
    typed = {"identifier": "locataire", "password": "un long mot de passe"}
    assert client.post("/chez-moi/connexion/", typed)["Location"] == "/chez-moi/"
    get(client, "/chez-moi/")
    refused = Client().post("/chez-moi/connexion/", typed | {"identifier": "gestionnaire_nord"})
    assert refused.status_code == 422
    assert "n’ouvre pas ce site" in refused.content.decode()


# --- documents --------------------------------------------------------------------------------------------------------


def test_the_notice_reads_as_a_page_and_its_pdf_is_byte_for_byte_the_one_kept(
    superuser: Superuser, locataire: Client
) -> None:
    document = document_of(superuser, MINE)
    said = text_of(get(locataire, f"/chez-moi/documents/{document}/"))
    assert "Loyer du logement\n411,77" in said
    assert "68,40 m² × 6,02 € le m²" in said
    assert f'/chez-moi/documents/{document}/avis.pdf"' in get(locataire, "/chez-moi/documents/")
    response = locataire.get(f"/chez-moi/documents/{document}/avis.pdf")
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="avis-echeance-2026-10.pdf"'
    assert response["Cache-Control"] == "no-store"


def test_a_pdf_that_is_not_made_yet_is_announced_and_not_offered(superuser: Superuser, locataire: Client) -> None:
    document = document_of(superuser, MINE)
    superuser.execute("UPDATE mail_document SET pdf_sha256 = '', pdf_bytes = NULL")
    assert "avis.pdf" not in get(locataire, "/chez-moi/documents/")
    assert "Le PDF sera bientôt prêt" in get(locataire, f"/chez-moi/documents/{document}/")
    assert locataire.get(f"/chez-moi/documents/{document}/avis.pdf").status_code == 404


def test_a_pdf_lost_from_the_disk_leads_back_to_the_page(superuser: Superuser, locataire: Client) -> None:
    document = document_of(superuser, MINE)
    superuser.execute("UPDATE mail_document SET pdf_sha256 = %s", ["a" * 64])
    answer = locataire.get(f"/chez-moi/documents/{document}/avis.pdf", follow=True)
    assert answer.redirect_chain == [(f"/chez-moi/documents/{document}/", 302)]
    assert "Ce PDF n’est pas disponible aujourd’hui." in answer.content.decode()


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_holds_all_that_is_known_of_the_person(superuser: Superuser, locataire: Client) -> None:
    said = text_of(get(locataire, "/chez-moi/dossier/"))
    for fact in ("Amandier", "01/01/1970", "PHONE-Amandier", "EMAIL-Amandier", "18 000,00", "1 500,00", "L101"):
        assert fact in said.replace("\u202f", " "), fact


def test_sharing_a_contact_is_one_click_dated_kept_and_taken_back_in_one_click(
    superuser: Superuser, locataire: Client, client_as: ClientAs
) -> None:
    caretaker, contact = client_as("gardien_nord"), contact_of(superuser, 1)
    path = f"/chez-moi/dossier/coordonnees/{contact}/"
    before = now()
    assert locataire.post(path, {"partage": "oui"})["Location"] == "/chez-moi/dossier/#coordonnees"
    row = superuser.execute(
        "SELECT shared_with_caretaker, shared_at FROM people_contact WHERE id = %s", [contact]
    ).fetchone()
    assert row is not None
    assert row[0] is True
    assert before <= row[1] <= now()
    assert "EMAIL-Amandier" in get(caretaker, "/terrain/residence/11/")
    assert "votre gardien peut vous joindre ainsi" in get(locataire, "/chez-moi/dossier/")
    locataire.post(path, {"partage": "oui"})
    again = superuser.execute("SELECT shared_at FROM people_contact WHERE id = %s", [contact]).fetchone()
    assert again == (row[1],)
    locataire.post(path, {"partage": "non"})
    assert "EMAIL-Amandier" not in get(caretaker, "/terrain/residence/11/")
    kept = superuser.execute(
        """SELECT verb, role, after ->> 'shared_with_caretaker' FROM leases_change
           WHERE subject = 'CONTACT' AND verb = 'UPDATE' ORDER BY id"""
    ).fetchall()
    assert kept == [("UPDATE", "palier_tenant", "true"), ("UPDATE", "palier_tenant", "false")]


def test_a_link_cannot_share_a_contact_nor_a_word_we_do_not_know(superuser: Superuser, locataire: Client) -> None:
    path = f"/chez-moi/dossier/coordonnees/{contact_of(superuser, 1)}/"
    assert locataire.get(path).status_code == 405
    assert locataire.post(path, {"partage": "peut-être"}).status_code == 404


# --- who read my file -------------------------------------------------------------------------------------------------


def read_as_officer(*persons: int) -> None:
    officer = Actor(role=Role.RENT_OFFICER, purpose="COMPTABILITE", agent_id=1, name="Agent gestionnaire_nord")
    with acting(officer, screen="compte", categories=("COMPTE", "BAIL")) as reading:
        reading.saw(persons)


def test_the_tenant_sees_the_reading_that_an_officer_has_just_made_and_no_name(
    superuser: Superuser, locataire: Client
) -> None:
    assert "Personne n’a ouvert votre dossier" in get(locataire, "/chez-moi/dossier/lectures/")
    read_as_officer(1, 4)
    page = get(locataire, "/chez-moi/dossier/lectures/")
    said = text_of(page)
    assert "Aujourd’hui" in said
    assert "Agence Nord, gestionnaire" in said
    assert "Pour tenir votre compte." in said
    assert "votre compte locatif" in said
    assert "votre bail" in said
    assert "gestionnaire_nord" not in page
    assert "Une consultation ces sept derniers jours." in get(locataire, "/chez-moi/")


def test_the_reading_of_someone_else_is_not_told(superuser: Superuser, locataire: Client) -> None:
    read_as_officer(4)
    assert "Agence Nord" not in get(locataire, "/chez-moi/dossier/lectures/")


def test_what_was_done_to_everyone_is_told_apart(superuser: Superuser, locataire: Client) -> None:
    read_as_officer(1)
    for _ in range(2):
        with batch(Batch.RENT, operator="Jeanne Opératrice", motive="MOIS", command="rent run", agent_id=1):
            pass
    page = get(locataire, "/chez-moi/dossier/lectures/")
    assert page.count("sans lecture par une personne") == 1
    assert "En 2 étapes" in page
    assert "Jeanne" not in page
    assert "sans lecture par une personne" not in get(locataire, "/chez-moi/dossier/lectures/?quoi=personnes")
    assert "Pour tenir votre compte." not in get(locataire, "/chez-moi/dossier/lectures/?quoi=traitements")


def test_older_readings_are_a_page_further(superuser: Superuser, locataire: Client) -> None:
    superuser.execute(
        """INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories,
                                          screen, terms)
           SELECT now() - make_interval(days => n), 1, '', 'rent_officer', 'COMPTABILITE', '', false, '{1}', '{COMPTE}',
                  'compte', '' FROM generate_series(400, 1, -1) AS n"""
    )
    superuser.execute(
        """INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories,
                                          screen, terms)
           SELECT now() + make_interval(secs => n), NULL, 'x', 'rent_run', 'COMPTABILITE', '', true, '{}', '{COMPTE}',
                  'compte', '' FROM generate_series(1, 70) AS n"""
    )
    page = get(locataire, "/chez-moi/dossier/lectures/")
    # What people read these last days is not hidden by what ran since.
    first = text_of(page)
    assert first.index("Hier") < first.index("sans lecture par une personne")
    assert "votre dossier a été ouvert 364 fois" in text_of(page) or "ouvert 365 fois" in text_of(page)
    earlier = re.search(r'"(\?avant=\d+)"', page)
    assert earlier is not None
    get(locataire, f"/chez-moi/dossier/lectures/{earlier.group(1)}")
    for wrong in ("?avant=x", "?avant=-1", "?quoi=tout", f"?avant={'9' * 30}"):
        assert locataire.get(f"/chez-moi/dossier/lectures/{wrong}").status_code == 404, wrong


@pytest.mark.parametrize("column", ["subjects", "operator", "terms"])
def test_the_journal_tells_a_tenant_neither_the_others_read_nor_the_operator(superuser: Superuser, column: str) -> None:
    tenant = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1)
    with pytest.raises(DatabaseError, match="permission denied"), acting(tenant), connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM privacy_readevent")


def test_a_tenant_reads_no_name_of_an_agent(superuser: Superuser) -> None:
    read_as_officer(1)
    tenant = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1)
    with acting(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT id, service, function FROM agents_agent")
        assert cursor.fetchall() == [(1, "Agence Nord", "Gestionnaire")]
    with pytest.raises(DatabaseError, match="permission denied"), acting(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT last_name FROM agents_agent")


def test_the_officers_page_at_the_desk_is_in_the_tenants_list_at_once(
    cluster: "Cluster", fresh_world: "Made", client_as: ClientAs
) -> None:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        person = number(session, "SELECT person_id FROM agents_user WHERE identifier = 'locataire_1@demo.example'")
        account = number(
            session,
            "SELECT l.account_id FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id"
            f" WHERE o.person_id = {person}",
        )
    tenant = client_as("locataire_1")
    assert "Agence Nord, gestionnaire locative" not in get(tenant, "/chez-moi/dossier/lectures/")
    get(client_as("gestionnaire_nord"), reverse("desk:account", kwargs={"account_id": account}))
    page = get(tenant, "/chez-moi/dossier/lectures/")
    assert "Agence Nord, gestionnaire locative" in page
    assert "Ferrand" not in page


# --- felt -------------------------------------------------------------------------------------------------------------


def test_the_first_page_weighs_less_than_100_kb_in_15_requests_at_most(locataire: Client) -> None:
    page = get(locataire, "/chez-moi/")
    linked = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', page)
    fonts = ["palier/vendor/hanken-grotesk-latin.woff2"]
    assert 1 + len(linked) + len(fonts) <= 15
    files = [Path(str(finders.find(name))).read_bytes() for name in linked]
    weight = sum(len(gzip.compress(file)) for file in (page.encode(), *files))
    assert weight + Path(str(finders.find(fonts[0]))).stat().st_size <= 100_000


def test_sentences_are_short(superuser: Superuser, locataire: Client) -> None:
    """15 words a sentence at most, on average, on every page; the explanations of the law included."""
    for path in (*PAGES, f"/chez-moi/documents/{document_of(superuser, MINE)}/"):
        said = text_of(get(locataire, path)).replace("\u202f", "").replace("\u00a0", " ")
        sentences = [sentence.split() for sentence in re.split(r"[.?!\n](?:\s|$)|\n", said) if sentence.strip()]
        assert sum(map(len, sentences)) / len(sentences) <= 15, path


def test_nothing_is_inline_and_nothing_is_kept(superuser: Superuser, locataire: Client) -> None:
    for path in (*PAGES, f"/chez-moi/documents/{document_of(superuser, MINE)}/"):
        response = locataire.get(path)
        body = response.content.decode()
        assert not re.search(
            r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|https?://(?!www\.w3\.org/2000/svg)", body
        ), path
        assert response["Cache-Control"] == "no-store"
        assert response["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
