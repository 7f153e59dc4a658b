"""The first pages of a fresh demonstration: something to do for who allocates, something to hand over for who holds."""

from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import ClientAs

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("world")]


@pytest.mark.parametrize(
    ("name", "label", "leads_to", "shows"),
    [
        ("attribution", "à orienter", "/bureau/vacances/?etat=OPEN", "à orienter"),
        ("attribution", "à rapprocher", "/bureau/rapprochement/", "Disponible"),
        ("secretaire_caleol", "Séance CAL-2026-02", "/bureau/commission/seances/", "CAL-2026-02"),
    ],
)
def test_what_waits_on_the_first_page_leads_where_it_is_done(
    client_as: "ClientAs", name: str, label: str, leads_to: str, shows: str
) -> None:
    client = client_as(name)
    said = client.get("/bureau/").content.decode()
    before, _, _ = said.partition(label)
    assert label in said
    address = unescape(before.rpartition('<a href="')[2].partition('"')[0])
    assert address.startswith(leads_to)
    answer = client.get(address)
    assert answer.status_code == 200
    assert shows in answer.content.decode()


def test_a_holder_has_a_letter_to_hand_over_that_the_secretary_does_not_see(client_as: "ClientAs") -> None:
    page = "/bureau/acces/protections/attribution/"
    said = client_as("travailleuse_sociale").get(page).content.decode()
    assert "Lettres à remettre en main propre" in said
    assert "Aucune lettre" not in said
    assert client_as("secretaire_caleol").get(page).status_code == 404
