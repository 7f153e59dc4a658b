"""No sentence of ours is left in French on the tenants’ pages in another language, whoever opens them.

What stays in French says so of itself (`lang`), and for one of the reasons below. What people and landlords wrote, and
their names, are theirs.
"""

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve
from tests.own_home import HOME
from tests.sites.test_home_pages_browser import found_by, own_numbers

from palier.agents.models import User
from palier.demo.accounts import password_of
from palier.foundation.clock import now
from palier.retention.queries import declared_rules
from palier.web.recovery import Notice, note_for_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.conftest import Cluster

    from palier.demo.operations import Made

pytestmark = pytest.mark.timeout(600)
PEOPLE: Final = ("locataire_1", "locataire_2", "locataire_3", "demandeur_1", "demandeur_2", "aidant_1", "")
# Pages with parts in French, and why.
FRENCH_PARTS: Final = {
    "why": "how an amount was found, as the rule explains it",
    "document": "a notice, as it was sent",
    "receipt": "a paper, as it was sent",
    "thread": "what the agency wrote",
    "consents": "the text that is agreed to, as the law keeps it",
    "application": "how points were given, as the territory’s grid explains it",
    "one_application": "the same",
}
# Makes and other names, that no language translates.
NAMES: Final = {
    "Palier", "Firefox", "Linux", "Action", "Logement", "France", "Fontenoy", "Paris", "cedex", "français", "English",
    "préfet", "art", "Mme",
}  # fmt: skip
NOT_WORDS: Final = re.compile(r"\S+@\S+|\b[0-9a-f]{8}\b|\b(?=\S*\d)[\w-]+\b|n°")
A_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿœŒ]{3,}")
ALONE: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
SPOKEN: Final = ("aria-label", "title", "alt", "placeholder")


class Said(HTMLParser):
    """What a page says, each text with the language that it is marked with; what someone typed (`dir="auto"`), how
    an amount is found (`calc`) are apart."""

    def __init__(self) -> None:
        super().__init__()
        self.marked: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        before = self.marked[-1][1] if self.marked else ""
        language = "code" if tag in ("script", "style") else known.get("lang") or before
        if known.get("dir") == "auto":
            language = "typed"
        if "calc" in (known.get("class") or "").split() or (before == "reckoned" and language != "code"):
            language = "reckoned"
        self.texts += [(language, str(known[name])) for name in SPOKEN if known.get(name)]
        if tag not in ALONE:
            self.marked.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.marked and self.marked.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.marked:
            self.texts.append((self.marked[-1][1], " ".join(data.split())))


def in_latin_letters(text: str, names: "Iterable[str]") -> bool:
    """Words left once names, addresses and numbers are taken out; initials are no words."""
    for name in names:
        text = text.replace(name, " ")
    return any(not word.isupper() for word in A_WORD.findall(NOT_WORDS.sub(" ", text)) if word not in NAMES)


def names_in(session: psycopg.Connection) -> list[str]:
    """Names and places of the demonstration, the longest first."""
    asked = (
        "SELECT first_name FROM people_person UNION SELECT last_name FROM people_person",
        "SELECT name FROM estate_residence UNION SELECT name FROM estate_agency",
        "SELECT name FROM estate_landlord UNION SELECT legal_form FROM estate_landlord",
        "SELECT opening_hours FROM estate_landlord UNION SELECT city FROM estate_residence",
        "SELECT address FROM estate_residence UNION SELECT name FROM admission_helper",
    )
    found = {row[0] for each in asked for row in session.execute(each).fetchall() if row[0]}
    return sorted(found, key=len, reverse=True)


def spoken_to(client: Client, language: str) -> None:
    assert client.post("/chez-moi/apparence/", {"langue": language, "retour": "/chez-moi/"}).status_code == 303


def test_no_sentence_of_ours_stays_in_french_on_a_page_in_arabic(
    lived_world: "Made", cluster: "Cluster", client_as: "Callable[[str], Client]"
) -> None:
    bases = {rule.basis for rule in declared_rules()}
    left: dict[str, str] = {}
    looked_at: set[str] = set()
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as session:
        names = names_in(session)
        for who in PEOPLE:
            client = client_as(who) if who else Client()
            spoken_to(client, "ar")
            if who == "locataire_1":
                assert client.post("/chez-moi/dossier/droits/demander/copie/", {}).status_code == 302
            for name, paths in found_by(client, "home", own_numbers(session, who)).pages.items():
                looked_at.add(name)
                for path in paths:
                    page = Said()
                    page.feed(client.get(path).content.decode())
                    for language, text in page.texts:
                        may_be_french = language == "fr" and (name in FRENCH_PARTS or text in bases)
                        is_ours = language in ("ar", "fr") and not may_be_french
                        if is_ours and in_latin_letters(text, names):
                            left[text] = f"{who or 'nobody'} {resolve(path).url_name}"
    assert not left, "\n".join(f"{where}: {text}" for text, where in left.items())
    assert len(looked_at) >= 45


def test_what_was_done_to_an_account_is_told_in_the_language_of_who_enters(
    lived_world: "Made", client_as: "Callable[[str], Client]"
) -> None:
    user = User.objects.get(identifier="locataire_1@demo.example")
    for notice in Notice:
        note_for_owner(user.pk, notice, at=now())
    client = Client()
    spoken_to(client, "ar")
    told = {"identifier": user.identifier, "password": password_of(HOME)}
    answer = client.post("/chez-moi/connexion/", told, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert len(said) == len(Notice)
    assert not [each for each in said if in_latin_letters(each, [])]
    assert all("وكالتكم" in each for each in said)
