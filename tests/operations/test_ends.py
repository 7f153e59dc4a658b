"""What people end is on the disk before it is committed, and a database that comes back from before ends it again."""

import json
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import transaction
from tests.operations.test_consents import LUCIE, give, withdraw

from palier.admission.operations.helping import Wanted, helpers_of, let_help, withdraw_help
from palier.admission.operations.slips import give_slip
from palier.agents.models import User
from palier.continuity.operations.end_again import end_again
from palier.dispatch.operations.devices import forget_devices
from palier.dispatch.operations.vaults import choose_vault, leave_vault
from palier.foundation.clock import now, today
from palier.people.operations import share_contact
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.privacy.ended import kept_ends, register_path
from palier.web.factors import Proof, add_plain_factor, remove_factor

TABLES = (
    *("admission_helper", "admission_accessslip", "web_secondfactor", "dispatch_pushpoint", "dispatch_vaultaccount"),
    "leases_consent",
)


class Killed(BaseException):
    """The process ends between what is kept on the disk and the commit."""


@pytest.fixture(autouse=True)
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", tmp_path / "journal" / "empreintes.jsonl")
    return register_path()


def ended_again() -> tuple[int, int]:
    return end_again(operator="essai", motive="SAUVEGARDE", command="restore")


def rose() -> int:
    wanted = Wanted(
        name="Rose Exemple", link="PROCHE", may_see=True, may_report=False, until_on=today() + timedelta(days=30)
    )
    with acting(LUCIE):
        let_help(person_id=1, wanted=wanted, at=now())
        return helpers_of(1)[0].id


def test_an_end_is_on_the_disk_before_its_commit_and_told_twice_it_is_one(
    superuser: psycopg.Connection, register: Path
) -> None:
    helper = rose()

    def withdraws_and_is_killed() -> None:
        with acting(LUCIE):
            withdraw_help(helper, person_id=1, at=now())
            (line,) = register.read_text(encoding="utf-8").splitlines()
            assert (json.loads(line)["kind"], json.loads(line)["id"]) == ("HELPER", helper)
            raise Killed

    with pytest.raises(Killed):
        withdraws_and_is_killed()
    alive = "SELECT count(*) FROM admission_helper WHERE ended_at IS NULL"
    assert superuser.execute(alive).fetchone() == (1,)
    # Lucie asks again, as the page told her.
    with acting(LUCIE):
        withdraw_help(helper, person_id=1, at=now())
    ends, spoilt = kept_ends()
    assert (len(ends), spoilt) == (2, 0)
    assert ended_again() == (0, 0)
    superuser.execute("UPDATE admission_helper SET ended_at = NULL")
    assert (ended_again(), ended_again()) == ((1, 0), (0, 0))
    assert superuser.execute(alive).fetchone() == (0,)
    # Another row that took the number since is nobody's end.
    superuser.execute("UPDATE admission_helper SET ended_at = NULL, made_at = made_at + interval '1 day'")
    assert ended_again() == (0, 0)


def test_whatever_a_person_ends_a_restoration_ends_again(superuser: psycopg.Connection) -> None:
    lucie = User.objects.get(identifier="locataire")
    lucie.set_password("quatre mots sans suite")
    lucie.save(update_fields=["password"])
    officer_id = superuser.execute(
        "SELECT a.id FROM agents_agent AS a JOIN agents_user AS u ON u.agent_id = a.id"
        " WHERE u.identifier = 'gestionnaire_nord'"
    ).fetchone() or (0,)
    officer = Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=officer_id[0])
    (telephone,) = superuser.execute("SELECT min(id) FROM people_contact WHERE person_id = 1").fetchone() or (0,)
    helper = rose()
    add_plain_factor(lucie, Proof.EMAIL, at=now())
    give()
    with acting(officer):
        give_slip(person_id=1, paper="CNI", actor=officer, at=now())
    with acting(LUCIE):
        choose_vault(lease_id=101, number="COFFRE-1", actor=LUCIE, at=now())
        share_contact(contact_id=telephone, shared=True, actor=LUCIE, at=now())
    superuser.execute(
        "INSERT INTO dispatch_pushpoint (person_id, endpoint, made_at) VALUES (1, 'https://x.example', now())"
    )
    superuser.execute(
        "INSERT INTO web_opensession (user_id, site, browser, second_factor, is_shared, opened_at, last_seen_at,"
        " ends_at) VALUES (%s, 'home', 'Firefox', 'EMAIL', false, now(), now(), now() + interval '1 hour')",
        [lucie.pk],
    )
    for table in TABLES:
        superuser.execute(f"CREATE TEMP TABLE night_{table} AS SELECT * FROM {table}")
    superuser.execute(
        "CREATE TEMP TABLE night_contact AS SELECT id, shared_at FROM people_contact WHERE shared_at IS NOT NULL"
    )
    # The day after the backup.
    with transaction.atomic():
        (factor,) = superuser.execute("SELECT id FROM web_secondfactor").fetchone() or (0,)
        assert remove_factor(lucie, factor, at=now())
    with acting(LUCIE):
        withdraw_help(helper, person_id=1, at=now())
        assert forget_devices(actor=LUCIE, at=now()) == 1
        assert leave_vault(lease_id=101, actor=LUCIE, at=now())
        share_contact(contact_id=telephone, shared=False, actor=LUCIE, at=now())
    withdraw()
    with acting(officer):
        give_slip(person_id=1, paper="CNI", actor=officer, at=now())
    # The night comes back.
    superuser.execute("SET session_replication_role = replica")
    for table in TABLES:
        superuser.execute(f"DELETE FROM {table}")
        superuser.execute(f"INSERT INTO {table} SELECT * FROM night_{table}")
    superuser.execute(
        "UPDATE people_contact AS c SET shared_with_caretaker = true, shared_at = n.shared_at"
        " FROM night_contact AS n WHERE n.id = c.id"
    )
    superuser.execute("SET session_replication_role = origin")
    assert (ended_again(), ended_again()) == ((7, 0), (0, 0))
    for left in (
        "SELECT count(*) FROM admission_helper WHERE ended_at IS NULL",
        "SELECT count(*) FROM admission_accessslip WHERE ended_at IS NULL",
        "SELECT count(*) FROM web_secondfactor",
        "SELECT count(*) FROM web_opensession",
        "SELECT count(*) FROM dispatch_pushpoint",
        "SELECT count(*) FROM dispatch_vaultaccount WHERE ended_on IS NULL",
        "SELECT count(*) FROM people_contact WHERE person_id = 1 AND shared_with_caretaker",
    ):
        assert superuser.execute(left).fetchone() == (0,), left
    words = superuser.execute("SELECT word, means, text_version > 0 FROM leases_consent ORDER BY id").fetchall()
    assert words == [("GIVEN", "SPACE", True), ("WITHDRAWN", "SPACE", True)]
