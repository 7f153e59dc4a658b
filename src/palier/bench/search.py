"""`palier bench search`: the product's own search and lists under each scope, with row security and journal.

The same statements run again as the superuser, beside every policy, for the ratio. Names are looked for inside, with %
on both sides; half of them exist, half are letters that few names hold.
"""

import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from multiprocessing import get_context
from statistics import median
from typing import Any

import psycopg
from psycopg.sql import SQL

from palier.bench.landlord import prepared
from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running

Listener = Callable[[str, int, int], None]

_ROUNDS = 200
_LIST_ROUNDS = 60
_PAGE = 60


@dataclass(slots=True)
class Timings:
    """Milliseconds: whole turns as a person waits for them, and their statements with and without policies."""

    turns: list[float] = field(default_factory=list)
    statements: list[float] = field(default_factory=list)
    without: list[float] = field(default_factory=list)

    def p95(self) -> float:
        """95 turns in a hundred took no longer, in milliseconds."""
        return round(sorted(self.turns)[int(len(self.turns) * 0.95)], 1)

    def ratio(self) -> float:
        """How many times longer the statements take under row security, median against median."""
        return round(median(self.statements) / max(median(self.without), 0.001), 2)


def run(dwellings: int, *, listener: Listener) -> Mapping[str, Mapping[str, float]]:
    """Build the landlord when it is missing, then measure in a fresh process that signs in as the web does."""
    prepared(dwellings, listener=listener)
    listener("Recherches et listes", 0, 1)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        measured = pool.submit(_measure).result()
    listener("Recherches et listes", 1, 1)
    return measured


def _measure() -> dict[str, dict[str, float]]:
    os.environ["PALIER_PROCESS"] = "web"
    import django

    django.setup()
    from palier.foundation.clock import today
    from palier.privacy.declare import Role

    server = ensure_running(home_of(os.environ))
    figures: dict[str, dict[str, float]] = {}
    with psycopg.connect(
        server.administrator_conninfo(database=os.environ["PALIER_DATABASE"]),
        autocommit=True,
        cursor_factory=psycopg.ClientCursor,
    ) as apart:
        # What autovacuum does within the minute that follows a load.
        apart.execute("VACUUM (ANALYZE) leases_occupant")
        names = _names(apart)
        for scope, role in (
            ("agency", Role.RENT_OFFICER),
            ("caretaker", Role.CARETAKER),
            ("headquarters", Role.HEADQUARTERS),
        ):
            bench = _Bench(apart, role=role, on=today())
            search, listing = bench.of_a_caretaker() if role is Role.CARETAKER else bench.of_the_desk(names)
            figures[scope] = {
                "search_p95_ms": search.p95(),
                "list_p95_ms": listing.p95(),
                "ratio_to_no_row_security": search.ratio(),
            }
    return figures


def _names(apart: psycopg.Connection) -> list[str]:
    """Pieces of three to six letters from inside real names, and pieces that few names hold."""
    chance = random.Random(20)
    rows = apart.execute("SELECT sort_name FROM leases_occupant ORDER BY id").fetchall()
    pieces = []
    for _ in range(_ROUNDS // 2):
        word = max(chance.choice(rows)[0].split(), key=len)
        length = min(len(word), chance.randint(3, 6))
        start = chance.randint(0, len(word) - length)
        pieces.append(word[start : start + length])
    rare = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=4)) for _ in range(_ROUNDS - len(pieces))]
    return [*pieces, *rare]


class _Bench:
    """One role's turns. Each turn opens the transaction, takes the role, reads, writes the journal and commits."""

    def __init__(self, apart: psycopg.Connection, *, role: str, on: date) -> None:
        self.apart, self.role, self.on = apart, role, on
        row = apart.execute("SELECT id FROM agents_agent WHERE role = %s ORDER BY id LIMIT 1", [str(role)]).fetchone()
        if row is None:
            raise LookupError(role)
        self.agent_id = int(row[0])

    def of_the_desk(self, names: Sequence[str]) -> tuple[Timings, Timings]:
        """The search box and the list of tenants, page after page."""
        from palier.leases.queries.lists import LeaseFilter, tenant_rows
        from palier.leases.queries.search import people_named

        def named(name: str) -> list[int]:
            return [person.person_id for person in people_named(name, today=self.on)]

        search, listing = Timings(), Timings()
        for name in names[:5]:
            self._turn(Timings(), partial(named, name))
        for name in names:
            self._turn(search, partial(named, name))
        cursor: list[int | None] = [None]

        def page() -> list[int]:
            rows = tenant_rows(
                LeaseFilter(state="EN_COURS"),
                today=self.on,
                sort="nom",
                descending=False,
                cursor=cursor[0],
                backwards=False,
                limit=_PAGE,
            )
            cursor[0] = rows[_PAGE - 1].id if len(rows) > _PAGE else None
            return [row.person_id for row in rows]

        for _ in range(_LIST_ROUNDS):
            self._turn(listing, page)
        return search, listing

    def of_a_caretaker(self) -> tuple[Timings, Timings]:
        """A caretaker has no search box: the doors of a residence, and the residences of the round."""
        from palier.leases.round import doors_of_residence, persons_of_residence, residences_of_round

        search, listing = Timings(), Timings()
        found: list[int] = []

        def residences() -> list[int]:
            found[:] = [residence.id for residence in residences_of_round()]
            return []

        def doors(rank: int) -> list[int]:
            residence = found[rank % len(found)]
            doors_of_residence(residence)
            return persons_of_residence(residence)

        for _ in range(_LIST_ROUNDS):
            self._turn(listing, residences)
        for rank in range(_ROUNDS):
            self._turn(search, partial(doors, rank))
        return search, listing

    def _turn(self, timings: Timings, read: Callable[[], list[int]]) -> None:
        from django.db import connection

        from palier.privacy.actor import Actor, acting
        from palier.privacy.declare import Role

        asked: list[tuple[str, Mapping[str, object]]] = []
        spent: list[float] = []

        def noted(
            execute: Callable[..., object], statement: str, parameters: object, many: bool, context: dict[str, Any]
        ) -> object:
            if isinstance(parameters, Mapping):
                asked.append((statement, parameters))
            started = time.perf_counter()
            answer = execute(statement, parameters, many, context)
            spent.append(time.perf_counter() - started)
            return answer

        role = Role(self.role)
        purpose = "PROXIMITE" if role is Role.CARETAKER else "GESTION_LOCATIVE"
        actor = Actor(role=role, agent_id=self.agent_id, purpose=purpose)
        started = time.perf_counter()
        with acting(actor, screen="mesure", categories=("IDENTITE", "BAIL")) as reading:
            with connection.execute_wrapper(noted):
                seen = read()
            reading.saw(seen)
        timings.turns.append((time.perf_counter() - started) * 1000)
        timings.statements.append(sum(spent) * 1000)
        again = time.perf_counter()
        for statement, parameters in asked:
            self.apart.execute(SQL(statement), parameters).fetchall()
        timings.without.append((time.perf_counter() - again) * 1000)
