"""Opinions on occupations are in what a sitting froze: what was changed since is named, from the database and alone."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from django.db import connection
from tests.applications import SECRETARY
from tests.commission import MEETING, SEAT_OF_NAMESAKE, SEAT_OF_PRESIDENT, SEAT_OF_TENANTS, write_commission
from tests.conftest import BY_HAND
from tests.landlord import Landlord
from tests.operations.test_occupation import acting_as, close, job, replayed, three_years_ago

from palier.attribution.models import OccupationReview, Opinion, Sitting
from palier.attribution.operations.freezing import opened
from palier.attribution.operations.minutes import draft_minutes
from palier.attribution.operations.opinions import (
    opinions_differ,
    put_review_on_agenda,
    record_opinion,
    record_opinion_votes,
)
from palier.attribution.operations.replaying import export_sitting, replay
from palier.attribution.operations.reviewing import open_reviews
from palier.attribution.operations.sittings import (
    convene_sitting,
    draft_sitting,
    note_attendance,
    note_opinion_recusal,
    open_sitting,
)
from palier.attribution.rules.exported import replay_export
from palier.attribution.rules.frozen import FrozenBroken, FrozenSitting, read_frozen
from palier.attribution.rules.occupation import examine
from palier.attribution.rules.occupation_review import OCCUPATION_REVIEW
from palier.attribution.rules.opined import digest_told
from palier.attribution.rules.replay import told_of
from palier.attribution.rules.voting import Presence
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.text import in_eights
from palier.privacy.declare import Role

if TYPE_CHECKING:
    from tests.conftest import Cluster

NUMBER = "2026-12"
_TABLES = ("opinion", "opinionvote", "opinionrecusal", "occupationreview", "attendance")


class Closed(NamedTuple):
    """Three opinions: voted on; with a member who takes no part, and represents another; without a voice."""

    session: psycopg.Connection
    export: str
    sitting: int
    pseudonyms: list[str]


@pytest.fixture(scope="module")
def closed(cluster: "Cluster", _by_hand: Landlord) -> Iterator[Closed]:
    with (
        cluster.own_copy(BY_HAND),
        cluster.as_superuser(str(connection.settings_dict["NAME"])) as session,
    ):
        write_commission(session, _by_hand)
        session.execute("UPDATE leases_lease SET starts_on = %s", [three_years_ago()])
        session.execute("UPDATE estate_dwelling SET rooms = 6, floor_area_m2 = 140")
        sitting = three_opinions()
        with job():
            held = json.dumps(export_sitting(NUMBER))
        names = [name for (name,) in session.execute("SELECT pseudonym FROM attribution_opinion ORDER BY rank")]
        yield Closed(session=session, export=held, sitting=sitting, pseudonyms=names)


def three_opinions() -> int:
    with job():
        open_reviews(first_day=today() - timedelta(days=40), last_day=today(), on=today())
        due = list(OccupationReview.objects.filter(state="FOUND").order_by("lease_id").values_list("pk", flat=True)[:3])
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        sitting = draft_sitting(number=NUMBER, held_on=today(), by=SECRETARY, **MEETING)
        points = [put_review_on_agenda(sitting_id=sitting, review_id=each, version=1, at=now()) for each in due]
        convene_sitting(sitting_id=sitting, version=1, on=today())
        here = {
            SEAT_OF_PRESIDENT: Presence(state="PRESENT"),
            SEAT_OF_TENANTS: Presence(state="PRESENT"),
            SEAT_OF_NAMESAKE: Presence(state="REPRESENTED", proxy_to=SEAT_OF_TENANTS),
        }
        note_attendance(sitting_id=sitting, version=2, presences=here)
        open_sitting(sitting_id=sitting, version=3, president_id=SEAT_OF_PRESIDENT, on=today(), at=now())
        noted = {"sitting_id": sitting, "version": 4, "by": SECRETARY, "at": now()}
        note_opinion_recusal(opinion_id=points[1], member_id=SEAT_OF_TENANTS, **noted)
        voices = {SEAT_OF_PRESIDENT: "FOR", SEAT_OF_TENANTS: "FOR"}
        record_opinion_votes(opinion_id=points[0], version=1, votes=voices, at=now())
        for point in points:
            version = Opinion.objects.get(pk=point).version
            record_opinion(opinion_id=point, version=version, opinion="SMALLER", by=SECRETARY, at=now())
    close(sitting)
    return sitting


# --- Against the database ---------------------------------------------------------------------------------------------


@contextmanager
def changed_by_hand(session: psycopg.Connection, statement: str, tables: tuple[str, ...] = _TABLES) -> Iterator[None]:
    session.execute("SET session_replication_role = replica")
    for table in tables:
        session.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM public.attribution_{table}")
    try:
        assert session.execute(statement).rowcount > 0
        yield
    finally:
        for table in tables:
            session.execute(f"DELETE FROM public.attribution_{table}")
            session.execute(f"INSERT INTO public.attribution_{table} SELECT * FROM kept_{table}")
            session.execute(f"DROP TABLE kept_{table}")
        session.execute("SET session_replication_role = origin")


_OF_FIRST = "id = (SELECT review_id FROM public.attribution_opinion WHERE rank = 1)"
_RECUSAL = "INSERT INTO public.attribution_opinionrecusal (point_id, member_id, noted_by_id, noted_at)"
_ADVISED = "« logement plus petit » était figé, « maintien dans le logement » est trouvé."
_READ = "avis en base, ce que les membres ont lu"
# What was done by hand; the opinion by its rank, then what is told of it.
_CHANGES: dict[str, tuple[str, str, list[str]]] = {
    "a voice": (
        f"UPDATE public.attribution_opinionvote SET choice = 'AGAINST' WHERE member_id = {SEAT_OF_TENANTS}",
        "1",
        ["voix, siège 3 : « pour » était figé, « contre » est trouvé."],
    ),
    "all voices": (
        "DELETE FROM public.attribution_opinionvote",
        "1",
        [f"voix, siège {seat} : « pour » était figé, « rien » est trouvé." for seat in (1, 3)],
    ),
    "a voice more, of who is not convened": (
        """INSERT INTO public.attribution_opinionvote (point_id, member_id, choice, cast_at)
           SELECT id, 999, 'FOR', now() FROM public.attribution_opinion WHERE rank = 1""",
        "1",
        ["voix, siège 0 : « rien » était figé, « pour » est trouvé."],
    ),
    "a recusal": (
        f"{_RECUSAL} SELECT id, {SEAT_OF_PRESIDENT}, 1, now() FROM public.attribution_opinion WHERE rank = 1",
        "1",
        [f"avis en base, {what} : « [] » était figé, « [1] » est trouvé." for what in ("déports", "voix non comptées")],
    ),
    "a recusal of who was represented": (
        f"{_RECUSAL} SELECT id, {SEAT_OF_NAMESAKE}, 1, now() FROM public.attribution_opinion WHERE rank = 2",
        "2",
        ["avis en base, déports : « [3] » était figé, « [2,3] » est trouvé."],
    ),
    "an opinion": (
        "UPDATE public.attribution_opinion SET opinion = 'STAY' WHERE rank = 1",
        "1",
        [f"avis en base, avis rendu : {_ADVISED}"],
    ),
    "what the review says was advised": (
        f"UPDATE public.attribution_occupationreview SET opinion = 'STAY' WHERE {_OF_FIRST}",
        "1",
        [f"avis noté à l’examen : {_ADVISED}"],
    ),
    "one opinion of three": (
        "DELETE FROM public.attribution_opinion WHERE rank = 3",
        "3",
        ["avis : « présent » était figé, « absent » est trouvé."],
    ),
    "findings": (
        """UPDATE public.attribution_opinion SET content = jsonb_set(content, '{findings,1,answer}', '"NONE"')
           WHERE rank = 1""",
        "1",
        [f"{_READ}, situations, sous-occupation, réponse : « oui » était figé, « non » est trouvé."],
    ),
    "inputs": (
        f"""UPDATE public.attribution_occupationreview SET inputs = jsonb_set(inputs, '{{residents}}', '7')
            WHERE {_OF_FIRST}""",
        "1",
        ["avis en base, données de l’examen, occupants : « 1 » était figé, « 7 » est trouvé."],
    ),
    "whose review it was": (
        f"UPDATE public.attribution_occupationreview SET person_id = person_id + 1 WHERE {_OF_FIRST}",
        "1",
        ["ce qu’il désigne"],
    ),
    "the day noted with the review": (
        f"UPDATE public.attribution_occupationreview SET opinion_on = '2026-01-02' WHERE {_OF_FIRST}",
        "1",
        [f"jour de l’avis : « {today().isoformat()} » était figé, « 2026-01-02 » est trouvé."],
    ),
    "who came": (
        f"UPDATE public.attribution_attendance SET state = 'ABSENT' WHERE member_id = {SEAT_OF_PRESIDENT}",
        "",
        ["sièges, siège 1, présence : « présent » était figé, « absent » est trouvé."],
    ),
}


@pytest.mark.parametrize("case", _CHANGES)
def test_what_was_changed_in_the_database_is_named(closed: Closed, case: str) -> None:
    statement, rank, expected = _CHANGES[case]
    with changed_by_hand(closed.session, statement), job():
        found = replay(NUMBER)
    where = closed.pseudonyms[int(rank) - 1] if rank else f"séance {NUMBER}"
    told = [each.sentence().replace("\u00a0", " ") for each in found.differences]
    # What a point stands for is told by its digest under a key of its own.
    told = [each.partition(" : ")[0] if "désigne" in each else each for each in told]
    assert told == [f"{where}, {each}" for each in expected]
    assert (found.identical, found.digest) == (False, json.loads(closed.export)["digest"])


def test_nothing_changed_is_identical_and_content_of_another_shape_is_named(closed: Closed) -> None:
    with changed_by_hand(closed.session, "UPDATE public.attribution_opinion SET content = '[1]'"), job():
        assert {each.where for each in replay(NUMBER).differences} == set(closed.pseudonyms)
    with job():
        found = replay(NUMBER)
    assert (found.identical, found.opinions) == (True, 3)


# --- From an export, without the database -----------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], None]


def _set(*path: "str | int", value: object) -> Change:
    def change(sitting: dict[str, Any]) -> None:
        at: Any = sitting
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return change


def _without(name: str) -> Change:
    return lambda sitting: sitting.pop(name)


def _older(sitting: dict[str, Any]) -> None:
    sitting["form"] = 1
    for name in ("opinions", "advised", "mode", "postponed", "bonds"):
        del sitting[name]


_EXPORTS: dict[str, tuple[Change, str]] = {
    "none": (_set("opinions", value=[]), "avis"),
    "one of three": (lambda sitting: sitting["opinions"].pop(1), "avis, empreinte"),
    "one twice": (lambda sitting: sitting["opinions"].append(sitting["opinions"][0]), "avis"),
    "another opinion": (_set("opinions", 0, "opinion", value="STAY"), "avis, empreinte"),
    "no voice": (_set("opinions", 0, "votes", value=[]), "avis, empreinte"),
    "a seat that does not exist": (_set("opinions", 0, "votes", value=[[99, "FOR"]]), "voix, siège 99"),
    "a seat that was not heard": (_set("opinions", 1, "votes", value=[[2, "FOR"]]), "voix, siège 2"),
    "a recusal": (_set("opinions", 0, "recused", value=[1]), "voix non comptées"),
    "inputs": (_set("opinions", 0, "inputs", "residents", value=7), "données de l’examen"),
    "findings": (_set("opinions", 0, "content", "findings", 1, "answer", value="NONE"),
                 "examen, findings, UNDER_OCCUPIED, answer"),
    "an older form": (_older, "avis"),
}  # fmt: skip


@pytest.mark.parametrize("case", _EXPORTS)
def test_an_export_that_was_changed_is_refused_and_named_when_its_digest_is_made_again(
    closed: Closed, tmp_path: Path, case: str
) -> None:
    change, expected = _EXPORTS[case]
    held = json.loads(closed.export)
    change(held["sitting"])
    with pytest.raises(FrozenBroken):
        replayed(held, tmp_path)
    held["digest"] = digest_told(held["sitting"])
    found = replayed(held, tmp_path)
    assert found.identical is False
    assert expected in [each.what for each in found.differences]
    assert found.digest != json.loads(closed.export)["digest"]


def _deep(sitting: dict[str, Any]) -> None:
    inputs: list[Any] = []
    for _ in range(700):
        inputs = [inputs]
    sitting["opinions"][0]["inputs"]["residents"] = inputs


_MALFORMED: dict[str, Change] = {
    "opinions left out": _without("opinions"),
    "no list of what was advised": _without("advised"),
    "a surface in letters": _set("opinions", 0, "inputs", "floor_area_m2", value="abc"),
    "a surface that is no number": _set("opinions", 0, "inputs", "floor_area_m2", value="NaN"),
    "rooms in letters": _set("opinions", 0, "inputs", "rooms", value="abc"),
    "a household without adults": _set("opinions", 0, "inputs", "household",
                                       value={"adults": 0, "dependants": 0, "spouses": False}),
    "inputs as a list": _set("opinions", 0, "inputs", value=[1]),
    "content as a text": _set("opinions", 0, "content", value="abc"),
    "votes as a number": _set("opinions", 0, "votes", value=3),
    "a day that does not exist": _set("opinions", 0, "examined_on", value="2026-02-30"),
    "opinions as a number": _set("opinions", value=3),
    "a form to come": _set("form", value=9),
    "a form in letters": _set("form", value="abc"),
    "brackets in brackets": _deep,
    "a key more": _set("comment", value="abc"),
    "seats as a text": _set("seats", value="abc"),
}  # fmt: skip


@pytest.mark.parametrize("case", _MALFORMED)
def test_a_malformed_export_is_refused_in_a_sentence(closed: Closed, tmp_path: Path, case: str) -> None:
    held = json.loads(closed.export)
    _MALFORMED[case](held["sitting"])
    held["digest"] = digest_told(held["sitting"])
    with pytest.raises(Refusal):
        replayed(held, tmp_path)


def test_an_export_is_replayed_alone_under_the_digest_of_the_minutes(closed: Closed, tmp_path: Path) -> None:
    held = json.loads(closed.export)
    found = replayed(held, tmp_path)
    assert (found.identical, found.opinions, found.candidates, found.digest) == (True, 3, 0, held["digest"])
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        assert in_eights(found.digest) in draft_minutes(closed.sitting, on=today()).canonical().decode()
    # Beside what the digest covers, as exports once held them.
    (told,) = replayed({**held, "opinions": []}, tmp_path).differences
    assert told.found == "opinions"
    (told,) = replayed({**held, "\x1b[2J\n": 1}, tmp_path).differences
    assert told.found == "\\x1b[2J\\n"
    for text in ("{}", "[" * 100_000, '{"sitting": NaN, "digest": "abc"}'):
        (tmp_path / "autre.json").write_text(text, encoding="utf-8")
        with pytest.raises(Refusal):
            replay_export(tmp_path / "autre.json", session=NUMBER)


def test_what_examines_is_in_the_digest_of_its_rule() -> None:
    assert examine.__module__ in {OCCUPATION_REVIEW.compute.__module__, *OCCUPATION_REVIEW.modules}
    assert replace(OCCUPATION_REVIEW, modules=()).digest != OCCUPATION_REVIEW.digest


def test_another_version_of_the_rule_is_told_apart_and_an_older_form_as_such(closed: Closed) -> None:
    with job():
        frozen = opened(closed.sitting)
        assert [each.where for each in told_of(as_by_the_first_version(frozen)).differences] == [
            "règle occupation-review/1"
        ]
        older = replace(frozen, form=1, opinions=(), advised=(), mode="", bonds=(), used=without_its_rule(frozen))
        read = told_of(read_frozen(older.canonical(), digest=older.digest))
        assert (read.opinions, read.identical) == (None, True)
        (told,) = opinions_differ(Sitting.objects.get(pk=closed.sitting), older)
    assert (told.what, told.frozen, told.found) == ("avis", "non figés", "3 en base")


def as_by_the_first_version(frozen: FrozenSitting) -> FrozenSitting:
    """As it would stand had version 1 examined: it protected one more tenant."""
    opinions = []
    for each in frozen.opinions:
        content = {**each.content, "rule": "occupation-review/1", "protections": ["HANDICAP"]}
        opinions.append(replace(each, content=content, digest=digest_told(content)))
    used = [
        replace(each, name="occupation-review/1") if each.name.startswith("occupation-review/") else each
        for each in frozen.used
    ]
    return replace(
        frozen,
        opinions=tuple(opinions),
        advised=tuple((each.pseudonym, each.digest_of_all) for each in opinions),
        used=tuple(used),
    )


def without_its_rule(frozen: FrozenSitting) -> tuple[Any, ...]:
    return tuple(each for each in frozen.used if not each.name.startswith("occupation-review/"))
