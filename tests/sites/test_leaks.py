"""1,500 requests on persistent connections shared by threads, errors mixed in: no one ever sees another's rows."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import cycle

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import ProgrammingError, connection, connections
from django.test import Client, RequestFactory
from tests.landlord import Landlord
from tests.sites.browser import sign_in
from tests.sites.probe import probed

from palier.agents.models import User

REQUESTS = 1_500
THREADS = 8
# (account, page, expected status, names that may appear)
VISITS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("gestionnaire_nord", "/bureau/noms/", 200, ("Amandier", "Bouleau", "Cerisier")),
    ("gestionnaire_sud", "/bureau/noms/", 200, ("Datura",)),
    ("gestionnaire_sud", "/bureau/panne/", 500, ()),
    ("gardien_nord", "/terrain/portes/", 200, ("Amandier",)),
    ("siege", "/bureau/panne-sql/", 500, ()),
    ("locataire", "/chez-moi/noms/", 200, ("Amandier", "Bouleau")),
    ("gestionnaire_nord", "/bureau/panne-tard/", 500, ()),
    ("locataire_sud", "/chez-moi/noms/", 200, ("Datura",)),
    ("gestionnaire_nord", "/bureau/bail/201/", 404, ()),
    ("gestionnaire_sud", "/bureau/refus/", 422, ()),
    ("siege", "/bureau/noms/", 200, ("Amandier", "Bouleau", "Cerisier", "Datura")),
)


@pytest.fixture(autouse=True)
def _probed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with probed(monkeypatch):
        yield


@pytest.mark.timeout(300)
def test_no_request_sees_the_rows_of_another(own_landlord: Landlord, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", logger="django.request")
    cookies = {name: _cookies(sign_in(User.objects.get(identifier=name))) for name, _, _, _ in VISITS}
    everyone = (*own_landlord.nord_names, *own_landlord.sud_names)
    application = WSGIHandler()
    visits = cycle(VISITS)
    work = [[next(visits) for _ in range(REQUESTS // THREADS + 1)] for _ in range(THREADS)]

    def visit_all(mine: list[tuple[str, str, int, tuple[str, ...]]]) -> Counter[str]:
        found: Counter[str] = Counter()
        backends = set()
        try:
            for name, page, expected, allowed in mine:
                status, body = _get(application, page, cookies[name])
                found["requests"] += 1
                found["wrong status"] += status != expected
                found["leaks"] += any(known in body for known in everyone if known not in allowed)
                found["missing"] += any(known not in body for known in allowed)
                found["answered without context"] += _answered_without_context()
                backends.add(connection.connection.info.backend_pid)
            found["connections"] = len(backends)
        finally:
            connections.close_all()
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        total = sum(pool.map(visit_all, work), Counter())
    assert total["requests"] >= REQUESTS
    assert total == Counter({"requests": total["requests"], "connections": THREADS})


def _cookies(client: Client) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def _get(application: WSGIHandler, page: str, cookie: str) -> tuple[int, str]:
    environ = RequestFactory().get(page).environ | {"HTTP_COOKIE": cookie, "wsgi.input": BytesIO()}
    statuses: list[str] = []

    def start(status: str, _headers: list[tuple[str, str]], _error: object = None, /) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _written: None

    response = application(environ, start)
    body = b"".join(response).decode()
    response.close()
    return int(statuses[0].split()[0]), body


def _answered_without_context() -> bool:
    """On the very connection that has just served someone."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM leases_lease")
    except ProgrammingError:
        return False
    return True
