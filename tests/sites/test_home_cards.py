"""Paying by card: from « Payer » to the gateway's page and back, its words, its faults; never the number of a card."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import psycopg
import pytest
from django.db import connections
from django.test import Client
from tests.documents.sample_notices import full_month
from tests.operations.bank import ACCOUNTANT, balance, count
from tests.operations.cards import NOTICE, Words, ask_again, running_gateway, say, the_gateway, treat
from tests.own_home import HOME
from tests.sites.answers import text_of

from palier.banking.cards_gateway import FILE, NoticeUnreadable, Opening, Told
from palier.banking.cards_signing import NOTICE as NOTICE_PURPOSE
from palier.banking.cards_signing import signature
from palier.banking.operations.cards import refund_card
from palier.banking.rules.cards import Said
from palier.demo.gateway import MERCHANT
from palier.foundation.clock import now
from palier.foundation.periods import Month
from palier.privacy.actor import acting

ClientAs = Callable[[str], Client]
PAY = "/chez-moi/bail/101/payer/"
CARD = f"{PAY}carte/"
_CARD = (
    "account_id, residence_id, amount_cents, reference, gateway, is_simulated, asked_at, expires_at, state, reason,"
    " back_cents"
)
_NOTICE = "event, reference, said, amount_cents, currency, reason, said_on, received_at, outcome"


@pytest.fixture
def words() -> Iterator[Words]:
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
def locataire(superuser: psycopg.Connection, client_as: ClientAs) -> Client:
    """Who owes 400,00 € by the notice of October, read on the page."""
    superuser.execute("SET session_replication_role = replica")
    notice = replace(full_month(), number="AE-2026-10-000101", month=Month(2026, 10))
    superuser.execute("UPDATE mail_document SET data = %s WHERE lease_id = 101", [notice.canonical()])
    superuser.execute("SET session_replication_role = origin")
    return client_as("locataire")


def asked(browser: Client, amount: str = "400,00") -> str:
    """Ask to pay; the address of the payment's page."""
    answer = browser.post(CARD, {"amount": amount})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def reference_on(browser: Client, place: str) -> str:
    found = re.search(r"CB-[A-Z0-9]{16}", browser.get(place).content.decode())
    assert found is not None
    return found.group()


def test_the_door_to_payment_says_a_card_only_where_there_is_a_gateway(locataire: Client) -> None:
    assert "Par virement, avec votre référence" in text_of(locataire.get("/chez-moi/"))
    with running_gateway():
        assert "Par carte ou par virement" in text_of(locataire.get("/chez-moi/"))


