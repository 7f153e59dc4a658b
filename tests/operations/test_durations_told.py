"""A duration that the DPO decided on screen is the one that every paper and page says."""

import json
import re
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.landlord import Landlord
from tests.operations.purging import MADE, as_dpo

from palier.mail.report import Sender
from palier.oversight.impact import impact_assessment
from palier.oversight.register import register_of_processing, report_of
from palier.privacy.actor import acting, batch
from palier.privacy.declare import Batch
from palier.retention.by_category import kept_by_category
from palier.retention.operations.deciding import decide
from palier.retention.rules.schedule import Durations, EndAction, Status

if TYPE_CHECKING:
    from tests.conftest import ClientAs

ON = date(2026, 11, 22)
LANDLORD = Sender(name="Office des Arbres", address=("1 rue du Bois",))
BEFORE, AFTER = "3 ans après la fin du bail", "2 ans après la fin du bail"


@pytest.fixture
def shorter(own_landlord: Landlord) -> None:
    """The DPO keeps households two years instead of three, and says that a text confirms it."""
    with acting(as_dpo()):
        decide(
            "FOYER",
            Durations(active_months=0, archive_months=24, action=EndAction.ERASE, status=Status.OFFICIAL),
            replaces=0,
            by=7,
            on=ON,
            at=MADE,
        )


def papers() -> tuple[str, str]:
    """The words of the record of processing and of the impact assessment."""
    with batch(Batch.AUDIT, operator="essai", motive="AUDIT", command="essai", categories=()):
        register, kept = register_of_processing(on=ON), kept_by_category()
    assessment = impact_assessment(landlord=LANDLORD, kept=kept, on=ON)
    assert report_of(register).canonical()
    household = next(each for each in json.loads(register.data())["categories"] if each["code"] == "FOYER")
    return json.dumps(household, ensure_ascii=False), assessment.canonical().decode("utf-8")


def page(client_as: "ClientAs", account: str, path: str) -> str:
    answer = client_as(account).get(path)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_the_record_and_the_impact_assessment_say_the_file_s_duration_until_someone_decides(
    landlord: Landlord,
) -> None:
    register, assessment = papers()
    assert '"months": 36' in register
    assert BEFORE in assessment
    assert AFTER not in assessment


def test_the_record_and_the_impact_assessment_say_the_duration_decided(shorter: None) -> None:
    register, assessment = papers()
    assert '"months": 24' in register
    assert "officielle" in register
    assert AFTER in assessment
    # Rents and leases are still kept three years: nobody decided anything of them.
    assert BEFORE in assessment


def test_every_page_that_tells_a_duration_says_the_one_decided(shorter: None, client_as: "ClientAs") -> None:
    purposes = page(client_as, "dpo", "/bureau/donnees/finalites/")
    assert AFTER in purposes
    assert "officielle" in purposes
    for account, path in (
        ("gestionnaire_nord", "/bureau/donnees/"),
        ("locataire", "/chez-moi/qui-peut-voir/"),
        ("gardien_nord", "/terrain/qui-peut-voir/"),
    ):
        assert AFTER in page(client_as, account, path), path


def test_the_caretaker_reads_how_long_their_traces_are_kept_as_decided(
    own_landlord: Landlord, client_as: "ClientAs"
) -> None:
    assert "12 mois" not in page(client_as, "gardien_nord", "/terrain/moi/")
    with acting(as_dpo()):
        decide(
            "JOURNAL",
            Durations(active_months=6, archive_months=0, action=EndAction.ERASE, status=Status.TO_CONFIRM),
            replaces=0,
            by=7,
            on=ON,
            at=MADE,
        )
    assert "6 mois après l’enregistrement" in page(client_as, "gardien_nord", "/terrain/moi/")
