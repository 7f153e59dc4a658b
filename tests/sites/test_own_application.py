"""« Ma demande »: the applicant reads their own, renews it, gives the pieces asked; another applicant reaches none."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.applications import HER_NUMBER, HERS, HIS, INES, MOTHER, SECRETARY, write_applications
from tests.commission import FIRST_VACANCY, write_commission
from tests.landlord import Landlord, insert
from tests.operations.test_commission import ALLOCATED, SECOND, as_secretary, decide, in_session, item_of, version_of

from palier.attribution.models import Decision, Sheet
from palier.attribution.operations.sittings import close_sitting
from palier.attribution.rules.deciding import Verdict
from palier.demandes.models import Work
from palier.foundation.clock import now, today
from palier.foundation.periods import after_months
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

MINE = reverse("home:application")
RENEW = reverse("home:application_renew", args=[HERS])
PIECE = reverse("home:application_piece", args=[HERS, 70])


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        insert(session, "demandes_piece", [
            {"id": 70, "application_id": HERS, "member_id": MOTHER, "code": "IDENTITE", "state": "ASKED",
             "asked_on": today(), "ground": "", "content_sha256": ""},
        ])  # fmt: skip
        yield session


@pytest.fixture
def applicant(superuser: psycopg.Connection, client_as: "ClientAs") -> Client:
    return client_as("demandeuse")


def _said(content: bytes) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content.decode().partition("<main")[2])).split())


def _photo(content: bytes = b"") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(out, "PNG")
    return SimpleUploadedFile("carte.png", content or out.getvalue(), content_type="image/png")


def test_the_applicant_reads_their_own_application_in_plain_words(applicant: Client, client_as: "ClientAs") -> None:
    assert "Ma demande" in _said(applicant.get(reverse("home:home")).content)
    page = _said(applicant.get(MINE).content)
    for said in (HER_NUMBER, "Votre demande est active.", "Pièce d’identité", "À donner", "Théo Érable",
                 "Logement trop petit", "Les points aident la commission."):  # fmt: skip
        assert said in page, said
    # No sentence of more than fifteen words among those the page says by itself.
    told = page.partition("Votre demande est active.")[2].partition("Qui a lu")[0]
    assert all(len(sentence.split()) <= 15 for sentence in re.split(r"[.?!]", told)), told
    intruder = client_as("autre_demandeur")
    assert HER_NUMBER not in _said(intruder.get(MINE).content)
    assert intruder.get(reverse("home:one_application", args=[HERS])).status_code == 404
    assert intruder.get(PIECE).status_code == 404
    assert intruder.post(PIECE, {"file": _photo()}).status_code == 404
    assert intruder.post(RENEW).status_code == 404
    assert applicant.get(reverse("home:one_application", args=[HIS])).status_code == 404


def test_communes_are_named_where_a_residence_names_them(
    applicant: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    superuser.execute("UPDATE estate_residence SET commune = '75113', city = 'Paris' WHERE id = 11")
    insert(superuser, "demandes_wish", [{"application_id": HERS, "commune": "75113", "rank": 2}])
    for page in (applicant.get(MINE), client_as("attribution").get(reverse("desk:application", args=[HERS]))):
        assert "commune 93066, Paris 13e" in _said(page.content)
    wishes = client_as("attribution").get(reverse("desk:application_change", args=[HERS, "souhaits"]))
    assert "Dans le dossier : commune 93066, 75113 Paris 13e." in _said(wishes.content)


def test_their_file_leads_to_the_household_of_their_application(applicant: Client, client_as: "ClientAs") -> None:
    page = _said(applicant.get(reverse("home:file")).content)
    assert f"Votre demande n° {HER_NUMBER} les dit. 1 adulte, 1 personne à charge." in page
    assert "Aucun foyer" not in page
    assert "Aucune ressource" not in page
    assert client_as("attribution").get(reverse("desk:application", args=[HERS])).status_code == 200
    readings = applicant.get(reverse("home:readings")).content.decode()
    for category in ("DEMANDE", "EXAMEN", "PIECES", "BESOINS"):
        assert f'<option value="{category}"' in readings, category


def test_their_work_is_theirs_and_the_officers_to_read(
    applicant: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    insert(superuser, "demandes_work", [
        {"member_id": MOTHER, "application_id": HERS, "status": "CDI", "commune": "93048"},
    ])  # fmt: skip
    file = reverse("desk:application", args=[HERS])
    for page in (applicant.get(MINE), client_as("attribution").get(file)):
        assert "CDI ou fonctionnaire, commune 93048" in _said(page.content)
    assert "CDI ou fonctionnaire" not in _said(client_as("attribution_sud").get(file).content)
    # No page of theirs writes it.
    ines = Actor(role=Role.APPLICANT, purpose="ESPACE_LOCATAIRE", person_id=INES)
    with acting(ines), pytest.raises(ProgrammingError, match="permission denied"):
        Work.objects.filter(pk=MOTHER).update(status="CDD")


def test_a_tenant_without_a_transfer_has_no_such_page_and_one_with_it_has(
    superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    tenant = client_as("locataire")
    assert tenant.get(MINE).status_code == 404
    superuser.execute("UPDATE demandes_application SET person_id = 1, path = 'TRANSFER' WHERE id = %s", [HIS])
    assert "Votre demande est active." in _said(tenant.get(MINE).content)


def test_renewing_is_one_click_and_once_a_day(applicant: Client, superuser: psycopg.Connection) -> None:
    superuser.execute(
        "UPDATE demandes_application SET filed_on = %s, expires_on = %s WHERE id = %s",
        [after_months(today(), -12), today(), HERS],
    )
    assert "Renouveler ma demande" in _said(applicant.get(MINE).content)
    answer = applicant.post(RENEW)
    assert answer.status_code == 302
    assert "Renouveler ma demande" not in _said(applicant.get(answer.headers["Location"]).content)
    assert superuser.execute(
        "SELECT renewed_on, expires_on FROM demandes_application WHERE id = %s", [HERS]
    ).fetchone() == (today(), after_months(today(), 12))
    assert applicant.post(RENEW).status_code == 422


def test_a_piece_asked_is_given_and_taken_back_to_look_at(applicant: Client, superuser: psycopg.Connection) -> None:
    for hostile in (b"<svg><script>1</script></svg>", b"PK\x03\x04zip", b"%PDF-1.4 rien"):
        answer = applicant.post(PIECE, {"file": _photo(hostile)})
        assert answer.status_code == 422
        assert "Rien n’en est gardé." in _said(answer.content)
    assert applicant.post(PIECE, {}).status_code == 422
    assert superuser.execute("SELECT count(*) FROM demandes_refusedpaper WHERE agent_id IS NULL").fetchone() == (3,)
    assert applicant.get(PIECE).status_code == 404
    assert applicant.post(PIECE, {"file": _photo()}).status_code == 302
    file = applicant.get(PIECE)
    assert file.status_code == 200
    assert file.content.startswith(b"\xff\xd8")
    assert file.headers["Content-Disposition"] == 'attachment; filename="identite.jpg"'
    # Given once: what is examined does not change under the reader's eyes.
    assert applicant.post(PIECE, {"file": _photo()}).status_code == 422


def test_an_application_that_ended_says_why_and_until_when_it_is_kept(
    applicant: Client, superuser: psycopg.Connection
) -> None:
    superuser.execute(
        """UPDATE demandes_application SET state = 'RADIATED', radiated_on = %s,
           radiation_motive = 'RENONCIATION' WHERE id = %s""",
        [today(), HERS],
    )
    page = _said(applicant.get(MINE).content)
    assert "Votre demande est arrêtée." in page
    assert "renonciation écrite" in page
    assert f"effacé le {after_months(today(), 12):%d/%m/%Y}" in page


def test_the_applicant_reads_why_a_dwelling_was_proposed_or_not(
    cluster: "Cluster", own_landlord: Landlord, client_as: "ClientAs"
) -> None:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        session.execute(
            """INSERT INTO attribution_matching (id, vacancy_id, made_at, "on", territory, examined, suited)
               VALUES (5, %s, now(), now()::date, '', 2, 1)""",
            [FIRST_VACANCY],
        )
        for application_id, place, suits, against in ((HERS, 1, False, ["COMMUNE"]), (HIS, 2, True, [])):
            session.execute(
                """INSERT INTO attribution_match (matching_id, application_id, place, suits, verdict, against,
                                                  to_check, filed_on, persons)
                   VALUES (5, %s, %s, %s, 'ELIGIBLE', %s, '{}', now()::date, 2)""",
                [application_id, place, suits, against],
            )
    page = _said(client_as("demandeuse").get(MINE).content)
    assert "Un logement ne vous convenait pas. Vous n’avez pas demandé cette commune." in page
    assert "à la place 2" not in page
    his = _said(client_as("autre_demandeur").get(MINE).content)
    assert "Vous étiez à la place 2 de notre liste." in his
    assert "cette commune" not in his


def test_a_decision_is_read_from_its_letter_on_with_what_follows_by_the_person_and_the_officer(
    cluster: "Cluster", own_landlord: Landlord, client_as: "ClientAs"
) -> None:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        decision = found_inadmissible(session)
        applicant, officer, colleague = client_as("demandeuse"), client_as("attribution"), client_as("attribution_sud")
        file, until = reverse("desk:application", args=[HERS]), f"{after_months(today(), 1):%d/%m/%Y}"
        # The line that the end of the sitting wrote tells nobody what was decided.
        assert "Décision de la commission" in _said(colleague.get(file).content)
        for page in (applicant.get(MINE), officer.get(file), colleague.get(file)):
            said = _said(page.content).lower()
            assert [word for word in ("plafond.", "irrecevabilit", "non recevable") if word in said] == []
        insert(session, "attribution_notification", [
            {"decision_id": decision, "application_id": HERS, "person_id": INES, "kind": "DECISION",
             "number": "DEC-1", "content_sha256": "", "pdf_sha256": "", "made_at": now(), "means": "LRAR",
             "notified_on": today()},
        ])  # fmt: skip
        page = _said(applicant.get(MINE).content)
        assert "Votre demande est active." not in page
        for said in ("La commission juge votre demande non recevable.", "Motif : ressources au-dessus du plafond.",
                     f"Notre lettre du {today():%d/%m/%Y} vous en avertit.", f"peut être radiée dès le {until}",
                     f"Répondre avant le {until}", "tribunal administratif", "Lire la lettre"):  # fmt: skip
            assert said in page, said
        told = page.partition("non recevable.")[2].partition("Qui a lu")[0]
        assert all(len(sentence.split()) <= 15 for sentence in re.split(r"[.?!]", told)), told
        desk = _said(officer.get(file).content)
        for said in ("Rejet pour irrecevabilité", "Motif : ressources au-dessus du plafond.",
                     f"reçue le {today():%d/%m/%Y}", "L’avertissement reste à noter"):  # fmt: skip
            assert said in desk, said
        # Of a file that is not theirs, an officer reads no decision.
        assert "irrecevabilit" not in _said(colleague.get(file).content).lower()

        warn(session, "NON_REPONSE", today() - timedelta(days=1))
        page = _said(applicant.get(MINE).content)
        assert "Nous vous avons averti le" in page
        assert f"peut être radiée dès le {until}" in page
        warn(session, "IRRECEVABLE_PLAFOND", after_months(today(), 1))
        assert f"peut être radiée dès le {after_months(today(), 2):%d/%m/%Y}" in _said(applicant.get(MINE).content)
        session.execute("UPDATE demandes_application SET warned_on = NULL, warned_for = '' WHERE id = %s", [HERS])
        session.execute("UPDATE attribution_notification SET notified_on = '2026-03-12', made_at = '2026-03-10'")
        page = _said(applicant.get(MINE).content)
        assert "Le délai pour répondre est passé depuis le 12/04/2026." in page
        assert "dès le 12/04/2026" not in page


def warn(session: psycopg.Connection, motive: str, on: date) -> None:
    session.execute("UPDATE demandes_application SET warned_on = %s, warned_for = %s WHERE id = %s", [on, motive, HERS])


def found_inadmissible(session: psycopg.Connection) -> int:
    """A sitting that closed on her application, above every ceiling, before any letter; the decision on it."""
    session.execute("UPDATE demandes_resources SET n2_cents = 99999900 WHERE application_id = %s", [HERS])
    sitting = in_session(FIRST_VACANCY)
    with as_secretary():
        item = item_of(sitting).pk
        others = iter((ALLOCATED, SECOND))
        for rank, sheet in enumerate(Sheet.objects.filter(item_id=item).order_by("pseudonym")):
            is_hers = sheet.candidate.application_id == HERS
            decide(item, rank, Verdict(kind="IRRECEVABILITE", motive="PLAFOND") if is_hers else next(others))
        close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())
        return Decision.objects.get(kind="IRRECEVABILITE").pk
