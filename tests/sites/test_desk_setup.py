"""The landlord's own set-up on screen: its sheet, its IBAN with four eyes, its agencies, its agents, their mandates."""

import re
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.conftest import ClientAs, Statement
from tests.landlord import Landlord

from palier.agents.models import Agent
from palier.estate.models import Landlord as LandlordSheet
from palier.estate.models import LandlordChange
from palier.estate.operations.landlord import IbanChangeNotFound, confirm_iban
from palier.foundation.clock import now, today
from palier.oversight.adapters import ADAPTERS
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.web.account_mail import FOLDER, Message, write_to_account

NEW_IBAN = "FR7699999000010000000000115"
OLD_IBAN = "FR7630006000011234567890189"
SHEET = {
    "name": "Office des Arbres",
    "legal_form": "OPH",
    "address": "1 rue du Bois\n75000 PARIS",
    "siret": "123 456 782 00010",
    "phone": "01 00 00 00 00",
    "hours": "9 h à 17 h",
    "site": "localhost",
    "bic": "AGRIFRPP",
    "creditor": "FR72ZZZ123456",
}
POST = {
    "identifier": "chargee@arbres.example",
    "first_name": "Rose",
    "last_name": "Lilas",
    "role": "rent_officer",
    "agency": "2",
    "service": "Agence Sud",
    "function": "Chargée de clientèle",
}
CLOSED_TO = ("gestionnaire_nord", "responsable_nord", "comptable", "dpo", "auditeur", "travailleuse_sociale")


@pytest.fixture
def letters() -> Iterator[Callable[[], list[str]]]:
    folder = Path(settings.PALIER_HOME) / FOLDER

    def written() -> list[str]:
        """Whom each message is for, then what it says."""
        read = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]
        return [f"{message['To']}\n{message.get_content()}" for message in read]

    yield written
    for path in folder.glob("*.eml"):
        path.unlink()


def ask(client: Client, iban: str = NEW_IBAN) -> int:
    return client.post(reverse("desk:landlord_iban"), {"acte": "demander", "iban": iban}).status_code


def decide(client: Client, act: str, number: object) -> int:
    return client.post(reverse("desk:landlord_iban"), {"acte": act, "changement": str(number)}).status_code


def waiting(statement: Statement) -> int:
    ((number,),) = statement("SELECT id FROM estate_landlordchange WHERE state = 'WAITING'")
    return int(number)


def iban_of(statement: Statement) -> str:
    ((iban,),) = statement("SELECT iban FROM estate_landlord")
    return str(iban)


def told(response: HttpResponse) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("name", CLOSED_TO)
def test_the_set_up_does_not_exist_for_other_functions(own_landlord: Landlord, client_as: ClientAs, name: str) -> None:
    client = client_as(name)
    for page in ("landlord", "landlord_iban", "agencies", "staff", "agent_new", "connectors"):
        assert client.get(reverse(f"desk:{page}")).status_code == HTTPStatus.NOT_FOUND
    agent = own_landlord.agents["gardien_nord"]
    assert client.get(reverse("desk:agent", args=[agent])).status_code == HTTPStatus.NOT_FOUND
    assert client.post(reverse("desk:agent_leave", args=[agent])).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["admin_technique", "siege"])
def test_each_connector_says_how_far_it_was_proven(own_landlord: Landlord, client_as: ClientAs, name: str) -> None:
    page = told(client_as(name).get(reverse("desk:connectors")))
    rows = re.findall(r"<th scope=\"row\"[^>]*>([^<]+)</th><td>(.*?)</td>", page)
    states = {connector: re.sub(r"<[^>]*>", "", tag).strip() for connector, tag in rows}
    assert states["Passerelle de paiement par carte"] == "simulé"
    assert states["Fichiers de la CAF (APL, RLS)"] == "non vérifié"
    assert states["Échange avec la banque (EBICS)"] == "absent"
    assert states["Prélèvements pain.008"] == "réel"
    assert len(states) == len(ADAPTERS)


