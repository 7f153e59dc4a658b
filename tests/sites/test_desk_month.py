"""The month at the desk: what each function sees and may do, two people, one effect a click, files equal to screens."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.http import HttpResponseBase
from django.test import Client
from tests.sites.answers import bytes_of

from palier.desk.month_page import CAUSES
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.privacy.deferring import defer
from palier.web.words import amount

if TYPE_CHECKING:
    from tests.conftest import Cluster
    from tests.landlord import Landlord

    from palier.demo.operations import Made

ClientAs = Callable[[str], Client]
# The hand-written landlord: run 1 is October, sealed; run 2 is November, computed, one anomaly a lease.
NORD_BILL, SUD_BILL = 2_101, 2_201
RUN_PAGES = ("anomalies/", "mis-de-cote/", "avis/", "ecarts/?format=csv")


def text(response: HttpResponseBase) -> str:
    return bytes_of(response).decode("utf-8-sig", "replace")


def table(response: HttpResponseBase) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(response)), delimiter=";"))


# --- Who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", ["gardien_nord", "dpo", "locataire"])
def test_the_month_does_not_exist_for_those_who_do_not_work_on_it(
    landlord: "Landlord", client_as: ClientAs, stranger: str
) -> None:
    browser = client_as(stranger)
    pages = [
        "/bureau/quittancement/",
        "/bureau/quittancement/2026-11/",
        *(f"/bureau/quittancement/calcul/2/{page}" for page in RUN_PAGES),
        f"/bureau/avis/{NORD_BILL}/",
        "/bureau/imports/",
    ]
    assert {browser.get(page).status_code for page in pages} == {404}
    acts = ["/bureau/quittancement/2026-11/calculer/", "/bureau/quittancement/calcul/2/viser/"]
    assert {browser.post(act).status_code for act in acts} == {404}


def test_an_officer_sees_the_anomalies_of_their_agency_only(landlord: "Landlord", client_as: ClientAs) -> None:
    for who, seen, hidden in (
        ("gestionnaire_nord", landlord.nord_names, landlord.sud_names),
        ("gestionnaire_sud", landlord.sud_names, landlord.nord_names),
    ):
        browser = client_as(who)
        for page in ("/bureau/quittancement/2026-11/", "/bureau/quittancement/calcul/2/anomalies/"):
            shown = text(browser.get(page))
            assert any(name in shown for name in seen)
            assert not any(name in shown for name in hidden)


def test_another_agencys_bill_does_not_exist(landlord: "Landlord", client_as: ClientAs) -> None:
    assert client_as("gestionnaire_nord").get(f"/bureau/avis/{NORD_BILL}/").status_code == 200
    assert client_as("gestionnaire_nord").get(f"/bureau/avis/{SUD_BILL}/").status_code == 404
    assert client_as("comptable").get(f"/bureau/avis/{SUD_BILL}/").status_code == 200


def test_an_officer_neither_reviews_nor_seals(landlord: "Landlord", client_as: ClientAs) -> None:
    browser = client_as("gestionnaire_nord")
    assert browser.post("/bureau/quittancement/calcul/2/viser/").status_code == 404
    assert browser.get("/bureau/quittancement/calcul/2/sceller/").status_code == 404
    page = text(browser.get("/bureau/quittancement/2026-11/"))
    assert "Cet acte revient au siège ou à la comptabilité." in page


def test_reading_a_bill_is_written_with_the_persons_it_shows(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    client_as("comptable").get(f"/bureau/avis/{NORD_BILL}/")
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        row = superuser.execute(
            "SELECT screen, subjects, categories FROM privacy_readevent ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    screen, subjects, categories = row
    assert (screen, categories) == ("avis", ["BAIL", "COMPTE", "IDENTITE"])
    assert own_landlord.holder in subjects


def test_the_dpo_reads_the_journal_without_an_agents_name(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    client_as("comptable").get(f"/bureau/avis/{NORD_BILL}/")
    page = text(client_as("dpo").get("/bureau/donnees/lectures/"))
    assert "Agent n°\u00a05, Service, accountant" in page
    assert "Agent comptable" not in page
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        screens = superuser.execute("SELECT DISTINCT screen FROM privacy_readevent").fetchall()
    assert ("journal des lectures",) in screens
    assert "Aucune lecture ici" in text(client_as("dpo").get("/bureau/donnees/lectures/?du=2000-01-01&au=2000-01-02"))


def test_every_agent_reads_who_sees_what(landlord: "Landlord", client_as: ClientAs) -> None:
    for who in ("gestionnaire_nord", "comptable", "dpo", "admin_technique"):
        assert client_as(who).get("/bureau/donnees/").status_code == 200
    page = text(client_as("dpo").get("/bureau/donnees/?fonction=caretaker"))
    assert "Occupants et noms sur les portes" in page
    assert "Comptes</th>" not in page


def test_jobs_are_for_headquarters_and_the_administrator(landlord: "Landlord", client_as: ClientAs) -> None:
    expected = {"siege": 200, "admin_technique": 200, "gestionnaire_nord": 404, "comptable": 404, "dpo": 404}
    assert {who: client_as(who).get("/bureau/taches/").status_code for who in expected} == expected


# --- The review ------------------------------------------------------------------------------------------------------


@contextmanager
def anomaly_of(cluster: "Cluster", lease: int) -> Iterator[int]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        row = superuser.execute(
            "SELECT id FROM quittancement_anomaly WHERE run_id = 2 AND lease_id = %s", [lease]
        ).fetchone()
    assert row is not None
    yield row[0]


def judge(browser: Client, anomaly: int, verdict: str, **headers: str) -> HttpResponseBase:
    place = f"/bureau/quittancement/calcul/2/anomalies/{anomaly}/"
    return browser.post(place, {"avis": verdict}, headers=headers)


def verdict_of(cluster: "Cluster", anomaly: int) -> tuple[str, int | None]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        row = superuser.execute(
            "SELECT verdict, seen_by FROM quittancement_anomaly WHERE id = %s", [anomaly]
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_a_manager_judges_the_anomalies_of_their_agency_and_no_other(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    manager = client_as("responsable_nord")
    with anomaly_of(cluster, 101) as nord, anomaly_of(cluster, 201) as sud:
        assert judge(manager, nord, "JUSTIFIED").status_code == 302
        assert verdict_of(cluster, nord) == ("JUSTIFIED", own_landlord.agents["responsable_nord"])
        judge(manager, sud, "JUSTIFIED")
        assert verdict_of(cluster, sud) == ("TO_SEE", None)
        assert judge(client_as("gestionnaire_nord"), nord, "TO_SEE").status_code == 404


def test_a_verdict_given_through_htmx_answers_the_review_alone(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    with anomaly_of(cluster, 101) as anomaly:
        answer = judge(client_as("siege"), anomaly, "JUSTIFIED", HX_Request="true")
    page = text(answer)
    assert answer.status_code == 200
    assert "<html" not in page
    assert "Vue, justifiée" in page


def test_the_month_is_signed_off_only_when_every_anomaly_is_seen(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    browser = client_as("siege")
    browser.post("/bureau/quittancement/calcul/2/viser/")
    assert "Anomalies encore à voir\u00a0: 3" in text(browser.get("/bureau/quittancement/2026-11/"))
    for lease in (101, 102, 201):
        with anomaly_of(cluster, lease) as anomaly:
            judge(browser, anomaly, "JUSTIFIED")
    browser.post("/bureau/quittancement/calcul/2/viser/")
    page = text(browser.get("/bureau/quittancement/2026-11/"))
    assert "À sceller" in page
    # Who reviewed sees why the door is closed; someone else finds it open.
    assert "Vous avez relu ce mois" in page
    assert "/bureau/quittancement/calcul/2/sceller/" not in page
    assert "/bureau/quittancement/calcul/2/sceller/" in text(
        client_as("comptable").get("/bureau/quittancement/2026-11/")
    )


def test_who_reviewed_may_not_seal_even_by_guessing_the_address(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    reviewed(cluster, by=own_landlord.agents["siege"])
    browser = client_as("siege")
    browser.post("/bureau/quittancement/calcul/2/sceller/")
    assert "une autre personne doit le sceller" in text(browser.get("/bureau/quittancement/2026-11/"))
    assert jobs_waiting(cluster) == []


def test_a_double_click_on_seal_asks_once(own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster") -> None:
    reviewed(cluster, by=own_landlord.agents["siege"])
    browser = client_as("comptable")
    assert "3 avis sont écrits au grand livre" in text(browser.get("/bureau/quittancement/calcul/2/sceller/"))
    browser.post("/bureau/quittancement/calcul/2/sceller/")
    browser.post("/bureau/quittancement/calcul/2/sceller/")
    asker = own_landlord.agents["comptable"]
    assert jobs_waiting(cluster) == [
        ("palier.quittancement.tasks.seal", {"month": "2026-11", "run_id": 2, "asked_by": asker})
    ]
    page = text(browser.get("/bureau/quittancement/2026-11/"))
    assert "Ce travail est déjà demandé et attend son tour." in page
    assert "En attente d’un exécutant" in page
    assert 'hx-get="/bureau/quittancement/2026-11/avancement/"' in page


def test_nobody_asks_for_a_job_in_another_agents_name(own_landlord: "Landlord", client_as: ClientAs) -> None:
    me = Actor(role=Role.ACCOUNTANT, agent_id=own_landlord.agents["comptable"], purpose="QUITTANCEMENT")
    someone_else = own_landlord.agents["siege"]
    with pytest.raises(DatabaseError, match="one's own name"), acting(me):
        defer("palier.quittancement.tasks.seal", queue="month", args={"run_id": 2, "asked_by": someone_else})


def reviewed(cluster: "Cluster", *, by: int) -> None:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("UPDATE quittancement_anomaly SET verdict = 'JUSTIFIED' WHERE run_id = 2")
        superuser.execute(
            "UPDATE quittancement_run SET state = 'REVIEWED', reviewed_by = %s, reviewed_at = now() WHERE id = 2", [by]
        )


def jobs_waiting(cluster: "Cluster") -> list[tuple[str, dict[str, object]]]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        return superuser.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id").fetchall()


# --- Files equal to screens ------------------------------------------------------------------------------------------


def test_the_file_of_bills_is_the_screen_of_bills(world: "Made", client_as: ClientAs) -> None:
    browser = client_as("siege")
    run = latest_run(browser)
    rows = table(browser.get(f"/bureau/quittancement/calcul/{run}/avis/?format=csv"))
    page = text(browser.get(f"/bureau/quittancement/calcul/{run}/avis/"))
    assert len(rows) > 50
    assert page.count("/bureau/avis/") == min(len(rows), 60)
    for row in rows[:60]:
        assert row["Bail"] in page
    total = sum(round(float(row["Total (€)"].replace(",", ".")) * 100) for row in rows)
    assert amount(total) in page


def test_the_agencys_file_holds_the_agencys_bills_only(world: "Made", client_as: ClientAs) -> None:
    run = latest_run(client_as("siege"))
    files = {
        who: {row["Bail"] for row in table(client_as(who).get(f"/bureau/quittancement/calcul/{run}/avis/?format=csv"))}
        for who in ("siege", "gestionnaire_nord", "gestionnaire_sud")
    }
    assert files["gestionnaire_nord"].isdisjoint(files["gestionnaire_sud"])
    assert files["gestionnaire_nord"] | files["gestionnaire_sud"] == files["siege"]


def test_the_leases_behind_each_cause_add_up_to_its_difference(world: "Made", client_as: ClientAs) -> None:
    browser = client_as("siege")
    run = latest_run(browser)
    codes = {label: code for code, label in CAUSES.items()}
    causes = table(browser.get(f"/bureau/quittancement/calcul/{run}/ecarts/?format=csv"))
    assert causes
    for row in causes:
        place = f"/bureau/quittancement/calcul/{run}/ecarts/{codes[row['Cause']]}/?format=csv"
        leases = table(browser.get(place))
        assert len(leases) == int(row["Baux"]), row["Cause"]
        behind = sum(round(float(lease["Écart (€)"].replace(",", ".")) * 100) for lease in leases)
        assert behind == round(float(row["Écart (€)"].replace(",", ".")) * 100), row["Cause"]


def latest_run(browser: Client) -> int:
    page = text(browser.get("/bureau/quittancement/2026-11/"))
    found = re.search(r"/bureau/quittancement/calcul/(\d+)/avis/", page)
    assert found is not None
    return int(found.group(1))


# --- One bill --------------------------------------------------------------------------------------------------------


def test_every_line_of_a_bill_is_recomputed_before_the_readers_eyes(world: "Made", client_as: ClientAs) -> None:
    browser = client_as("comptable")
    page = text(browser.get(f"/bureau/quittancement/calcul/{latest_run(browser)}/avis/"))
    for place in re.findall(r'href="(/bureau/avis/\d+/)"', page)[:8]:
        bill = text(browser.get(place))
        assert "redonne le montant" in bill
        assert "ne se recalcule pas" not in bill


def test_a_line_that_this_version_cannot_tell_again_says_so(landlord: "Landlord", client_as: ClientAs) -> None:
    page = text(client_as("comptable").get(f"/bureau/avis/{NORD_BILL}/"))
    assert "La règle «\u00a0rent\u00a0» n’est pas connue de cette version de Palier" in page
    assert "redonne le montant" not in page


def test_a_sealed_bill_is_taken_back_once_with_a_motive(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    browser, place = client_as("comptable"), "/bureau/avis/1101/contre-ecriture/"
    assert browser.post(place, {}).status_code == 422
    assert browser.post(place, {"motive": "WRONG_TERMS"}).status_code == 302
    assert browser.post(place, {"motive": "WRONG_TERMS"}).status_code == 422
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        balance = superuser.execute("SELECT sum(amount_cents) FROM ledger_posting WHERE account_id = 101").fetchone()
        motives = superuser.execute("SELECT motive, created_by FROM quittancement_contra").fetchall()
    assert balance == (0,)
    assert motives == [("WRONG_TERMS", own_landlord.agents["comptable"])]
    assert "Contre-écriture" in text(browser.get("/bureau/avis/1101/"))


def test_a_draft_has_no_contra_entry(own_landlord: "Landlord", client_as: ClientAs) -> None:
    answer = client_as("comptable").post(f"/bureau/avis/{NORD_BILL}/contre-ecriture/", {"motive": "WRONG_TERMS"})
    assert answer.status_code == 422
    assert "Cet avis n’est pas scellé" in text(answer)


# --- Imports ---------------------------------------------------------------------------------------------------------

PROGRAMMES = """\
id_livraison;adresse_programme;code_postal;ville;annee;bs;nb_logmt_total;nb_plai;nb_plus;nb_pluscd;nb_pls;nature_programme
1;8 RUE DU TEST;75012;Paris;2001;OFFICE;2;0;2;0;0;logement familial
2;9 RUE DU TEST;75012;Paris;2001;OFFICE;douze;0;12;0;0;logement familial
"""


def give(browser: Client, content: str) -> HttpResponseBase:
    file = SimpleUploadedFile("programmes.csv", content.encode(), content_type="text/csv")
    return browser.post("/bureau/imports/donner/", {"kind": "PROGRAMMES", "file": file})


def test_a_file_is_looked_at_cell_by_cell_before_anything_is_written(
    own_landlord: "Landlord", client_as: ClientAs, cluster: "Cluster"
) -> None:
    browser = client_as("siege")
    place = give(browser, PROGRAMMES).headers["Location"]
    page = text(browser.get(place))
    assert "Appliquer 1\u00a0ligne, 1\u00a0refusée" in page
    assert "= 1 + 0 + 0 + 1" in page
    assert "«&nbsp;douze&nbsp;»" in page
    (refused,) = table(browser.get(f"{place}refus/?format=csv"))
    assert (refused["nb_logmt_total"], refused["id_livraison"]) == ("douze", "2")
    assert [*refused] == [*PROGRAMMES.splitlines()[0].split(";"), "occurrence", "motif_du_refus"]
    assert "nombre entier" in refused["motif_du_refus"]
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        assert superuser.execute("SELECT count(*) FROM estate_residence").fetchone() == (3,)
    # The file of one agent does not exist for another, nor imports for an agency.
    assert client_as("gestionnaire_nord").get(place).status_code == 404
    browser.post(f"{place}appliquer/")
    assert [task for task, _ in jobs_waiting(cluster)] == ["palier.leases.tasks.apply_file"]
    browser.post(f"{place}laisser/")
    assert "Ce fichier est laissé" in text(browser.get(place))


def test_a_file_of_another_kind_is_refused_in_the_form(own_landlord: "Landlord", client_as: ClientAs) -> None:
    answer = give(client_as("siege"), "ceci n’est pas un tableau\n")
    assert answer.status_code == 422
    assert "champ à corriger" in text(answer)


# --- Budgets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "most"),
    [("/bureau/quittancement/2026-11/", 13), ("/bureau/quittancement/", 5), ("/bureau/", 10)],
)
def test_a_page_asks_the_database_a_bounded_number_of_questions(
    world: "Made", client_as: ClientAs, page: str, most: int
) -> None:
    asked: list[str] = []

    def counted(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if "set_config" not in sql and "SAVEPOINT" not in sql and "django_session" not in sql:
            asked.append(sql)
        return execute(sql, params, many, context)

    browser = client_as("siege")
    with connection.execute_wrapper(counted):
        assert browser.get(page).status_code == 200
    # Who signs in (two statements) and the line of the journal are counted with the page's own.
    assert len(asked) <= most + 3, "\n".join(asked)


# --- Signing in ------------------------------------------------------------------------------------------------------

PASSWORD = "trois rivieres et un pont"


@pytest.fixture
def known_password(own_landlord: "Landlord", cluster: "Cluster") -> "Landlord":
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("UPDATE agents_user SET password = %s", [make_password(PASSWORD)])
    return own_landlord


def enter(browser: Client, identifier: str, password: str = PASSWORD, **more: str) -> HttpResponseBase:
    return browser.post("/bureau/entrer/", {"identifier": identifier, "password": password, **more})


def enter_with_both(browser: Client, identifier: str, **more: str) -> HttpResponseBase:
    """The password, then the demonstration's second factor; tests/sites/test_sign_in.py proves with real ones."""
    enter(browser, identifier, **more)
    return browser.post("/bureau/acces/choisir/", {"kind": "simulated"})


