"""Agents who browse the served sites: a page, a few seconds to read it, another page, each in their own perimeter.

Threads of a process that does nothing else. What they follow are the links of the pages they were shown. An answer
other than 200 is an error, whatever it is. Files that a browser keeps (styles, drawings) are not asked for.
"""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import quote

from palier.bench.served import HOST
from palier.bench.staff import Employee
from palier.foundation.periods import Month
from palier.privacy.declare import Role

# What a link leads to, by its address.
_LINKS: Mapping[str, "re.Pattern[str]"] = {
    "lease": re.compile(r'"(/bureau/(?:comptabilite/)?baux/\d+/)"'),
    "account": re.compile(r'"(/bureau/(?:comptabilite/)?baux/comptes/\d+/)"'),
    "bills": re.compile(r'"(/bureau/quittancement/calcul/\d+/avis/)"'),
    "differences": re.compile(r'"(/bureau/quittancement/calcul/\d+/ecarts/)"'),
    "doors": re.compile(r'"(/terrain/residence/\d+/)"'),
    "keys": re.compile(r'"(/terrain/residence/\d+/cles/)"'),
}
# Pages with an address of their own; {month} is the month that is closed, {word} what is typed.
_ADDRESSES: Mapping[str, str] = {
    "home": "/bureau/",
    "search": "/bureau/recherche?q={word}",
    "tenants": "/bureau/locataires/",
    "month": "/bureau/quittancement/{month}/",
    "aid": "/bureau/aides/",
    "accountant_search": "/bureau/comptabilite/recherche?q={word}",
    "accountant_tenants": "/bureau/comptabilite/locataires/",
    "bank_worklist": "/bureau/banque/mouvements/",
    "debits": "/bureau/prelevements/",
    "books": "/bureau/comptabilite/",
    "closing_list": "/bureau/comptabilite/cloture/{month}/",
    "field_home": "/terrain/",
    "own_activity": "/terrain/moi/",
}
_AGENCY = {"search": 6, "lease": 5, "account": 5, "tenants": 2, "home": 1, "month": 1}
# How often each post opens each page.
_HABITS: Mapping[Role, Mapping[str, int]] = {
    Role.RENT_OFFICER: _AGENCY,
    Role.AGENCY_MANAGER: {**_AGENCY, "month": 3, "differences": 1, "bills": 1},
    Role.HEADQUARTERS: {"month": 4, "bills": 2, "differences": 2, "search": 3, "lease": 2, "account": 2, "aid": 1},
    Role.ACCOUNTANT: {
        "bank_worklist": 4, "account": 4, "accountant_search": 3, "debits": 2, "books": 2, "closing_list": 2,
        "month": 1, "accountant_tenants": 1,
    },
    Role.CARETAKER: {"field_home": 2, "doors": 5, "keys": 1, "own_activity": 1},
}  # fmt: skip
# Where a link is looked for by whoever has not been shown one yet.
_FIRST: Mapping[Role, str] = {Role.ACCOUNTANT: "accountant_tenants", Role.CARETAKER: "field_home"}
_KEPT_LINKS = 200
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Visit:
    """One page asked for and read to its end."""

    page: str
    started: float
    milliseconds: float
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Those who browse. `think_seconds` is how long a page is read on average, from half of it to half as much more."""

    employees: Sequence[Employee]
    port: int
    month: Month
    seed: int
    think_seconds: float


@dataclass(slots=True)
class Browsing:
    """A crowd at work until it is told to stop."""

    crowd: Crowd
    visits: list[Visit] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Browsing":
        for employee in self.crowd.employees:
            thread = threading.Thread(target=self._browse, args=(employee,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait(self, seconds: float) -> None:
        """Let them browse that long."""
        self._stop.wait(seconds)

    def _browse(self, employee: Employee) -> None:
        chance = random.Random(f"{self.crowd.seed}/{employee.rank}")
        visitor = _Visitor(employee, self.crowd, chance)
        # They do not all arrive at the same second.
        self._stop.wait(chance.uniform(0, self.crowd.think_seconds))
        while not self._stop.is_set():
            self.visits.append(visitor.visit())
            self._stop.wait(self.crowd.think_seconds * chance.uniform(0.5, 1.5))


@dataclass(slots=True)
class _Visitor:
    employee: Employee
    crowd: Crowd
    chance: random.Random
    links: dict[str, list[str]] = field(default_factory=dict)

    def visit(self) -> Visit:
        """Choose a page and read it. What went wrong is told, never raised."""
        page, address = self._chosen()
        started = time.perf_counter()
        try:
            status, text = self._read(address)
            failure = "" if status == http.client.OK else str(status)
        except (OSError, http.client.HTTPException) as error:
            failure, text = type(error).__name__, ""
        spent = time.perf_counter() - started
        self._remember(text)
        return Visit(page, started, spent * 1_000, failure)

    def _chosen(self) -> tuple[str, str]:
        habits = _HABITS[self.employee.role]
        (page,) = self.chance.choices(list(habits), weights=list(habits.values()))
        if page in _LINKS:
            known = self.links.get(page)
            if known:
                return page, self.chance.choice(known)
            page = _FIRST.get(self.employee.role, "month" if page in ("bills", "differences") else "tenants")
        word = quote(self.chance.choice(self.employee.words or ("durand",)))
        return page, _ADDRESSES[page].format(month=self.crowd.month, word=word)

    def _read(self, address: str) -> tuple[int, str]:
        asked = http.client.HTTPConnection(HOST, self.crowd.port, timeout=_TIMEOUT_SECONDS)
        try:
            asked.request("GET", address, headers={"Cookie": self.employee.cookie, "Accept-Encoding": "identity"})
            answer = asked.getresponse()
            return answer.status, answer.read().decode("utf-8", errors="replace")
        finally:
            asked.close()

    def _remember(self, text: str) -> None:
        for page, link in _LINKS.items():
            known = self.links.setdefault(page, [])
            known += set(link.findall(text)).difference(known)
            # The last seen are the next opened.
            del known[:-_KEPT_LINKS]


def told(visits: Sequence[Visit]) -> dict[str, object]:
    """Their figures, all together then page by page. Milliseconds, of the pages that answered and of the others."""
    failures = Counter(f"{visit.page}: {visit.failure}" for visit in visits if visit.failure)
    by_page = {
        page: times(visit for visit in visits if visit.page == page) for page in sorted({v.page for v in visits})
    }
    return {**times(visits), "errors": failures.total(), "failures": dict(failures), "by_page": by_page}


def times(visits: Iterable[Visit]) -> dict[str, float]:
    """How many pages, and how long half of them, 95 in a hundred and the slowest took."""
    spent = sorted(visit.milliseconds for visit in visits)
    if not spent:
        return {"pages": 0, "p50_ms": 0.0, "p95_ms": 0.0, "max_ms": 0.0}
    return {
        "pages": len(spent),
        "p50_ms": round(median(spent), 1),
        "p95_ms": round(spent[int(len(spent) * 0.95)], 1),
        "max_ms": round(spent[-1], 1),
    }
