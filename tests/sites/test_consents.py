"""Agreements on the pages: one click each way, the text shown whole, a paper written down, nobody else's lease."""

import pytest
from tests.conftest import ClientAs, Statement

from palier.foundation.clock import today
from palier.leases.consents import Family, text_in_force

pytestmark = pytest.mark.usefixtures("own_landlord")

MINE, THEIRS = 101, 201
PAGE = "/chez-moi/dossier/accords/"
DESK = f"/bureau/baux/{MINE}/accords/"


def yes(family: Family = Family.NOTICES) -> dict[str, str]:
    return {"famille": family.value, "accord": "oui", "texte": text_in_force(family, on=today()).sha256}


def kept(statement: Statement) -> list[tuple[object, ...]]:
    return statement("SELECT person_id, family, word, means FROM leases_consent ORDER BY id")


def test_a_tenant_gives_and_withdraws_in_one_click_each(client_as: ClientAs, statement: Statement) -> None:
    tenant = client_as("locataire")
    said = tenant.get(PAGE).content.decode()
    # Nothing is ticked: the six families, the texts whole, paper as it stands.
    assert said.count("Je suis d’accord") == 6
    assert "Vous n’avez rien accepté." in said
    assert "J’accepte de lire mes avis d’échéance dans mon espace, à la place du papier." in said
    assert tenant.post(f"{PAGE}{MINE}/", yes()).status_code == 302
    assert "Une fois l’accord donné\u00a0: vos avis arrivent dans cet espace, et non plus par la poste." in said
    assert '<p class="mb-1">Vos avis arrivent' in tenant.get(PAGE).content.decode()
    assert "Vous avez donné votre accord" in tenant.get(PAGE).content.decode()
    assert "Dans cet espace, avec votre accord du" in tenant.get("/chez-moi/dossier/").content.decode()
    assert tenant.post(f"{PAGE}{MINE}/", {"famille": "NOTICES", "accord": "non"}).status_code == 302
    assert "Vous avez retiré votre accord" in tenant.get(PAGE).content.decode()
    assert kept(statement) == [(1, "NOTICES", "GIVEN", "SPACE"), (1, "NOTICES", "WITHDRAWN", "SPACE")]
    proof = tenant.get(f"{PAGE}{MINE}/preuve.pdf")
    assert proof["Content-Type"] == "application/pdf"
    assert proof.content.startswith(b"%PDF")


def test_a_click_on_another_text_or_another_s_lease_keeps_nothing(client_as: ClientAs, statement: Statement) -> None:
    tenant = client_as("locataire")
    tenant.post(f"{PAGE}{MINE}/", yes() | {"texte": "0" * 64})
    assert "Le texte a changé pendant que vous le lisiez" in tenant.get(PAGE).content.decode()
    for wrong in ({"famille": "TOUT", "accord": "oui"}, {"famille": "NOTICES", "accord": ""}):
        assert tenant.post(f"{PAGE}{MINE}/", wrong).status_code == 404
    assert tenant.post(f"{PAGE}{THEIRS}/", yes()).status_code == 404
    assert tenant.get(f"{PAGE}{THEIRS}/preuve.pdf").status_code == 404
    assert kept(statement) == []


def test_an_agent_writes_a_signed_paper_down_and_another_agency_finds_nothing(
    client_as: ClientAs, statement: Statement
) -> None:
    signed = {
        "titulaire": "1",
        "familles": ["NOTICES", "RECEIPTS"],
        "accord": "GIVEN",
        "moyen": "PAPER",
        "le": today().isoformat(),
    }
    agent = client_as("gestionnaire_nord")
    assert "checked" not in agent.get(DESK).content.decode().split("familles", 1)[1].split("</fieldset>", 1)[0]
    for missing in signed:
        assert agent.post(DESK, {name: value for name, value in signed.items() if name != missing}).status_code == 422
    assert agent.post(DESK, signed | {"moyen": "SPACE"}).status_code == 422
    assert kept(statement) == []
    assert agent.post(DESK, signed).status_code == 302
    assert kept(statement) == [(1, "NOTICES", "GIVEN", "PAPER"), (1, "RECEIPTS", "GIVEN", "PAPER")]
    assert "en ligne" in agent.get(DESK).content.decode()
    assert agent.get(f"{DESK}preuve.pdf").content.startswith(b"%PDF")
    stranger = client_as("gestionnaire_sud")
    for answer in (stranger.get(DESK), stranger.post(DESK, signed), stranger.get(f"{DESK}preuve.pdf")):
        assert answer.status_code == 404
    # The tenant reads who wrote it down as a means, and takes it back alone.
    said = client_as("locataire").get(PAGE).content.decode()
    assert "par un papier signé" in said


def test_who_wants_no_more_proposals_says_it_in_one_click_and_takes_it_back(
    client_as: ClientAs, statement: Statement
) -> None:
    tenant = client_as("locataire")
    assert "Ne plus me proposer" in tenant.get(PAGE).content.decode()
    for wanted, button, count in (("non", "Me proposer à nouveau", 1), ("oui", "Ne plus me proposer", 0)):
        assert tenant.post(f"{PAGE}propositions/", {"proposer": wanted}).status_code == 302
        assert button in tenant.get(PAGE).content.decode()
        assert statement("SELECT count(*) FROM adoption_noproposal WHERE person_id = 1") == [(count,)]
    survey = "/chez-moi/questionnaire/"
    assert "Avec quoi allez-vous sur internet" in tenant.get(survey).content.decode()
    assert tenant.post(survey, {"code": "22222222", "DEVICE": "PHONE"}).status_code == 422
