"""The tenants’ pages in plain French, on the demonstration: short sentences, everyday words, no bare initialism."""

import re
from html import unescape
from typing import TYPE_CHECKING

import polib
import pytest
from django.test import Client
from scripts.words import catalogue
from tests.sites.crawl import paths
from tests.sites.test_home import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from palier.demo.operations import Made

# Words of offices; each has an everyday one.
OFFICE = re.compile(
    r"\b(veuillez|susmentionné\w*|nonobstant|afin d|s’acquitter|débiteur|créditeur|diligences?|procéder|ledit|ladite|"
    r"ci-joint\w*|en vertu|à défaut|le cas échéant|dans les meilleurs délais|modalités|attester|notifi(?:er|ons)|"
    r"stipul\w+|préalablement|ultérieur\w*|susceptible\w*|subséquent\w*)\b",
    re.IGNORECASE,
)
INITIALISM = re.compile(r"\b[A-Z]{3,6}\b(?![-–0-9’])")
EVERYDAY = {
    "PDF": "the file that everybody receives",
    "SMS": "the word of every telephone",
    "IBAN": "printed so on one’s own bank details",
    "BIC": "printed so on one’s own bank details",
    "CDI": "the name that everybody gives to this contract of work, and the word of the form of application",
    "CNIL": "the name under which the authority is found and written to",
    "SIRET": "the landlord’s number, that the law asks for under this name",
    "DEMO": "no initialism: the code of the demonstration’s territory",
}
AVERAGE = 15
# The longest sentence of any page, without exception.
LONGEST = 25
ENDS = re.compile(r"[.?!\n](?:\s|$)|\n")
STARTS = tuple(f"/chez-moi/{each}" for each in ("", "dossier/", "documents/", "demande/", "signaler/", "ecrire/"))
# Those who come in, and nobody is known yet; partners, whose site has no other door.
COMING_IN = tuple(f"/chez-moi/{each}" for each in ("ouvrir/", "connexion/", "acces/oubli/", "aider/"))
PARTNERS = tuple(f"/partenaires/{each}" for each in ("", "bulletins/", "choix/", "factures/", "lectures/"))


class _Cells(Words):
    """A cell, a choice of a list, a label, a bar of a chart: none is the sentence of another."""

    BREAKS = Words.BREAKS | {
        "td",
        "th",
        "tr",
        "caption",
        "option",
        "label",
        "legend",
        "button",
        "text",
        "title",
        "figcaption",
    }


def sentences_of(said: str) -> list[list[str]]:
    """The words of each sentence; a block of the page ends one."""
    told = said.replace("\u202f", "").replace("\u00a0", " ")
    return [each.split() for each in ENDS.split(told) if each.strip()]


def too_long(said: str) -> list[str]:
    """Sentences that nobody reads at once."""
    return [" ".join(each) for each in sentences_of(said) if len(each) > LONGEST]


def bare_initialisms(said: str) -> list[str]:
    """Those whose first use on the page neither is followed by its meaning in brackets nor stands in them after it."""
    found = []
    for letters in dict.fromkeys(INITIALISM.findall(said)):
        first = said.index(letters)
        is_told = said[first + len(letters) :].lstrip().startswith("(") or said[:first].rstrip().endswith("(")
        if letters not in EVERYDAY and not is_told:
            found.append(letters)
    return found


@pytest.mark.parametrize(
    ("who", "starts", "least"),
    [
        ("locataire_1", STARTS, 8),
        ("demandeur_1", STARTS, 8),
        ("", (*COMING_IN, "/partenaires/connexion/", "/partenaires/premier-acces/"), 6),
        ("salarie_1", PARTNERS, 3),
        ("fournisseur_1", PARTNERS, 1),
    ],
    ids=["tenant", "applicant", "coming in", "employee", "supplier"],
)
def test_every_page_speaks_plainly(
    world: "Made", client_as: "Callable[[str], Client]", who: str, starts: tuple[str, ...], least: int
) -> None:
    client = client_as(who) if who else Client()
    faults, looked_at = [], 0
    for path in paths(client, *starts) if starts is STARTS else starts:
        answer = client.get(path)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        looked_at += 1
        said = Words.said_by(answer.content.decode()).replace("\u202f", "").replace("\u00a0", " ")
        sentences = sentences_of(said)
        average = sum(map(len, sentences)) / max(1, len(sentences))
        faults += [f"{path}: {average:.1f} words a sentence"] if average > AVERAGE else []
        faults += [
            f"{path}: « {long} », {len(long.split())} words"
            for long in too_long(_Cells.said_by(answer.content.decode()))
        ]
        faults += [f"{path}: « {word} »" for word in sorted(set(OFFICE.findall(said)))]
        faults += [f"{path}: {letters}, unexplained" for letters in bare_initialisms(said)]
    assert not faults, "\n".join(faults)
    assert looked_at >= least


def test_every_sentence_of_the_tenants_site_is_short_whatever_page_says_it() -> None:
    """Those of first access, refusals and steps that no crawl reaches: all of them are gathered in the catalogue."""
    said = [
        each
        for entry in polib.pofile(str(catalogue("en")))
        for each in (entry.msgid, entry.msgid_plural)
        if not entry.obsolete
    ]
    told = [re.sub(r"<[^>]+>", " ", unescape(each)) for each in said]
    assert [long for each in told for long in too_long(each)] == []
    assert [each for each in told if OFFICE.search(each)] == []
    assert len(told) > 1_000
