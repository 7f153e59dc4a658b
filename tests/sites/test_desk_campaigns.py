"""Campaigns and housing aid at the desk: what each function sees, two people, the stranger's 404."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.landlord import Landlord
from tests.operations.test_housing_aid import CODE, NUMBERS, detail, lines
from tests.sites.answers import bytes_of

from palier.aid.numbers import number_digest
from palier.aid.tasks import import_given
from palier.campaigns.operations.revision import Vote, simulate_revision
from palier.campaigns.tasks import apply_revised, letters
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

ClientAs = Callable[[str], Client]
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOME = "/bureau/campagnes/"


@pytest.fixture
def revision(own_landlord: Landlord) -> str:
    with batch(Batch.IMPORT, operator="tests", motive="CAMPAGNE", command="révision", categories=("BAIL",)):
        vote = Vote(year=2027, percent=Decimal("1.00"))
        number = simulate_revision(vote=vote, by=own_landlord.agents["siege"], at=AT).pk
    return f"{HOME}revisions/{number}/"


def context(job: int) -> SimpleNamespace:
    """What a worker gives to a task: the number of its job."""
    return SimpleNamespace(job=SimpleNamespace(id=job))


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return bytes_of(answer).decode()


@pytest.mark.parametrize("stranger", ["gardien_nord", "dpo", "locataire", "travailleuse_sociale"])
def test_campaigns_and_aid_do_not_exist_for_strangers(revision: str, client_as: ClientAs, stranger: str) -> None:
    browser = client_as(stranger)
    for page in (HOME, revision, f"{revision}residences/11/", f"{revision}baux/101/lettre.pdf", "/bureau/aides/"):
        assert browser.get(page).status_code == 404


def test_an_agency_reads_its_own_residences_of_a_revision(revision: str, client_as: ClientAs) -> None:
    north = client_as("gestionnaire_nord")
    page = text(north, revision)
    assert "Les Tilleuls" in page
    assert "Les Oliviers" not in page
    assert "Amandier" in text(north, f"{revision}residences/11/")
    assert north.get(f"{revision}residences/21/").status_code == 404
    assert north.get(f"{revision}baux/201/lettre.pdf").status_code == 404
    assert north.get("/bureau/aides/").status_code == 404


def test_the_letter_of_a_lease_is_a_pdf_that_says_why(revision: str, client_as: ClientAs) -> None:
    answer = client_as("siege").get(f"{revision}baux/101/lettre.pdf")
    assert answer.status_code == 200
    pdf = bytes_of(answer)
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 5_000


def test_one_signs_and_another_asks_for_the_application(revision: str, client_as: ClientAs) -> None:
    accountant, siege = client_as("comptable"), client_as("siege")
    assert "Viser la révision" in text(siege, revision)
    assert siege.post(f"{revision}viser/").status_code == 302
    assert "Appliquer à" not in text(siege, revision)
    refused = siege.post(f"{revision}appliquer/", follow=True)
    assert "une autre personne doit l’appliquer" in bytes_of(refused).decode()
    assert "Appliquer à" in text(accountant, revision)
    asked = accountant.post(f"{revision}appliquer/", follow=True)
    assert "L’application est demandée" in bytes_of(asked).decode()
    assert client_as("gestionnaire_nord").post(f"{revision}appliquer/").status_code == 404


def test_the_job_applies_what_two_people_signed(
    revision: str, own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    client_as("siege").post(f"{revision}viser/")
    number = int(revision.rstrip("/").rsplit("/", 1)[1])
    for _ in range(2):
        apply_revised.func(context(7), revision_id=number, asked_by=own_landlord.agents["comptable"])
    rows = superuser.execute(
        "SELECT amount_cents FROM leases_term WHERE lease_id = 101 AND first_day = %s", [date(2027, 1, 1)]
    ).fetchall()
    assert rows == [(40_400,)]


def test_a_rate_above_the_index_is_told_on_the_form(own_landlord: Landlord, client_as: ClientAs) -> None:
    answer = client_as("siege").post(f"{HOME}revisions/simuler/", {"year": "2027", "percent": "3.00"})
    assert answer.status_code == 422
    assert "dépasse la variation de l’indice" in bytes_of(answer).decode()
    asked = client_as("siege").post(f"{HOME}revisions/simuler/", {"year": "2027", "percent": "1.00"})
    assert asked.status_code == 302


def test_a_survey_is_opened_and_an_answer_kept(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE estate_dwelling SET floor_area_m2 = 60, financing = 'PLUS'")
    siege = client_as("siege")
    opened = siege.post(f"{HOME}enquetes/ouvrir/", {"year": "2026", "fee": "25"})
    survey = opened.headers["Location"]
    assert "Amandier" in text(siege, survey)
    assert "Datura" not in text(client_as("gestionnaire_nord"), survey)
    assert client_as("gestionnaire_nord").get(f"{survey}baux/201/").status_code == 404
    wrong = siege.post(f"{survey}baux/101/", {"income": "-1", "category": "9"})
    assert wrong.status_code == 422
    kept = siege.post(f"{survey}baux/101/", {"income": "42802.80", "category": "1", "extra_people": "0"}, follow=True)
    # 3.11 × 60 × 2.61 = 487.03 a month.
    assert "487,03" in bytes_of(kept).decode()
    early = siege.post(f"{survey}lettres/", {"lettre": "SLS_RELANCE"}, follow=True)
    assert "Personne n’attend cette lettre" in bytes_of(early).decode()
    assert siege.post(f"{survey}lettres/", {"lettre": "REVISION_LOYER"}).status_code == 404
    assert client_as("gestionnaire_nord").post(f"{survey}lettres/", {"lettre": "SLS_ENQUETE"}).status_code == 404


def test_the_day_of_a_slip_is_noted_on_the_sheet_of_the_household(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    superuser.execute(
        """INSERT INTO campaigns_survey (id, year, opened_on, fee_cents, opened_by, opened_at)
           VALUES (2, 2026, '2026-09-01', 2500, 0, now())"""
    )
    superuser.execute(
        """INSERT INTO campaigns_surveyfile
               (survey_id, lease_id, residence_id, state, exemption, provisional_cents, fee_cents, sent_on, noticed_on)
           VALUES (2, 101, 11, 'NOTICED', '', 0, 0, '2026-09-01', '2026-10-02'),
                  (2, 201, 21, 'NOTICED', '', 0, 0, '2026-09-01', '2026-10-02')"""
    )
    survey, north = f"{HOME}enquetes/2/", client_as("gestionnaire_nord")
    assert "avis de réception à noter" in text(north, survey)
    assert "Remise, ou première présentation" in text(north, f"{survey}baux/101/")

    def noted(day: str) -> str:
        return bytes_of(north.post(f"{survey}baux/101/recue/", {"reached_on": day}, follow=True)).decode()

    assert "que porte l’avis de réception" in noted("")
    assert "n’a pas pu arriver avant" in noted("2026-10-01")
    assert "court jusqu’au" in noted("2026-10-09")
    assert superuser.execute("SELECT reached_on FROM campaigns_surveyfile ORDER BY lease_id").fetchall() == [
        (date(2026, 10, 9),),
        (None,),
    ]
    for stranger, lease in (("gestionnaire_nord", 201), ("gardien_nord", 101), ("locataire", 101)):
        for day in ("", "2026-10-09"):
            answer = client_as(stranger).post(f"{survey}baux/{lease}/recue/", {"reached_on": day})
            assert answer.status_code == 404


def test_a_survey_is_compared_with_the_one_of_the_year_before(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    superuser.execute(
        """INSERT INTO campaigns_survey (id, year, opened_on, fee_cents, opened_by, opened_at)
           VALUES (1, 2025, '2025-09-01', 2500, 0, now()), (2, 2026, '2026-09-01', 2500, 0, now())"""
    )
    superuser.execute(
        """INSERT INTO campaigns_surveyfile
               (survey_id, lease_id, residence_id, state, exemption, provisional_cents, fee_cents, supplement_cents)
           VALUES (1, 101, 11, 'ANSWERED', '', 0, 0, 0), (1, 102, 12, 'ANSWERED', '', 0, 0, 2499),
                  (1, 201, 21, 'EXEMPT', 'QPV', 0, 0, NULL),
                  (2, 101, 11, 'PROVISIONAL', '', 91245, 2500, NULL), (2, 102, 12, 'ANSWERED', '', 0, 0, 2500),
                  (2, 201, 21, 'SENT', '', 0, 0, NULL)"""
    )

    def compared(client: Client, survey: int) -> dict[str, list[str]]:
        page = text(client, f"{HOME}enquetes/{survey}/").replace("\u00a0", " ").replace("\u202f", " ")
        rows = re.findall(r'<tr><th scope="row" class="wrap">([^<]+)</th>(.*?)</tr>', page)
        return {label: re.findall(r"<td[^>]*>([^<]*)</td>", cells) for label, cells in rows}

    office = client_as("siege")
    assert compared(office, 2) == {
        "Enquêtés": ["3", "2"],
        "Répondus": ["1 (33 %)", "2 (100 %)"],
        "Facturés": ["2", "1"],
        "dont au supplément provisoire": ["1", "0"],
        "Suppléments par mois": ["937,45 €", "24,99 €"],
        "Aucun supplément": ["0", "1"],
        "Moins de 25 €": ["0", "1, 24,99 €"],
        "De 25 à moins de 50 €": ["1, 25,00 €", "0"],
        "De 50 à moins de 100 €": ["0", "0"],
        "De 100 à moins de 200 €": ["0", "0"],
        "200 € et plus": ["1, 912,45 €", "0"],
    }
    # An agency compares its own residences.
    assert compared(client_as("gestionnaire_sud"), 2)["Enquêtés"] == ["1", "0"]
    first = text(office, f"{HOME}enquetes/1/")
    assert "la comparaison viendra avec la suivante" in first
    assert compared(office, 1)["Facturés"] == ["1"]


def imported(address: str, landlord: Landlord) -> None:
    """What the job does with a file just given, twice as after a kill."""
    for _ in range(2):
        import_given.func(
            context(8), given_id=int(address.rstrip("/").rsplit("/", 1)[1]), asked_by=landlord.agents["siege"]
        )


def test_a_file_of_the_caf_is_given_and_its_queue_dealt_with(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    siege = client_as("siege")
    content = "\n".join(lines(detail(NUMBERS[101], "2611", 15_000), amount=15_000)).encode()
    given = siege.post("/bureau/aides/donner/", {"file": SimpleUploadedFile("caf.txt", content)}, follow=True)
    waiting = given.redirect_chain[-1][0]
    assert "Le fichier est scellé en attendant" in bytes_of(given).decode()
    assert client_as("comptable").get(waiting).status_code == 404
    ((sealed_content,),) = superuser.execute("SELECT content_sealed FROM aid_givenaidfile").fetchall()
    assert content[:40] not in bytes(sealed_content)
    imported(waiting, own_landlord)
    assert superuser.execute("SELECT count(*), count(content_sealed) FROM aid_givenaidfile").fetchone() == (1, 0)
    shown = siege.get(waiting, follow=True)
    page, place = bytes_of(shown).decode(), shown.redirect_chain[-1][0]
    assert "allocataire inconnu" in page
    assert "non vérifié" in page
    row = page.split("/bureau/aides/lignes/")[1].split("/")[0]
    lost = siege.post(f"/bureau/aides/lignes/{row}/rattacher/", {"bail": "L999"}, follow=True)
    assert "Aucun bail ne porte" in bytes_of(lost).decode()
    found = siege.post(f"/bureau/aides/lignes/{row}/rattacher/", {"bail": "L101"}, follow=True)
    assert "Rien à voir" in bytes_of(found).decode()
    transfer = client_as("comptable").post(f"{place}virement/", follow=True)
    assert "Aucun mouvement de banque" in bytes_of(transfer).decode()
    again = siege.post("/bureau/aides/donner/", {"file": SimpleUploadedFile("caf.txt", content)}).headers["Location"]
    imported(again, own_landlord)
    assert "avait déjà été lu" in bytes_of(siege.get(again, follow=True)).decode()
    broken = siege.post("/bureau/aides/donner/", {"file": SimpleUploadedFile("caf.txt", content[:-3])})
    imported(broken.headers["Location"], own_landlord)
    assert "Ligne 4" in text(siege, broken.headers["Location"])
    for stranger in ("gestionnaire_nord", "gardien_nord", "locataire"):
        assert client_as(stranger).get(waiting).status_code == 404


def test_a_file_of_the_caf_whose_job_was_stopped_is_read_again_or_left(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    siege = client_as("siege")
    content = "\n".join(lines(detail(NUMBERS[101], "2611", 15_000), amount=15_000)).encode()
    given = [
        siege.post("/bureau/aides/donner/", {"file": SimpleUploadedFile(name, content)}).headers["Location"]
        for name in ("lu.txt", "laisse.txt")
    ]
    # Nobody is left to put them back: their jobs are gone with their worker.
    superuser.execute("DELETE FROM procrastinate_jobs")
    superuser.execute("UPDATE foundation_jobprogress SET state = 'FAILED', message = 'Interrompu avant la fin'")
    shown = text(siege, given[0])
    assert "Relire" in shown
    assert "Laisser" in shown
    # A page does not wait for the job that holds the file.
    with superuser.transaction():
        superuser.execute("SELECT FROM aid_givenaidfile FOR UPDATE")
        for act in ("relire", "laisser"):
            assert "lu en ce moment même" in bytes_of(siege.post(f"{given[0]}{act}/", follow=True)).decode()
    for stranger in ("comptable", "gestionnaire_nord", "gardien_nord", "locataire"):
        for act in ("relire", "laisser"):
            assert client_as(stranger).post(f"{given[0]}{act}/").status_code == 404
    assert siege.post(f"{given[0]}relire/").status_code == 302
    assert superuser.execute("SELECT task_name, args ->> 'given_id' FROM procrastinate_jobs").fetchall() == [
        ("palier.aid.tasks.import_given", given[0].rstrip("/").rsplit("/", 1)[1])
    ]
    imported(given[0], own_landlord)
    assert "est laissé" in bytes_of(siege.post(f"{given[1]}laisser/", follow=True)).decode()
    # The job that was thought dead comes late, and what is decided is not decided again.
    imported(given[1], own_landlord)
    for place in given:
        assert "donnez-le de nouveau" in bytes_of(siege.post(f"{place}laisser/", follow=True)).decode()
    assert "Relire" not in text(siege, given[1])
    assert superuser.execute(
        "SELECT state, content_sealed IS NULL, decided_by IS NOT NULL FROM aid_givenaidfile ORDER BY id"
    ).fetchall() == [("IMPORTED", True, False), ("LEFT", True, True)]
    assert superuser.execute("SELECT count(*) FROM aid_aidfile").fetchone() == (1,)


def test_who_is_absent_from_a_file_waits_on_its_page(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    superuser.execute(
        """INSERT INTO aid_beneficiary (lease_id, residence_id, number_digest, number_end, linked_by, linked_at)
           SELECT 100 + rank, 10 + rank, digest, '10' || rank, 0, now()
           FROM unnest(%s::text[]) WITH ORDINALITY AS given (digest, rank)""",
        [[number_digest(CODE, NUMBERS[lease]) for lease in (101, 102)]],
    )
    siege = client_as("siege")

    def given(name: str, *rows: str, amount: int) -> str:
        content = "\n".join(lines(*rows, amount=amount)).encode()
        address = siege.post("/bureau/aides/donner/", {"file": SimpleUploadedFile(name, content)}).headers["Location"]
        imported(address, own_landlord)
        return bytes_of(siege.get(address, follow=True)).decode()

    both = (detail(NUMBERS[101], "2611", 15_000), detail(NUMBERS[102], "2611", 9_000))
    assert "absent du fichier" not in given("novembre.txt", *both, amount=24_000)
    page = given("decembre.txt", detail(NUMBERS[101], "2612", 15_000), amount=15_000)
    assert "payé le mois d’avant, absent du fichier" in page
    row = page.split("/bureau/aides/lignes/")[1].split("/")[0]
    accepted = siege.post(f"/bureau/aides/lignes/{row}/accepter/", follow=True)
    assert "Rien à voir" in bytes_of(accepted).decode()


def test_a_rappel_and_an_indu_are_lines_of_their_own_on_the_page_of_the_file(
    own_landlord: Landlord, client_as: ClientAs
) -> None:
    siege = client_as("siege")
    # October is past in a file of November: a rappel; what the CAF withholds is an indu.
    rows = lines(
        detail(NUMBERS[101], "2611", 15_000, 2_000), detail(NUMBERS[101], "2610", 3_000), amount=18_000, withheld=2_000
    )
    given = siege.post(
        "/bureau/aides/donner/", {"file": SimpleUploadedFile("caf.txt", "\n".join(rows).encode())}
    ).headers["Location"]
    imported(given, own_landlord)
    shown = siege.get(given, follow=True)
    row = bytes_of(shown).decode().split("/bureau/aides/lignes/")[1].split("/")[0]
    siege.post(f"/bureau/aides/lignes/{row}/rattacher/", {"bail": "L101"})
    page = text(siege, shown.redirect_chain[-1][0])
    told = page.split("Rappels et indus", 1)[1]
    assert "Rappel d’un mois passé" in told
    assert "30,00" in told
    assert "Indu retenu" in told
    assert "20,00" in told
    assert told.count("écriture n°") == 2


def test_letters_are_prepared_by_one_read_and_launched_by_another(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE estate_dwelling SET floor_area_m2 = 60, financing = 'PLUS'")
    siege, accountant = client_as("siege"), client_as("comptable")
    survey = siege.post(f"{HOME}enquetes/ouvrir/", {"year": "2026", "fee": "25"}).headers["Location"]
    prepared = accountant.post(f"{survey}lettres/", {"lettre": "SLS_ENQUETE"}, follow=True)
    mailing = prepared.redirect_chain[-1][0]
    page = bytes_of(prepared).decode()
    assert "Rien n’est parti" in page
    assert "Lancer" not in page
    assert bytes_of(accountant.get(f"{mailing}exemple.pdf")).startswith(b"%PDF")
    assert "une autre personne doit le lancer" in bytes_of(accountant.post(f"{mailing}lancer/", follow=True)).decode()
    assert "Lancer 3 lettres" in text(siege, mailing)
    assert "L’envoi est lancé" in bytes_of(siege.post(f"{mailing}lancer/", follow=True)).decode()
    assert (
        "est déjà préparé" in bytes_of(siege.post(f"{survey}lettres/", {"lettre": "SLS_ENQUETE"}, follow=True)).decode()
    )
    number = int(mailing.rstrip("/").rsplit("/", 1)[1])
    for _ in range(2):
        letters.func(context(9), mailing_id=number, asked_by=own_landlord.agents["siege"])
    done = text(siege, mailing)
    assert "ES-" in done
    assert done.count("Ouvrir") == 3
    assert "À poster" in done
    assert "En attente d’un lot" in done
    assert "3\u00a0lettres" in done
    opened = done.split("Ouvrir")[0].rsplit('href="', 1)[1].split('"')[0]
    assert bytes_of(siege.get(opened)).startswith(b"%PDF")
    told = superuser.execute("SELECT categories, subjects <> '{}' FROM privacy_readevent ORDER BY id DESC LIMIT 1")
    assert told.fetchone() == (["COMPTE", "DOCUMENTS", "IDENTITE", "RESSOURCES"], True)
    assert client_as("gardien_nord").get(opened).status_code == 404
    north = text(client_as("gestionnaire_nord"), mailing)
    assert "Amandier" in north
    assert "Datura" not in north
    assert client_as("gestionnaire_nord").get(f"{mailing}exemple.pdf").status_code == 404
    for stranger in ("gardien_nord", "locataire", "travailleuse_sociale"):
        assert client_as(stranger).get(mailing).status_code == 404
        assert client_as(stranger).post(f"{mailing}lancer/").status_code == 404


@pytest.mark.parametrize("number", [999_999, 2**63, 10**30])
def test_a_number_that_no_row_bears_is_a_page_that_does_not_exist(
    own_landlord: Landlord, client_as: ClientAs, number: int
) -> None:
    siege = client_as("siege")
    aid = (f"/bureau/aides/{number}/", f"/bureau/aides/donnes/{number}/")
    campaigns = (f"{HOME}enquetes/{number}/", f"{HOME}enquetes/{number}/baux/{number}/", f"{HOME}{number}/")
    assert {siege.get(page).status_code for page in (*aid, *campaigns)} == {404}


def test_a_mailing_nobody_launched_is_given_up(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE estate_dwelling SET floor_area_m2 = 60, financing = 'PLUS'")
    siege = client_as("siege")
    survey = siege.post(f"{HOME}enquetes/ouvrir/", {"year": "2026", "fee": "25"}).headers["Location"]
    mailing = siege.post(f"{survey}lettres/", {"lettre": "SLS_ENQUETE"}).headers["Location"]
    assert "Aucune lettre n’est partie" in bytes_of(siege.post(f"{mailing}retirer/", follow=True)).decode()
    assert "n’est plus à lancer" in bytes_of(siege.post(f"{mailing}reprendre/", follow=True)).decode()


def test_an_excluded_area_is_noted_with_its_act_and_ended(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE estate_residence SET code = 'TILLEULS' WHERE id = 11")
    page, siege = f"{HOME}secteurs/", client_as("siege")
    act = {"residence": "TILLEULS", "reason": "PLH", "act": "DELIB-2025-12", "first_day": "2026-01-01"}
    assert "Aucun secteur exclu" in text(siege, page)
    assert "Aucune résidence" in bytes_of(siege.post(page, act | {"residence": "NULLE"})).decode()
    assert "est exclue" in bytes_of(siege.post(page, act, follow=True)).decode()
    again = siege.post(page, act)
    assert again.status_code == 422
    assert "déjà exclue" in bytes_of(again).decode()
    ((number,),) = superuser.execute("SELECT id FROM campaigns_excludedarea").fetchall()
    for stranger in ("gestionnaire_nord", "comptable", "gardien_nord", "locataire"):
        assert client_as(stranger).get(page).status_code == 404
        assert client_as(stranger).post(f"{page}{number}/fin/").status_code == 404
    assert "prend fin aujourd’hui" in bytes_of(siege.post(f"{page}{number}/fin/", follow=True)).decode()
    assert "n’existe pas" in bytes_of(siege.post(f"{page}{number}/fin/", follow=True)).decode()
