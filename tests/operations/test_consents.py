"""What tenants agree to: each holder's word, its text, the next document; nothing presumed, nothing rewritten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, connections
from tests.agreements import agree
from tests.landlord import Landlord
from tests.operations.bank import provable_lines
from tests.operations.test_receipts import issue, pay, said

from palier.foundation.clock import now
from palier.leases import consents
from palier.leases.access import LeaseNotFound
from palier.leases.consents import Family, Means, NoTextInForce, Word, text_in_force, texts
from palier.leases.operations.consents import (
    LaterWordExists,
    NotAHolder,
    NotByThisMeans,
    TextMoved,
    WordToCome,
    give_consent,
    withdraw_consent,
    write_consent_down,
)
from palier.leases.queries.consents import agreed_leases, consents_of, standing_of, told_persons
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

LUCIE = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1)
KARIM = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=2)
PAUL = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=4)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
THAT_DAY, NEXT_DAY = date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture
def officer(own_landlord: Landlord) -> Actor:
    return Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=own_landlord.agents["gestionnaire_nord"])


def give(family: Family = Family.NOTICES, *, actor: Actor = LUCIE, lease: int = 101, at: datetime = AT) -> bool:
    digest = text_in_force(family, on=at.date()).sha256
    with acting(actor):
        return give_consent(lease_id=lease, family=family, text_sha256=digest, actor=actor, at=at)


def withdraw(family: Family = Family.NOTICES, *, actor: Actor = LUCIE, at: datetime = AT) -> bool:
    with acting(actor):
        return withdraw_consent(lease_id=101, family=family, actor=actor, at=at)


def online(family: Family = Family.NOTICES, *, on: date = NEXT_DAY, actor: Actor = LUCIE) -> dict[int, date]:
    with acting(actor):
        return agreed_leases([101, 102, 201], family, on=on)


def test_nothing_is_presumed_and_each_family_is_agreed_to_by_itself(own_landlord: Landlord) -> None:
    assert own_landlord.holder == LUCIE.person_id
    assert online() == {}
    assert give()
    assert not give(at=AT + timedelta(days=1))
    assert online() == {101: THAT_DAY}
    assert online(on=date(2026, 11, 19)) == {}
    assert online(Family.RECEIPTS) == online(Family.LETTERS) == {}
    with acting(LUCIE):
        (kept,) = consents_of(101)
    assert (kept.means, kept.text_version, kept.agent_id, kept.said_on) == (Means.SPACE, 1, None, THAT_DAY)
    text = kept.text
    assert text is not None
    assert kept.text_sha256 == sha256((text.body + "\n").encode()).hexdigest()
    assert "le papier revient" in text.body


def test_who_withdraws_has_paper_again_and_what_was_sent_stays_online(
    superuser: psycopg.Connection,
) -> None:
    provable_lines(superuser)
    at = now()
    assert not withdraw(Family.RECEIPTS, at=at)
    give(Family.RECEIPTS, at=at)
    pay(15_000)
    issue()
    assert withdraw(Family.RECEIPTS, at=at)
    assert not withdraw(Family.RECEIPTS, at=at)
    pay(25_000)
    issue()
    before, after = said(superuser, "RE-2026-10-000001").delivery, said(superuser, "QU-2026-10-000001").delivery
    assert (before.channel, before.agreed_on) == ("espace", at.date())
    assert (after.channel, after.agreed_on) == ("papier", None)
    with acting(LUCIE):
        assert [(each.word, each.text_version) for each in consents_of(101)] == [("WITHDRAWN", 1), ("GIVEN", 1)]


def test_every_holder_must_agree_and_one_is_enough_to_bring_paper_back(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE leases_occupant SET moved_out_on = NULL WHERE lease_id = 101 AND person_id = 2")
    give()
    assert online() == {}
    with acting(LUCIE):
        (notices, *_) = standing_of(101, on=NEXT_DAY)
    assert (notices.since, notices.awaited_from(1)) == (None, ["Karim Bouleau"])
    give(actor=KARIM, at=AT + timedelta(days=1))
    assert online() == {101: NEXT_DAY}
    withdraw(actor=KARIM, at=AT + timedelta(days=1))
    assert online() == {}
    # Who has left no longer counts.
    superuser.execute("UPDATE leases_occupant SET moved_out_on = '2026-11-20' WHERE lease_id = 101 AND person_id = 2")
    assert online() == {101: THAT_DAY}


def test_a_copy_to_a_vault_or_a_message_is_ones_own(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE leases_occupant SET moved_out_on = NULL WHERE lease_id = 101 AND person_id = 2")
    give(Family.VAULT)
    with acting(LUCIE):
        assert told_persons([101], Family.VAULT, on=NEXT_DAY) == {101: [1]}
        assert told_persons([101], Family.EMAIL, on=NEXT_DAY) == {}
        with pytest.raises(ValueError, match="agreed_leases"):
            told_persons([101], Family.NOTICES, on=NEXT_DAY)
    # The other holder does not even read it.
    with acting(KARIM):
        assert consents_of(101) == []
        assert told_persons([101], Family.VAULT, on=NEXT_DAY) == {}


def test_two_clicks_at_once_keep_one_word(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    assert own_landlord.holder == LUCIE.person_id

    def click(_: int) -> bool:
        try:
            return give()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == [False, False, False, True]
    assert superuser.execute("SELECT count(*) FROM leases_consent").fetchone() == (1,)


def test_a_stranger_neither_gives_nor_reads_for_another_s_lease(own_landlord: Landlord) -> None:
    give()
    with pytest.raises(LeaseNotFound):
        give(actor=PAUL)
    with acting(PAUL):
        assert consents_of(101) == []
        assert standing_of(101, on=NEXT_DAY) != []
        assert all(family.words == () for family in standing_of(101, on=NEXT_DAY))
    # In the tables themselves: not in another's name, nor as an agent would.
    for person, means in ((1, "SPACE"), (4, "PAPER")):
        with pytest.raises(DatabaseError, match="row-level security"), acting(PAUL), connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO leases_consent (lease_id, residence_id, person_id, family, word, said_on, means,
                       text_version, text_sha256, kept_at)
                   VALUES (101, 11, %s, 'NOTICES', 'GIVEN', '2026-11-20', %s, 1, 'x', now())""",
                [person, means],
            )
    south = Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=own_landlord.agents["gestionnaire_sud"])
    with pytest.raises(LeaseNotFound):
        write_down(south)
    with acting(south):
        assert consents_of(101) == []


