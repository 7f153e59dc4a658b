"""The vault that a tenant chooses elsewhere: given, changed, taken back; one's own lease alone; told as simulated."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from tests.conftest import ClientAs, Statement
from tests.own_home import HOME

from palier.demo.providers import describe_providers
from palier.dispatch.adapters import hybrid, push, vault


@pytest.fixture
def linked() -> Iterator[Callable[[], None]]:
    """Link this installation to a vault, from then on."""
    yield lambda: describe_providers(HOME, port=9)
    for file in (hybrid.FILE, vault.FILE, push.FILE):
        (HOME.root / file).unlink()


def test_a_tenant_gives_the_number_of_their_vault_and_takes_it_back(
    statement: Statement, client_as: ClientAs, linked: Callable[[], None]
) -> None:
    page = reverse("home:external_vault")
    tenant, neighbour = client_as("locataire"), client_as("locataire_sud")
    said = tenant.get(page).content.decode()
    assert "Aucun coffre externe n’est relié ici" in said
    assert 'name="numero"' not in said
    linked()
    assert "Simulé" in tenant.get(page).content.decode()
    assert page in tenant.get(reverse("home:documents")).content.decode()
    told = "SELECT lease_id, person_id, member FROM dispatch_vaultaccount WHERE ended_on IS NULL ORDER BY 1"
    for number in ("membre-1", "membre-1", "MEMBRE 2"):
        assert tenant.post(page, {"acte": "CHOISIR", "bail": "101", "numero": number}).status_code == 302
    assert statement(told) == [(101, 1, "MEMBRE2")]
    assert statement("SELECT count(*) FROM dispatch_vaultaccount") == [(2,)]
    answer = tenant.post(page, {"acte": "CHOISIR", "bail": "101", "numero": "<script>"}, follow=True)
    assert "recopiez-le" in answer.content.decode()
    # Neither another's lease, nor one that is nobody's.
    for lease in ("201", "9", "", "x"):
        assert tenant.post(page, {"acte": "CHOISIR", "bail": lease, "numero": "membre-3"}).status_code == 404
    assert neighbour.post(page, {"acte": "RETIRER", "bail": "101"}).status_code == 404
    assert "MEMBRE2" not in neighbour.get(page).content.decode()
    assert tenant.post(page, {"acte": "RETIRER", "bail": "101"}).status_code == 302
    assert statement(told) == []
