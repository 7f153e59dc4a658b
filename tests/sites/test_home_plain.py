"""The tenants’ pages in plain French, on the demonstration: short sentences, everyday words, no bare initialism."""

import re
from typing import TYPE_CHECKING

import pytest
from tests.sites.test_home import text_of
from tests.sites.test_home_field_browser import paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

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
STARTS = tuple(f"/chez-moi/{each}" for each in ("", "dossier/", "documents/", "demande/", "signaler/", "ecrire/"))


def bare_initialisms(said: str) -> list[str]:
    """Those whose first use on the page neither is followed by its meaning in brackets nor stands in them after it."""
    found = []
    for letters in dict.fromkeys(INITIALISM.findall(said)):
        first = said.index(letters)
        is_told = said[first + len(letters) :].lstrip().startswith("(") or said[:first].rstrip().endswith("(")
        if letters not in EVERYDAY and not is_told:
            found.append(letters)
    return found


@pytest.mark.parametrize("who", ["locataire_1", "demandeur_1"])
def test_every_page_speaks_plainly(world: "Made", client_as: "Callable[[str], Client]", who: str) -> None:
    client = client_as(who)
    faults, looked_at = [], 0
    for path in paths(client, *STARTS):
        answer = client.get(path)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        looked_at += 1
        said = text_of(answer.content.decode()).replace("\u202f", "").replace("\u00a0", " ")
        sentences = [each.split() for each in re.split(r"[.?!\n](?:\s|$)|\n", said) if each.strip()]
        average = sum(map(len, sentences)) / max(1, len(sentences))
        faults += [f"{path}: {average:.1f} words a sentence"] if average > AVERAGE else []
        faults += [f"{path}: « {word} »" for word in sorted(set(OFFICE.findall(said)))]
        faults += [f"{path}: {letters}, unexplained" for letters in bare_initialisms(said)]
    assert not faults, "\n".join(faults)
    assert looked_at >= 8
