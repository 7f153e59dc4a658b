"""The record of processing says all that the policy declares, and admits what nobody has filled in."""

import json
import subprocess
from datetime import date

import pytest
from tests.landlord import Landlord

from palier.mail.report import render_report
from palier.oversight.register import Register, register_of_processing, report_of
from palier.privacy.actor import batch
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.declare import Batch
from palier.privacy.processors import TO_FILL, ProcessorsAreFaulty, declared_parties, parse_parties
from palier.retention.queries import declared_rules

ON = date(2026, 11, 22)


@pytest.fixture
def register(landlord: Landlord) -> Register:
    with batch(Batch.RETENTION, operator="essai", motive="MAINTENANCE", command="essai", categories=()):
        return register_of_processing(on=ON)


def test_every_purpose_category_and_duration_is_in_the_record(register: Register) -> None:
    told = json.loads(register.data())
    assert {each["code"] for each in told["activities"]} == set(PURPOSES)
    assert {each["code"] for each in told["categories"]} == set(CATEGORIES)
    kept = {line["label"] for each in told["categories"] for line in each["kept"]}
    assert kept == {rule.label for rule in declared_rules()}
    assert told["transfers"] == []


def test_the_rent_run_names_its_basis_its_readers_and_its_data(register: Register) -> None:
    month = next(each for each in register.activities if each.code == "QUITTANCEMENT")
    assert month.lawful_basis == "Exécution du bail (RGPD, art. 6-1-b)"
    assert "Comptable" in month.recipients
    assert {"COMPTE", "RESSOURCES"} <= set(month.categories)
    assert set(month.processors) == {"COURRIER", "CAF"}


def test_what_the_landlord_has_not_said_is_printed_as_such(register: Register) -> None:
    assert register.parties.controller.dpo == TO_FILL
    assert "Office des Arbres" in register.controller


def test_the_pdf_says_it_too(register: Register) -> None:
    pdf = render_report(report_of(register))
    told = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    text = " ".join(told.replace("\u00a0", " ").split())
    for purpose in PURPOSES.values():
        assert purpose.label in text
    assert "Aucun transfert n’est déclaré" in text
    assert TO_FILL in text


def test_the_declared_parties_know_the_policy() -> None:
    assert {each.code for each in declared_parties().processors} >= {"HEBERGEMENT", "BANQUE", "CAF"}


WHO = '[controller]\nrepresentative = "a"\ndpo = "b"\ndpo_contact = "c"\n'
UNKNOWN_PURPOSE = f"""{WHO}
[[processor]]
code = "X"
activity = "y"
kind = "PROCESSOR"
name = ""
country = ""
contract = ""
transfer = ""
purposes = ["INCONNUE"]
categories = []
"""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[controller]",
        f'{WHO}[[processor]]\ncode = "X"',
        UNKNOWN_PURPOSE,
    ],
)
def test_a_faulty_list_of_processors_is_refused_with_its_fault(text: str) -> None:
    with pytest.raises(ProcessorsAreFaulty):
        parse_parties(text)
