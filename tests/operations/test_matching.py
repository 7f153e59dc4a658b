"""Matching a vacancy: who is kept and why, in the territory's order; what an officer reads of it; its candidates."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection
from tests.applications import COLLEAGUE, HER_NUMBER, HERS, HIS, HIS_NUMBER, OFFICER, SECRETARY, write_applications
from tests.landlord import Landlord, insert

from palier.attribution.models import Candidate, Match, Matching, Vacancy
from palier.attribution.operations.matching import (
    AlreadyCandidate,
    ApplicationUnknown,
    CandidateNotFound,
    NoLongerProposed,
    NotATransfer,
    NotOpenToCandidates,
    NotRelocated,
    NotSuited,
    SourceUnknown,
    WithdrawalWithoutMotive,
    add_candidate,
    ask_matching,
    match_vacancy,
    withdraw_candidate,
)
from palier.attribution.operations.vacancies import VacancyNotFound
from palier.attribution.queries.matching import (
    application_numbered,
    candidate_rows,
    match_rows,
    matching_of,
    vacancies_for,
    why,
)
from palier.attribution.queries.offered import DwellingNotDescribed, placed
from palier.attribution.queries.shortlist import Shortlist
from palier.attribution.rules.suiting import Against
from palier.demandes.queries.grids import FOLDER, SHIPPED, territory_of
from palier.demandes.rules.eligibility import Verdict
from palier.foundation.clock import now
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

if TYPE_CHECKING:
    from tests.conftest import Cluster

ON = date(2026, 11, 23)
VACANCY, ELSEWHERE = 71, 72
TERRITORY_COMMUNE = "00100"
# What SHA-256 of « seed:number » puts first, worked out apart (sha256sum): c:501 152b…, c:502 f3b2…; a:501 fa10…,
# a:502 349a….
DRAWS = {"c": [HERS, HIS], "a": [HIS, HERS]}
COPIED = {
    "composition": "adults, dependants, shared_custody, visiting, unborn, disabled, spouses, dependants_born_on,"
    " stays_regularly",
    "situation": "housing, rooms, floor_area_m2, occupants, cost_cents, wished_rooms_min, wished_rooms_max,"
    " refused_offers",
    "resources": "n2_year, n2_cents, nursing_home_cents, monthly_cents, proof",
    "wish": "commune, rank",
}
ELISE = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=OFFICER)
HER_COLLEAGUE = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=COLLEAGUE)
THE_SECRETARY = Actor(role=Role.COMMISSION_SECRETARY, purpose="ATTRIBUTION", agent_id=SECRETARY)


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Inès and her son wish for Saint-Denis, where a dwelling of three rooms is vacant; Noël wishes for elsewhere."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        session.execute("UPDATE estate_residence SET commune = '93066' WHERE id = 11")
        session.execute("UPDATE estate_residence SET commune = '93001' WHERE id = 12")
        session.execute("UPDATE demandes_resources SET n2_year = 2024")
        for number, dwelling, residence in ((VACANCY, 1102, 11), (ELSEWHERE, 1202, 12)):
            insert(session, "attribution_vacancy", [
                {"id": number, "dwelling_id": dwelling, "residence_id": residence, "announced_on": date(2026, 10, 1),
                 "expected_on": date(2026, 11, 1), "available_on": date(2026, 12, 1), "rent_cents": 40_000,
                 "charges_cents": 5_000, "state": "ORIENTED", "withdrawn_for": "", "version": 1},
            ])  # fmt: skip
        yield session


def matched(vacancy_id: int = VACANCY) -> Shortlist:
    with batch(Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="rapprochement"):
        return match_vacancy(vacancy_id=vacancy_id, on=ON, at=now())


def add(number: str, source: str, *, vacancy_id: int = VACANCY, actor: Actor = ELISE) -> Candidate:
    with acting(actor):
        return add_candidate(vacancy_id=vacancy_id, number=number, source=source, actor=actor, on=ON)


def both_wish_for_the_territory(session: psycopg.Connection) -> None:
    session.execute("UPDATE estate_residence SET commune = %s WHERE id = 11", [TERRITORY_COMMUNE])
    session.execute("UPDATE demandes_wish SET commune = %s", [TERRITORY_COMMUNE])
    session.execute("UPDATE demandes_composition SET dependants = 1, dependants_born_on = '{2016-05-06}'")


def score(session: psycopg.Connection, application: int, points: int, filed_on: date, territory: str) -> None:
    session.execute("UPDATE demandes_application SET filed_on = %s WHERE id = %s", [filed_on, application])
    insert(session, "demandes_standing", [
        {"application_id": application, "territory": territory, "grid_version": "1", "points": points,
         "filed_on": filed_on, "scored_on": ON, "application_version": 1},
    ])  # fmt: skip


def like_ines(session: psycopg.Connection, count: int) -> None:
    """So many households like hers, from 1001, each filed a day after the one before."""
    session.execute(
        """INSERT INTO demandes_application (id, number, person_id, path, filed_on, expires_on, state, radiation_motive,
                                             warned_for, source, version)
           SELECT 1000 + k, '111052400' || 1000 + k || 'TEST0', person_id, path, filed_on + k, expires_on + k, state,
                  '', '', source, 1
           FROM demandes_application, generate_series(1, %s) AS k WHERE id = %s""",
        [count, HERS],
    )
    for table, columns in COPIED.items():
        session.execute(
            f"""INSERT INTO demandes_{table} (application_id, {columns})
                SELECT 1000 + k, {columns} FROM demandes_{table}, generate_series(1, %s) AS k
                WHERE application_id = %s""",
            [count, HERS],
        )


@contextmanager
def own_grids() -> Iterator[Path]:
    """The landlord's folder of grids, emptied and removed at the end."""
    folder = settings.PALIER_HOME / FOLDER
    folder.mkdir()
    try:
        yield folder
    finally:
        for path in folder.glob("*.toml"):
            path.unlink()
        folder.rmdir()


