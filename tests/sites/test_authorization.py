"""Every address × every role × the numbers of either agency: what the declarations say, and not one foreign name.

The answers expected come from the tables of pages alone. Row security is what keeps foreign names out: the marks of an
agency stand in every name of its people, and no page may show one to someone who works elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from tests.sites.answers import text_of
from tests.sites.crawl import (
    MARKS,
    NOTHING,
    OF_SOMEONE,
    OF_THE_LANDLORD,
    PLACE,
    addresses,
    mark,
    numbers_of,
    numbers_of_nothing,
    numbers_of_person,
)

from palier.privacy.compile import FAMILIES, role_name
from palier.privacy.declare import PageAccess, Role
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
    "attribution": Role.ALLOCATION_OFFICER,
    "secretaire_caleol": Role.COMMISSION_SECRETARY,
    "membre_caleol": Role.COMMISSION_MEMBER,
    "travailleuse_sociale": Role.SOCIAL_WORKER,
    "inspecteur": Role.TECHNICAL_INSPECTOR,
    "acheteur": Role.BUYER,
    "auditeur": Role.AUDITOR,
    "paie": Role.PAYROLL,
    "locataire_1": Role.TENANT,
    "demandeur_1": Role.APPLICANT,
    "aidant_1": Role.HELPER,
    "salarie_1": Role.EMPLOYEE,
    "fournisseur_1": Role.SUPPLIER,
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
    "attribution": (),
    "secretaire_caleol": (),
    "membre_caleol": (),
    "travailleuse_sociale": (),
    "inspecteur": (),
    "acheteur": (),
    "auditeur": (),
    "paie": (),
    "salarie_1": (),
    "fournisseur_1": (),
}
# A dwelling is allocated whatever its agency: its place is shown, nobody's name is.
SEES_PLACES = (Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY, Role.COMMISSION_MEMBER)
# Functions that reach some rows only: a number beyond their scope does not exist for them.
NARROW = (
    Role.RENT_OFFICER,
    Role.AGENCY_MANAGER,
    Role.CARETAKER,
    Role.TENANT,
    Role.APPLICANT,
    Role.HELPER,
    Role.EMPLOYEE,
    Role.SUPPLIER,
)
# A wrong or empty form is answered, never a failure.
OPENED = (200, 204, 302, 303, 400, 404, 409, 422)


@pytest.fixture
def numbers(cluster: "Cluster", lived_world: "Made") -> Iterator[dict[int, dict[str, object]]]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        mark(superuser)
        yield {agency: numbers_of(superuser, agency) for agency in MARKS}


def test_every_number_an_address_asks_for_is_known(numbers: dict[int, dict[str, object]]) -> None:
    assert [address for address in addresses() if not set(address.asks) <= numbers[1].keys()] == []


def test_no_two_pages_bear_the_same_name() -> None:
    # The second would take the first one's functions: pages are declared by name.
    names = [address.name for address in addresses()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Numbers to put in the addresses, and whether they lie within the scope of whoever asks."""

    label: str
    numbers: dict[str, object]
    is_within: bool

    @property
    def is_nothing(self) -> bool:
        return self.label == "stranger"


def reaches(superuser: psycopg.Connection, name: str) -> list[Reach]:
    """One's own, the same agency's, the other agency's, a stranger's: as far as each means something to the account."""
    nothing = Reach(label="stranger", numbers=numbers_of_nothing(), is_within=False)
    if WHO[name] in (Role.TENANT, Role.APPLICANT, Role.HELPER, Role.EMPLOYEE, Role.SUPPLIER):
        # A helper's own is that of the person helped.
        (person,) = superuser.execute(
            """SELECT coalesce(u.person_id, h.person_id) FROM agents_user AS u
               LEFT JOIN admission_helper AS h ON h.user_id = u.id WHERE u.identifier LIKE %s""",
            [f"{name}@%"],
        ).fetchone() or (0,)
        near, far = numbers_of(superuser, 1), numbers_of(superuser, 2, last=True)
        mine = numbers_of_person(superuser, person)
        # What is one's own is no other's: a demonstration may hold one row alone.
        near, far = ({k: NOTHING if v == mine[k] else v for k, v in each.items()} for each in (near, far))
        return [
            Reach(label="own", numbers=mine, is_within=True),
            Reach(label="same agency", numbers=near, is_within=False),
            Reach(label="other agency", numbers=far, is_within=False),
            nothing,
        ]
    home = 2 if name == "gestionnaire_sud" else 1
    return [
        Reach(label="own", numbers=numbers_of(superuser, home), is_within=True),
        Reach(label="same agency", numbers=numbers_of(superuser, home, last=True), is_within=True),
        Reach(label="other agency", numbers=numbers_of(superuser, 3 - home), is_within=WHO[name] not in NARROW),
        nothing,
    ]


def expected(
    page: PageAccess, role: Role, method: str, *, asks: set[str], is_within: bool, is_nothing: bool
) -> tuple[int, ...]:
    """What the policy says of this request, in status codes."""
    if method not in page.methods:
        return (405,)
    if role not in page.roles:
        return (404,)
    # The file pages are for rows outside the portfolio: only what was opened exists there.
    if page.opens_file or (asks & OF_SOMEONE and not is_within):
        return (404,)
    if is_nothing and asks & OF_THE_LANDLORD:
        return (404,)
    return OPENED


def tried(from_where: list[Reach], page: PageAccess, role: Role, method: str, *, asks: bool) -> list[Reach]:
    """The numbers to ask with: one set where none is read, one’s own and the other agency’s behind a shut door."""
    if not asks or method not in page.methods:
        return from_where[:1]
    if role not in page.roles:
        return [reach for reach in from_where if reach.label in ("own", "other agency")]
    return from_where


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", WHO)
def test_each_role_opens_what_is_declared_and_sees_no_foreign_name(
    cluster: "Cluster",
    numbers: dict[int, dict[str, object]],
    client_as: ClientAs,
    name: str,
    record_property: Callable[[str, object], None],
) -> None:
    client, role = client_as(name), WHO[name]
    foreign = [word for agency, word in MARKS.items() if agency not in SEES.get(name, tuple(MARKS))]
    wrong: list[str] = []
    count = 0
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        from_where = reaches(superuser, name)
    for address in addresses():
        page = declared_pages()[address.name]
        if page.public:
            continue
        for method in ("GET", "POST"):
            for reach in tried(from_where, page, role, method, asks=bool(address.asks)):
                path = address.path(reach.numbers)
                # An empty form: whatever it would change is refused or undone with the test's own database.
                response = client.get(path) if method == "GET" else client.post(path)
                count += 1
                text = text_of(response)
                if role in SEES_PLACES:
                    text = PLACE.sub("", text)
                codes = expected(
                    page, role, method, asks=set(address.asks), is_within=reach.is_within, is_nothing=reach.is_nothing
                )
                if response.status_code not in codes:
                    wrong.append(f"{name} {method} {path} ({reach.label}): {response.status_code}, not {codes}")
                wrong += [f"{name} {method} {path} ({reach.label}) shows {word}" for word in foreign if word in text]
    record_property("requests", count)
    print(f"{name}: {count} requests, {len(wrong)} differences")
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
            text = text_of(response)
            # What does not exist for this role says so without reading anyone.
            if response.status_code not in (404, 503) or any(word in text for word in MARKS.values()):
                shown.append(f"{role} {address.name}: {response.status_code}")
            closed += response.status_code == 503
    assert shown == []
    assert closed > 0
