"""The commission in the browser: the secretary from the agenda to the minutes, a member who reads sheets alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.urls import reverse
from tests.applications import HER_NUMBER, HERS, HIS, HIS_NUMBER, INES
from tests.commission import (
    FIRST_VACANCY,
    MEETING,
    SEAT_OF_NAMESAKE,
    SEAT_OF_PRESIDENT,
    SEAT_OF_TENANTS,
    SECOND_VACANCY,
    SECRETARY,
    write_commission,
)
from tests.landlord import Landlord, insert

from palier.attribution.operations.notifying import make_letters
from palier.attribution.tasks import propose_held
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

NAMES = ("Érable", "Genévrier", "Inès", "Noël", "Zoé", "1110524")


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        yield session


@pytest.fixture
def secretary(superuser: psycopg.Connection, client_as: "ClientAs") -> Client:
    return client_as("secretaire")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return re.sub("[\u00a0\u202f]", " ", answer.content.decode())


def one(superuser: psycopg.Connection, statement: str) -> int:
    return int((superuser.execute(statement).fetchone() or (0,))[0])


def version(superuser: psycopg.Connection) -> int:
    return one(superuser, "SELECT version FROM attribution_sitting")


def step(client: Client, superuser: psycopg.Connection, sitting: int, asked: str, **sent: object) -> int:
    path = reverse("desk:sitting_do", args=[sitting])
    return client.post(path, {"etape": asked, "version": version(superuser), **sent}).status_code


def convened(secretary: Client, superuser: psycopg.Connection) -> int:
    made = secretary.post(reverse("desk:sitting_new"), {"number": "2026-11", "held_on": today().isoformat(), **MEETING})
    assert made.status_code == 302
    sitting = one(superuser, "SELECT id FROM attribution_sitting")
    agenda = {"geste": "inscrire", "vacancy": FIRST_VACANCY, "version": version(superuser)}
    assert secretary.post(reverse("desk:sitting_agenda", args=[sitting]), agenda).status_code == 302
    assert step(secretary, superuser, sitting, "convoquer") == 302
    return sitting


def opened(secretary: Client, superuser: psycopg.Connection) -> int:
    sitting = convened(secretary, superuser)
    presences = {
        "version": version(superuser),
        f"presence-{SEAT_OF_PRESIDENT}": "PRESENT",
        f"presence-{SEAT_OF_TENANTS}": "REMOTE",
        f"presence-{SEAT_OF_NAMESAKE}": "REPRESENTED",
        f"pouvoir-{SEAT_OF_NAMESAKE}": SEAT_OF_PRESIDENT,
    }
    attendance = reverse("desk:sitting_attendance", args=[sitting])
    absent = secretary.post(attendance, presences | {f"presence-{SEAT_OF_PRESIDENT}": "ABSENT"})
    said = absent.content.decode()
    assert (absent.status_code, said.count('value="ABSENT" selected'), said.count('value="REMOTE" selected')) == (
        422, 1, 1,
    )  # fmt: skip
    assert re.search(r"[a-z]\u00a0: un pouvoir se donne à un membre présent", said)
    assert secretary.post(attendance, presences).status_code == 302
    assert step(secretary, superuser, sitting, "ouvrir", preside=SEAT_OF_PRESIDENT) == 302
    return sitting


def decide(secretary: Client, superuser: psycopg.Connection, sheet: int, **sent: object) -> int:
    item, seen = superuser.execute("SELECT id, version FROM attribution_item").fetchone() or (0, 0)
    path = reverse("desk:sheet_decide", args=[item, sheet])
    return secretary.post(path, {"version": seen, **sent}).status_code


def test_a_sitting_from_its_agenda_to_its_sealed_minutes(secretary: Client, superuser: psycopg.Connection) -> None:
    sitting = opened(secretary, superuser)
    here = one(superuser, "SELECT id FROM attribution_item")
    item = reverse("desk:commission_item", args=[here])
    page = text(secretary, item)
    assert "Taux d’effort, avant aide" in page
    assert "34,00 %" in page
    assert not [name for name in NAMES if name in page]
    sheets = [row[0] for row in superuser.execute("SELECT id FROM attribution_sheet ORDER BY pseudonym").fetchall()]
    assert decide(secretary, superuser, sheets[0], kind="ATTRIBUTION", rank=1) == 302
    assert decide(secretary, superuser, sheets[1], kind="ATTRIBUTION_RANG", rank=2) == 302
    assert step(secretary, superuser, sitting, "lever") == 422
    assert decide(secretary, superuser, sheets[2], kind="NON_ATTRIBUTION") == 422
    assert decide(secretary, superuser, sheets[2], kind="NON_ATTRIBUTION", motive="AUTRE_CANDIDAT") == 302
    told = "reconnu prioritaire (DALO)"
    assert told not in text(secretary, reverse("desk:sitting", args=[sitting]))
    superuser.execute(
        """INSERT INTO demandes_priority (application_id, code, proof)
           SELECT c.application_id, 'DALO', 'PROVED' FROM attribution_candidate AS c
           JOIN attribution_sheet AS s ON s.candidate_id = c.id WHERE s.id = %s""",
        [sheets[2]],
    )
    assert secretary.post(reverse("desk:item_agenda", args=[here]), {"geste": "fiches"}).status_code == 422
    redrawn = {"geste": "fiches", "version": one(superuser, "SELECT version FROM attribution_item")}
    assert secretary.post(reverse("desk:item_agenda", args=[here]), redrawn).status_code == 302
    for page in (item, reverse("desk:sitting", args=[sitting])):
        assert told in text(secretary, page)
    assert step(secretary, superuser, sitting, "lever") == 302
    assert secretary.get(reverse("desk:sitting_minutes", args=[sitting])).status_code == 404
    assert step(secretary, superuser, sitting, "sceller") == 302
    answer = secretary.get(reverse("desk:sitting_minutes", args=[sitting]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    named = text(secretary, reverse("desk:sitting_identities", args=[sitting]))
    assert "Inès Érable" in named
    read = superuser.execute(
        "SELECT subjects FROM privacy_readevent WHERE screen = 'liste nominative de la commission'"
    ).fetchall()
    assert read == [([5, 6, 7],)]


def test_a_sitting_says_where_and_when_until_its_members_are_called(
    secretary: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    new, day = reverse("desk:sitting_new"), today().isoformat()
    answer = secretary.post(new, {"number": "2026-11", "held_on": day, **MEETING, "place": "http://visio.example"})
    assert answer.status_code == 422
    assert "ni lien, ni adresse de courriel" in answer.content.decode()
    assert "http://visio.example" in answer.content.decode()
    about = {"number": "2026-11", "held_on": day, **MEETING, "place": "Chez M. Durand, alcoolique"}
    assert "ne peut pas être gardé" in unescape(secretary.post(new, about).content.decode())
    assert secretary.post(new, {"number": "2026-11", "held_on": day, **MEETING}).status_code == 302
    sitting = one(superuser, "SELECT id FROM attribution_sitting")
    change = reverse("desk:sitting_change", args=[sitting])
    assert 'value="14:30"' in text(secretary, change)
    assert f'value="{day}"' in text(secretary, change)
    moved = {"version": 1, "held_on": day, "hour": "09:15", "mode": "ROOM", "place": "Salle des Cèdres"}
    assert client_as("attribution").post(change, moved).status_code == 404
    agenda = {"geste": "inscrire", "vacancy": FIRST_VACANCY, "version": 1}
    assert secretary.post(reverse("desk:sitting_agenda", args=[sitting]), agenda).status_code == 302
    moved["version"] = 2
    assert secretary.post(change, {**moved, "held_on": (today() + timedelta(days=1)).isoformat()}).status_code == 302
    assert one(superuser, "SELECT count(*) FROM attribution_sheet") == 3
    assert secretary.post(change, moved).status_code == 422
    assert secretary.post(change, {**moved, "version": 3}).status_code == 302
    assert step(secretary, superuser, sitting, "convoquer") == 302
    member = text(client_as("membre_locataires"), reverse("desk:my_sitting", args=[sitting]))
    assert "à 9 h 15, en salle : Salle des Cèdres" in member
    assert secretary.post(change, {**moved, "version": version(superuser)}).status_code == 422


def test_another_secretary_takes_a_sitting_over_on_its_page(
    secretary: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    sitting = convened(secretary, superuser)
    superuser.execute("UPDATE agents_agent SET role = 'commission_secretary' WHERE id = 92")
    other, page = client_as("attribution_sud"), reverse("desk:sitting", args=[sitting])
    assert "Reprendre cette séance" in text(other, page)
    assert "Reprendre cette séance" not in text(secretary, page)
    assert step(other, superuser, sitting, "annuler") == 422
    names = reverse("desk:sitting_identities", args=[sitting])
    assert names not in text(other, page)
    kept = other.get(names)
    assert (kept.status_code, "Reprenez d’abord la séance" in unescape(kept.content.decode())) == (422, True)
    assert not [name for name in NAMES if name in kept.content.decode()]
    assert step(secretary, superuser, sitting, "reprendre") == 422
    assert step(client_as("attribution"), superuser, sitting, "reprendre") == 404
    assert step(other, superuser, sitting, "reprendre") == 302
    assert "Inès Érable" in text(other, names)
    assert secretary.get(names).status_code == 422
    assert "par Agent attribution_sud, qui succède à Agent secretaire" in text(secretary, page)
    assert step(other, superuser, sitting, "annuler") == 302


def proposed_by_her_holder(superuser: psycopg.Connection, client_as: "ClientAs", landlord: Landlord) -> None:
    """Inès is protected, the dwelling suits her, whoever holds it proposes her; nobody else may."""
    holder, day = landlord.agents["travailleuse_sociale"], today() - timedelta(days=1)
    superuser.execute("DELETE FROM attribution_candidate WHERE application_id = %s", [HERS])
    insert(superuser, "agents_protectedperson", [
        {"id": 9, "person_id": INES, "ground": "ORDONNANCE", "first_day": day, "declared_by_id": holder},
    ])  # fmt: skip
    insert(superuser, "agents_protectionholder", [{"protection_id": 9, "agent_id": holder, "first_day": day}])
    insert(superuser, "attribution_matching", [
        {"id": 1, "vacancy_id": FIRST_VACANCY, "made_at": now(), "on": today(), "territory": "", "examined": 1,
         "suited": 1},
    ])  # fmt: skip
    insert(superuser, "attribution_match", [
        {"matching_id": 1, "application_id": HERS, "place": 1, "suits": True, "verdict": "ELIGIBLE", "against": "{}",
         "to_check": "{}", "filed_on": day, "persons": 2},
    ])  # fmt: skip
    proposal, page = (
        reverse("desk:protected_proposed", args=[FIRST_VACANCY, HERS]),
        reverse("desk:protected_allocation"),
    )
    for intruder in ("siege", "responsable_nord", "secretaire", "attribution"):
        assert client_as(intruder).post(proposal).status_code == 404, intruder
    # Kept for a transfer: it is not for this first access, and its page says so before any job.
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = 'MUTATION' WHERE id = %s", [FIRST_VACANCY])
    assert "pas à proposer à ce jour" in text(client_as("travailleuse_sociale"), page)
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = '' WHERE id = %s", [FIRST_VACANCY])
    for stranger in (landlord.agents["siege"], SECRETARY):
        propose_held(vacancy_id=FIRST_VACANCY, application_id=HERS, asked_by=stranger)
    assert proposal in text(client_as("travailleuse_sociale"), page)
    assert client_as("travailleuse_sociale").post(proposal).status_code == 302
    # Out of the flow and open: an officer who saw it change would know of a candidate whom no page shows.
    seen = "state = 'OPEN', withdrawn_for = 'TRAVAUX'"
    superuser.execute(f"UPDATE attribution_vacancy SET {seen} WHERE id = %s", [FIRST_VACANCY])
    propose_held(vacancy_id=FIRST_VACANCY, application_id=HERS, asked_by=holder)
    standing = "SELECT state, version FROM attribution_vacancy WHERE id = %s"
    assert superuser.execute(standing, [FIRST_VACANCY]).fetchone() == ("OPEN", 1)
    assert "déjà proposé" in text(client_as("travailleuse_sociale"), page)


def reads_of(role: Role, agent: int, statement: str) -> list[tuple[object, ...]]:
    with acting(Actor(role=role, purpose="ATTRIBUTION", agent_id=agent)), connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def no_number_opens_her_file() -> None:
    guessed = f"""INSERT INTO attribution_candidate (vacancy_id, application_id, source, added_on, added_by_id,
                                                     withdrawn_for)
                  VALUES ({SECOND_VACANCY}, {HERS}, 'OFFICER', current_date, {SECRETARY}, '')"""
    for role, agent in ((Role.COMMISSION_SECRETARY, SECRETARY), (Role.ALLOCATION_OFFICER, 91)):
        with pytest.raises(ProgrammingError, match="row-level security"):
            reads_of(role, agent, guessed)


def taken_over_once_sealed(superuser: psycopg.Connection, secretary: Client, other: Client, sitting: int) -> None:
    """Whoever took it over reads its nominative list whole; who left it, no row any more."""
    for left_by, taken_by in ((SECRETARY, 92), (92, SECRETARY)):
        forged = f"""INSERT INTO attribution_handover (sitting_id, left_by_id, taken_by_id, taken_at)
                     VALUES ({sitting}, {left_by}, {taken_by}, now())"""
        with pytest.raises(ProgrammingError, match="row-level security"):
            reads_of(Role.COMMISSION_SECRETARY, SECRETARY, forged)
    path = reverse("desk:sitting_identities", args=[sitting])
    before = text(secretary, path)
    assert step(other, superuser, sitting, "reprendre") == 302
    kept = text(other, path)
    for told in ("Personne protégée", "Zoé", "Figuier", "<tr"):
        assert kept.count(told) == before.count(told) > 0, told
    names = "SELECT count(*) FROM people_person WHERE id IN (6, 7)"
    hers = f"SELECT count(*) FROM demandes_situation WHERE application_id = {HERS}"
    for statement, rows in ((names, 2), (hers, 1)):
        assert reads_of(Role.COMMISSION_SECRETARY, 92, statement) == [(rows,)]
        assert reads_of(Role.COMMISSION_SECRETARY, SECRETARY, statement) == [(0,)]


def test_a_protected_person_passes_by_her_sheet_and_nobody_there_reads_who_she_is(
    superuser: psycopg.Connection, client_as: "ClientAs", own_landlord: Landlord
) -> None:
    proposed_by_her_holder(superuser, client_as, own_landlord)
    no_number_opens_her_file()
    secretary = client_as("secretaire")
    sitting = opened(secretary, superuser)
    sheets = superuser.execute(
        """SELECT h.id FROM attribution_sheet AS h JOIN attribution_candidate AS c ON c.id = h.candidate_id
           ORDER BY c.application_id"""
    ).fetchall()
    assert len(sheets) == 3
    text(secretary, reverse("desk:commission_item", args=[one(superuser, "SELECT id FROM attribution_item")]))
    read = "SELECT subjects FROM privacy_readevent WHERE screen = 'fiches de la commission' ORDER BY 1"
    assert superuser.execute(read).fetchall() == [([INES],), ([6, 7],)]
    named = text(secretary, reverse("desk:sitting_identities", args=[sitting]))
    assert (named.count("Personne protégée"), "Zoé" in named) == (1, True)
    assert not [name for name in ("Inès", "Érable", HER_NUMBER) if name in named]
    for client in (secretary, client_as("attribution")):
        assert HER_NUMBER not in text(client, reverse("desk:matching", args=[FIRST_VACANCY]))
        assert client.get(reverse("desk:application", args=[HERS])).status_code == 404
    facts = f"SELECT 1 FROM demandes_situation WHERE application_id = {HERS}"
    assert reads_of(Role.COMMISSION_SECRETARY, SECRETARY, facts) == [(1,)]
    for written in ("UPDATE demandes_situation SET rooms = 9", "DELETE FROM demandes_motive"):
        assert (
            reads_of(Role.COMMISSION_SECRETARY, SECRETARY, f"{written} WHERE application_id = {HERS} RETURNING 1") == []
        )
    for table in ("demandes_member", "demandes_postaladdress", "demandes_resourceline"):
        hers = f"SELECT 1 FROM {table} WHERE application_id = {HERS}"
        assert reads_of(Role.COMMISSION_SECRETARY, SECRETARY, hers) == [], table
    superuser.execute("UPDATE agents_agent SET role = 'commission_secretary' WHERE id = 92")
    for role, agent in ((Role.COMMISSION_SECRETARY, 92), (Role.ALLOCATION_OFFICER, 91)):
        assert (
            reads_of(role, agent, facts) == reads_of(role, agent, "SELECT * FROM palier.protected_candidates()") == []
        )
    other = client_as("attribution_sud")
    text(other, reverse("desk:commission_item", args=[one(superuser, "SELECT id FROM attribution_item")]))
    by_other = read.replace("WHERE", "WHERE agent_id = 92 AND")
    assert superuser.execute(by_other).fetchall() == [([INES],), ([6, 7],)]
    for place, (sheet,) in enumerate(sheets):
        sent = {"kind": "NON_ATTRIBUTION", "motive": "AUTRE_CANDIDAT"} if place else {"kind": "ATTRIBUTION", "rank": 1}
        assert decide(secretary, superuser, sheet, **sent) == 302
    assert step(secretary, superuser, sitting, "lever") == 302
    assert step(secretary, superuser, sitting, "sceller") == 302
    taken_over_once_sealed(superuser, secretary, other, sitting)
    with batch(Batch.LETTERS, operator="essai", motive="ATTRIBUTION", command="lettres"):
        assert make_letters(sitting_id=sitting, by=SECRETARY, at=now()).offers == 1
    assert text(client_as("travailleuse_sociale"), reverse("desk:protected_allocation")).count("Noter la remise") == 2
    letters = text(secretary, reverse("desk:sitting_letters", args=[sitting]))
    assert len(set(re.findall(r"DEC-\d+", letters))) == 2


def test_too_few_candidates_are_completed_from_the_page_of_the_point(
    secretary: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    sent = {"number": "2026-11", "held_on": today().isoformat(), **MEETING}
    assert secretary.post(reverse("desk:sitting_new"), sent).status_code == 302
    sitting = one(superuser, "SELECT id FROM attribution_sitting")
    agenda = {"geste": "inscrire", "vacancy": SECOND_VACANCY, "version": version(superuser)}
    assert secretary.post(reverse("desk:sitting_agenda", args=[sitting]), agenda).status_code == 302
    assert step(secretary, superuser, sitting, "convoquer") == 422
    item = one(superuser, "SELECT id FROM attribution_item")
    act, page = reverse("desk:item_agenda", args=[item]), reverse("desk:commission_item", args=[item])
    matching = reverse("desk:matching", args=[SECOND_VACANCY])
    assert page in text(secretary, matching)
    assert page not in text(client_as("attribution"), matching)
    seen = one(superuser, "SELECT version FROM attribution_item")
    unknown = {"geste": "candidat", "number": "1110524999999TEST0", "source": "HOLDER", "version": seen}
    answer = secretary.post(act, unknown)
    assert answer.status_code == 422
    for told in ("Aucune demande active", "1110524999999TEST0", "Ajouter un candidat"):
        assert told in answer.content.decode()
    assert client_as("attribution").post(act, {**unknown, "number": HIS_NUMBER}).status_code == 404
    superuser.execute("UPDATE demandes_resources SET n2_cents = 99999900 WHERE application_id = %s", [HIS])
    added = secretary.post(act, {**unknown, "number": HIS_NUMBER}, follow=True)
    assert "Cette demande est non recevable\u00a0: ressources au-dessus du plafond." in added.content.decode()
    # Read before the candidate came.
    assert secretary.post(act, {"geste": "exception", "exception": "", "version": seen}).status_code == 422
    assert step(secretary, superuser, sitting, "convoquer") == 302
    assert "Ajouter un candidat" not in text(secretary, page)


def test_a_point_without_candidates_is_said_and_a_point_removed_leaves_no_hole(
    secretary: Client, superuser: psycopg.Connection
) -> None:
    new, day = reverse("desk:sitting_new"), {"number": "2026-11", **MEETING}
    past = secretary.post(new, {**day, "held_on": (today() - timedelta(days=1)).isoformat()})
    assert (past.status_code, "Ce jour est passé" in past.content.decode()) == (422, True)
    assert secretary.post(new, {**day, "held_on": today().isoformat()}).status_code == 302
    sitting = one(superuser, "SELECT id FROM attribution_sitting")
    superuser.execute("DELETE FROM attribution_candidate WHERE vacancy_id = %s", [SECOND_VACANCY])
    agenda, page = reverse("desk:sitting_agenda", args=[sitting]), reverse("desk:sitting", args=[sitting])
    for seen, vacancy in enumerate((FIRST_VACANCY, SECOND_VACANCY), start=1):
        assert secretary.post(agenda, {"geste": "inscrire", "vacancy": vacancy, "version": seen}).status_code == 302
    assert secretary.post(agenda, {"geste": "retirer", "point": 0, "version": 0}).status_code == 404
    assert re.search(r"\b0 fiche\b", text(secretary, page))
    sent = {"etape": "convoquer", "version": 3}
    refused = secretary.post(reverse("desk:sitting_do", args=[sitting]), sent).content.decode()
    assert "Ajoutez des candidats à ce point, ou retirez-le" in unescape(refused)
    first = one(superuser, "SELECT min(id) FROM attribution_item")
    assert secretary.post(agenda, {"geste": "retirer", "point": first, "version": 2}).status_code == 422
    assert secretary.post(agenda, {"geste": "retirer", "point": first, "version": 3}).status_code == 302
    assert one(superuser, "SELECT rank FROM attribution_item") == 1


def test_a_version_read_before_somebody_else_saved_is_refused_in_words(
    secretary: Client, superuser: psycopg.Connection
) -> None:
    sitting = convened(secretary, superuser)
    path = reverse("desk:sitting_do", args=[sitting])
    answer = secretary.post(path, {"etape": "annuler", "version": 1})
    assert answer.status_code == 422
    assert "Quelqu’un d’autre a modifié cette séance" in answer.content.decode()


def test_a_precision_about_the_person_is_refused_and_counted(secretary: Client, superuser: psycopg.Connection) -> None:
    opened(secretary, superuser)
    sheet = one(superuser, "SELECT min(id) FROM attribution_sheet")
    sent = {"kind": "NON_ATTRIBUTION", "motive": "TAUX_EFFORT", "precision": "famille alcoolique"}
    assert decide(secretary, superuser, sheet, **sent) == 422
    assert one(superuser, "SELECT count(*) FROM attribution_decision") == 0
    assert one(superuser, "SELECT count(*) FROM screening_screenrefusal WHERE field = 'precision'") == 1


def test_a_member_reads_the_sheets_they_are_convened_to_and_the_persons_are_told(
    secretary: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    sitting = convened(secretary, superuser)
    item = one(superuser, "SELECT id FROM attribution_item")
    member = client_as("membre_locataires")
    assert "2026-11" in text(member, reverse("desk:my_sittings"))
    assert "Les Tilleuls" in text(member, reverse("desk:my_sitting", args=[sitting]))
    page = text(member, reverse("desk:my_item", args=[item]))
    assert "Reste à vivre par jour, avant aide au logement" in page
    assert not [name for name in (*NAMES, "Figuier", "Enregistrer la décision") if name in page]
    # A ceiling taken from another financing is told as to be confirmed, where it is used.
    unsure = "Plafonds du PLUS appliqués à ce financement"
    assert unsure not in page
    superuser.execute("UPDATE estate_dwelling SET financing = 'HLMO'")
    assert unsure in text(member, reverse("desk:my_item", args=[item]))
    told = superuser.execute(
        "SELECT subjects, role FROM privacy_readevent WHERE screen = 'fiches de la commission' ORDER BY id DESC LIMIT 1"
    ).fetchall()
    assert told == [([5, 6, 7], "commission_member")]


@pytest.mark.parametrize("identifier", ["membre_non_convoque", "gestionnaire_nord", "gardien_nord", "attribution"])
def test_whoever_is_not_convened_reads_no_sheet(
    secretary: Client, superuser: psycopg.Connection, client_as: "ClientAs", identifier: str
) -> None:
    convened(secretary, superuser)
    item = one(superuser, "SELECT id FROM attribution_item")
    assert client_as(identifier).get(reverse("desk:my_item", args=[item])).status_code == 404


def test_an_officer_reads_a_sitting_and_decides_nothing(
    secretary: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    sitting = opened(secretary, superuser)
    officer = client_as("attribution")
    assert "Séance 2026-11" in text(officer, reverse("desk:sitting", args=[sitting]))
    item = one(superuser, "SELECT id FROM attribution_item")
    # Resources are those of the files that one instructs: the sheets of all are the secretary's and the members'.
    assert officer.get(reverse("desk:commission_item", args=[item])).status_code == 404
    sheet = one(superuser, "SELECT min(id) FROM attribution_sheet")
    assert officer.post(reverse("desk:sheet_decide", args=[item, sheet]), {"kind": "ATTRIBUTION"}).status_code == 404
    assert officer.get(reverse("desk:sitting_identities", args=[sitting])).status_code == 404


def test_a_recusal_is_noted_from_a_name_alone(secretary: Client, superuser: psycopg.Connection) -> None:
    sitting = convened(secretary, superuser)
    page = text(secretary, reverse("desk:sitting", args=[sitting]))
    assert "Liens à vérifier" in page
    assert "Point 1, Paul Figuier" in page
    sent = {
        "geste": "deporter",
        "point": one(superuser, "SELECT id FROM attribution_item"),
        "membre": SEAT_OF_NAMESAKE,
        "version": version(superuser),
    }
    assert secretary.post(reverse("desk:sitting_agenda", args=[sitting]), sent).status_code == 302
    assert one(superuser, "SELECT count(*) FROM attribution_recusal") == 1


def test_rules_and_seats_are_given_and_a_mandate_ends(secretary: Client, superuser: psycopg.Connection) -> None:
    page = reverse("desk:commission")
    assert "2026-1" in text(secretary, page)
    rules = {
        "version": "2027-1", "adopted_on": today().isoformat(), "first_day": today().isoformat(), "quorum": 4,
        "least_candidates": 3, "casting": "MAYOR", "proxies_each": 1, "convened_days_before": 5,
    }  # fmt: skip
    assert secretary.post(reverse("desk:commission_rules"), rules).status_code == 302
    assert secretary.post(reverse("desk:commission_rules"), rules).status_code == 422
    seat = {"agent": 97, "quality": "MAYOR", "has_vote": "on", "communes": "75013", "first_day": today().isoformat()}
    assert secretary.post(reverse("desk:commission_seat"), seat).status_code == 302
    given = one(superuser, "SELECT max(id) FROM attribution_commissionmember")
    ended = {"last_day": today().isoformat()}
    assert secretary.post(reverse("desk:commission_seat_end", args=[given]), ended).status_code == 302