def test_a_change_of_the_sheet_is_kept_line_by_line(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    client = client_as("admin_technique")
    assert client.post(reverse("desk:landlord"), {**SHEET, "phone": "01 99 00 11 22"}).status_code == HTTPStatus.FOUND
    lines = "SELECT subject, before, after, state, asked_by FROM estate_landlordchange ORDER BY subject"
    by = own_landlord.agents["admin_technique"]
    expected = [
        ("CREDITOR", "FR00ZZZ123456", "FR72ZZZ123456", "APPLIED", by),
        ("PHONE", "01 00 00 00 00", "01 99 00 11 22", "APPLIED", by),
        ("SIRET", "12345678900011", "123 456 782 00010", "APPLIED", by),
    ]
    assert statement(lines) == expected
    # The same sheet again changes nothing.
    client.post(reverse("desk:landlord"), {**SHEET, "phone": "01 99 00 11 22"})
    assert statement(lines) == expected
    assert "01 99 00 11 22" in client.get(reverse("desk:landlord")).content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("siret", "123 456 782 00011", "Le SIRET « 123 456 782 00011 » est faux"),
        ("creditor", "FR73ZZZ123456", "L’identifiant créancier « FR73ZZZ123456 » est faux"),
        ("bic", "AGRI", "« AGRI » n’est pas un BIC"),
        ("address", "une seule ligne", "L’adresse a de deux à cinq lignes"),
    ],
)
def test_a_wrong_number_is_refused_and_nothing_moves(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, field: str, typed: str, sentence: str
) -> None:
    answer = client_as("siege").post(reverse("desk:landlord"), {**SHEET, field: typed})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in told(answer)
    assert statement("SELECT count(*) FROM estate_landlordchange") == [(0,)]


