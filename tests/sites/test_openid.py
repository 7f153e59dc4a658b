"""Entering by an OpenID Connect provider: a simulated one, on this machine. No real provider was ever asked."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, build_opener

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from oidc_provider_mock import run_server_in_thread
from tests.conftest import Statement
from tests.sites.answers import bytes_of

from palier.foundation.clock import now
from palier.foundation.home import Home
from palier.foundation.outbound import web_request

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

# The simulated provider has not followed its own library yet.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")

LEAVE = "/bureau/acces/fournisseur/"
Describe = Callable[..., None]


@pytest.fixture
def superuser(statement: Statement) -> Statement:
    statement("UPDATE agents_user SET identifier = 'siege@demo.example' WHERE identifier = 'siege'")
    return statement


@pytest.fixture
def describe() -> Iterator[Describe]:
    """Write openid.toml under the home of the tests; taken away afterwards."""
    path = Path(settings.PALIER_HOME) / "openid.toml"
    Home(settings.PALIER_HOME).ensure_secret("openid_agents")

    def write(issuer: str, *, audience: str = "agents", **more: object) -> None:
        told = {"label": "le compte de l’office", "issuer": issuer, "client_id": "palier"} | more
        lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
        path.write_text("\n".join([f"[{audience}]", 'client_secret_name = "openid_agents"', *lines]), encoding="utf-8")

    yield write
    path.unlink(missing_ok=True)


@pytest.fixture
def provider() -> Iterator[str]:
    """A provider that knows one agent, one stranger, and someone whose address nobody verified."""
    with run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        for who, verified in (("siege", True), ("inconnu", True), ("gestionnaire_nord", False)):
            claims = {"email": f"{who}@demo.example", "email_verified": verified}
            sent = web_request(f"{issuer}/users/{who}", json.dumps(claims).encode(), method="PUT")
            sent.add_header("Content-Type", "application/json")
            build_opener().open(sent).close()
        yield issuer


class _Stays(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def agree(address: str, who: str) -> str:
    """What a visitor does at the provider: say who they are. The address on our site that they come back to."""
    from urllib.error import HTTPError

    try:
        build_opener(_Stays).open(address, data=urlencode({"sub": who}).encode())
    except HTTPError as answer:
        back = str(answer.headers["Location"])
        answer.close()
        return urlsplit(back).path + "?" + urlsplit(back).query
    raise AssertionError("the provider did not send the visitor back")


def text(response: HttpResponseBase) -> str:
    return bytes_of(response).decode()


def test_an_agent_leaves_comes_back_and_still_owes_a_second_factor(
    superuser: Statement, describe: Describe, provider: str
) -> None:
    describe(provider)
    browser = Client()
    assert "Entrer avec le compte de l’office" in text(browser.get("/bureau/entrer/"))
    leaving = browser.get(LEAVE, {"next": "/bureau/quittancement/"})["Location"]
    asked = parse_qs(urlsplit(leaving).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert all(asked[name][0] for name in ("state", "nonce", "code_challenge"))
    back = browser.get(agree(leaving, "siege"))
    assert back["Location"] == "/bureau/acces/choisir/"
    assert browser.get("/bureau/").status_code == 302
    assert browser.post("/bureau/acces/choisir/", {"kind": "simulated"})["Location"] == "/bureau/quittancement/"


def test_a_provider_that_vouches_for_the_second_factor_opens_the_session(
    superuser: Statement, describe: Describe, provider: str
) -> None:
    describe(provider, checks_second_factor=True)
    browser = Client()
    back = browser.get(agree(browser.get(LEAVE)["Location"], "siege"))
    assert back["Location"] == "/bureau/"
    assert "fournisseur d’identité" in text(browser.get("/bureau/acces/sessions/"))


def test_entering_by_the_provider_from_the_lodges_computer_opens_a_short_session(
    superuser: Statement, describe: Describe, provider: str
) -> None:
    describe(provider, checks_second_factor=True)
    browser = Client()
    shown = text(browser.get("/bureau/entrer/"))
    assert f'href="{LEAVE}?partage=oui"' in shown
    leaving = browser.get(f"{LEAVE}?partage=oui")["Location"]
    # The provider's own session may be the one of who sat there before.
    assert parse_qs(urlsplit(leaving).query)["max_age"] == ["0"]
    assert browser.get(agree(leaving, "siege"))["Location"] == "/bureau/"
    assert 880 <= int(browser.get("/bureau/")["Refresh"].split(";")[0]) <= 900
    elsewhere = Client()
    leaving = elsewhere.get(LEAVE)["Location"]
    assert "max_age" not in parse_qs(urlsplit(leaving).query)
    elsewhere.get(agree(leaving, "siege"))
    assert "Refresh" not in elsewhere.get("/bureau/")


def test_the_shared_computer_is_remembered_through_the_second_factor(
    superuser: Statement, describe: Describe, provider: str
) -> None:
    describe(provider)
    browser = Client()
    browser.get(agree(browser.get(f"{LEAVE}?partage=oui")["Location"], "siege"))
    browser.post("/bureau/acces/choisir/", {"kind": "simulated"})
    assert "Refresh" in browser.get("/bureau/")


@pytest.mark.parametrize(("sub", "status"), [("siege", 302), ("SIEGE", 422), ("Siege", 422), (" siege", 422)])
def test_two_numbers_of_the_provider_that_differ_by_a_capital_are_two_people(
    superuser: Statement, describe: Describe, liar: "Liar", sub: str, status: int
) -> None:
    superuser("UPDATE agents_user SET identifier = 'siege' WHERE identifier = 'siege@demo.example'")
    describe(liar.issuer, account_claim="sub")
    assert come_back(Client(), liar, {"sub": sub}).status_code == status


def test_a_number_with_capitals_opens_the_account_that_bears_it(
    superuser: Statement, describe: Describe, liar: "Liar"
) -> None:
    superuser("UPDATE agents_user SET identifier = 'aB3-Xy' WHERE identifier = 'siege@demo.example'")
    describe(liar.issuer, account_claim="sub")
    assert come_back(Client(), liar, {"sub": "aB3-Xy"})["Location"] == "/bureau/"
    assert come_back(Client(), liar, {"sub": "ab3-xy"}).status_code == 422


@pytest.mark.parametrize(
    ("methods", "is_enough"),
    [
        (["mfa"], True),
        (["pwd", "otp"], True),
        (["pin", "hwk"], True),
        (["hwk", "fpt"], True),
        (["pwd", "mfa", "sms"], True),
        (["otp"], False),
        (["swk"], False),
        (["fpt"], False),
        (["pwd"], False),
        (["pwd", "pin"], False),
        (["pwd", "sms"], False),
        (["pwd", "tel"], False),
        (["otp", "hwk"], False),
        (["pwd", "user", "geo", "kba"], False),
        ("mfa", False),
        ([["mfa"], None, 3], False),
        ([], False),
        (None, False),
    ],
)
def test_one_weak_method_is_no_second_factor(
    superuser: Statement, describe: Describe, liar: "Liar", methods: object, is_enough: bool
) -> None:
    describe(liar.issuer)
    browser = Client()
    back = come_back(browser, liar, {"amr": methods})
    assert back["Location"] == ("/bureau/" if is_enough else "/bureau/acces/choisir/")
    assert browser.get("/bureau/").status_code == (200 if is_enough else 302)


def test_the_landlord_declares_what_is_strong_by_itself_and_which_levels_it_asks_for(
    superuser: Statement, describe: Describe, liar: "Liar"
) -> None:
    describe(liar.issuer, strong_methods=["mfa", "hwk"], strong_levels=["eidas2", "urn:fort"])
    assert come_back(Client(), liar, {"amr": ["hwk"]})["Location"] == "/bureau/"
    assert come_back(Client(), liar, {"amr": ["pwd"], "acr": "urn:fort"})["Location"] == "/bureau/"
    assert come_back(Client(), liar, {"amr": ["pwd"], "acr": "eidas1"})["Location"] == "/bureau/acces/choisir/"
    asked = parse_qs(urlsplit(Client().get(LEAVE)["Location"]).query)
    assert asked["acr_values"] == ["eidas2 urn:fort"]


@pytest.mark.parametrize(
    ("who", "said"),
    [("inconnu", "aucun compte ouvert de Palier"), ("gestionnaire_nord", "votre adresse n’y est pas vérifiée")],
)
def test_an_account_is_never_made_and_an_unverified_address_never_believed(
    superuser: Statement, describe: Describe, provider: str, who: str, said: str
) -> None:
    describe(provider)
    superuser(
        "UPDATE agents_user SET identifier = 'gestionnaire_nord@demo.example' WHERE identifier = 'gestionnaire_nord'"
    )
    browser = Client()
    back = browser.get(agree(browser.get(LEAVE)["Location"], who))
    assert back.status_code == 422
    assert said in text(back)
    assert browser.get("/bureau/").status_code == 302


def test_a_closed_account_is_not_opened_by_the_provider(
    superuser: Statement, describe: Describe, provider: str
) -> None:
    describe(provider)
    superuser("UPDATE agents_user SET is_active = false")
    browser = Client()
    assert browser.get(agree(browser.get(LEAVE)["Location"], "siege")).status_code == 422


def test_an_agent_does_not_enter_the_tenants_site_by_a_provider_of_tenants(
    superuser: Statement, describe: Describe, provider: str
) -> None:
    describe(provider, audience="tenants")
    assert Client().get(LEAVE).status_code == 404
    browser = Client()
    back = browser.get(agree(browser.get("/chez-moi/acces/fournisseur/")["Location"], "siege"))
    assert (back.status_code, "n’ouvre pas ce site" in text(back)) == (422, True)


def test_an_answer_to_another_question_is_refused(superuser: Statement, describe: Describe, provider: str) -> None:
    describe(provider)
    browser = Client()
    parts = urlsplit(browser.get(LEAVE)["Location"])
    query = parse_qs(parts.query) | {"nonce": ["celui-d-un-autre"]}
    back = browser.get(agree(urlunsplit(parts._replace(query=urlencode(query, doseq=True))), "siege"))
    assert (back.status_code, "une autre demande que la vôtre" in text(back)) == (422, True)


def test_an_answer_brought_by_another_browser_or_brought_twice_is_refused(
    superuser: Statement, describe: Describe, provider: str
) -> None:
    describe(provider)
    browser = Client()
    back = agree(browser.get(LEAVE)["Location"], "siege")
    victim = Client()
    victim.get(LEAVE)
    assert "pas été demandée par ce navigateur" in text(victim.get(back))
    assert browser.get(back).status_code == 302
    assert browser.get(back).status_code == 422
    assert "pas donné son accord" in refused_by(browser)


def refused_by(browser: Client) -> str:
    """The visitor says no at the provider."""
    state = parse_qs(urlsplit(browser.get(LEAVE)["Location"]).query)["state"][0]
    return text(browser.get(f"{LEAVE}retour/?error=access_denied&state={quote(state)}"))


def test_a_provider_that_is_down_is_told_and_the_password_still_works(superuser: Statement, describe: Describe) -> None:
    describe("http://localhost:9")
    answer = Client().get(LEAVE)
    assert (answer.status_code, "ne répond pas" in text(answer)) == (503, True)
    assert "Mot de passe" in text(answer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://identite.example"},
        {"account_claim": "name"},
        {"client_id": ""},
        {"label": 3},
        {"strong_methods": ["mfa", "sms"]},
        {"strong_methods": ["pwd"]},
        {"strong_levels": "fort"},
        {"strong_levels": [""]},
    ],
)
def test_a_wrong_description_closes_this_way_in_and_no_other(
    superuser: Statement, describe: Describe, wrong: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    issuer = str(wrong.pop("issuer", "https://identite.example"))
    describe(issuer, **wrong)
    page = Client().get("/bureau/entrer/")
    assert page.status_code == 200
    assert "Entrer avec le compte" not in text(page)
    assert "openid.toml" in caplog.text
    answer = Client().get(LEAVE)
    assert answer.status_code == 422


# --- A provider that lies --------------------------------------------------------------------------------------------


class Liar:
    """A provider of our own, which signs what the test tells it to."""

    def __init__(self) -> None:
        self.key: RSAPrivateKey = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.token = ""
        self.issuer = ""

    def published(self) -> dict[str, object]:
        numbers = self.key.public_key().public_numbers()
        parts = {name: _number(value) for name, value in (("n", numbers.n), ("e", numbers.e))}
        return {"keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", **parts}]}

    def answer(self, path: str) -> dict[str, object]:
        if path == "/.well-known/openid-configuration":
            places = {
                name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
            }
            return {"issuer": self.issuer, **places}
        return self.published() if path == "/jwks_uri" else {"id_token": self.token}


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


@pytest.fixture
def liar() -> Iterator[Liar]:
    made = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(made.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("localhost", 0), Handler)
    made.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ({}, ""),
        ({"exp": -600}, "elle est périmée"),
        ({"iat": 600}, "elle est périmée"),
        ({"aud": "un-autre-client"}, "son destinataire ne convient pas"),
        ({"iss": "http://localhost:1"}, "son destinataire ne convient pas"),
        ({"nonce": None}, "une autre demande que la vôtre"),
        ({"email_verified": "true"}, "votre adresse n’y est pas vérifiée"),
        ({"signed by": "another key"}, "sa signature ou son destinataire"),
        ({"signed by": "nobody"}, "sa signature ou son destinataire"),
        ({"signed by": "the client secret"}, "sa signature ou son destinataire"),
    ],
)
def test_what_a_provider_says_is_checked_word_by_word(
    superuser: Statement, describe: Describe, liar: Liar, lie: dict[str, object], said: str
) -> None:
    describe(liar.issuer)
    browser = Client()
    back = come_back(browser, liar, lie)
    if said:
        assert (back.status_code, said in text(back)) == (422, True)
        assert browser.get("/bureau/").status_code == 302
    else:
        # It says that a code was asked for (amr): nothing more is.
        assert back["Location"] == "/bureau/"
        assert browser.get("/bureau/").status_code == 200


def come_back(browser: Client, liar: Liar, told: dict[str, object]) -> HttpResponseBase:
    """Leave for the liar, come back with a token that says what it should, but for what is told."""
    asked = parse_qs(urlsplit(browser.get(LEAVE)["Location"]).query)
    at = now()
    claims: dict[str, object] = {
        "iss": liar.issuer,
        "aud": "palier",
        "sub": "1",
        "iat": int(at.timestamp()),
        "exp": int((at + timedelta(minutes=5)).timestamp()),
        "nonce": asked["nonce"][0],
        "email": "siege@demo.example",
        "email_verified": True,
        "amr": ["pwd", "otp"],
    }
    for name, value in told.items():
        if name in ("exp", "iat"):
            claims[name] = int(at.timestamp()) + cast("int", value)
        elif name != "signed by":
            claims[name] = value
    liar.token = _signed(claims, liar, told.get("signed by"))
    return browser.get(f"{LEAVE}retour/", {"state": asked["state"][0], "code": "abc"})


def _signed(claims: dict[str, object], liar: Liar, by: object) -> str:
    if by == "nobody":
        return jwt.encode(claims, None, algorithm="none", headers={"kid": "1"})
    if by == "the client secret":
        secret = Home(settings.PALIER_HOME).secret("openid_agents")
        return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": "1"})
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048) if by else liar.key
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "1"})
