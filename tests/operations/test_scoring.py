"""The stock scored, again after a change or a kill; what is told of all; a new grid tried. Points by hand.

Inès (501): alone with her son, 46 % of effort (12), lone parent (5), four years (10): 27 points by the fictive grid.
Noël (502): alone, 46 % of effort (12), four years (10): 22 points.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path as FilePath

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test import override_settings
from tests.applications import HER_NUMBER, HERS, HIS, HIS_NUMBER, OFFICER, clone_application, write_applications
from tests.conftest import Cluster
from tests.landlord import Landlord
from tests.rules.test_cotation import FIRST_TEXT

from palier.demandes.models import ScoreFigure, Standing
from palier.demandes.operations.official_scores import Gap, import_official_scores
from palier.demandes.operations.scoring import Asked, score_stock
from palier.demandes.operations.simulating import simulate
from palier.demandes.queries.facts import blocks_of_facts, facts_of, stream_facts
from palier.demandes.queries.grids import GridUnreadable, grids, grids_on, territory_of
from palier.demandes.rules.facts import Path, Proof, Resources, Stated, Stay, Wish
from palier.demandes.rules.grids import parse_grid
from palier.demandes.rules.trials import Group
from palier.foundation.clock import PARIS
from palier.foundation.tabular.outcome import Outcome
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

ON = date(2026, 11, 23)
ASKED = Asked(operator="test")
AT = datetime(2026, 11, 23, 9, tzinfo=PARIS)
CSV = "numero;territoire;points;calcule_le;source\n"
CLONES = 20


@pytest.fixture
def session(cluster: Cluster, own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Two applications that ask for a commune of the fictive grid."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        write_applications(superuser, own_landlord)
        superuser.execute("UPDATE demandes_wish SET commune = '00100'")
        superuser.execute("UPDATE demandes_application SET filed_on = '2022-11-23', expires_on = '2027-11-23'")
        superuser.execute("UPDATE demandes_resources SET n2_year = 2024")
        yield superuser


def standings() -> dict[int, int]:
    with batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"):
        return dict(Standing.objects.values_list("application_id", "points"))


def test_the_facts_are_those_of_the_tables(session: psycopg.Connection) -> None:
    session.execute("INSERT INTO demandes_priority (application_id, code, proof) VALUES (501, 'DALO', 'PROVED')")
    with batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"):
        facts = facts_of([HERS], on=ON)[HERS]
        streamed = dict(stream_facts(on=ON, block=1))
    assert (facts.filed_on, facts.path, facts.stay) == (date(2022, 11, 23), Path.FIRST, Stay.REGULAR)
    assert (facts.composition.adults, facts.composition.dependants, facts.composition.under_14) == (1, 1, 1)
    assert facts.resources == Resources(n2_cents=1_500_000, monthly_cents=150_000, proof=Proof.DECLARED)
    assert facts.priorities == (Stated(code="DALO", proof=Proof.PROVED),)
    assert facts.motives == (Stated(code="LOGEMENT_PETIT", proof=Proof.DECLARED),)
    assert facts.wish == Wish(communes=("00100",), rooms_min=2, rooms_max=3)
    assert list(streamed) == [HERS, HIS]
    assert streamed[HERS] == facts


def test_incomes_are_named_by_the_year_of_the_examination(session: psycopg.Connection) -> None:
    session.execute("UPDATE demandes_resources SET n1_cents = 1_600_000")
    with batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"):
        assert facts_of([HERS], on=date(2027, 1, 2))[HERS].resources.n2_cents == 1_600_000
        assert facts_of([HERS], on=date(2028, 1, 2))[HERS].resources.n2_cents is None
        # Théo was born on 6 May 2016.
        assert facts_of([HERS], on=date(2030, 5, 5))[HERS].composition.under_14 == 1
        assert facts_of([HERS], on=date(2030, 5, 6))[HERS].composition.under_14 == 0


def test_facts_read_no_identity(session: psycopg.Connection) -> None:
    with (
        batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"),
        connection.execute_wrapper(lambda execute, sql, *rest: execute(seen.append(sql) or sql, *rest)),
    ):
        seen: list[str] = []
        assert len(list(blocks_of_facts(on=ON))) == 1
    for word in ("person", "member", "nationality", "name", "address", "demandes_stay", "number"):
        assert not [statement for statement in seen if word in statement], word


def test_the_whole_stock_is_scored_then_only_what_changed(session: psycopg.Connection) -> None:
    first = score_stock(on=ON, asked=ASKED, block=1)
    assert (first.applications, first.scores) == (2, 2)
    assert standings() == {HERS: 27, HIS: 22}
    again = score_stock(on=ON, asked=ASKED)
    assert (again.applications, again.scores) == (0, 0)

    session.execute("INSERT INTO demandes_priority (application_id, code, proof) VALUES (502, 'DALO', 'PROVED')")
    session.execute("UPDATE demandes_application SET version = version + 1 WHERE id = 502")
    changed = score_stock(on=date(2026, 11, 25), asked=ASKED, whole=False)
    assert changed.applications == 1
    assert standings() == {HERS: 27, HIS: 122}


def test_what_is_no_longer_weighed_loses_its_score(session: psycopg.Connection) -> None:
    score_stock(on=ON, asked=ASKED)
    session.execute(
        """UPDATE demandes_application SET state = 'RADIATED', radiated_on = '2026-11-24',
                  radiation_motive = 'RENONCIATION' WHERE id = 501"""
    )
    session.execute("UPDATE demandes_wish SET commune = '00999' WHERE application_id = 502")
    score_stock(on=date(2026, 11, 24), asked=ASKED)
    assert standings() == {}


def test_a_run_killed_halfway_goes_on(session: psycopg.Connection) -> None:
    class Killed(BaseException):
        pass

    class Killing:
        def at(self, phase: str, done: int, total: int) -> None:
            raise Killed

    with pytest.raises(Killed):
        score_stock(on=ON, asked=ASKED, shown=Killing(), block=1)
    assert standings() == {HERS: 27}
    assert score_stock(on=ON, asked=ASKED).applications == 1
    assert standings() == {HERS: 27, HIS: 22}


def test_small_numbers_are_not_told(session: psycopg.Connection) -> None:
    clone_application(session, HERS, CLONES, first=1_000)
    score_stock(on=ON, asked=ASKED)
    with batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"):
        told = list(ScoreFigure.objects.order_by("rooms").values_list("territory", "path", "rooms", "kind", "value",
                                                                      "applications"))  # fmt: skip
    # All 22 have from 20 to 39 points, and take two or three rooms.
    assert told == [("DEMO", "FIRST", 2, "BAND", 20, 22), ("DEMO", "FIRST", 3, "BAND", 20, 22)]
    session.execute("UPDATE demandes_application SET filed_on = '2026-11-01' WHERE id = 502")
    score_stock(on=date(2026, 11, 24), asked=ASKED)
    with batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"):
        assert set(ScoreFigure.objects.filter(rooms=2).values_list("value", "applications")) == {(20, 21), (0, None)}


def test_the_wait_is_that_of_those_who_were_housed(session: psycopg.Connection) -> None:
    clone_application(session, HIS, 11, first=2_000)
    session.execute(
        """UPDATE demandes_application SET state = 'RADIATED', radiation_motive = 'ATTRIBUTION',
                  radiated_on = '2026-05-23' WHERE id > 2000"""
    )
    score_stock(on=ON, asked=ASKED)
    with batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"):
        waits = set(ScoreFigure.objects.filter(kind="WAIT").values_list("rooms", "value", "applications"))
    # From 23 November 2022 to 23 May 2026: 42 months.
    assert waits == {(2, 42, 11), (3, 42, 11)}


def test_an_officer_reads_scores_and_writes_none(session: psycopg.Connection) -> None:
    score_stock(on=ON, asked=ASKED)
    officer = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=OFFICER)
    with acting(officer, screen="test", categories=("DEMANDE",)):
        assert Standing.objects.count() == 2
    with pytest.raises(DatabaseError), acting(officer, screen="test", categories=("DEMANDE",)):
        Standing.objects.update(points=100)


def test_a_new_grid_is_tried_on_all_and_writes_nothing(session: psycopg.Connection) -> None:
    clone_application(session, HERS, CLONES, first=1_000)
    clone_application(session, HIS, CLONES, first=2_000)
    score_stock(on=ON, asked=ASKED)
    before = standings()
    # A lone parent gains ten points; seniority no longer counts at four years: everybody loses ten.
    text = FIRST_TEXT.replace("FICTIVE-2026-1", "ESSAI").replace("points = 5\n", "points = 15\n")
    told = simulate(
        parse_grid(text.replace("{ from = 48, points = 10 }", "{ from = 48, points = 6 }"), file="essai.toml"),
        on=ON,
        asked=ASKED,
    )
    assert standings() == before
    assert (told.territory, told.version, told.before_version) == ("DEMO", "ESSAI", "FICTIVE-2026-1")
    # 21 like Inès: +10 − 4; 21 like Noël: −4.
    assert (told.applications, told.winners, told.losers, told.unchanged) == (42, 21, 21, 0)
    sizes = {group.label: group for group in told.groups if group.family == "foyer"}
    assert sizes["1 personne"] == Group(
        family="foyer", label="1 personne", applications=21, winners=0, losers=21, average_change_hundredths=-400
    )
    assert sizes["2 personnes"].average_change_hundredths == 600
    assert [(band.lowest, band.before, band.after) for band in told.bands] == [(0, 0, 21), (20, 42, 21)]


def test_a_trial_hides_who_could_be_found(session: psycopg.Connection) -> None:
    clone_application(session, HERS, CLONES, first=1_000)
    text = FIRST_TEXT.replace("FICTIVE-2026-1", "ESSAI").replace("points = 5\n", "points = 15\n")
    told = simulate(parse_grid(text, file="essai.toml"), on=ON, asked=ASKED)
    # Noël alone has not changed: his number is hidden, and with it the one that would tell it.
    assert (told.winners, told.unchanged) == (None, None)
    sizes = {group.label: group.applications for group in told.groups if group.family == "foyer"}
    assert sizes == {"1 personne": None, "2 personnes": None}


def test_the_landlords_own_grids_replace_the_fictive_pair(tmp_path: FilePath) -> None:
    assert {grid.territory for grid in grids()} == {"DEMO"}
    assert [grid.path for grid in grids_on(ON)] == [Path.FIRST, Path.TRANSFER]
    assert territory_of("00200", on=ON) == "DEMO"
    assert territory_of("00999", on=ON) is None
    (tmp_path / "grilles").mkdir()
    (tmp_path / "grilles/a.toml").write_text(FIRST_TEXT.replace('"DEMO"', '"AUTRE"'), encoding="utf-8")
    with override_settings(PALIER_HOME=tmp_path):
        assert {grid.territory for grid in grids()} == {"AUTRE"}
        (tmp_path / "grilles/b.toml").write_bytes(b"\xff")
        with pytest.raises(GridUnreadable):
            grids()


def official(folder: FilePath, *rows: str) -> tuple[Outcome, list[Gap]]:
    path = folder / "points.csv"
    path.write_text(CSV + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    with batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"):
        return import_official_scores(path, at=AT)


def test_official_scores_are_kept_as_given_and_gaps_told(session: psycopg.Connection, tmp_path: FilePath) -> None:
    score_stock(on=ON, asked=ASKED)
    rows = (
        f"{HER_NUMBER};DEMO;27,00;20/11/2026;portail du territoire",
        f"{HIS_NUMBER};DEMO;30,5;2026-11-20;portail du territoire",
    )
    outcome, gaps = official(tmp_path, *rows)
    assert (outcome.created, outcome.unchanged, outcome.refused) == (2, 0, 0)
    assert gaps == [Gap(number=HIS_NUMBER, territory="DEMO", official=Decimal("30.5"), control=22)]
    assert standings() == {HERS: 27, HIS: 22}
    again, gaps = official(tmp_path, *rows)
    assert (again.created, again.unchanged, len(gaps)) == (0, 2, 1)
    corrected, gaps = official(tmp_path, f"{HIS_NUMBER};DEMO;22;2026-11-20;portail du territoire")
    assert (corrected.updated, gaps) == (1, [])


def test_a_faulty_row_is_refused_and_the_others_kept(session: psycopg.Connection, tmp_path: FilePath) -> None:
    outcome, _gaps = official(
        tmp_path,
        f"{HER_NUMBER};DEMO;27;20/11/2026;portail",
        "9999999999999TEST0;DEMO;27;20/11/2026;portail",
        f"{HIS_NUMBER};DEMO;beaucoup;20/11/2026;portail",
        f"{HIS_NUMBER};DEMO;27;24/11/2026;portail",
        f"{HIS_NUMBER};DEMO;27;20/11/2026;",
    )
    assert (outcome.created, outcome.refused) == (1, 4)
    assert [(remark.line, remark.column) for remark in outcome.refusals] == [
        (3, "numero"),
        (4, "points"),
        (5, "calcule_le"),
        (6, "source"),
    ]
