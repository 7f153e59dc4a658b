"""Non-interference, proved on the whole stock: names, nationality, origin, health and all that is no declared criterion
are exchanged among applications; eligibility, points, orders and the shortlists of vacant dwellings must come out byte
for byte the same.

The exchange is made in temporary tables that bear the names of the real ones: for the length of one transaction the
product's own reader reads them instead. Nothing is written to the stock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from psycopg import sql

from palier.attribution.queries.offered import Placed, placed_open
from palier.attribution.queries.shortlist import shortlist
from palier.attribution.rules.weighing import CRITERIA, KEYS, PERSONS, SEALED
from palier.demandes.queries.facts import stream_facts
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.cotation import points_only, tie_key
from palier.demandes.rules.eligibility import Target, judge
from palier.demandes.rules.facts import Facts
from palier.demandes.rules.grids import Grid
from palier.foundation.jobs import Listener

Reader = Callable[[date], Iterator[tuple[int, Facts]]]

_PHASE: Final = {False: "Lecture du stock", True: "Lecture du stock échangé"}
_MATCHING: Final = {False: "Rapprochements", True: "Rapprochements sur le stock échangé"}
_TOLD_EVERY: Final = 5_000
# Beyond, vacant dwellings are taken evenly, in the order of the days they are free.
_MOST_DWELLINGS: Final = 100
# Each row takes what is no criterion from the next one, in an order that no column gives.
_SHADOW = """
CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS
WITH ranked AS (
    SELECT *, row_number() OVER (ORDER BY md5({key}::text || 'palier')) AS rank_, count(*) OVER () AS rows_
    FROM public.{table}
)
SELECT {columns} FROM ranked AS a JOIN ranked AS b ON b.rank_ = a.rank_ % a.rows_ + 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What the rules make of the stock, as digests: two runs are the same when these are."""

    applications: int
    eligibility: str
    points: str
    orders: str
    # For each vacant dwelling, who is examined, in order, and every reason.
    shortlists: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """How many applications, how many columns exchanged, and which results changed with them.

    `matched` dwellings out of `vacant` ones had their shortlist made twice.
    """

    applications: int
    fields_permuted: int
    matched: int
    vacant: int
    changed: tuple[str, ...]
    before: Results
    after: Results

    @property
    def identical(self) -> bool:
        """Nothing changed."""
        return not self.changed


def product_reader(on: date) -> Iterator[tuple[int, Facts]]:
    """What every computation of the product reads."""
    return stream_facts(on=on)


def prove(*, on: date, reader: Reader = product_reader, told: Listener | None = None) -> Proved:
    """Compute the stock, exchange what is no criterion, compute it again. Called inside a batch; writes nothing.

    `reader`: another one may be tried, to see that the proof fails on a rule that looks at a name.
    """
    with transaction.atomic():
        grids, vacant = grids_on(on), [here for here in placed_open() if here.offered is not None]
        rules = _Rules(targets=_targets(), grids=grids, dwellings=_sampled(vacant), on=on)
        before = _results(reader(on), rules, told=told, is_exchanged=False)
        exchanged = _exchange(told)
        after = _results(reader(on), rules, told=told, is_exchanged=True)
        transaction.set_rollback(True)
    names = {
        "eligibility": "éligibilité",
        "points": "points",
        "orders": "ordres",
        "shortlists": "rapprochements",
        "applications": "demandes",
    }
    return Proved(
        applications=before.applications,
        fields_permuted=exchanged,
        matched=len(rules.dwellings),
        vacant=len(vacant),
        changed=tuple(label for name, label in names.items() if getattr(before, name) != getattr(after, name)),
        before=before,
        after=after,
    )


def exchanged_columns() -> dict[str, tuple[str, ...]]:
    """By table, the columns that are exchanged: every one that is neither a key nor a declared criterion."""
    found: dict[str, tuple[str, ...]] = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if table in SEALED or not _is_of_an_application(model):
            continue
        kept = KEYS | CRITERIA.get(table, frozenset())
        columns = tuple(field.column for field in model._meta.concrete_fields if field.column not in kept)
        if columns:
            found[table] = columns
    return found


def _is_of_an_application(model: type[Model]) -> bool:
    """An application, what hangs from one, or the persons behind: figures and receipts of files are nobody's."""
    table = model._meta.db_table
    if table in PERSONS or table == "demandes_application":
        return True
    columns = {field.column for field in model._meta.concrete_fields}
    return model._meta.app_label == "demandes" and not columns.isdisjoint({"application_id", "first_id"})


