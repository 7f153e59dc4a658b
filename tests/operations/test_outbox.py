"""The outbox against providers that misbehave: each document once, the unknown asked about, nothing protected out."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from tests.agreements import agree
from tests.landlord import Landlord
from tests.operations.bank import AT
from tests.operations.test_openings import protect
from tests.operations.test_print_lots import issue_october
from tests.operations.test_receipts import direct
from tests.own_home import HOME

from palier.demo.providers import Providers, describe_providers, served
from palier.dispatch.adapters import hybrid, push, vault
from palier.dispatch.adapters.hybrid import address_lines, hybrid_mail
from palier.dispatch.adapters.notices import EmailNotice
from palier.dispatch.adapters.push import authorization, private_key, public_key, push_knock
from palier.dispatch.adapters.vault import external_vault
from palier.dispatch.channels import Channel, Parcel, Said
from palier.dispatch.operations.following import follow_up
from palier.dispatch.operations.outbox import HandedOver, at_work, hand_over
from palier.dispatch.queries.outbox import faults_of_month
from palier.dispatch.tasks import hand_over_due, hand_over_now
from palier.foundation.home import HomeIsNotAFolder

__all__ = ["direct"]


@pytest.fixture(autouse=True)
def _store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")


@pytest.fixture
def providers() -> Iterator[Providers]:
    """The three providers on this machine, described to this installation; notices go by hybrid mail."""
    with serving(Providers()) as made:
        yield made


@contextmanager
def serving(providers: Providers) -> Iterator[Providers]:
    server = served(providers)
    describe_providers(HOME, port=server.server_port, hybrid_kinds=("AVIS_ECHEANCE",))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield providers
    finally:
        server.shutdown()
        server.server_close()
        for file in (hybrid.FILE, vault.FILE, push.FILE):
            (HOME.root / file).unlink()


def hand(channel: Channel | None, *, later: int = 0) -> HandedOver:
    assert channel is not None
    return hand_over(channel, operator="essai", agent_id=None, clock=lambda: AT + timedelta(seconds=later))


def standing(direct: psycopg.Connection, channel: str) -> list[tuple[object, ...]]:
    return direct.execute(
        "SELECT lease_id, state, code FROM dispatch_sending WHERE channel = %s ORDER BY lease_id", [channel]
    ).fetchall()


def test_paper_given_to_hybrid_mail_leaves_once_with_its_address(
    direct: psycopg.Connection, providers: Providers
) -> None:
    issue_october(direct)
    assert hand(hybrid_mail()).states == {"ACCEPTED": 3}
    assert hand(hybrid_mail()).states == {}
    assert len(set(providers.posted)) == len(providers.posted) == 3
    assert standing(direct, "HYBRID") == [(lease, "ACCEPTED", "SUBMITTED") for lease in (101, 102, 201)]
    assert standing(direct, "PRINT") == []


@pytest.mark.parametrize("step", [0, 1, 2, 3])
@pytest.mark.parametrize("fault", ["dropped", "failed", "cut"])
def test_a_letter_whose_answer_is_lost_is_asked_about_and_never_sent_twice(
    direct: psycopg.Connection, providers: Providers, fault: str, step: int
) -> None:
    issue_october(direct)
    providers.next_faults = [*([""] * step), fault]
    first = hand(hybrid_mail())
    assert first.states == {"UNKNOWN": 1, "ACCEPTED": 2}
    # Not at once: the provider may still be at it.
    assert hand(hybrid_mail(), later=30).states == {}
    assert hand(hybrid_mail(), later=90).states == {"ACCEPTED": 1}
    assert len(set(providers.posted)) == len(providers.posted) == 3


def test_a_refused_question_prints_nothing_that_may_have_left(direct: psycopg.Connection, providers: Providers) -> None:
    issue_october(direct)
    providers.next_faults = ["", "", "", "dropped"]
    assert hand(hybrid_mail()).states == {"UNKNOWN": 1, "ACCEPTED": 2}
    providers.next_faults = ["refused"]
    assert hand(hybrid_mail(), later=90).states == {"UNKNOWN": 1}
    assert standing(direct, "PRINT") == []
    assert hand(hybrid_mail(), later=90_000).states == {"ACCEPTED": 1}
    assert len(set(providers.posted)) == len(providers.posted) == 3


def test_busy_waits_as_told_and_an_expired_token_is_renewed_once(
    direct: psycopg.Connection, providers: Providers
) -> None:
    issue_october(direct)
    providers.next_faults = ["busy", "expired"]
    assert hand(hybrid_mail()).states == {"WAITING": 1, "ACCEPTED": 2}
    assert hand(hybrid_mail(), later=5).states == {"ACCEPTED": 1}
    assert len(set(providers.posted)) == len(providers.posted) == 3


def test_what_the_provider_refuses_waits_for_a_lot_of_ours(direct: psycopg.Connection, providers: Providers) -> None:
    issue_october(direct)
    providers.next_faults = ["refused"]
    assert hand(hybrid_mail()).states == {"REFUSED": 1, "ACCEPTED": 2}
    ((lease, state, code),) = standing(direct, "PRINT")
    assert (state, code) == ("WAITING", "")
    assert (lease, "REFUSED", "HTTP_422_ADDRESS") in standing(direct, "HYBRID")
    assert len(providers.posted) == 2


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_letter_refused_halfway_leaves_nothing_at_the_provider(
    direct: psycopg.Connection, providers: Providers, step: int
) -> None:
    issue_october(direct)
    providers.next_faults = [*([""] * step), "refused"]
    assert hand(hybrid_mail()).states == {"REFUSED": 1, "ACCEPTED": 2}
    assert providers.drafts == []
    # Its draft could not be destroyed at once: asked about, destroyed, and sent again.
    direct.execute("UPDATE dispatch_sending SET state = 'WAITING' WHERE channel = 'HYBRID' AND state = 'REFUSED'")
    providers.next_faults = ["", *([""] * step), "refused", "failed_before"]
    assert hand(hybrid_mail(), later=90).states == {"UNKNOWN": 1}
    assert len(providers.drafts) == 1
    assert hand(hybrid_mail(), later=900).states == {"ACCEPTED": 1}
    assert (len(providers.posted), providers.drafts) == (3, [])


def test_a_channel_that_stops_leaves_the_others_at_work_and_fails_its_job(
    direct: psycopg.Connection, providers: Providers
) -> None:
    agree(direct, 101, families=["NOTICES", "EMAIL"])
    issue_october(direct)
    folder = HOME.root / "mail"
    folder.write_text("", encoding="utf-8")
    try:
        with pytest.raises(HomeIsNotAFolder):
            hand_over_due(0)
        # Asked by an agent, the sentence is on their page; each channel's own, when several refuse.
        (asker,) = direct.execute("SELECT agent_id FROM agents_user WHERE identifier = 'siege'").fetchone() or (0,)
        asked = Job(id=7, queue="mail", lock=None, queueing_lock=None, task_name=hand_over_now.name)
        context = JobContext(app=app, job=asked, start_timestamp=0.0, abort_reason=lambda: None)
        (HOME.root / hybrid.FILE).write_text("pas du TOML", encoding="utf-8")
        hand_over_now.func(context, asked_by=asker)
    finally:
        folder.unlink()
    ((state, told),) = direct.execute("SELECT state, message FROM foundation_jobprogress").fetchall()
    assert state == "FAILED"
    assert told.startswith("Tout n’a pas pu être remis. ")
    assert str(folder) in told
    assert hybrid.FILE in told
    assert {state for _, state, _ in standing(direct, "EMAIL")} == {"TAKEN"}
    assert {state for _, state, _ in standing(direct, "HYBRID")} == {"ACCEPTED"}


def test_a_damaged_document_waits_and_the_others_leave(direct: psycopg.Connection, providers: Providers) -> None:
    issue_october(direct)
    spoilt = "UPDATE mail_document SET pdf_sha256 = %s WHERE lease_id = 102 RETURNING id"
    (right,) = direct.execute("SELECT pdf_sha256 FROM mail_document WHERE lease_id = 102").fetchone() or ("",)
    direct.execute(spoilt, ["0" * 64])
    assert hand(hybrid_mail()).states == {"ACCEPTED": 2}
    assert (102, "WAITING", "DOCUMENT") in standing(direct, "HYBRID")
    assert hand(hybrid_mail(), later=1800).states == {}
    direct.execute(spoilt, [right])
    assert hand(hybrid_mail(), later=3700).states == {"ACCEPTED": 1}
    assert len(set(providers.posted)) == len(providers.posted) == 3


def test_what_a_killed_process_had_taken_is_asked_about_first(direct: psycopg.Connection, providers: Providers) -> None:
    issue_october(direct)
    hand(hybrid_mail())
    # Killed after the providers answered, before it was written.
    direct.execute("UPDATE dispatch_sending SET state = 'TAKEN', reference = '' WHERE channel = 'HYBRID'")
    assert hand(hybrid_mail()).states == {"ACCEPTED": 3}
    assert len(providers.posted) == 3
    assert {code for _, _, code in standing(direct, "HYBRID")} == {"PENDING"}


def follow(later: int) -> dict[str, int]:
    channel = hybrid_mail()
    assert channel is not None
    return follow_up(channel, operator="essai", agent_id=None, clock=lambda: AT + timedelta(seconds=later))


def test_what_was_accepted_is_asked_about_until_the_post_has_it_whatever_goes_wrong(
    direct: psycopg.Connection, providers: Providers
) -> None:
    issue_october(direct)
    # The answer to a submission is lost: asked about, it is there, once.
    providers.next_faults = ["", "", "", "dropped"]
    hand(hybrid_mail())
    assert hand(hybrid_mail(), later=90).states == {"ACCEPTED": 1}
    # Not at every moment.
    assert follow(later=600) == {}
    assert follow(later=4_000) == {"ACCEPTED": 3}
    providers.post()
    # Busy, then cut, then an expired token that is renewed: what is not answered keeps its state, and is asked again.
    providers.next_faults = ["busy", "cut", "expired"]
    assert follow(later=8_000) == {"ACCEPTED": 2, "DELIVERED": 1}
    assert follow(later=12_000) == {"DELIVERED": 2}
    assert follow(later=16_000) == {}
    assert standing(direct, "HYBRID") == [(lease, "DELIVERED", "PROCESSED") for lease in (101, 102, 201)]
    assert len(set(providers.posted)) == len(providers.posted) == 3


def test_what_the_provider_gives_up_is_printed_here_and_what_it_lost_is_told_and_not_sent_again(
    direct: psycopg.Connection, providers: Providers
) -> None:
    issue_october(direct)
    hand(hybrid_mail())
    # A refusal to answer us says nothing of the letter: printed here, it would leave twice.
    providers.next_faults = ["refused", "refused", "refused"]
    assert follow(later=4_000) == {"ACCEPTED": 3}
    providers.post("REJECTED")
    providers.forget(but=1)
    assert follow(later=8_000) == {"REFUSED": 1, "ACCEPTED": 2}
    assert sorted(code for _, _, code in standing(direct, "HYBRID")) == ["LOST", "LOST", "REJECTED"]
    assert [(state, code) for _, state, code in standing(direct, "PRINT")] == [("WAITING", "")]
    assert hand(hybrid_mail(), later=9_000).states == {}
    assert follow(later=16_000) == {}
    with at_work("essai", None):
        told = {fault.code: fault.to_do for fault in faults_of_month(date(2026, 10, 1))}
    assert "ne le connaît plus" in told["LOST"]
    assert len(providers.posted) == 3


def test_a_vault_gets_a_copy_once_and_its_duplicate_is_recognised(
    direct: psycopg.Connection, providers: Providers
) -> None:
    agree(direct, 101, families=["NOTICES", "VAULT"])
    direct.execute(
        """INSERT INTO dispatch_vaultaccount (lease_id, residence_id, person_id, member, chosen_on)
           VALUES (101, 11, 1, 'membre-1', '2026-01-05')"""
    )
    issue_october(direct)
    assert standing(direct, "SPACE") == [(101, "DELIVERED", "")]
    providers.next_faults = ["failed"]
    assert hand(external_vault()).states == {"UNKNOWN": 1}
    assert hand(external_vault(), later=90).states == {"DELIVERED": 1}
    assert len(providers.deposited) == 1
    # Sent again without asking, the provider says that it has it.
    told = external_vault()
    assert told is not None
    again = told.send(
        Parcel(sending_id=1, key=providers.deposited[0], label="Avis", pdf=b"%PDF", reaches=("membre-1",))
    )
    assert (again.said, again.code) == (Said.DELIVERED, "DUPLICATE")


def test_nothing_of_a_protected_address_goes_outside(
    direct: psycopg.Connection, own_landlord: Landlord, providers: Providers
) -> None:
    agree(direct, 102, families=["NOTICES", "DEVICE", "EMAIL", "VAULT"])
    for person in (1, 3):
        direct.execute(
            "INSERT INTO dispatch_pushpoint (person_id, endpoint, made_at) VALUES (%s, %s, now())",
            [person, f"http://127.0.0.1/push/{person}"],
        )
    protect(own_landlord, 1)
    protect(own_landlord, 3)
    issue_october(direct)
    assert hand(hybrid_mail()).states == {"ACCEPTED": 1}
    assert hand(push_knock()).states == {}
    assert standing(direct, "PRINT") == [(101, "WAITING", "")]
    assert standing(direct, "SPACE") == [(102, "DELIVERED", "")]
    assert (len(providers.posted), providers.knocked) == (1, [])


def test_an_address_protected_since_it_was_routed_stays_inside_too(
    direct: psycopg.Connection, own_landlord: Landlord, providers: Providers
) -> None:
    issue_october(direct)
    protect(own_landlord, 1)
    assert hand(hybrid_mail()).states == {"ACCEPTED": 2}
    assert standing(direct, "HYBRID")[0] == (101, "VOID", "PROTECTED")
    apart = direct.execute("SELECT lease_id, is_protected FROM dispatch_sending WHERE channel = 'PRINT'").fetchall()
    assert (apart, len(providers.posted)) == ([(101, True)], 2)


def test_what_was_in_hand_when_a_protection_begins_is_asked_about_and_never_sent(
    direct: psycopg.Connection, providers: Providers
) -> None:
    issue_october(direct)
    # One is submitted and its answer lost; of the next the line is cut before anything is there; the third leaves.
    providers.next_faults = ["", "", "", "dropped", "cut"]
    assert hand(hybrid_mail()).states == {"UNKNOWN": 2, "ACCEPTED": 1}
    posted = list(providers.posted)
    direct.execute(
        """INSERT INTO agents_protectedperson (person_id, ground, first_day, declared_by_id)
           SELECT unnest(ARRAY[1, 3, 4]), 'ORDONNANCE', current_date - 1, 3"""
    )
    # The provider wants to be asked later: nothing is concluded from it.
    providers.next_faults = ["busy", "busy"]
    assert hand(hybrid_mail(), later=90).states == {"WAITING": 2}
    assert standing(direct, "PRINT") == []
    assert hand(hybrid_mail(), later=4_000).states == {"ACCEPTED": 1, "WAITING": 1}
    told = """SELECT s.state, s.code, d.number = ANY (%s) FROM dispatch_sending AS s
              JOIN mail_document AS d ON d.id = s.document_id WHERE s.channel = 'HYBRID' ORDER BY s.code"""
    assert direct.execute(told, [posted]).fetchall() == [
        ("ACCEPTED", "PENDING", True), ("VOID", "PROTECTED", False), ("ACCEPTED", "SUBMITTED", True),
    ]  # fmt: skip
    apart = direct.execute("SELECT state, is_protected FROM dispatch_sending WHERE channel = 'PRINT'").fetchall()
    assert apart == [("WAITING", True)]
    assert providers.posted == posted
    assert hand(hybrid_mail(), later=9_000).states == {}


def test_a_knock_says_nothing_and_a_device_that_is_gone_is_forgotten(
    direct: psycopg.Connection, providers: Providers
) -> None:
    agree(direct, 101, families=["NOTICES", "DEVICE"])
    place = (HOME.root / vault.FILE).read_text(encoding="utf-8").split('address = "')[1].split('"')[0]
    for device in ("a", "b"):
        direct.execute(
            "INSERT INTO dispatch_pushpoint (person_id, endpoint, made_at) VALUES (1, %s, now())",
            [f"{place}/push/{device}"],
        )
    providers.gone = {"b"}
    issue_october(direct)
    assert hand(push_knock()).states == {"ACCEPTED": 1}
    assert providers.knocked == ["a"]
    assert direct.execute("SELECT endpoint FROM dispatch_pushpoint").fetchall() == [(f"{place}/push/a",)]


def test_who_knocks_is_signed_as_rfc_8292_says() -> None:
    HOME.ensure_secret(push.KEY_FILE)
    key = private_key()
    told = authorization("https://push.example/abc/def", key=key, contact="mailto:a@example.org", at=AT)
    scheme, _, rest = told.partition(" ")
    token, given = (part.partition("=")[2] for part in rest.split(", "))
    head, claims, signature = token.split(".")
    raw = decoded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.public_key().verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert (scheme, given, decoded(head)) == ("vapid", public_key(key), b'{"typ": "JWT", "alg": "ES256"}')
    assert b'"aud": "https://push.example"' in decoded(claims)
    assert len(decoded(given)) == 65


def test_a_message_by_mail_says_only_that_something_waits(tmp_path: Path) -> None:
    parcel = Parcel(sending_id=1, key="AE-2026-10-000001", label="Avis", reaches=("lucie@example.org",))
    assert EmailNotice(tmp_path).send(parcel).said is Said.ACCEPTED
    (left,) = tmp_path.iterdir()
    said = left.read_text(encoding="utf-8")
    assert "Subject: Un document vous attend" in said
    for secret in ("AE-2026", "Avis", "loyer", "€", "Amandier", "http"):
        assert secret not in said


def test_the_lines_of_an_address_keep_their_places() -> None:
    assert address_lines(("MME A", "3 RUE B", "75013 PARIS")) == {
        "address_line_1": "MME A", "address_line_4": "3 RUE B", "address_line_6": "75013 PARIS",
    }  # fmt: skip
    assert list(address_lines(("N", "APT 1", "RES X", "1 RUE B", "LIEU", "75013 PARIS"))) == [
        f"address_line_{line}" for line in range(1, 7)
    ]


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
