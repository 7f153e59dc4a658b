"""« Un logement vous est proposé »: the person reads their offer, answers it themself, once, in time; no other does."""

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from psycopg.types.json import Jsonb
from tests.allocation import HER_DECISION, HIS_DECISION, write_sealed_sitting
from tests.applications import HERS, HIS, INES, write_applications
from tests.landlord import Landlord
from tests.operations.test_offers import letter_of, nightly, offered
from tests.sites.answers import bytes_of

from palier.attribution.tasks import make_next_letter
from palier.foundation.clock import now, today

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

YES = {"reponse": "OUI", "motif": ""}
NO = {"reponse": "NON", "motif": "LOYER"}
CONFIRMED = {"confirme": "OUI"}


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        write_sealed_sitting(session)
        yield session


def page_of(number: int) -> str:
    return reverse("home:own_offer", args=[HERS, number])


def text_of(answer: HttpResponseBase) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bytes_of(answer).decode())).split())


def state(session: psycopg.Connection) -> list[tuple[object, ...]]:
    return session.execute("SELECT state, refusal, answered_on FROM attribution_offer").fetchall()


def test_a_refusal_is_asked_twice_kept_once_and_frees_the_dwelling(
    superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    here = page_of(offered(superuser))
    her = client_as("demandeuse")
    assert "Voir et répondre" in text_of(her.get(reverse("home:application")))
    shown = text_of(her.get(here))
    for said in ("Un logement vous est proposé", "497,10 € par mois", "porte 99", "à partir du lendemain"):
        assert said in shown, said
    assert ("obligatoire dans ce cas" in shown, "facultatif" in shown) == (True, False)
    assert her.post(here, {}).status_code == 422
    assert "Dites pourquoi" in text_of(her.post(here, {"reponse": "NON", "motif": "", **CONFIRMED}))
    assert her.post(here, {"reponse": "NON", "motif": "SILENCE", **CONFIRMED}).status_code == 422
    assert "Vous allez dire non." in text_of(her.post(here, NO))
    assert state(superuser) == [("SENT", "", None)]

    # Another tab was at the second step too: what it says comes second.
    assert her.post(here, {**NO, **CONFIRMED}).status_code == 302
    second = her.post(here, {**YES, **CONFIRMED})
    assert (second.status_code, "déjà close" in text_of(second)) == (422, True)
    assert state(superuser) == [("REFUSED", "LOYER", today())]
    decided = text_of(her.get(reverse("home:application"))).partition("La commission a décidé")[2].partition("Lire")[0]
    assert "Elle vous attribuait un logement. Vous l’avez refusé." in decided
    assert "vous est attribué" not in decided
    assert superuser.execute(
        "SELECT detail, agent_id FROM demandes_event WHERE kind = 'OFFER' ORDER BY id DESC LIMIT 1"
    ).fetchone() == ("REFUSED", None)
    desk = text_of(client_as("attribution").get(reverse("desk:application", args=[HERS])))
    assert "Proposition de logement Refusée" in desk
    read = superuser.execute("SELECT subjects FROM privacy_readevent WHERE screen = 'logement proposé'").fetchall()
    assert {tuple(subjects) for (subjects,) in read} == {(INES,)}

    job = superuser.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%make_next_letter'").fetchone()
    assert job is not None
    make_next_letter(**job[0])
    assert letter_of(superuser, HIS_DECISION, "OFFER") > 0
    assert superuser.execute("SELECT state FROM attribution_vacancy").fetchone() == ("AGENDA",)


def test_a_lost_job_is_made_up_for_by_the_night(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    here = page_of(offered(superuser))
    assert client_as("demandeuse").post(here, {**NO, **CONFIRMED}).status_code == 302
    assert nightly(today()).next_letters == 1
    assert nightly(today()).next_letters == 0


@pytest.mark.parametrize(
    ("offer", "dwelling", "said"),
    [
        ("ACCEPTED", "OFFERED", "Vous acceptez le logement proposé."),
        ("EXPIRED", "AGENDA", "La loi le compte comme un refus."),
        ("GIVEN_UP", "AGENDA", "Vous y avez renoncé."),
        ("STAYS", "AGENDA", "Ce n’est pas un refus."),
        ("SIGNED", "LET", "Son bail est signé."),
        ("", "LET", "Il est loué à quelqu’un d’autre."),
    ],
)
def test_what_became_of_the_dwelling_allocated_is_told(
    superuser: psycopg.Connection, client_as: "ClientAs", offer: str, dwelling: str, said: str
) -> None:
    here = page_of(offered(superuser))
    superuser.execute(
        "UPDATE attribution_vacancy SET state = %s, withdrawn_for = %s", [dwelling, "CONGE" if offer == "STAYS" else ""]
    )
    if offer:
        superuser.execute(
            "UPDATE attribution_offer SET state = %s, lease_id = %s",
            [offer.replace("SIGNED", "ACCEPTED"), 1 if offer == "SIGNED" else None],
        )
    else:
        superuser.execute("DELETE FROM attribution_offer")
    page = text_of(client_as("demandeuse").get(reverse("home:application")))
    decided = page.partition("La commission a décidé")[2].partition("Lire")[0]
    assert said in decided
    assert ("vous est attribué" in decided) is (offer == "ACCEPTED")
    if offer == "STAYS":
        # The notice given again, the dwelling is theirs to be offered as before.
        superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = ''")
        assert "Cette proposition s’est arrêtée" in text_of(client_as("demandeuse").get(here))


def test_a_dwelling_is_named_by_its_letters_and_never_before(
    superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    her, here = client_as("demandeuse"), reverse("home:application")
    before = text_of(her.get(here))
    assert "La commission a décidé" not in before
    assert "11 rue des Arbres" not in before
    offered(superuser)
    dwellings, _, after = text_of(her.get(here)).partition("Ce que dit votre demande")
    assert dwellings.count("11 rue des Arbres, 75013 Paris, 3 pièces, 61 m²") == 4
    assert "11 rue des Arbres, 75013 Paris, 3 pièces, 61 m². Le logement vous est attribué au rang 1." in after
    written = superuser.execute(
        "SELECT kind, convert_from(content, 'UTF8') LIKE '%%porte 99%%' FROM attribution_notification ORDER BY kind"
    ).fetchall()
    assert dict(written) == {"DECISION": False, "OFFER": True}


def test_a_late_answer_is_refused_in_words(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    here = page_of(offered(superuser))
    her = client_as("demandeuse")
    superuser.execute(
        "UPDATE attribution_offer SET notified_on = %s, expires_on = %s",
        [today() - timedelta(days=20), today() - timedelta(days=1)],
    )
    assert "trop tard" in text_of(her.post(here, YES))
    late = her.post(here, {**YES, **CONFIRMED})
    assert (late.status_code, "vient trop tard" in text_of(late)) == (422, True)
    assert state(superuser) == [("SENT", "", None)]


def test_the_slip_and_the_letter_are_hers_alone_and_the_slip_names_nobody(
    superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    number = offered(superuser)
    superuser.execute("UPDATE attribution_offer SET visit_at = %s", [now() + timedelta(days=1)])
    letter = letter_of(superuser, HER_DECISION, "OFFER")
    hers = [
        page_of(number),
        reverse("home:own_offer_slip", args=[HERS, number]),
        reverse("home:own_decision_letter", args=[HERS, letter]),
    ]
    assert [client_as("demandeuse").get(path).status_code for path in hers] == [200] * 3
    paper = bytes_of(client_as("secretaire").get(reverse("desk:offer_slip", args=[number])))
    slip = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()
    assert "Bon de visite" in slip
    for secret in ("Érable", "Inès", "1110524", "432", "497"):
        assert secret not in slip, secret
    stranger = client_as("autre_demandeur")
    assert [stranger.get(path).status_code for path in hers] == [404] * 3
    assert [stranger.get(path.replace(str(HERS), str(HIS), 1)).status_code for path in hers] == [404] * 3
    assert stranger.post(page_of(number), {**YES, **CONFIRMED}).status_code == 404
    assert [client_as("gardien_nord").get(path).status_code for path in hers] == [404] * 3


def test_the_deadline_of_a_leap_day_is_told_as_the_law_counts_it(
    superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    here = page_of(offered(superuser))
    her: Client = client_as("demandeuse")
    # Tuesday 29 February 2028, ten days: Friday 10 March; Thursday 29 February 2024: Sunday 10, so Monday 11 March.
    for notified, told in (("2028-02-29", ("vendredi 10/03/2028",)), ("2024-02-29", ("dimanche", "lundi 11/03/2024"))):
        superuser.execute("UPDATE attribution_offer SET notified_on = %s, expires_on = '2028-03-10'", [notified])
        shown = text_of(her.get(here))
        assert [word for word in told if word not in shown] == []


def test_a_yes_given_is_told_first_and_before_another_is_said(
    superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    first, other, her = offered(superuser), 99, client_as("demandeuse")
    for table, changed in (
        ("attribution_vacancy", {"id": 99, "dwelling_id": 2102, "residence_id": 21}),
        ("attribution_offer", {"id": other, "vacancy_id": 99, "decision_id": HIS_DECISION}),
        ("attribution_candidate", {"id": 99, "vacancy_id": 99}),
    ):
        superuser.execute(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, %s)).* FROM {table} AS t "
            "ORDER BY row_to_json(t)->>'application_id' = %s DESC LIMIT 1",
            [Jsonb(changed), str(HERS)],
        )
    tilleuls, oliviers = "Les Tilleuls, 11 rue des Arbres, 75013 Paris", "Les Oliviers, 21 rue des Arbres, 75013 Paris"
    assert "Vous ne pouvez dire oui qu’à un seul logement" in text_of(her.get(reverse("home:application")))
    sure = text_of(her.post(page_of(first), YES)).partition("Le logement")[0]
    assert ("Vous allez dire oui." in sure, oliviers in sure) == (True, True)
    assert her.post(page_of(first), {**YES, **CONFIRMED}).status_code == 302

    head = text_of(her.get(reverse("home:application"))).partition("Demande n°")[2].partition("Vos pièces")[0]
    told = ["Vous avez dit oui à un logement.", tilleuls, "Nous vous appelons pour le bail.", "La commission a décidé"]
    told += ["Un autre logement vous est proposé", oliviers, "il faut d’abord renoncer à l’autre"]
    assert [head.find(words) for words in told] == sorted(max(head.find(words), 0) for words in told)
    assert "Vous avez dit oui à Les Tilleuls" in text_of(her.get(reverse("home:home")))
    assert f"déjà dit oui à un autre logement : {tilleuls}" in text_of(her.get(page_of(other)))
    refused = her.post(page_of(other), YES)
    assert (refused.status_code, "Je confirme" in text_of(refused)) == (422, False)
    assert f"Votre oui à l’autre logement ne change pas : {tilleuls}" in text_of(her.post(page_of(other), NO))
    life = text_of(her.get(reverse("home:application"))).partition("Ce qui s’est passé")[2]
    assert f"Vous acceptez le logement proposé {tilleuls}" in life

    superuser.execute("UPDATE attribution_decision SET rank = 9 WHERE id = %s", [HER_DECISION])
    page = text_of(her.get(reverse("home:application")))
    assert ("attribué au rang 9." in page, "rangs précédents" in page) == (True, False)

    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = 'CONGE' WHERE id <> 99")
    head = text_of(her.get(reverse("home:application"))).partition("Vos pièces")[0]
    assert ("Vous avez dit oui" in head, f"{tilleuls} . Son locataire reste." in head) == (False, True)
    assert ("Il reste à signer" in head, "vous est attribué" in head) == (False, False)
    assert her.get(reverse("home:own_offer_slip", args=[HERS, first])).status_code == 404
