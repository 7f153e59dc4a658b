"""Every address × every role × the numbers of either agency: what the declarations say, and not one foreign name.

The answers expected come from the tables of pages alone. Row security is what keeps foreign names out: the marks of an
agency stand in every name of its people, and no page may show one to someone who works elsewhere.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from tests.sites.crawl import MARKS, addresses, mark, numbers_of

from palier.privacy.compile import FAMILIES, role_name
from palier.privacy.declare import Role
from palier.privacy.policy import declared_pages

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

ClientAs = Callable[[str], Client]

WHO: dict[str, Role] = {
    "gestionnaire_nord": Role.RENT_OFFICER,
    "gestionnaire_sud": Role.RENT_OFFICER,
    "responsable_nord": Role.AGENCY_MANAGER,
    "siege": Role.HEADQUARTERS,
    "comptable": Role.ACCOUNTANT,
    "gardien_nord": Role.CARETAKER,
    "dpo": Role.DPO,
    "admin_technique": Role.TECHNICAL_ADMIN,
    "locataire_1": Role.TENANT,
}
# Whose people each may see: an agency's, both, or none at all (the tenant's own marks are told apart below).
SEES: dict[str, tuple[int, ...]] = {
    "gestionnaire_nord": (1,),
    "gestionnaire_sud": (2,),
    "responsable_nord": (1,),
    "siege": (1, 2),
    "comptable": (1, 2),
    "gardien_nord": (1,),
    "dpo": (),
    "admin_technique": (),
}


@pytest.fixture
def numbers(cluster: "Cluster", fresh_world: "Made") -> Iterator[dict[int, dict[str, object]]]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        mark(superuser)
        yield {agency: numbers_of(superuser, agency) for agency in MARKS}


def body(response: HttpResponseBase) -> str:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    response.close()
    return content.decode("utf-8", "replace")


def test_every_number_an_address_asks_for_is_known(numbers: dict[int, dict[str, object]]) -> None:
    assert [address for address in addresses() if not set(address.asks) <= numbers[1].keys()] == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", WHO)
def test_each_role_opens_what_is_declared_and_sees_no_foreign_name(
    numbers: dict[int, dict[str, object]], client_as: ClientAs, name: str
) -> None:
    client, role = client_as(name), WHO[name]
    foreign = [word for agency, word in MARKS.items() if agency not in SEES.get(name, tuple(MARKS))]
    wrong: list[str] = []
    for address in addresses():
        page = declared_pages()[address.name]
        if page.public:
            continue
        for agency in MARKS:
            path = address.path(numbers[agency])
            response = client.get(path)
            text = body(response)
            allowed = role in page.roles and "GET" in page.methods
            expected = (200, 204, 302, 404, 422) if allowed else (405,) if "GET" not in page.methods else (404,)
            if response.status_code not in expected:
                wrong.append(f"{name} {address.name} {path}: {response.status_code}, not {expected}")
            wrong += [f"{name} {address.name} {path} shows {word}" for word in foreign if word in text]
    assert wrong == []


@pytest.mark.parametrize("name", ["gestionnaire_sud", "locataire_1"])
def test_a_post_on_someone_elses_number_is_refused(
    numbers: dict[int, dict[str, object]], client_as: ClientAs, name: str
) -> None:
    client, role = client_as(name), WHO[name]
    opened: list[str] = []
    for address in addresses():
        page = declared_pages()[address.name]
        numbered = {"residence_id", "dwelling_id", "lease_id", "account_id", "bill_id", "contact_id", "anomaly_id"}
        if page.public or role not in page.roles or "POST" not in page.methods or not numbered & set(address.asks):
            continue
        status = client.post(address.path(_of_a_stranger(numbers, name))).status_code
        if status != 404:
            opened.append(f"{address.name}: {status}")
    assert opened == []


def _of_a_stranger(numbers: dict[int, dict[str, object]], name: str) -> dict[str, object]:
    """The Nord agency's rows for the Sud officer; for a tenant, rows that are another tenant's."""
    if name != "locataire_1":
        return numbers[1]
    return {asked: 999_998 if asked.endswith("_id") else value for asked, value in numbers[1].items()}


def test_nobody_enters_without_signing_in(numbers: dict[int, dict[str, object]]) -> None:
    client = Client()
    for address in addresses():
        page = declared_pages()[address.name]
        if not page.public and "GET" in page.methods:
            response = client.get(address.path(numbers[1]))
            assert response.status_code == 302, address.name
            assert "?next=" in response["Location"]


@pytest.mark.timeout(300)
def test_the_journal_closed_closes_every_page_of_personal_data(
    cluster: "Cluster", numbers: dict[int, dict[str, object]], client_as: ClientAs
) -> None:
    clients = {role: client_as(name) for name, role in WHO.items() if name != "gestionnaire_sud"}
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        everyone = ", ".join(role_name("palier", family) for family in FAMILIES)
        superuser.execute(f"REVOKE INSERT ON privacy_readevent FROM {everyone}")
    shown: list[str] = []
    closed = 0
    for address in addresses():
        page = declared_pages()[address.name]
        if page.public or not page.categories or "GET" not in page.methods:
            continue
        for role in page.roles:
            response = clients[role].get(address.path(numbers[1]))
            text = body(response)
            # What does not exist for this role says so without reading anyone.
            if response.status_code not in (404, 503) or any(word in text for word in MARKS.values()):
                shown.append(f"{role} {address.name}: {response.status_code}")
            closed += response.status_code == 503
    assert shown == []
    assert closed > 0