def write_down(
    actor: Actor, *, word: Word = Word.GIVEN, on: date = THAT_DAY, person: int = 1, means: Means = Means.PAPER
) -> int:
    with acting(actor):
        return write_consent_down(
            lease_id=101,
            person_id=person,
            families=[Family.NOTICES, Family.RECEIPTS],
            word=word,
            means=means,
            said_on=on,
            actor=actor,
            at=AT + timedelta(days=1),
        )


def test_an_agent_writes_down_a_signed_paper_and_never_a_click(officer: Actor) -> None:
    assert write_down(officer) == 2
    assert write_down(officer) == 0
    assert online() == online(Family.RECEIPTS) == {101: THAT_DAY}
    with acting(LUCIE):
        assert {(each.means, each.agent_id) for each in consents_of(101)} == {("PAPER", officer.agent_id)}
    with pytest.raises(NotByThisMeans):
        write_down(officer, means=Means.SPACE)
    with pytest.raises(WordToCome):
        write_down(officer, on=date(2026, 11, 22))
    with pytest.raises(NoTextInForce):
        write_down(officer, on=date(2025, 12, 31))
    with pytest.raises(NotAHolder):
        write_down(officer, person=3)


def test_an_older_paper_does_not_undo_a_later_word(officer: Actor) -> None:
    give()
    withdraw(at=AT + timedelta(days=1))
    with pytest.raises(LaterWordExists):
        write_down(officer, on=THAT_DAY)
    assert online() == online(Family.RECEIPTS) == {}


def test_the_words_are_never_changed_nor_deleted(superuser: psycopg.Connection) -> None:
    agree(superuser, 101)
    for statement in ("UPDATE leases_consent SET said_on = '2020-01-01'", "DELETE FROM leases_consent"):
        with pytest.raises(psycopg.DatabaseError, match="ne se modifient"):
            superuser.execute(statement)


def test_a_text_is_the_one_that_was_agreed_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {each.family for each in texts()} == set(Family)
    for each in (consents.Path(consents.__file__).parent / "consent_texts").iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes())
    (tmp_path / "vault-1.txt").write_text("J’accepte tout.", encoding="utf-8")
    monkeypatch.setattr(consents, "_TEXTS", tmp_path)
    with pytest.raises(consents.TextChanged):
        texts.__wrapped__()


def test_who_clicks_on_a_text_that_moved_reads_it_again(own_landlord: Landlord) -> None:
    assert own_landlord.holder == LUCIE.person_id
    with pytest.raises(TextMoved), acting(LUCIE):
        give_consent(lease_id=101, family=Family.NOTICES, text_sha256="0" * 64, actor=LUCIE, at=AT)


def test_the_former_day_becomes_the_word_of_each_holder(superuser: psycopg.Connection) -> None:
    """The migration, played by the owner of the tables, whom row security would keep from every row."""
    migration = import_module("palier.leases.migrations.0006_agreements_as_consents").Migration
    superuser.execute("ALTER TABLE leases_lease ADD COLUMN online_agreed_on date")
    superuser.execute("UPDATE leases_lease SET online_agreed_on = '2025-03-09' WHERE id = 101")
    (owner,) = superuser.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'leases_lease'").fetchone() or (
        "",
    )
    with superuser.transaction():
        superuser.execute(f'SET LOCAL ROLE "{owner}"')
        for statement in migration.operations[0].sql:
            superuser.execute(statement)
    superuser.execute("ALTER TABLE leases_lease DROP COLUMN online_agreed_on")
    # Both held it that day; the one who has left since no longer counts. Letters stay on paper.
    assert online() == online(Family.RECEIPTS) == {101: date(2025, 3, 9)}
    assert online(Family.LETTERS) == {}
    assert superuser.execute("SELECT count(*) FROM leases_consent WHERE means = 'TAKEOVER'").fetchone() == (4,)
    assert superuser.execute(
        "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('leases_lease', 'leases_occupant')"
    ).fetchone() == (True,)
