"""Writing an application at the desk: each heading, two agents at once, the clocks, a file that changes hands."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.applications import COLLEAGUE, HERS, HIS, MOTHER, OFFICER, SON, write_applications
from tests.landlord import Landlord

from palier.demandes.operations.headings import Change
from palier.demandes.operations.household import NotAnAdult, say_work
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

LIFE = reverse("desk:application_life", args=[HERS])
NEW = {
    "number": "1110524 000 777 TEST0", "filed_on": str(today()), "path": "FIRST", "last_name": "Sureau",
    "first_name": "Iris", "birth_date": "1991-02-03", "nationality": "UE", "title": "", "phone": "0199000077",
    "email": "", "address": "1 rue des Fictions", "postcode": "93200", "city": "Saint-Denis",
}  # fmt: skip


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        yield session


@pytest.fixture
def officer(superuser: psycopg.Connection, client_as: "ClientAs") -> Client:
    return client_as("attribution")


def _change(heading: str, application_id: int = HERS) -> str:
    return reverse("desk:application_change", args=[application_id, heading])


def _said(answer_content: bytes) -> str:
    return re.sub("[\u00a0\u202f]", " ", answer_content.decode())


def _version(superuser: psycopg.Connection) -> int:
    (version,) = superuser.execute("SELECT version FROM demandes_application WHERE id = %s", [HERS]).fetchone() or (0,)
    return int(version)


@pytest.mark.parametrize(
    ("heading", "sent", "statement", "expected"),
    [
        ("logement", {"housing": "HEBERGE_TIERS", "rooms": "2", "cost": "123,45"},
         "SELECT housing, rooms, cost_cents FROM demandes_situation WHERE application_id = 501",
         ("HEBERGE_TIERS", 2, 12_345)),
        ("souhaits", {"communes": "93001, 93066", "rooms_min": "2", "rooms_max": "3", "highest_cost": "650"},
         "SELECT array_agg(commune::text ORDER BY rank) FROM demandes_wish WHERE application_id = 501",
         (["93001", "93066"],)),
        ("motifs", {"codes": ["DIVORCE", "LOGEMENT_CHER"]},
         "SELECT array_agg(code::text ORDER BY code) FROM demandes_motive WHERE application_id = 501",
         (["DIVORCE", "LOGEMENT_CHER"],)),
        ("priorites", {"codes": ["DALO"]},
         "SELECT code, proof FROM demandes_priority WHERE application_id = 501", ("DALO", "DECLARED")),
        ("besoins", {"codes": ["DOUCHE_ADAPTEE"]},
         "SELECT code FROM demandes_need WHERE application_id = 501", ("DOUCHE_ADAPTEE",)),
        ("preuve", {"statement": "MOTIFS:LOGEMENT_PETIT", "proof": "PROVED"},
         "SELECT proof FROM demandes_motive WHERE application_id = 501", ("PROVED",)),
        ("ressources", {"n2": "18 000", "monthly": "1 600,50", "proof": "PROVED"},
         "SELECT n2_cents, monthly_cents, proof FROM demandes_resources WHERE application_id = 501",
         (1_800_000, 160_050, "PROVED")),
        ("lignes", {"kept": [], "code": "RSA", "member": str(MOTHER), "amount": "600"},
         "SELECT code, monthly_cents, member_id FROM demandes_resourceline WHERE application_id = 501",
         ("RSA", 60_000, MOTHER)),
        ("personne", {"role": "COHOLDER", "tie": "PACSE", "last_name": "Sureau", "first_name": "Iris",
                      "birth_date": "1991-02-03"},
         "SELECT adults, spouses FROM demandes_composition WHERE application_id = 501", (2, True)),
        ("correction", {"which": str(SON), "last_name": "Érable", "first_name": "Timéo", "birth_date": "2016-05-07"},
         "SELECT first_name FROM demandes_member WHERE id = 5002", ("Timéo",)),
        ("retrait", {"which": str(SON)},
         "SELECT dependants FROM demandes_composition WHERE application_id = 501", (0,)),
        ("attendus", {"unborn": "1", "due_on": "", "disabled": "0"},
         "SELECT unborn FROM demandes_composition WHERE application_id = 501", (1,)),
        ("sejour", {"which": str(MOTHER), "nationality": "HORS_UE", "state": "REGULAR", "valid_until": ""},
         "SELECT nationality, state FROM demandes_stay WHERE member_id = 5001", ("HORS_UE", "REGULAR")),
        ("travail", {"which": str(MOTHER), "status": "CDD", "commune": "93001"},
         "SELECT status, commune FROM demandes_work WHERE member_id = 5001", ("CDD", "93001")),
        ("nir", {"which": str(MOTHER), "number": "1 99 99 99 999 999 95"},
         "SELECT ending, position('199999999999995' IN encode(sealed, 'escape')) FROM demandes_nir", ("95", 0)),
        ("adresse", {"line": "2 rue des Fictions", "postcode": "93200", "city": "Saint-Denis"},
         "SELECT line FROM demandes_postaladdress WHERE application_id = 501", ("2 rue des Fictions",)),
        ("joindre", {"channel": "PHONE", "value": "0199000055"},
         "SELECT value FROM people_contact WHERE person_id = 5 AND value = '0199000055'", ("0199000055",)),
    ],
)  # fmt: skip
def test_each_heading_is_shown_then_written(
    officer: Client, client_as: "ClientAs", superuser: psycopg.Connection, heading: str, sent: dict[str, object],
    statement: str, expected: tuple[object, ...]
) -> None:  # fmt: skip
    assert officer.get(_change(heading)).status_code == 200
    whole = {"version": _version(superuser), "origin": "DEMANDEUR", **sent}
    # The intruder first: a colleague, who may not even read the form.
    stranger = client_as("attribution_sud")
    assert stranger.get(_change(heading)).status_code == 404
    assert stranger.post(_change(heading), whole).status_code == 404
    answer = officer.post(_change(heading), whole)
    assert answer.status_code == 302, _said(answer.content).partition("<main")[2]
    assert superuser.execute(statement).fetchone() == expected


def test_work_is_said_of_adults_alone_and_what_stands_is_not_lost(
    officer: Client, superuser: psycopg.Connection
) -> None:
    offered = officer.get(_change("travail")).content.decode()
    assert f'value="{MOTHER}"' in offered
    assert f'value="{SON}"' not in offered
    # What stands is shown, and an empty list or a commune alone takes nothing away.
    said = {"version": _version(superuser), "origin": "DEMANDEUR", "which": str(MOTHER), "commune": "93001"}
    assert officer.post(_change("travail"), {**said, "status": "CDD"}).status_code == 302
    shown = officer.get(_change("travail")).content.decode()
    assert re.search(r'value="CDD"\s+selected', shown)
    assert 'value="93001"' in shown
    said["version"] = _version(superuser)
    assert officer.post(_change("travail"), {**said, "status": ""}).status_code == 422
    assert officer.post(_change("travail"), {**said, "status": "NON_DITE"}).status_code == 422
    assert superuser.execute("SELECT status FROM demandes_work").fetchall() == [("CDD",)]
    assert officer.post(_change("travail"), {**said, "status": "NON_DITE", "commune": ""}).status_code == 302
    actor = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=OFFICER)
    with acting(actor), pytest.raises(NotAnAdult, match="Théo Érable"):
        say_work(change=Change(application_id=HERS, actor=actor, at=now()), member_id=SON, status="CDD")
    assert superuser.execute("SELECT count(*) FROM demandes_work").fetchone() == (0,)


def test_a_nul_in_a_field_is_said_beside_it_and_the_form_is_kept(
    officer: Client, superuser: psycopg.Connection
) -> None:
    answer = officer.post(reverse("desk:application_new"), {**NEW, "last_name": "Sur\x00eau"})
    assert answer.status_code == 422
    assert "caractère nul" in _said(answer.content)
    assert "1 rue des Fictions" in _said(answer.content)
    # Read without a form, on its way to the database; then in an address, which no page has.
    sent = {"version": _version(superuser), "origin": "DEMANDEUR", "channel": "PHONE", "value": "01\x0099000055"}
    assert officer.post(_change("joindre"), sent).status_code == 422
    assert officer.post(_change("joindre") + "?a=%00", sent).status_code == 404


def test_two_agents_at_once_see_what_differs(officer: Client, superuser: psycopg.Connection) -> None:
    seen = _version(superuser)
    first = {"version": seen, "origin": "DEMANDEUR", "housing": "HOTEL", "rooms": "1", "cost": ""}
    assert officer.post(_change("logement"), first).status_code == 302
    late = {**first, "housing": "HEBERGE_TIERS"}
    answer = officer.post(_change("logement"), late)
    assert answer.status_code == 422
    page = _said(answer.content)
    assert "modifiée depuis" in page
    assert "le dossier dit « Hôtel », vous avez écrit « Hébergé chez un tiers »" in page
    # Read again, then sent again: it is taken.
    assert f'name="version" value="{seen + 1}"' in page
    assert officer.post(_change("logement"), {**late, "version": seen + 1}).status_code == 302


def test_what_is_wrong_is_said_and_nothing_is_written(officer: Client, superuser: psycopg.Connection) -> None:
    seen = _version(superuser)
    for heading, sent in (
        ("logement", {"housing": "CHATEAU"}),
        ("logement", {"housing": "HOTEL", "cost": "cher"}),
        ("souhaits", {"communes": "Saint-Denis"}),
        ("souhaits", {"communes": "93066", "rooms_min": "4", "rooms_max": "2"}),
        ("motifs", {"codes": ["ORIGINE"]}),
        ("besoins", {"codes": ["CANCER"]}),
        ("lignes", {"kept": [], "code": "RSA", "amount": ""}),
        ("personne", {"role": "APPLICANT", "last_name": "A", "first_name": "B", "birth_date": "2000-01-01"}),
        ("retrait", {"which": str(MOTHER)}),
        ("sejour", {"which": str(MOTHER), "nationality": "MA", "state": "REGULAR"}),
        ("nir", {"which": str(MOTHER), "number": "1 99 99 99 999 999 96"}),
        ("nir", {"which": str(SON), "number": "1 99 99 99 999 999 95"}),
    ):
        answer = officer.post(_change(heading), {"version": seen, "origin": "DEMANDEUR", **sent})
        assert answer.status_code == 422, (heading, sent)
    assert _version(superuser) == seen
    assert officer.get(_change("religion")).status_code == 404


def test_a_new_application_is_that_of_who_writes_it_down(
    officer: Client, client_as: "ClientAs", superuser: psycopg.Connection
) -> None:
    path = reverse("desk:application_new")
    assert officer.get(path).status_code == 200
    assert officer.post(path, {**NEW, "number": "12"}).status_code == 422
    assert officer.post(path, {**NEW, "nationality": "MA"}).status_code == 422
    answer = officer.post(path, NEW)
    assert answer.status_code == 302, _said(answer.content).partition("<main")[2]
    mine = officer.get(answer.headers["Location"]).content.decode()
    assert "Iris Sureau" in mine
    assert "Union européenne" in mine
    bare = client_as("attribution_sud").get(answer.headers["Location"]).content.decode()
    assert "Sureau" not in bare
    assert "Union européenne" not in bare
    assert officer.post(path, NEW).status_code == 422
    assert client_as("gestionnaire_nord").get(path).status_code == 404


def test_an_application_is_renewed_warned_answered_radiated_and_brought_back(
    officer: Client, client_as: "ClientAs", superuser: psycopg.Connection
) -> None:
    def deed(name: str, **sent: str) -> int:
        where = reverse(f"desk:application_{name}", args=[HERS])
        assert client_as("attribution_sud").post(where, {"version": _version(superuser), **sent}).status_code == 404
        return officer.post(where, {"version": _version(superuser), **sent}).status_code

    assert officer.get(LIFE).status_code == 200
    assert deed("interviewed", outcome="COMPLET") == 302
    assert deed("interviewed", outcome="PERSONNE_DIFFICILE") == 422
    assert deed("radiate", motive="NON_RENOUVELLEMENT") == 422
    assert deed("radiate", motive="FUSION") == 422
    assert deed("renew") == 302
    assert deed("renew") == 422
    assert deed("warn", motive="IRRECEVABLE_PLAFOND") == 422
    assert deed("warn", motive="NON_REPONSE") == 302
    clocks = officer.get(reverse("desk:application_clocks"))
    assert clocks.status_code == 200
    assert "pas de réponse à un courrier" in clocks.content.decode()
    assert "Érable" not in clocks.content.decode()
    assert deed("answer") == 302
    assert deed("radiate", motive="RENONCIATION") == 302
    assert deed("reactivate") == 422
    superuser.execute("UPDATE demandes_application SET radiation_motive = 'NON_RENOUVELLEMENT' WHERE id = 501")
    assert deed("reactivate") == 302
    assert superuser.execute("SELECT state FROM demandes_application WHERE id = 501").fetchone() == ("ACTIVE",)


def test_a_deed_on_a_page_out_of_date_is_refused(officer: Client, superuser: psycopg.Connection) -> None:
    where = reverse("desk:application_radiate", args=[HERS])
    seen = _version(superuser)
    assert officer.post(reverse("desk:application_renew", args=[HERS]), {"version": seen}).status_code == 302
    assert officer.post(where, {"version": seen, "motive": "RENONCIATION"}).status_code == 422


def test_a_file_changes_hands(officer: Client, client_as: "ClientAs", superuser: psycopg.Connection) -> None:
    last_day = str(today() + timedelta(days=30))
    give = reverse("desk:application_give", args=[HERS])
    stranger = client_as("attribution_sud")
    assert stranger.post(reverse("desk:application_take", args=[HERS])).status_code == 422
    assert stranger.post(give, {"agent": COLLEAGUE, "last_day": last_day}).status_code == 422
    assert officer.post(give, {"agent": COLLEAGUE, "last_day": last_day}).status_code == 302
    assert "Érable" in stranger.get(reverse("desk:application", args=[HERS])).content.decode()
    assert "Érable" not in officer.get(reverse("desk:application", args=[HERS])).content.decode()
    # The secretary gives any file; given back, it may be taken.
    secretary = client_as("secretaire")
    his = reverse("desk:application_give", args=[HIS])
    assert secretary.post(his, {"agent": OFFICER, "last_day": last_day}).status_code == 302
    assert "Figuier" in officer.get(reverse("desk:application", args=[HIS])).content.decode()
    assert officer.post(reverse("desk:application_give_back", args=[HIS])).status_code == 302
    assert stranger.post(reverse("desk:application_take", args=[HIS])).status_code == 302
    assert "Figuier" in stranger.get(reverse("desk:application", args=[HIS])).content.decode()


def test_two_applications_of_one_person_are_merged_by_who_instructs_both(
    officer: Client, client_as: "ClientAs", superuser: psycopg.Connection
) -> None:
    superuser.execute(
        "INSERT INTO demandes_duplicate (id, first_id, second_id, key, state) VALUES (9, %s, %s, 'PERSON', 'PROPOSED')",
        [HERS, HIS],
    )
    pairs = reverse("desk:application_duplicates")
    merge = reverse("desk:duplicate_merge", args=[9])
    page = officer.get(pairs).content.decode()
    assert "Même personne" in page
    assert "Érable" not in page
    # She instructs one of the two only: she may look, not decide.
    assert merge not in page
    assert officer.post(merge, {"garder": HERS}).status_code == 404
    assert officer.post(reverse("desk:duplicate_keep_apart", args=[9])).status_code == 404
    superuser.execute("UPDATE demandes_assignment SET agent_id = %s WHERE application_id = %s", [OFFICER, HIS])
    assert merge in officer.get(pairs).content.decode()
    assert officer.post(merge, {"garder": "des deux"}).status_code == 404
    assert officer.post(merge, {"garder": HERS}).status_code == 302
    assert superuser.execute(
        "SELECT state, radiation_motive, merged_into_id FROM demandes_application WHERE id = %s", [HIS]
    ).fetchone() == ("RADIATED", "FUSION", HERS)
    assert merge not in officer.get(pairs).content.decode()
