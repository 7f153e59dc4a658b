"""The letters of the survey as they are printed: what they say in order, on as many pages as they need."""

from datetime import date
from decimal import Decimal

import pytest
from tests.documents.test_render import pages_of

from palier.campaigns.letters import Envelope
from palier.campaigns.queries.letters import SurveyedLease
from palier.campaigns.survey_letters import Surveyed, formal_notice
from palier.mail.report import Heading, Sender, Text, render_report

ARTICLE = "Article L441-9 du code de la construction et de l’habitation"


@pytest.mark.parametrize("area", ["32.00", "85.50", "120.00"])
def test_a_formal_notice_leaves_no_page_nearly_blank(area: str) -> None:
    """The letter, the article that the law wants in it, the answer sheet: three pages, though the letter be long."""
    file = SurveyedLease(
        lease_id=1, year=2026, fee_cents=2_500, sent_on=date(2025, 11, 20), reminded_on=date(2025, 12, 10),
        noticed_on=None, reached_on=None, provisional_from=None, provisional_cents=0, charged_fee_cents=0,
        answered_on=None, income_cents=None, category=None, extra_people=None, overrun_percent=None,
        supplement_cents=None, floor_area_m2=Decimal(area), financing="PLUS", zone_ceiling="idf", zone_sls="1bis",
    )  # fmt: skip
    envelope = Envelope(
        number="MD-2026-000001", on=date(2025, 12, 28), reach="Écrivez-nous à l’adresse en tête de cette lettre.",
        sender=Sender(name="Habitat du Val Serein", address=("1 place du Modèle", "00000 Villefictive")),
        address=("MME CAMILLE EXEMPLE", "104 RUE DES ECHANTILLONS", "00100 VILLEFICTIVE"), reference="2005-000008",
        holders="Mme Camille Exemple-Échantillon, M. Dominique Spécimen de la Maquette-Prototype",
    )  # fmt: skip
    notice = formal_notice(Surveyed(file=file), envelope)
    assert pages_of(render_report(notice)) <= 3
    said = [block.text for block in notice.blocks if isinstance(block, Text | Heading)]
    assert said.index(envelope.reach) < said.index(ARTICLE)
    assert said[-1].startswith("Fait le")
