"""Making a demonstration, step by step. Each step looks at what is there: after a kill, the same command goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter

from django.db import connection, connections

from palier.demo.access import open_ways_in
from palier.demo.accounts import DemoFile, open_offered_account, read_file
from palier.demo.commission import hold_commission
from palier.demo.exchanges import write_letters
from palier.demo.loading import (
    OPERATOR,
    create_landlord,
    demonstration_in_place,
    load_fictional,
    load_on_estate,
)
from palier.demo.months import Signers, computed_month, open_accounts, run_of, sealed_month, signers
from palier.demo.occupation import review_occupations
from palier.demo.papers import keep_papers
from palier.demo.payroll import pay_employees
from palier.demo.population import Plan
from palier.demo.proposing import propose_the_space
from palier.demo.protection import protect_applicant
from palier.demo.repairs import ask_repairs
from palier.demo.residences import furnish_residences
from palier.demo.vacancies import await_matching, free_dwellings
from palier.estate.operations.import_programmes import import_programmes
from palier.foundation import jobs
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.home import Home
from palier.foundation.periods import Month
from palier.foundation.tabular.outcome import Outcome
from palier.foundation.tabular.reading import open_table
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.operations import install
from palier.quittancement.models import Run
from palier.quittancement.operations.issuing import Issued, issue_notices

Listener = Callable[[str, int, int], None]

USUAL_DWELLINGS = 200


class DemonstrationFileLost(Refusal):
    """Le fichier demo.json de cette démonstration a disparu du dossier {path} : effacez ce dossier et recommencez."""


class OtherMonthInPlace(Refusal):
    """Cette démonstration est celle de {present} : pour {wanted}, indiquez un autre dossier avec PALIER_HOME."""


class OtherSizeInPlace(Refusal):
    """Cette démonstration a {present} logements : pour {wanted}, indiquez un autre dossier avec PALIER_HOME."""


class EstateAlreadyChosen(Refusal):
    """Cette démonstration a déjà son patrimoine : pour un autre fichier, indiquez un autre dossier avec PALIER_HOME."""


class EstateWaitsForPeople(Refusal):
    """Un patrimoine a été importé ici et attend ses habitants : relancez la commande avec le même --estate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for. Without an estate file the stock is fictional; without a month, `today` chooses it;
    without a number of dwellings, USUAL_DWELLINGS or those already there."""

    month: Month | None
    dwellings: int | None
    seed: int
    estate: Path | None = None
    landlord: str = ""


@dataclass(slots=True, kw_only=True)
class Made:
    """What is there at the end, and how long each step took."""

    kept: DemoFile
    run: Run
    next_run: Run
    leases: int
    notices: int
    notices_refused: int
    is_reused: bool
    estate: Outcome | None = None
    seconds: dict[str, float] = field(default_factory=dict)


def _analyze() -> None:
    """Tell the planner what a bulk load brought: it would take the tables for empty until the next autovacuum."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    connections["owner"].close()


def make(wish: Wish, *, home: Home, at: datetime, listener: Listener) -> Made:
    """A landlord, its people, two sealed months with the notices of the second, and the next one in draft."""
    seconds: dict[str, float] = {}
    with _timed(seconds, "installation"):
        install()
        is_reused = demonstration_in_place()
    outcome = None
    if not is_reused:
        outcome = _load(wish, home=home, at=at, listener=listener, seconds=seconds)
        furnish_residences(at=at)
        free_dwellings(at=at)
        hold_commission(at=at)
        with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
            open_offered_account(home)
        protect_applicant(home, on=at.date())
        ask_repairs(home, at=at)
        write_letters(home, at=at)
        open_ways_in(home, at=at)
        with _timed(seconds, "adoption"):
            propose_the_space(home, at=at)
        await_matching(at=at)
        review_occupations(at=at)
        with _timed(seconds, "payroll"):
            pay_employees(home, month=wish.month or Month.of(at.date()), at=at)
        _analyze()
    kept = read_file(home.root)
    if kept is None:
        raise DemonstrationFileLost(path=home.root)
    _check_same(wish, kept)
    with _timed(seconds, "months"):
        by = signers()
        run, next_run = _run_months(kept, by=by, at=at, listener=listener)
    with _timed(seconds, "notices"):
        issued = _notices(Month.parse(kept.month), by=by, at=at, listener=listener)
    with _timed(seconds, "papers"):
        keep_papers(home, at=at)
    return Made(
        kept=kept,
        run=run,
        next_run=next_run,
        leases=_count("leases_lease"),
        notices=issued.notices,
        notices_refused=issued.refused,
        is_reused=is_reused,
        estate=outcome,
        seconds=seconds,
    )


def _load(wish: Wish, *, home: Home, at: datetime, listener: Listener, seconds: dict[str, float]) -> Outcome | None:
    month = wish.month or Month.of(at.date())
    plan = Plan(month=month, dwellings=wish.dwellings or USUAL_DWELLINGS, seed=wish.seed)
    if wish.estate is None:
        if _count("estate_residence"):
            raise EstateWaitsForPeople
        with _timed(seconds, "population"):
            load_fictional(plan, home=home, listener=listener)
        return None
    with _timed(seconds, "estate"):
        table = open_table(wish.estate)
        with batch(Batch.IMPORT, operator=OPERATOR, motive="REPRISE", command="estate import", categories=()):
            create_landlord()
            outcome = import_programmes(table, landlord=wish.landlord)
    with _timed(seconds, "population"):
        expected = Plan(month=month, dwellings=_count("estate_dwelling"), seed=wish.seed)
        load_on_estate(expected, home=home, source=wish.estate.name, listener=listener)
    return outcome


def _run_months(kept: DemoFile, *, by: Signers, at: datetime, listener: Listener) -> tuple[Run, Run]:
    month = Month.parse(kept.month)
    open_accounts(kept, by=by, at=at)
    before = month.previous()
    sealed_month(
        before, kept, by=by, at=min(at, _sealing_of(before)), until=min(at.date(), month.last_day), listener=listener
    )
    run = sealed_month(month, kept, by=by, at=at, until=None, listener=listener)
    # What the visitors did with the next month is theirs.
    next_run = run_of(month.next()) or computed_month(month.next(), by=by, at=at, listener=listener)
    return run, next_run


def _sealing_of(month: Month) -> datetime:
    """When a landlord would have sealed that month: the twentieth, in the morning."""
    return datetime(month.year, month.month, 20, 10, tzinfo=PARIS)


def _notices(month: Month, *, by: Signers, at: datetime, listener: Listener) -> Issued:
    """The notices of the sealed month, frozen and made; those that a kill left are made now."""
    with jobs.progress(f"notices:{month}", f"Avis {month.of_fr()}", listener) as shown:
        return issue_notices(month=month, operator=OPERATOR, agent_id=by.reviewer_id, progress=shown, at=at)


def _check_same(wish: Wish, kept: DemoFile) -> None:
    if wish.month is not None and kept.month != str(wish.month):
        raise OtherMonthInPlace(present=Month.parse(kept.month).label_fr(), wanted=wish.month.label_fr())
    if wish.estate is not None and wish.estate.name != kept.source:
        raise EstateAlreadyChosen
    if wish.estate is None and wish.dwellings not in {None, kept.dwellings}:
        raise OtherSizeInPlace(present=kept.dwellings, wanted=wish.dwellings)


def _count(table: str) -> int:
    with (
        batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        (count,) = cursor.fetchone()
    return int(count)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    started = perf_counter()
    yield
    seconds[step] = round(perf_counter() - started, 2)