def test_a_dwelling_is_matched_with_who_wishes_for_its_commune_and_fits_it(superuser: psycopg.Connection) -> None:
    found = matched()
    assert [(row.application_id, row.place, row.suiting.verdict) for row in found.rows] == [(HERS, 1, Verdict.ELIGIBLE)]
    with acting(ELISE):
        told = matching_of(VACANCY)
        rows = match_rows(VACANCY, with_others=True)
    assert told is not None
    assert (told.examined, told.suited, told.territory) == (1, 1, "")
    assert [(row.number, row.suits, row.persons, row.candidate_id) for row in rows] == [(HER_NUMBER, True, 2, None)]


def test_who_is_examined_and_not_kept_is_kept_with_the_reason(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE demandes_resources SET n2_cents = 9000000 WHERE application_id = %s", [HERS])
    assert matched().suited == 0
    with acting(ELISE):
        assert match_rows(VACANCY, with_others=False) == []
        (row,) = match_rows(VACANCY, with_others=True)
    assert (row.suits, row.verdict, row.against) == (False, "NOT_ELIGIBLE", ["CEILING"])
    assert row.reasons[0] == "Ressources au-dessus du plafond."


def test_the_order_is_the_territorys_points_then_seniority(superuser: psycopg.Connection) -> None:
    both_wish_for_the_territory(superuser)
    territory = territory_of(TERRITORY_COMMUNE, on=ON)
    assert territory is not None
    score(superuser, HERS, 12, date(2025, 6, 1), territory)
    score(superuser, HIS, 30, date(2026, 2, 1), territory)
    assert [(row.application_id, row.points) for row in matched().rows] == [(HIS, 30), (HERS, 12)]
    superuser.execute("UPDATE demandes_standing SET points = 12")
    assert [row.application_id for row in matched().rows] == [HERS, HIS]


def test_without_a_grid_seniority_alone_orders(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE demandes_wish SET commune = '93066'")
    superuser.execute("UPDATE demandes_composition SET dependants = 1, dependants_born_on = '{2016-05-06}'")
    superuser.execute("UPDATE demandes_application SET filed_on = '2020-01-01' WHERE id = %s", [HIS])
    assert [row.application_id for row in matched().rows] == [HIS, HERS]


def test_a_long_list_is_read_in_order_until_forty_suit(superuser: psycopg.Connection) -> None:
    """Ninety like Inès, one filed each day; two in three are over the ceiling: forty suit only once all are read."""
    like_ines(superuser, 90)
    superuser.execute("UPDATE demandes_resources SET n2_cents = 9000000 WHERE application_id > 1000"
                      " AND application_id % 3 <> 0")  # fmt: skip
    rows = matched().rows
    # Inès filed before them all: then from 1001 to 1090, the oldest first.
    assert [row.application_id for row in rows] == [HERS, *range(1001, 1091)]
    assert [row.place for row in rows] == list(range(1, 92))
    assert [row.application_id for row in rows if row.suiting.suits] == [HERS, *range(1002, 1091, 3)]
    assert rows[1].suiting.against == (Against.CEILING,)
    superuser.execute("UPDATE demandes_resources SET n2_cents = 1000000")
    assert [row.application_id for row in matched().rows] == [HERS, *range(1001, 1040)]


def test_equals_of_a_day_follow_the_published_draw_where_the_grid_has_one(superuser: psycopg.Connection) -> None:
    both_wish_for_the_territory(superuser)
    territory = territory_of(TERRITORY_COMMUNE, on=ON)
    assert territory is not None
    for application in (HERS, HIS):
        score(superuser, application, 12, date(2025, 6, 1), territory)
    assert [row.application_id for row in matched().rows] == [HERS, HIS]
    with own_grids() as folder:
        for seed, order in DRAWS.items():
            for shipped in SHIPPED.glob("*.toml"):
                drawn = shipped.read_text(encoding="utf-8").replace(
                    'ties = ["SENIORITY"]', f'ties = ["SENIORITY", "SEED"]\nseed = "{seed}"'
                )
                (folder / shipped.name).write_text(drawn, encoding="utf-8")
            assert [row.application_id for row in matched().rows] == order


def test_a_second_matching_takes_the_place_of_the_first(superuser: psycopg.Connection) -> None:
    matched()
    superuser.execute("UPDATE demandes_application SET state = 'RADIATED', radiated_on = %s,"
                      " radiation_motive = 'RENONCIATION' WHERE id = %s", [ON, HERS])  # fmt: skip
    matched()
    with acting(ELISE):
        assert (Matching.objects.count(), Match.objects.count()) == (1, 0)


def test_a_dwelling_whose_rooms_are_unknown_is_not_matched(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE estate_dwelling SET rooms = NULL WHERE id = 1102")
    with pytest.raises(DwellingNotDescribed):
        matched()
    with pytest.raises(VacancyNotFound):
        matched(999)


def test_who_refused_this_dwelling_is_not_proposed_it_again(superuser: psycopg.Connection) -> None:
    superuser.execute("ALTER TABLE attribution_offer DISABLE TRIGGER ALL")
    insert(superuser, "attribution_offer", [
        {"decision_id": 1, "vacancy_id": VACANCY, "application_id": HERS, "rank": 1, "days": 10,
         "notified_on": date(2026, 11, 2), "expires_on": date(2026, 11, 12), "state": "REFUSED", "refusal": "LOYER"},
    ])  # fmt: skip
    assert [row.suiting.against for row in matched().rows] == [(Against.REFUSED_HERE,)]


def test_why_not_this_one_is_told_in_full_to_who_instructs_the_file_alone(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE demandes_resources SET n2_cents = 9000000")
    for actor, verdict in ((ELISE, Verdict.NOT_ELIGIBLE), (HER_COLLEAGUE, None)):
        with acting(actor):
            asked, here = application_numbered(HER_NUMBER), placed(VACANCY)
            assert asked is not None
            assert here is not None
            found = why(asked, here, on=ON)
        assert found is not None
        assert found.verdict == verdict
    with acting(ELISE):
        his, here = application_numbered(HIS_NUMBER), placed(VACANCY)
        assert his is not None
        assert here is not None
        found = why(his, here, on=ON)
    assert found is not None
    assert found.judgement is None
    assert found.against == (Against.COMMUNE, Against.TOO_LARGE)


def test_for_an_application_the_vacancies_that_suit_come_first(superuser: psycopg.Connection) -> None:
    with acting(ELISE):
        rows = vacancies_for(HERS, on=ON)
    assert [(here.vacancy_id, found.suits) for here, found in rows] == [(VACANCY, True), (ELSEWHERE, False)]
    assert rows[1][1].against == (Against.COMMUNE,)


def test_the_job_matches_for_who_asked_and_is_journaled_in_their_name(superuser: psycopg.Connection) -> None:
    with acting(ELISE):
        ask_matching(vacancy_id=VACANCY, actor=ELISE, at=now())
    superuser.execute("UPDATE attribution_vacancy SET state = 'OFFERED' WHERE id = %s", [ELSEWHERE])
    with acting(ELISE), pytest.raises(NoLongerProposed):
        ask_matching(vacancy_id=ELSEWHERE, actor=ELISE, at=now())
    with acting(ELISE), pytest.raises(VacancyNotFound):
        ask_matching(vacancy_id=999, actor=ELISE, at=now())
    (args,) = superuser.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%.match'").fetchall()
    assert args == ({"vacancy_id": VACANCY, "asked_by": OFFICER},)


def test_the_agents_of_other_functions_read_nothing_of_it(
    superuser: psycopg.Connection, own_landlord: Landlord
) -> None:
    matched()
    for name, role in (("gestionnaire_nord", Role.RENT_OFFICER), ("responsable_nord", Role.AGENCY_MANAGER)):
        intruder = Actor(role=role, purpose="GESTION_LOCATIVE", agent_id=own_landlord.agents[name])
        with pytest.raises(ProgrammingError, match="permission denied"), acting(intruder):
            Match.objects.count()


def test_a_candidate_out_of_the_matching_was_kept_by_it(superuser: psycopg.Connection) -> None:
    matched()
    with pytest.raises(NotSuited):
        add(HIS_NUMBER, "MATCHING")
    assert add(HER_NUMBER, "MATCHING").source == "MATCHING"
    assert add(HIS_NUMBER, "HOLDER", actor=THE_SECRETARY).added_by_id == SECRETARY
    with acting(ELISE):
        assert Vacancy.objects.get(pk=VACANCY).state == "MATCHED"
        assert {row.number for row in candidate_rows(VACANCY)} == {HER_NUMBER, HIS_NUMBER}
        (row,) = match_rows(VACANCY, with_others=False)
    assert row.candidate_id is not None


def test_a_candidate_is_added_once_by_its_number_to_a_dwelling_that_takes_some(superuser: psycopg.Connection) -> None:
    add(HER_NUMBER, "OFFICER")
    with pytest.raises(AlreadyCandidate):
        add(HER_NUMBER, "HOLDER")
    with pytest.raises(ApplicationUnknown):
        add("1110524999999TEST0", "OFFICER")
    with pytest.raises(SourceUnknown):
        add(HIS_NUMBER, "PARCE_QUE")
    for state in ("OPEN", "AGENDA", "LET"):
        superuser.execute("UPDATE attribution_vacancy SET state = %s WHERE id = %s", [state, ELSEWHERE])
        with pytest.raises(NotOpenToCandidates):
            add(HIS_NUMBER, "OFFICER", vacancy_id=ELSEWHERE)
    # Out of the flow, to rehouse someone: no holder has it, its candidates are examined all the same; not anyone's.
    left = "UPDATE attribution_vacancy SET state = 'OPEN', withdrawn_for = %s WHERE id = %s"
    for cause, refused in (("MUTATION", NotATransfer), ("NPNRU", NotRelocated)):
        superuser.execute(left, [cause, ELSEWHERE])
        with pytest.raises(refused):
            add(HIS_NUMBER, "OFFICER", vacancy_id=ELSEWHERE)
    insert(superuser, "demandes_motive", [{"application_id": HIS, "code": "DEMOLITION", "proof": "DECLARED"}])
    added = add(HIS_NUMBER, "OFFICER", vacancy_id=ELSEWHERE)
    with acting(ELISE):
        assert Vacancy.objects.get(pk=ELSEWHERE).state == "MATCHED"
        withdraw_candidate(vacancy_id=ELSEWHERE, candidate_id=added.pk, motive="RENOUNCED", on=ON)
        assert Vacancy.objects.get(pk=ELSEWHERE).state == "OPEN"


def test_a_candidate_is_withdrawn_for_a_motive_and_comes_back_from_a_mistake_only(
    superuser: psycopg.Connection,
) -> None:
    candidate = add(HER_NUMBER, "OFFICER")

    def withdraw(motive: str) -> None:
        with acting(ELISE):
            withdraw_candidate(vacancy_id=VACANCY, candidate_id=candidate.pk, motive=motive, on=ON)

    with pytest.raises(WithdrawalWithoutMotive):
        withdraw("")
    withdraw("MISTAKE")
    with acting(ELISE):
        assert Vacancy.objects.get(pk=VACANCY).state == "ORIENTED"
    with pytest.raises(CandidateNotFound):
        withdraw("MISTAKE")
    assert add(HER_NUMBER, "OFFICER").pk == candidate.pk
    withdraw("RENOUNCED")
    with pytest.raises(AlreadyCandidate):
        add(HER_NUMBER, "OFFICER")
