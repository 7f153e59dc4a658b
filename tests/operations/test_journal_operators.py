"""The operator is a reader too: sessions as owner and a vendor's help name who and why, and are journaled."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import Cluster

from palier.cli import main
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.actor import OperatorNotNamed, UnknownMotive
from palier.privacy.journal.help_windows import (
    NoSuchWindow,
    UnknownHelpPurpose,
    VendorNotNamed,
    Window,
    WindowOver,
    WindowTooLong,
    close_window,
    open_window,
    read_in,
    window_numbered,
)
from palier.privacy.journal.operations import looking_after
from palier.privacy.journal.owner_sessions import MinutesOutOfBounds, open_session

THE_OPERATOR = "Aline Cormier"


def traces(cluster: Cluster) -> list[tuple[object, ...]]:
    with cluster.as_superuser("palier_test") as looking:
        return looking.execute(
            "SELECT operator, role, purpose, motive, is_mass, screen FROM privacy_readevent ORDER BY id"
        ).fetchall()


def session(cluster: Cluster, *, motive: str = "DEPANNAGE", minutes: int = 5, operator: str = THE_OPERATOR,
            statement: str = "SELECT 1", window: Window | None = None) -> int:  # fmt: skip
    return open_session(
        cluster.server, operator=operator, motive=motive, minutes=minutes, prefix="palier", statement=statement,
        window=window, at=now(),
    )  # fmt: skip


def test_a_session_as_owner_is_a_reading_of_everyone_in_its_operators_name(
    empty_db: Cluster, capfd: pytest.CaptureFixture[str]
) -> None:
    assert session(empty_db, statement="SELECT 'je suis ' || current_user") == 0
    assert "je suis palier_owner" in capfd.readouterr().out
    assert traces(empty_db) == [(THE_OPERATOR, "batch_operator", "EXPLOITATION", "DEPANNAGE", True, "database shell")]


@pytest.mark.parametrize(
    ("refused", "asking"),
    [
        (UnknownMotive, lambda cluster: session(cluster, motive="CURIOSITE")),
        (OperatorNotNamed, lambda cluster: session(cluster, operator=" ")),
        (MinutesOutOfBounds, lambda cluster: session(cluster, minutes=61)),
        (MinutesOutOfBounds, lambda cluster: session(cluster, minutes=0)),
    ],
)
def test_a_session_without_a_name_a_motive_or_an_end_does_not_open(
    empty_db: Cluster, capfd: pytest.CaptureFixture[str], refused: type[Refusal], asking: Callable[[Cluster], int]
) -> None:
    with pytest.raises(refused):
        asking(empty_db)
    assert capfd.readouterr().out == ""
    assert traces(empty_db) == []


def test_a_session_ends_with_its_window(empty_db: Cluster) -> None:
    with looking_after(THE_OPERATOR, "essai"):
        number = open_window(
            vendor="Atelier du Midi", purpose="FAULT", until_at=now() + timedelta(seconds=1.5), opened_by="essai",
            at=now(),
        )  # fmt: skip
        window = window_numbered(number)
    assert session(empty_db, motive="ASSISTANCE", statement="SELECT pg_sleep(20)", window=window) != 0
    with pytest.raises(WindowOver):
        session(empty_db, motive="ASSISTANCE", window=window)


def test_the_report_of_a_window_holds_what_was_read_in_it_and_nothing_else(empty_db: Cluster) -> None:
    with looking_after(THE_OPERATOR, "essai"):
        first, second = (
            window_numbered(
                open_window(
                    vendor="Atelier du Midi", purpose="FAULT", until_at=now() + timedelta(hours=1), opened_by="essai",
                    at=now(),
                )
            )
            for _ in range(2)
        )  # fmt: skip
    session(empty_db)
    session(empty_db, motive="ASSISTANCE", window=second)
    with looking_after(THE_OPERATOR, "essai"):
        assert read_in(first) == []
        (reading,) = read_in(second)
        assert (reading.screen, reading.motive) == ("database shell", "ASSISTANCE")
        close_window(second.id, at=now())
        with pytest.raises(WindowOver):
            close_window(second.id, at=now())
        with pytest.raises(WindowOver):
            window_numbered(second.id).check_open(now())


@pytest.mark.parametrize(
    ("refused", "vendor", "purpose", "hours"),
    [
        (VendorNotNamed, " ", "FAULT", 1),
        (VendorNotNamed, "x" * 61, "FAULT", 1),
        (UnknownHelpPurpose, "Atelier", "REGARDER", 1),
        (WindowTooLong, "Atelier", "FAULT", -1),
        (WindowTooLong, "Atelier", "FAULT", 24 * 6),
    ],
)
def test_a_window_has_a_name_a_purpose_and_an_end(
    empty_db: Cluster, refused: type[Refusal], vendor: str, purpose: str, hours: int
) -> None:
    with looking_after(THE_OPERATOR, "essai"), pytest.raises(refused):
        open_window(
            vendor=vendor, purpose=purpose, until_at=now() + timedelta(hours=hours), opened_by="essai", at=now()
        )
    with looking_after(THE_OPERATOR, "essai"), pytest.raises(NoSuchWindow):
        window_numbered(404)


def test_the_commands_ask_for_a_name_and_a_motive(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        ["journal", "export", "--output", "x.gz"],
        ["backup", "create", "--output", "x.palier"],
        ["database", "shell"],
        ["help-window", "open"],
    ):
        with pytest.raises(SystemExit) as left:
            main(command)
        assert left.value.code == 2
    assert "il manque" in capsys.readouterr().err