def test_an_agent_enters_and_comes_back_to_the_page_asked_for(known_password: "Landlord") -> None:
    browser = Client()
    asked = browser.get("/bureau/quittancement/2026-11/")
    assert asked.headers["Location"] == "/bureau/entrer/?next=%2Fbureau%2Fquittancement%2F2026-11%2F"
    answer = enter_with_both(browser, " Siege ", next="/bureau/quittancement/2026-11/")
    assert answer.headers["Location"] == "/bureau/quittancement/2026-11/"
    assert browser.get("/bureau/").status_code == 200
    browser.post("/bureau/sortir/")
    assert browser.get("/bureau/").status_code == 302


def test_the_way_back_never_leaves_the_site(known_password: "Landlord") -> None:
    for wanted in ("https://ailleurs.example/", "//ailleurs.example/", "/chez-moi/", "javascript:alert(1)"):
        assert enter_with_both(Client(), "siege", next=wanted).headers["Location"] == "/bureau/"


def test_a_tenant_and_a_caretaker_do_not_enter_the_desk(known_password: "Landlord") -> None:
    for stranger in ("locataire", "gardien_nord", "gestionnaire_parti"):
        answer = enter(Client(), stranger)
        assert answer.status_code == 422
        assert "Votre compte n’ouvre pas ce site." in text(answer)


def test_five_failures_close_the_door_for_a_while_known_or_not(known_password: "Landlord") -> None:
    for identifier in ("siege", "personne"):
        said = [text(enter(Client(), identifier, "au hasard")) for _ in range(5)]
        assert all("ne vont pas ensemble" in page for page in said)
        answer = enter(Client(), identifier, PASSWORD)
        assert answer.status_code == 429
        assert "Cinq essais n’ont pas abouti" in text(answer)
    assert enter(Client(), "comptable").status_code == 302


def test_the_lodges_shared_session_ends_by_itself(known_password: "Landlord") -> None:
    browser = Client()
    enter_with_both(browser, "siege", shared="on")
    assert 890 <= int(browser.cookies["palier_desk"]["max-age"]) <= 900
    other = Client()
    enter_with_both(other, "siege")
    assert other.cookies["palier_desk"]["max-age"] == ""
