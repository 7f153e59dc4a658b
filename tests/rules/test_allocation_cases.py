"""The rules of allocation that no command runs, against cases worked out by someone who had not read the code."""

import re
from contextlib import AbstractContextManager, nullcontext
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from palier import demandes
from palier.attribution.rules.changed_grid import changed_criteria
from palier.attribution.rules.deciding import (
    Established,
    Verdict,
    refuse_bad_verdict,
    refuse_too_few,
    refuse_unfinished_item,
)
from palier.attribution.rules.flow import propose_by
from palier.attribution.rules.meeting import (
    HourMissing,
    NotAPlace,
    PlaceMissing,
    PlaceOfRemote,
    refuse_bad_meeting,
)
from palier.attribution.rules.offers import Ranked, next_in_line
from palier.attribution.rules.priority import Weighed, passed_over
from palier.attribution.rules.voting import (
    Presence,
    Seat,
    Ways,
    counted,
    refuse_bad_proxies,
    refuse_remote,
    refuse_without_quorum,
    voices,
)
from palier.demandes.rules.composing import Housed, young_couple_until
from palier.demandes.rules.eligibility import Target, judge
from palier.demandes.rules.facts import Composition, Current, Facts, Proof, Resources, Stated, Stay
from palier.demandes.rules.facts import Path as Access
from palier.demandes.rules.grids import parse_grid
from palier.demandes.rules.indicators import is_too_small, is_under_occupied
from palier.demandes.rules.lifecycle import erasure_day
from palier.demandes.rules.numbers import application_number
from palier.demandes.rules.pieces import Moment, Person, asked_for
from palier.foundation.errors import Refusal

CASES = Path(__file__).parent / "cases"
LISTED = {"AVIS_IMPOSITION": "avis d’imposition", "TITRE_SEJOUR": "titre de séjour"}


