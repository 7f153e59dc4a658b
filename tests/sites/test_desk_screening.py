"""The screen in the product: the DPO's page, and a field that keeps nothing of what it refuses."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client

from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.screening.models import FalseAlarm, JustifiedWarning, LandlordTerm, ScreenRefusal

ClientAs = Callable[[str], Client]
PAGE = "/bureau/filtrage/"
DPO = Actor(role=Role.DPO, purpose="PROTECTION_DONNEES")


@pytest.mark.usefixtures("own_landlord")
def test_the_dpo_tries_a_text_and_sees_what_is_wrong_with_it(client_as: ClientAs) -> None:
    said = client_as("dpo").post(PAGE, {"kind": "try", "texte": "Fuite sdb, Mr est cardiaque"})
    page = said.content.decode()
    assert said.status_code == HTTPStatus.OK
    assert "<u>cardiaque</u>" in page.replace("est cardiaque", "cardiaque") or "cardiaque</u>" in page
    assert "art. 9" in page
    assert "La personne pourra lire ce texte" in page
    assert "Ce n’est pas ce que dit mon texte" in page


@pytest.mark.usefixtures("own_landlord")
def test_the_dpo_adds_and_takes_away_a_word(client_as: ClientAs) -> None:
    dpo = client_as("dpo")
    word = {
        "kind": "add",
        "word": "trifouillot",
        "category": "judgement",
        "severity": "block",
        "hit": "ce trifouillot",
        "look_alike": "la vis",
    }
    assert dpo.post(PAGE, word).status_code == HTTPStatus.FOUND
    assert "trifouillot" in dpo.get(PAGE).content.decode()
    assert dpo.post(PAGE, word).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with acting(DPO):
        number = LandlordTerm.objects.get().id
    assert dpo.post(PAGE, {"kind": "remove", "id": str(number)}).status_code == HTTPStatus.FOUND
    assert dpo.post(PAGE, {"kind": "remove", "id": "cancers"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert dpo.post(PAGE, {"kind": "autre"}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.usefixtures("own_landlord")
def test_nobody_else_opens_the_page(client_as: ClientAs) -> None:
    assert client_as("gestionnaire_nord").get(PAGE).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.usefixtures("own_landlord")
def test_a_refused_tag_is_kept_nowhere_but_counted(client_as: ClientAs) -> None:
    officer = client_as("gestionnaire_nord")
    shown = officer.get("/bureau/proximite/cles/")
    (residence, _), *_ = shown.context["form"].fields["residence"].choices
    kind = shown.context["form"].fields["kind"].choices[0][0]
    said = officer.post("/bureau/proximite/cles/", {"residence": residence, "kind": kind, "tag": "ALZHEIMER"})
    assert said.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "ne peut pas être gardé" in said.content.decode()
    with acting(DPO):
        assert [row.field for row in ScreenRefusal.objects.all()] == ["tag"]


@pytest.mark.usefixtures("own_landlord")
def test_who_types_may_say_that_the_screen_was_wrong(client_as: ClientAs) -> None:
    officer = client_as("gestionnaire_nord")
    said = officer.post(f"{PAGE}fausse-alerte/", {"term": "psychiatry"})
    assert said.status_code == HTTPStatus.OK
    with acting(DPO):
        assert [alarm.term for alarm in FalseAlarm.objects.all()] == ["psychiatry"]
    assert officer.post(f"{PAGE}fausse-alerte/", {"term": "n’importe"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.usefixtures("own_landlord")
def test_a_warned_tag_is_kept_only_with_a_reason_of_the_list_which_the_dpo_counts(client_as: ClientAs) -> None:
    officer = client_as("gestionnaire_nord")
    address = "/bureau/proximite/cles/"
    shown = officer.get(address)
    assert "Pourquoi garder ce texte" not in shown.content.decode()
    (residence, _), *_ = shown.context["form"].fields["residence"].choices
    kind = shown.context["form"].fields["kind"].choices[0][0]
    sent = {"residence": residence, "kind": kind, "tag": "DIGI-4521"}
    asked = officer.post(address, sent)
    page = asked.content.decode()
    assert asked.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Pourquoi garder ce texte" in page
    assert "La personne pourra lire ce texte" in page
    free = officer.post(address, sent | {"justification": "parce que"})
    assert free.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with acting(DPO):
        assert not JustifiedWarning.objects.exists()
    assert officer.post(address, sent | {"justification": "REFERENCE"}).status_code == HTTPStatus.FOUND
    with acting(DPO):
        (kept,) = JustifiedWarning.objects.values()
        assert not ScreenRefusal.objects.exists()
    assert (kept["category"], kept["term"], kept["field"], kept["justification"]) == ("ids", "CODE", "tag", "REFERENCE")
    assert kept["agent_id"] is not None
    assert "4521" not in " ".join(str(value) for name, value in kept.items() if name not in ("id", "at", "agent_id"))
    counted = client_as("dpo").get(PAGE).content.decode()
    assert "C’est la référence d’un matériel ou d’un trousseau" in counted


@pytest.mark.usefixtures("own_landlord")
def test_a_reason_never_saves_what_blocks(client_as: ClientAs) -> None:
    officer = client_as("gestionnaire_nord")
    form = officer.get("/bureau/proximite/cles/").context["form"]
    (residence, _), *_ = form.fields["residence"].choices
    kind = form.fields["kind"].choices[0][0]
    said = officer.post(
        "/bureau/proximite/cles/",
        {"residence": residence, "kind": kind, "tag": "ALZHEIMER", "justification": "REFERENCE"},
    )
    assert said.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with acting(DPO):
        assert not JustifiedWarning.objects.exists()
        assert ScreenRefusal.objects.exists()
