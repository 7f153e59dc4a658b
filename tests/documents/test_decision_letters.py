"""The letters of the commission as they are printed: one page when they can, never one sentence alone on the next."""

from datetime import date

import pytest
from tests.documents.test_render import pages_of

from palier.attribution.letters import Decided, Proposed, Recipient, decision_letter
from palier.mail.report import Sender, render_report

HERS = Recipient(
    number="LD-2026-000001", on=date(2026, 11, 23), application="1110326000000TEST0", title="MME",
    sender=Sender(name="Habitat du Val Serein", address=("1 place du Modèle", "00000 Villefictive")),
    reach="Une question, un désaccord : écrivez-nous à l’adresse en tête de cette lettre, ou appelez le 01 99 00 00 00 "
    "du lundi au vendredi.",
    address=("MME CAMILLE EXEMPLE", "104 RUE DES ECHANTILLONS", "00100 VILLEFICTIVE"),
)  # fmt: skip
THERE = Proposed(
    address="138 rue des Échantillons", postcode="00100", city="Villefictive", door="A, 101", rooms=3,
    floor_area_m2="60,77", floor=1, financing="HLM ordinaire", rent_cents=48_555, charges_cents=12_889,
    available_on=date(2026, 12, 12),
)  # fmt: skip
LONG = "Le revenu retenu est celui de 2024, soit 69 718,75 €, au-dessus du plafond de 52 740,00 €."


@pytest.mark.parametrize(
    ("other", "precision", "pages"), [("", "", 1), ("", "Revenu de 2024.", 1), ("SEJOUR", LONG, 2)]
)
def test_a_rejection_holds_on_one_page_and_a_longer_one_takes_a_section_over(
    other: str, precision: str, pages: int
) -> None:
    decided = Decided(
        kind="IRRECEVABILITE",
        sitting_on=date(2026, 11, 23),
        motive="PLAFOND",
        other_motive=other,
        precision=precision,
    )
    assert pages_of(render_report(decision_letter(recipient=HERS, proposed=THERE, decided=decided))) == pages
