"""Being told on a device: asked, taken back, one's own alone; no machine of somebody's choice is ever called."""

import pytest
from django.conf import settings
from django.urls import reverse
from tests.conftest import ClientAs, Statement
from tests.own_home import HOME

from palier.dispatch.adapters.push import FILE, KEY_FILE

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/faux-appareil"


def test_a_tenant_is_told_on_a_device_and_no_longer(
    statement: Statement, client_as: ClientAs, caplog: pytest.LogCaptureFixture
) -> None:
    HOME.ensure_secret(KEY_FILE)
    assert HOME.root == settings.PALIER_HOME
    page, mine = reverse("home:devices"), "SELECT person_id FROM dispatch_pushpoint ORDER BY person_id"
    tenant, other = client_as("locataire"), client_as("locataire_sud")
    assert "Aucun appareil n’est prévenu." in tenant.get(page).content.decode()
    for client in (tenant, tenant, other):
        assert client.post(page, {"acte": "AJOUTER", "adresse": ENDPOINT}).status_code == 302
    assert statement(mine) == [(1,), (4,)]
    shown = tenant.get(page).content.decode()
    assert "1 appareil est prévenu." in shown
    assert ENDPOINT not in shown
    assert tenant.post(page, {"acte": "RETIRER"}).status_code == 302
    assert statement(mine) == [(4,)]
    for wrong in (
        "HTTPS://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://moi@fcm.googleapis.com/x",
        "https://[fcm.googleapis.com/x",
        "https://fcm.googleapis.com/\u00e9",
        "https://intranet.example/x",
        "http://127.0.0.1:5432/",
        "ftp://fcm.googleapis.com/x",
        "",
        "x" * 600,
    ):
        answer = other.post(page, {"acte": "AJOUTER", "adresse": wrong}, follow=True)
        assert "ne peut pas être prévenu" in answer.content.decode(), wrong
    assert statement(mine) == [(4,)]
    # A description badly written is for who looks after the machine: nobody is shown a page that broke.
    for text in ("hosts = [", 'hosts = "fcm.googleapis.com"'):
        (HOME.root / FILE).write_text(text, encoding="utf-8")
        try:
            answer = other.post(page, {"acte": "AJOUTER", "adresse": ENDPOINT}, follow=True)
        finally:
            (HOME.root / FILE).unlink()
        assert "ne peut pas être prévenu" in answer.content.decode()
    assert "Le fichier push.toml est mal rempli\u00a0: ce n’est pas du TOML" in caplog.text
    assert client_as("comptable").get(page).status_code in (302, 404)