def _exchange(told: Listener | None) -> int:
    tables = exchanged_columns()
    models = {model._meta.db_table: model for model in apps.get_models()}
    for done, (table, exchanged) in enumerate(tables.items(), start=1):
        columns = [field.column for field in models[table]._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL(_SHADOW).format(
                    table=sql.Identifier(table),
                    key=sql.Identifier(models[table]._meta.pk.column),
                    columns=sql.SQL(", ").join(
                        sql.SQL("{}.{} AS {}").format(
                            sql.Identifier("b" if column in exchanged else "a"),
                            sql.Identifier(column),
                            sql.Identifier(column),
                        )
                        for column in columns
                    ),
                )
            )
            for index in _indexes(models[table]):
                cursor.execute(sql.SQL("CREATE INDEX ON {} ({})").format(sql.Identifier(table), index))
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
        if told is not None:
            told("Échange des champs", done, len(tables))
    return sum(len(columns) for columns in tables.values())


def _indexes(model: type[Model]) -> Iterator[sql.Composable]:
    """Those of the real table that its readers go by: its numbers, and the orders of applications."""
    columns = {field.name: field.column for field in model._meta.concrete_fields}
    for column in {model._meta.pk.column, *({"application_id"} & set(columns.values()))}:
        yield sql.Identifier(column)
    for index in model._meta.indexes if model._meta.app_label == "demandes" else ():
        if index.fields_orders and index.condition is None:
            parts: list[sql.Composable] = [
                sql.SQL("{} DESC" if order else "{}").format(sql.Identifier(columns[name]))
                for name, order in index.fields_orders
            ]
            yield sql.SQL(", ").join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What the stock is computed with, twice."""

    targets: tuple[Target, ...]
    grids: tuple[Grid, ...]
    dwellings: tuple[Placed, ...]
    on: date


def _sampled(vacant: list[Placed]) -> tuple[Placed, ...]:
    step = max(1, -(-len(vacant) // _MOST_DWELLINGS))
    return tuple(vacant[::step])


def _results(
    stock: Iterator[tuple[int, Facts]], rules: _Rules, *, told: Listener | None, is_exchanged: bool
) -> Results:
    eligibility, points, on = sha256(), sha256(), rules.on
    orders: dict[str, list[tuple[int, tuple[date, str], int]]] = {grid.territory: [] for grid in rules.grids}
    count = 0
    for number, facts in stock:
        count += 1
        verdicts = [judge(facts, target, on) for target in rules.targets]
        eligibility.update(f"{number}:{[(each.verdict.value, each.grounds) for each in verdicts]}\n".encode())
        for grid in rules.grids:
            if grid.weighs(facts):
                scored = points_only(facts, grid, on)
                points.update(f"{number}:{grid.territory}:{grid.version}:{scored}\n".encode())
                orders[grid.territory].append((-scored, tie_key(grid, filed_on=facts.filed_on, number=number), number))
        if told is not None and count % _TOLD_EVERY == 0:
            told(_PHASE[is_exchanged], count, 0)
    ordered = sha256()
    for territory in sorted(orders):
        ordered.update(f"{territory}:{[number for _, _, number in sorted(orders[territory])]}\n".encode())
    return Results(
        applications=count,
        eligibility=eligibility.hexdigest(),
        points=points.hexdigest(),
        orders=ordered.hexdigest(),
        shortlists=_shortlists(rules, told=told, is_exchanged=is_exchanged),
    )


def _shortlists(rules: _Rules, *, told: Listener | None, is_exchanged: bool) -> str:
    """By the points as they were last scored, whose own making is proved beside."""
    found = sha256()
    for done, here in enumerate(rules.dwellings, start=1):
        rows = shortlist(here.described(), on=rules.on, vacancy_id=here.vacancy_id).rows
        reasons = [
            (row.application_id, row.points, row.suiting.verdict, row.suiting.against, row.suiting.to_check)
            for row in rows
        ]
        found.update(f"{here.vacancy_id}:{reasons}\n".encode())
        if told is not None:
            told(_MATCHING[is_exchanged], done, len(rules.dwellings))
    return found.hexdigest()


def _targets() -> tuple[Target, ...]:
    """Each financing in each zone of the stock: what eligibility is judged for."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT d.financing, r.zone_ceiling
               FROM estate_dwelling AS d JOIN estate_residence AS r ON r.id = d.residence_id ORDER BY 1, 2"""
        )
        return tuple(Target(financing=financing, zone=zone) for financing, zone in cursor.fetchall())