def test_an_iban_moves_when_a_second_person_confirms_it(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    administrator, headquarters = client_as("admin_technique"), client_as("siege")
    assert ask(administrator) == HTTPStatus.FOUND
    assert iban_of(statement) == OLD_IBAN
    number = waiting(statement)
    # Whoever asks does not decide, whatever they send.
    assert decide(administrator, "confirmer", number) == HTTPStatus.NOT_FOUND
    assert "Confirmer cet IBAN" in headquarters.get(reverse("desk:landlord_iban")).content.decode()
    assert decide(headquarters, "confirmer", number) == HTTPStatus.FOUND
    assert iban_of(statement) == NEW_IBAN
    assert statement("SELECT subject, before, after, state, asked_by, decided_by FROM estate_landlordchange") == [
        (
            "IBAN", OLD_IBAN, NEW_IBAN, "APPLIED",
            own_landlord.agents["admin_technique"], own_landlord.agents["siege"],
        )
    ]  # fmt: skip
    # Once decided, it is decided.
    assert decide(headquarters, "refuser", number) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert iban_of(statement) == NEW_IBAN


def test_headquarters_do_not_confirm_their_own_iban(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    headquarters = client_as("siege")
    ask(headquarters)
    number = waiting(statement)
    assert "Confirmer cet IBAN" not in headquarters.get(reverse("desk:landlord_iban")).content.decode()
    assert decide(headquarters, "confirmer", number) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert iban_of(statement) == OLD_IBAN
    assert decide(headquarters, "refuser", number) == HTTPStatus.FOUND
    assert statement("SELECT state FROM estate_landlordchange") == [("REFUSED",)]


def welcomed(statement: Statement, landlord: Landlord, by: str, subject: str, ago: str, *, whom: str = "siege") -> None:
    """That agent made the account of another, gave its role, invited or reset it, so long before now."""
    statement(
        "INSERT INTO agents_staffchange (agent_id, subject, before, after, changed_by, at) "
        f"VALUES ({landlord.agents[whom]}, '{subject}', '', 'Siège', {landlord.agents[by]}, "
        f"now() - interval '{ago}')"
    )


def refused_to_confirm(client: Client, statement: Statement) -> str:
    """What the page says to whoever may not confirm the IBAN that waits."""
    number = waiting(statement)
    answer = client.post(reverse("desk:landlord_iban"), {"acte": "confirmer", "changement": str(number)})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    return told(answer)


@pytest.mark.parametrize("subject", ["ARRIVAL", "ROLE", "INVITED", "RESET"])
@pytest.mark.parametrize("present", [OLD_IBAN, ""])
def test_whom_the_asker_has_made_or_let_in_again_does_not_confirm_their_iban_the_first_included(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, subject: str, present: str
) -> None:
    statement("UPDATE estate_landlord SET iban = %s", present)
    headquarters = client_as("siege")
    ask(client_as("admin_technique"))
    welcomed(statement, own_landlord, "admin_technique", subject, "6 days")
    assert "a créé, invité ou réinitialisé votre compte" in refused_to_confirm(headquarters, statement)
    assert iban_of(statement) == present
    # Refusing stays open to them.
    assert decide(headquarters, "refuser", waiting(statement)) == HTTPStatus.FOUND


def test_whoever_made_the_asker_s_account_does_not_confirm_either(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    ask(client_as("admin_technique"))
    welcomed(statement, own_landlord, "siege", "ARRIVAL", "1 hour", whom="admin_technique")
    assert "ou vous le sien" in refused_to_confirm(client_as("siege"), statement)


@pytest.mark.parametrize("present", [OLD_IBAN, ""])
def test_whom_the_asker_has_made_by_another_s_hand_does_not_confirm(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, present: str
) -> None:
    statement("UPDATE estate_landlord SET iban = %s", present)
    ask(client_as("admin_technique"))
    welcomed(statement, own_landlord, "admin_technique", "ARRIVAL", "2 hours", whom="dpo")
    welcomed(statement, own_landlord, "dpo", "RESET", "1 hour")
    assert "a créé, invité ou réinitialisé votre compte" in refused_to_confirm(client_as("siege"), statement)
    assert iban_of(statement) == present


def test_two_accounts_of_one_hand_confirm_the_first_iban_and_no_other(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    for whom in ("siege", "admin_technique"):
        welcomed(statement, own_landlord, "dpo", "ARRIVAL", "1 hour", whom=whom)
    ask(client_as("admin_technique"))
    assert "Une même personne a créé" in refused_to_confirm(client_as("siege"), statement)
    decide(client_as("siege"), "refuser", waiting(statement))
    statement("UPDATE estate_landlord SET iban = ''")
    ask(client_as("admin_technique"))
    assert decide(client_as("siege"), "confirmer", waiting(statement)) == HTTPStatus.FOUND
    assert iban_of(statement) == NEW_IBAN


@pytest.mark.parametrize("resetter", ["admin_technique", "dpo"])
def test_a_reset_of_the_second_factor_is_a_line_of_the_agent_s_history(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, resetter: str
) -> None:
    ((identifier,),) = statement(f"SELECT identifier FROM agents_user WHERE agent_id = {own_landlord.agents['siege']}")
    reset = {"identifiant": str(identifier), "acte": "reinitialiser"}
    assert client_as(resetter).post(reverse("desk:sign_in_accounts"), reset).status_code == HTTPStatus.OK
    assert statement("SELECT agent_id, subject, changed_by FROM agents_staffchange") == [
        (own_landlord.agents["siege"], "RESET", own_landlord.agents[resetter])
    ]


@pytest.mark.parametrize(("by", "ago"), [("admin_technique", "8 days"), ("dpo", "1 hour")])
def test_an_older_account_or_another_s_confirms(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, by: str, ago: str
) -> None:
    ask(client_as("admin_technique"))
    welcomed(statement, own_landlord, by, "ARRIVAL", ago)
    assert decide(client_as("siege"), "confirmer", waiting(statement)) == HTTPStatus.FOUND
    assert iban_of(statement) == NEW_IBAN


def test_the_database_itself_wants_two_people(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    ask(client_as("siege"))
    with pytest.raises(psycopg.errors.CheckViolation):
        statement("UPDATE estate_landlordchange SET state = 'APPLIED', decided_by = asked_by, decided_at = now()")


def test_two_ibans_do_not_wait_together_and_a_wrong_one_never_does(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    client = client_as("admin_technique")
    assert ask(client, "FR7699999000010000000000116") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ask(client, OLD_IBAN) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ask(client) == HTTPStatus.FOUND
    assert ask(client) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert statement("SELECT count(*) FROM estate_landlordchange") == [(1,)]


def test_an_agency_is_opened_once_and_renamed(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    client, page = client_as("admin_technique"), reverse("desk:agencies")
    assert client.post(page, {"code": "est", "name": "Agence Est"}).status_code == HTTPStatus.FOUND
    assert client.post(page, {"code": "EST", "name": "Autre"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, {"code": "é", "name": "Autre"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    ((number,),) = statement("SELECT id FROM estate_agency WHERE code = 'EST'")
    client.post(page, {"agence": str(number), "nom": "Agence des Lilas"})
    assert statement("SELECT name FROM estate_agency WHERE code = 'EST'") == [("Agence des Lilas",)]
    assert statement("SELECT subject, before, after FROM estate_landlordchange ORDER BY id") == [
        ("AGENCY", "", "EST, Agence Est"),
        ("AGENCY", "EST, Agence Est", "EST, Agence des Lilas"),
    ]


@pytest.mark.parametrize("sent", ["²", "9" * 30, "-1", "deux"])
def test_what_is_no_number_of_a_row_is_a_stranger_s_guess(
    own_landlord: Landlord, client_as: ClientAs, sent: str
) -> None:
    head = client_as("siege")
    assert decide(head, "confirmer", sent) == HTTPStatus.NOT_FOUND
    assert head.post(reverse("desk:agencies"), {"agence": sent, "nom": "Agence"}).status_code == HTTPStatus.NOT_FOUND
    assert head.get(reverse("desk:account", args=[101]), {"piece": sent, "avant": sent}).status_code == HTTPStatus.OK


def test_a_new_agent_is_invited_alone_chooses_a_password_and_owes_a_second_factor(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, letters: Callable[[], list[str]]
) -> None:
    client = client_as("siege")
    answer = client.post(reverse("desk:agent_new"), POST)
    assert answer.status_code == HTTPStatus.FOUND
    ((user, agent, password),) = statement(
        "SELECT id, agent_id, password FROM agents_user WHERE identifier = 'chargee@arbres.example'"
    )
    assert password.startswith("!")
    assert statement("SELECT subject, after, changed_by FROM agents_staffchange WHERE agent_id = %s", agent) == [
        ("ARRIVAL", "Gestionnaire locatif", own_landlord.agents["siege"])
    ]
    # The page that invites shows no link: whoever invites never becomes the one invited.
    assert "lien=" not in client.get(answer["Location"]).content.decode()
    assert statement("SELECT args ->> 'kind', args ->> 'user_id' FROM procrastinate_jobs") == [
        ("INVITATION", str(user))
    ]
    write_to_account(
        Message.INVITATION, user_id=user, person_id=None, site="desk", origin="https://palier.example", at=now()
    )
    (letter,) = letters()
    assert letter.startswith("chargee@arbres.example\n")
    found = re.search(r"https://palier\.example(/\S+lien=\S+)", letter)
    assert found is not None
    page = Client()
    form = page.get(found[1])["Location"]
    chosen = "une haie de lilas blancs"
    assert page.post(form, {"wanted": chosen, "again": chosen})["Location"] == "/bureau/entrer/"
    entered = Client().post("/bureau/entrer/", {"identifier": "chargee@arbres.example", "password": chosen})
    assert entered["Location"] == "/bureau/acces/choisir/"


def test_an_account_that_served_is_not_invited_again(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, letters: Callable[[], list[str]]
) -> None:
    agent = own_landlord.agents["gestionnaire_nord"]
    statement("UPDATE agents_user SET last_login = now() WHERE agent_id = %s", agent)
    client_as("siege").post(reverse("desk:agent_invite", args=[agent]))
    assert statement("SELECT count(*) FROM procrastinate_jobs") == [(0,)]
    ((user,),) = statement("SELECT id FROM agents_user WHERE agent_id = %s", agent)
    # A message that was already asked for carries no link either.
    statement("UPDATE agents_user SET identifier = 'g@arbres.example' WHERE id = %s", user)
    write_to_account(Message.INVITATION, user_id=user, person_id=None, site="desk", origin="https://x", at=now())
    assert "déjà servi" in letters()[0]
    assert "lien=" not in letters()[0]
    assert statement("SELECT count(*) FROM web_passwordlink") == [(0,)]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"identifier": "rose"}, "n’est pas une adresse électronique"),
        ({"agency": ""}, "travaille pour une agence"),
        ({"role": "headquarters"}, "travaille pour une agence"),
        ({"role": "tenant"}, "Ce choix n’est plus dans la liste"),
        ({"first_name": " "}, "Remplissez ce champ"),
    ],
)
def test_a_wrong_arrival_is_refused(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, wrong: dict[str, str], sentence: str
) -> None:
    before = statement("SELECT count(*) FROM agents_user")
    answer = client_as("admin_technique").post(reverse("desk:agent_new"), {**POST, **wrong})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in told(answer)
    assert statement("SELECT count(*) FROM agents_user") == before


def test_a_post_changes_with_its_history_and_never_ones_own(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    client, agent = client_as("siege"), own_landlord.agents["gestionnaire_nord"]
    wanted = {**{name: POST[name] for name in ("role", "agency", "service", "function")}}
    ((first, last),) = statement("SELECT first_name, last_name FROM agents_agent WHERE id = %s", agent)
    answer = client.post(reverse("desk:agent", args=[agent]), {**wanted, "first_name": first, "last_name": last})
    assert answer.status_code == HTTPStatus.FOUND
    assert statement("SELECT agency_id, service FROM agents_agent WHERE id = %s", agent) == [(2, "Agence Sud")]
    subjects = "SELECT subject FROM agents_staffchange WHERE agent_id = %s ORDER BY id"
    assert ("AGENCY",) in statement(subjects, agent)
    mine = own_landlord.agents["siege"]
    refused = client.post(
        reverse("desk:agent", args=[mine]),
        {**wanted, "role": "dpo", "agency": "", "first_name": "A", "last_name": "B"},
    )
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert statement("SELECT role FROM agents_agent WHERE id = %s", mine) == [("headquarters",)]


def test_who_leaves_enters_no_more_and_their_mandates_end(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    agent, client = own_landlord.agents["gardien_nord"], client_as("admin_technique")
    caretaker = client_as("gardien_nord")
    page = reverse("desk:agent_leave", args=[agent])
    assert client.post(page, {"last_day": "2999-01-01"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, {"last_day": "2026-01-31"}).status_code == HTTPStatus.FOUND
    assert statement("SELECT count(*) FROM agents_mandate WHERE agent_id = %s AND last_day IS NULL", agent) == [(0,)]
    assert caretaker.get("/terrain/").status_code == HTTPStatus.FOUND
    assert client.post(page, {"last_day": "2026-01-31"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert statement("SELECT subject, after FROM agents_staffchange WHERE agent_id = %s", agent) == [
        ("DEPARTURE", "2026-01-31")
    ]


def test_a_mandate_is_given_once_on_a_known_code_and_ended(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    agent, client = own_landlord.agents["gardien_sans_mandat"], client_as("admin_technique")
    page = reverse("desk:mandate_give", args=[agent])
    given = {"residence": "r21", "first_day": today().isoformat(), "last_day": ""}
    assert client.post(page, {**given, "residence": "R99"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, given).status_code == HTTPStatus.FOUND
    assert client.post(page, given).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    ((number, residence),) = statement("SELECT id, residence_id FROM agents_mandate WHERE agent_id = %s", agent)
    assert residence == 21
    assert "Les Oliviers" in client.get(reverse("desk:agent", args=[agent])).content.decode()
    assert client.post(reverse("desk:mandate_end", args=[number])).status_code == HTTPStatus.FOUND
    assert statement("SELECT last_day FROM agents_mandate WHERE id = %s", number) == [(today(),)]
    assert [subject for (subject,) in statement("SELECT subject FROM agents_staffchange ORDER BY id")] == [
        "MANDATE", "MANDATE_END",
    ]  # fmt: skip
    # A mandate is a caretaker's.
    officer = reverse("desk:mandate_give", args=[own_landlord.agents["gestionnaire_nord"]])
    assert client.post(officer, given).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_reading_an_agent_is_journaled(own_landlord: Landlord, client_as: ClientAs, statement: Statement) -> None:
    client_as("admin_technique").get(reverse("desk:agent", args=[own_landlord.agents["gardien_nord"]]))
    assert statement("SELECT role, purpose, screen, categories FROM privacy_readevent") == [
        ("technical_admin", "EXPLOITATION", "agent", ["AGENTS", "CONNEXION"])
    ]


def test_two_at_headquarters_confirm_at_once_and_one_of_them_does(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    ask(client_as("admin_technique"))
    number, headquarters = waiting(statement), own_landlord.agents["siege"]
    refused: list[str] = []

    def confirm() -> None:
        actor = Actor(role=Role.HEADQUARTERS, purpose="EXPLOITATION", agent_id=headquarters)
        try:
            with acting(actor, screen="iban"):
                confirm_iban(change_id=number, by=headquarters, at=now())
        except IbanChangeNotFound as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    both = [threading.Thread(target=confirm) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert len(refused) == 1
    assert iban_of(statement) == NEW_IBAN
    assert statement("SELECT state, decided_by FROM estate_landlordchange") == [("APPLIED", headquarters)]


def test_headquarters_cannot_pass_over_the_rule_in_the_database(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    """Row security, whatever the program says: who asked confirms nothing, nor anyone in someone else's name."""
    ask(client_as("siege"))
    mine, other = own_landlord.agents["siege"], own_landlord.agents["comptable"]
    for by in (mine, other):
        actor = Actor(role=Role.HEADQUARTERS, purpose="EXPLOITATION", agent_id=mine)
        with pytest.raises(DatabaseError), acting(actor, screen="iban"):
            LandlordChange.objects.update(state="APPLIED", decided_by=by, decided_at=now())
    administrator = Actor(
        role=Role.TECHNICAL_ADMIN, purpose="EXPLOITATION", agent_id=own_landlord.agents["admin_technique"]
    )
    with pytest.raises(DatabaseError), acting(administrator, screen="fiche"):
        LandlordSheet.objects.update(iban=NEW_IBAN)
    with pytest.raises(DatabaseError), acting(actor, screen="agent"):
        Agent.objects.filter(pk=mine).update(role="dpo")
    assert iban_of(statement) == OLD_IBAN