def cases(stem: str) -> list[Any]:
    found = yaml.load((CASES / f"{stem}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return [pytest.param(case["input"], case["expect"], id=case["name"]) for case in found]


def outcome(expect: dict[str, Any]) -> AbstractContextManager[object]:
    return pytest.raises(Refusal) if expect.get("error") else nullcontext()


def cents(euros: str) -> int:
    whole, _, rest = euros.partition(".")
    return int(whole + rest)


def day(text: str) -> date:
    return date.fromisoformat(text)


def seat(row: dict[str, Any]) -> Seat:
    return Seat(
        member=row["member"],
        quality=row["quality"],
        has_vote=row["has_vote"],
        is_president=row.get("president", False),
        communes=tuple(row.get("communes", ())),
    )


def ways(given: dict[str, Any]) -> Ways:
    return Ways(
        quorum=given.get("quorum", 3),
        quorum_in_person=given.get("quorum_in_person", False),
        casting=given.get("casting", "MAYOR"),
        least_candidates=3,
        proxies_each=given.get("proxies_each", 1),
        remote_allowed=given.get("remote_allowed", True),
    )


@pytest.mark.parametrize(("given", "expect"), cases("commission_quorum"))
def test_a_quorum_is_reached_or_not(given: dict[str, Any], expect: dict[str, Any]) -> None:
    seats = {row["member"]: seat(row) for row in given["members"]}
    here = {row["member"]: Presence(state=row["state"], proxy_to=row.get("proxy_to")) for row in given["members"]}
    rules = ways(given)
    with outcome(expect):
        refuse_bad_proxies(seats, here, rules)
        refuse_remote(here, rules, mode=given["mode"])
    if expect.get("error"):
        return
    assert voices(seats, here) == expect["voices"]
    with nullcontext() if expect["quorum"] else pytest.raises(Refusal):
        refuse_without_quorum(seats, here, rules)


@pytest.mark.parametrize(("given", "expect"), cases("commission_vote"))
def test_a_vote_is_carried_or_not(given: dict[str, Any], expect: dict[str, Any]) -> None:
    seats = {row["member"]: seat(row) for row in given["members"]}
    votes = {row["member"]: row["vote"] for row in given["members"]}
    count = counted(votes, seats, ways(given), places=given["places"])
    said = {
        "for": count.votes_for,
        "against": count.against,
        "abstained": count.abstained,
        "by_casting": count.by_casting,
        "carried": {None: "tie", True: "yes", False: "no"}[count.carried],
    }
    assert {key: said[key] for key in expect} == expect


@pytest.mark.parametrize(
    ("mode", "hour", "place", "refused"),
    [
        ("ROOM", time(14, 30), "Salle du conseil, 3 rue de l’Œuvre (R+1)", NotAPlace),
        ("ROOM", time(14, 30), "Salle du conseil, 3 rue de l’Œuvre (1er étage)", None),
        ("MIXED", time(9), "", PlaceMissing),
        ("REMOTE", time(9), "", None),
        ("REMOTE", time(9), "Salle du conseil", PlaceOfRemote),
        ("MIXED", time(9), "https://visio.example/caleol", NotAPlace),
        ("MIXED", time(9), "www.visio.example", NotAPlace),
        ("ROOM", None, "Salle du conseil", HourMissing),
    ],
)
def test_a_convocation_says_an_hour_and_a_place_that_is_no_link(
    mode: str, hour: time | None, place: str, refused: type[Refusal] | None
) -> None:
    with nullcontext() if refused is None else pytest.raises(refused):
        refuse_bad_meeting(mode=mode, hour=hour, place=place)


def weighed(pseudonym: str, points: int | None, rank: int | None = None, *, dalo: bool = False) -> Weighed:
    motive = "AUTRE_CANDIDAT" if rank is None else ""
    decided = Verdict(kind="ATTRIBUTION_RANG" if rank else "NON_ATTRIBUTION", rank=rank, motive=motive)
    given = {} if points is None else {"75/FIRST/1": points}
    return Weighed(pseudonym=pseudonym, verdict=decided, is_dalo=dalo, points=given)


@pytest.mark.parametrize(
    ("candidates", "passed"),
    [
        # More points than the one who is chosen; fewer; as many; points that do not compare.
        (
            [weighed("C-01", 30, 1), weighed("C-02", 40)],
            "C-02, 40 points par la grille du territoire 75, premier accès, version 1",
        ),
        ([weighed("C-01", 30, 1), weighed("C-02", 20), weighed("C-03", 30), weighed("C-04", None)], ""),
        # The law's priority comes before points, on both sides.
        ([weighed("C-01", 50, 1), weighed("C-02", 20, dalo=True)], "attribué à C-01 (rang 1, sans cette priorité, 50"),
        ([weighed("C-01", 30, 1, dalo=True), weighed("C-02", 40)], ""),
        # The second rank is compared as the first is.
        ([weighed("C-01", 50, 1), weighed("C-02", 10, 2), weighed("C-03", 40)], "attribué à C-02 (rang 2, 10 points)"),
    ],
)
def test_who_is_set_aside_for_less_priority_is_named(candidates: list[Weighed], passed: str) -> None:
    told = [sentence.replace("\u00a0", " ") for sentence in passed_over(candidates)]
    assert len(told) == bool(passed)
    assert passed in "".join(told)


@pytest.mark.parametrize(("given", "expect"), cases("commission_candidates"))
def test_candidates_are_enough_or_the_exception_is_true(given: dict[str, Any], expect: dict[str, Any]) -> None:
    with outcome(expect):
        refuse_too_few(least=3, **given)


def verdict(given: dict[str, Any]) -> Verdict:
    due = given.get("condition_due_on")
    return Verdict(
        kind=given["kind"],
        rank=given.get("rank"),
        condition_piece=given.get("condition_piece", ""),
        condition_due_on=day(due) if due else None,
        motive=given.get("motive", ""),
        other_motive=given.get("other_motive", ""),
        precision="",
    )


@pytest.mark.parametrize(("given", "expect"), cases("commission_decisions"))
def test_a_decision_is_one_of_the_five_and_whole(given: dict[str, Any], expect: dict[str, Any]) -> None:
    known = given["established"]
    established = Established(
        is_above_ceiling=known.get("is_above_ceiling"),
        stays_regularly=known.get("stays_regularly"),
        is_above_every_ceiling=known.get("is_above_every_ceiling", False),
        is_dalo=False,
    )
    with outcome(expect):
        refuse_bad_verdict(
            verdict(given["verdict"]),
            pseudonym="A1",
            established=established,
            held_on=day(given["held_on"]),
            pieces=LISTED,
        )


@pytest.mark.parametrize(("given", "expect"), cases("commission_item"))
def test_the_decisions_on_a_dwelling_hold_together(given: dict[str, Any], expect: dict[str, Any]) -> None:
    rows = {f"A{n}": verdict(row) if row["kind"] else None for n, row in enumerate(given["verdicts"], start=1)}
    with outcome(expect):
        refuse_unfinished_item(rows)


@pytest.mark.parametrize(("given", "expect"), cases("next_rank"))
def test_the_dwelling_goes_to_the_next_rank(given: dict[str, Any], expect: dict[str, Any]) -> None:
    ranked = [
        Ranked(decision_id=100 + n, rank=row["rank"], offer=row["offer"], is_out=row["is_out"])
        for n, row in enumerate(given["ranked"])
    ]
    due = next_in_line(ranked)
    assert (due.rank if due else 0) == expect["next_rank"]


@pytest.mark.parametrize(("given", "expect"), cases("proposal_deadline"))
def test_a_holder_proposes_in_time(given: dict[str, Any], expect: dict[str, Any]) -> None:
    due = propose_by(told_on=day(given["told_on"]), within_days=given["within_days"], is_tense=given["tense"])
    assert due == day(expect["propose_by"])


@pytest.mark.parametrize(("given", "expect"), cases("erasure"))
def test_an_application_is_erased_a_year_after_its_radiation(given: dict[str, Any], expect: dict[str, Any]) -> None:
    assert erasure_day(day(given["radiated_on"])) == day(expect["erased_on"])


@pytest.mark.parametrize(("given", "expect"), cases("young_couple"))
def test_a_couple_is_young_until_its_ages_sum_to_more_than_55(given: dict[str, Any], expect: dict[str, Any]) -> None:
    first, second = (day(born) for born in given["born"])
    adults = [
        Housed(role="APPLICANT", birth_date=first, tie="", stay=Stay.REGULAR, stays_until=None),
        Housed(role="COHOLDER", birth_date=second, tie=given["tie"], stay=Stay.REGULAR, stays_until=None),
    ]
    assert young_couple_until(adults) == day(expect["last_day"])


@pytest.mark.parametrize(("given", "expect"), cases("eligibility"))
def test_a_household_may_have_a_dwelling_or_not(given: dict[str, Any], expect: dict[str, Any]) -> None:
    found = judge(
        Facts(
            filed_on=date(2024, 1, 15),
            path=Access.FIRST,
            composition=Composition(**given["composition"]),
            resources=Resources(
                **{f"{key}_cents": cents(amount) for key, amount in given["resources"].items()},
                monthly_cents=150_000,
                proof=Proof.PROVED,
            ),
            stay=Stay(given["stay"]),
            current=Current(housing="LOCATAIRE_PRIVE"),
        ),
        Target(financing=given["financing"], zone=given["zone"]),
        day(given["as_of"]),
    )
    said = [ground.value for ground in found.grounds] or ["none"]
    assert (found.verdict.value, said) == (expect["verdict"], [expect["ground"]])


@pytest.mark.parametrize(("given", "expect"), cases("pieces_asked"))
def test_a_paper_may_be_asked_or_not(given: dict[str, Any], expect: dict[str, Any]) -> None:
    amounts = {f"{key}_cents": cents(given[key]) for key in ("n2", "n1", "last_12_months") if key in given}
    facts = Facts(
        filed_on=date(2026, 1, 15),
        path=Access.FIRST,
        composition=Composition(
            adults=1, dependants=given.get("dependants", 0), unborn=given.get("unborn", 0), spouses=False
        ),
        resources=Resources(**amounts),
        stay=Stay(given.get("stay", "REGULAR")),
        current=Current(housing=given.get("housing", "LOCATAIRE_PRIVE")),
        motives=tuple(Stated(code=code, proof=Proof.DECLARED) for code in given.get("motives", [])),
    )
    received = frozenset(given.get("received", []))
    person = None if given["of"] == "household" else Person(adult=given["of"] == "adult", received=received)
    with outcome(expect):
        asked_for(given["piece"], facts, person, moment=Moment(given["moment"]))


@pytest.mark.parametrize(("given", "expect"), cases("application_number"))
def test_a_number_is_kept_as_the_national_system_writes_it(given: dict[str, Any], expect: dict[str, Any]) -> None:
    with outcome(expect):
        assert application_number(given["typed"]) == expect["number"]


@pytest.mark.parametrize(("given", "expect"), cases("floor_area"))
def test_a_dwelling_is_too_small_or_not(given: dict[str, Any], expect: dict[str, Any]) -> None:
    too_small = is_too_small(Decimal(given["area"]), given["occupants"], date(2026, 11, 20))
    assert too_small is expect["too_small"]


@pytest.mark.parametrize(("given", "expect"), cases("under_occupation"))
def test_a_dwelling_is_under_occupied_or_not(given: dict[str, Any], expect: dict[str, Any]) -> None:
    assert is_under_occupied(given["rooms"], given["residents"]) is expect["under_occupied"]


def test_a_grid_that_changed_is_named_by_its_criterion() -> None:
    file = Path(demandes.__file__).parent / "grids" / "demo_first.toml"
    text = file.read_text(encoding="utf-8")
    (points, *_) = re.findall(r"^points = \d+$", text, re.MULTILINE)
    before, now = (parse_grid(each, file=file.name) for each in (text, text.replace(points, "points = 999", 1)))
    ((what, was, becomes),) = changed_criteria(before, now)
    assert what.startswith("critère «\u00a0")
    assert (was, becomes) == (f"{points.removeprefix('points = ')}\u00a0points", "999\u00a0points")
    assert list(changed_criteria(before, before)) == []