def test_a_tenant_pays_by_card_and_reads_that_it_is_received(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    shown = locataire.get(PAY)
    assert 'value="400,00"' in shown.content.decode()
    assert "Paiement simulé" in text_of(shown)
    place = asked(locataire)
    going = locataire.get(place)
    reference = reference_on(locataire, place)
    assert f'href="{words.address}/page/{MERCHANT}/{reference}"' in going.content.decode()
    assert "form-action 'self'" in going["Content-Security-Policy"]
    words.choose(reference, "pay")
    assert "En attente" in text_of(locataire.get(f"{place}retour/"))
    assert words.deliver(Client()) == [204]
    assert treat() == 1
    assert "Reçu&nbsp;: 400,00\u00a0€" in text_of(locataire.get(f"{place}retour/"))
    assert (balance(superuser, 101), balance(superuser, "CARTE-ENCOURS")) == (0, 40_000)
    assert superuser.execute("SELECT means, proof, amount_cents FROM banking_payment").fetchall() == [
        ("CARTE", reference, 40_000)
    ]
    assert superuser.execute("SELECT task_name FROM procrastinate_jobs").fetchall() == [
        ("palier.banking.tasks.treat_card_notices",)
    ]


def test_the_reading_of_a_payment_is_in_the_journal(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    place = asked(locataire)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("TRUNCATE privacy_readevent")
    locataire.get(place)
    assert superuser.execute("SELECT screen, subjects FROM privacy_readevent").fetchall() == [
        ("paiement par carte", [1])
    ]


@pytest.mark.parametrize(
    ("choice", "said"), [("refuse", "Refusé"), ("close", "Page de paiement fermée"), ("leave", "En attente")]
)
def test_what_is_not_paid_moves_nothing_and_says_so(
    superuser: psycopg.Connection, locataire: Client, words: Words, choice: str, said: str
) -> None:
    place = asked(locataire)
    words.choose(reference_on(locataire, place), choice)
    words.deliver(Client())
    treat()
    assert said in text_of(locataire.get(f"{place}retour/"))
    assert balance(superuser, 101) == 40_000
    assert count(superuser, "banking_payment") == 0


def test_the_same_word_said_twice_is_one_payment(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    words.choose(reference_on(locataire, asked(locataire)), "twice")
    replayed = list(words.said)
    assert words.deliver(Client()) == [204, 204]
    assert (treat(), treat()) == (1, 0)
    assert [say(Client(), body, headers) for body, headers in replayed] == [204, 204]
    assert treat() == 0
    assert count(superuser, "banking_payment") == count(superuser, "banking_cardnotice") == 1
    assert balance(superuser, 101) == 0


def test_two_words_treated_at_once_are_one_entry(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    words.choose(reference_on(locataire, asked(locataire)), "pay")
    ((body, headers),) = words.said
    # Another event for the same payment: told by the settlement file, for instance.
    other = json.dumps({**json.loads(body), "event": "AUTRE"}).encode()
    second = int(now().timestamp())
    key = HOME.secret("card_gateway_key").encode("ascii")
    signed = signature(key, purpose=f"{NOTICE_PURPOSE} {MERCHANT}", sent_at=second, body=other)
    ready = threading.Barrier(2)

    def one(told: bytes, sent: dict[str, str]) -> None:
        ready.wait()
        try:
            say(Client(), told, sent)
            treat()
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=one, args=args)
        for args in (
            (body, dict(headers)),
            (other, {"Palier-Date": str(second), "Palier-Signature": signed}),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    treat()
    assert count(superuser, "banking_cardnotice", "treated_at IS NOT NULL") == 2
    assert count(superuser, "banking_payment") == count(superuser, "ledger_entry", "journal = 'BANK'") == 1


def test_a_word_that_never_comes_is_asked_for(superuser: psycopg.Connection, locataire: Client, words: Words) -> None:
    place = asked(locataire)
    words.choose(reference_on(locataire, place), "never")
    assert words.said == []
    ask_again()
    # Not yet: most words come in a few seconds.
    assert balance(superuser, 101) == 40_000
    superuser.execute("UPDATE banking_cardpayment SET asked_at = asked_at - interval '3 minutes'")
    ask_again()
    assert balance(superuser, 101) == 0
    ask_again()
    assert count(superuser, "banking_payment") == 1
    assert "Reçu" in text_of(locataire.get(place))


def test_a_payment_that_comes_after_its_page_has_closed_is_received(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    place = asked(locataire)
    words.choose(reference_on(locataire, place), "pay")
    superuser.execute("UPDATE banking_cardpayment SET state = 'EXPIRED', ended_at = now()")
    words.deliver(Client())
    treat()
    assert "Reçu" in text_of(locataire.get(place))
    assert balance(superuser, 101) == 0


@pytest.mark.parametrize(("choice", "reason"), [("less", "montant différent"), ("dollars", "devise autre")])
def test_another_sum_or_currency_than_our_record_is_not_received(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs, words: Words, choice: str, reason: str
) -> None:
    place = asked(locataire)
    words.choose(reference_on(locataire, place), choice)
    words.deliver(Client())
    treat()
    assert balance(superuser, 101) == 40_000
    shown = text_of(locataire.get(place))
    assert "À vérifier" in shown
    assert reason in shown
    assert reason in text_of(client_as("comptable").get("/bureau/banque/cartes/", {"etat": "DOUBT"}))


def test_a_word_that_is_not_the_gateway_s_writes_nothing(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    words.choose(reference_on(locataire, asked(locataire)), "unsigned")
    assert words.deliver(Client()) == [400]
    key = HOME.secret("card_gateway_key").encode("ascii")
    whole = {"said": "PAID", "amount_cents": 40_000, "event": "x", "reference": "CB-A", "currency": "EUR"}
    true_but_old = json.dumps({**whole, "on": "2026-11-22"}).encode()
    for body, late in ((b"[]", 0), (b"{", 0), (b'{"said": "PAID", "amount_cents": true}', 0), (true_but_old, 600)):
        second = int(now().timestamp()) - late
        signed = signature(key, purpose=f"{NOTICE_PURPOSE} {MERCHANT}", sent_at=second, body=body)
        assert say(Client(), body, {"Palier-Date": str(second), "Palier-Signature": signed}) == 400
    assert Client().get(NOTICE).status_code == 405
    assert count(superuser, "banking_cardnotice") == 0


@pytest.mark.parametrize("kept", ["", "\n", "court\n", None])
def test_a_secret_that_is_empty_short_or_absent_opens_the_gateway_to_nobody(
    superuser: psycopg.Connection, locataire: Client, words: Words, kept: str | None
) -> None:
    body = json.dumps(
        {"said": "PAID", "amount_cents": 40_000, "event": "x", "reference": "CB-A", "currency": "EUR"}
        | {"on": "2026-11-22"}
    ).encode()
    secret = HOME.secrets / "card_gateway_key"
    before = secret.read_text()
    second = int(now().timestamp())
    signed = signature((kept or "").strip().encode(), purpose=f"{NOTICE_PURPOSE} {MERCHANT}", sent_at=second, body=body)
    try:
        secret.unlink()
        if kept is not None:
            secret.write_text(kept)
        assert say(Client(), body, {"Palier-Date": str(second), "Palier-Signature": signed}) == 404
        # The other ways of paying stay in front of the tenant.
        assert locataire.get(PAY).status_code == 200
    finally:
        secret.write_text(before)
    assert count(superuser, "banking_cardnotice") == 0


def test_two_taps_on_the_button_are_one_payment(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs, words: Words
) -> None:
    assert asked(locataire) == asked(locataire)
    places: list[str] = []
    ready = threading.Barrier(2)

    def one() -> None:
        browser = client_as("locataire")
        ready.wait()
        try:
            places.append(asked(browser, "120,00"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(places) == 2
    assert len(set(places)) == 1
    assert count(superuser, "banking_cardpayment") == 2


@pytest.mark.parametrize("amount", ["400,01", "0,50", "0", "-5", "1e3", "NaN", "", "beaucoup"])
def test_a_sum_that_is_not_owed_is_refused(
    superuser: psycopg.Connection, locataire: Client, words: Words, amount: str
) -> None:
    assert locataire.post(CARD, {"amount": amount}).status_code == 422
    assert count(superuser, "banking_cardpayment") == 0


def test_a_gateway_that_does_not_answer_is_said_and_may_be_tried_again(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    described = (HOME.root / FILE).read_text()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        (HOME.root / FILE).write_text(re.sub(r":\d+", f":{port}", described))
        answer = locataire.post(CARD, {"amount": "400"}, follow=True)
    assert "La page de paiement ne répond pas" in text_of(answer)
    assert "n’est pas encore ouverte" in text_of(answer)
    (HOME.root / FILE).write_text(described)
    assert "Aller à la page de paiement" in text_of(locataire.get(asked(locataire)))
    assert count(superuser, "banking_cardpayment") == 1


def test_a_request_that_another_secret_signs_is_refused_by_the_gateway(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    secret = HOME.secrets / "card_gateway_key"
    kept = secret.read_text()
    secret.write_text("another secret, of its length\n")
    try:
        answer = locataire.post(CARD, {"amount": "400"}, follow=True)
    finally:
        secret.write_text(kept)
    assert "refuse la demande (403)" in text_of(answer)


def test_a_card_payment_is_its_payer_s_alone(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs, words: Words
) -> None:
    place = asked(locataire)
    for stranger in ("locataire_sud", "comptable", "gestionnaire_nord"):
        browser = client_as(stranger)
        assert {browser.get(place).status_code, browser.get(f"{place}retour/").status_code} == {404}
        assert browser.post(CARD, {"amount": "10"}).status_code == 404
    assert Client().get(place).status_code == 302
    assert count(superuser, "banking_cardpayment") == 1


def test_a_tenant_s_role_marks_nothing_paid(superuser: psycopg.Connection, locataire: Client, words: Words) -> None:
    from django.db import DatabaseError, connection
    from tests.operations.cards import LOCATAIRE

    from palier.privacy.actor import acting

    asked(locataire)
    paid = "now(), now(), 'PAID', '', 0"
    asked_for = "now(), now(), 'ASKED', '', 0"
    for statement in (
        "UPDATE banking_cardpayment SET state = 'PAID'",
        f"INSERT INTO banking_cardnotice ({_NOTICE}) VALUES ('x', 'x', 'PAID', 1, 'EUR', '', now(), now(), '')",
        f"INSERT INTO banking_cardpayment ({_CARD}) VALUES (101, 11, 1, 'CB-A', 'x', true, {paid})",
        f"INSERT INTO banking_cardpayment ({_CARD}) VALUES (201, 21, 1, 'CB-B', 'x', true, {asked_for})",
    ):
        with pytest.raises(DatabaseError), acting(LOCATAIRE), connection.cursor() as cursor:
            cursor.execute(statement)
    assert superuser.execute("SELECT state FROM banking_cardpayment").fetchall() == [("ASKED",)]


def test_without_a_gateway_nobody_is_offered_a_card(locataire: Client) -> None:
    browser = locataire
    assert "Par carte" not in text_of(browser.get(PAY))
    assert browser.post(CARD, {"amount": "10"}).status_code == 404
    assert Client().post(NOTICE, b"{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize(
    "described",
    [
        'label = "x"',
        'label = "x"\naddress = "http://ailleurs.example"\nmerchant = "M"',
        'label = "x"\naddress = "https://x.example/?a=1"\nmerchant = "M"',
        'label = "x"\naddress = "https://x.example"\nmerchant = "M/../N"',
        'label = "x"\naddress = "https://x.example"\nmerchant = "M"\nis_simulated = "oui"',
        "ceci n’est pas du TOML",
    ],
)
def test_a_gateway_wrongly_described_is_said_and_offers_nothing(
    locataire: Client, described: str, caplog: pytest.LogCaptureFixture
) -> None:
    (HOME.root / FILE).write_text(described)
    try:
        assert "Par carte" not in text_of(locataire.get(PAY))
    finally:
        (HOME.root / FILE).unlink()
    assert "misdescribed" in caplog.text


def test_part_then_the_rest_goes_back_to_the_card_by_contra_entries(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs, words: Words
) -> None:
    place = asked(locataire)
    words.choose(reference_on(locataire, place), "pay")
    words.deliver(Client())
    treat()
    (number,) = superuser.execute("SELECT id FROM banking_cardpayment").fetchone() or (0,)
    back = f"/bureau/banque/cartes/{number}/rendre/"
    desk = client_as("comptable")
    assert client_as("gestionnaire_nord").post(back, {"montant": "1"}).status_code == 404
    assert "dépassent" in text_of(desk.post(back, {"montant": "400,01"}, follow=True))
    assert "sont rendus" in text_of(desk.post(back, {"montant": "150"}, follow=True))
    assert (balance(superuser, 101), balance(superuser, "CARTE-ENCOURS")) == (15_000, 25_000)
    assert superuser.execute("SELECT amount_cents, taken_back_reason FROM banking_payment ORDER BY id").fetchall() == [
        (40_000, "REFUNDED"),
        (25_000, ""),
    ]
    assert "Rendu&nbsp;: 150,00\u00a0€" in text_of(locataire.get(place))
    desk.post(back, {"montant": "250"})
    assert (balance(superuser, 101), balance(superuser, "CARTE-ENCOURS")) == (40_000, 0)
    again = text_of(desk.post(back, {"montant": "1"}, follow=True))
    assert "n’est pas encaissé" in again
    assert count(superuser, "ledger_entry", "source_kind = 'RETURN'") == 2
    assert the_gateway().ask(reference_on(locataire, place), at=now()) is not None


class _Elsewhere:
    """A gateway that answers a refund by a word about another payment."""

    label, is_simulated = "Passerelle de Démonstration", True

    def page_of(self, reference: str) -> str:
        return reference

    def open(self, opening: Opening, *, at: datetime) -> None:
        raise AssertionError(opening, at)

    def ask(self, reference: str, *, at: datetime) -> Told | None:
        raise AssertionError(reference, at)

    def refund(self, reference: str, *, cents: int, key: str, at: datetime) -> Told:
        return Told(
            event=key,
            reference=f"CB-{reference[::-1]}"[:20],
            said=Said.REFUNDED,
            amount_cents=cents,
            currency="EUR",
            reason="",
            on=at.date(),
        )


def test_a_refund_answered_for_another_payment_is_not_taken(
    superuser: psycopg.Connection, locataire: Client, words: Words
) -> None:
    words.choose(reference_on(locataire, asked(locataire)), "pay")
    words.deliver(Client())
    treat()
    (number,) = superuser.execute("SELECT id FROM banking_cardpayment").fetchone() or (0,)
    with pytest.raises(NoticeUnreadable), acting(ACCOUNTANT):
        refund_card(card_id=number, amount_cents=100, gateway=_Elsewhere(), actor=ACCOUNTANT, at=now())
    assert balance(superuser, 101) == 0
