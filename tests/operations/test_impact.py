"""The impact assessment says what the declared policy says, and lists what only the landlord can decide."""

import json
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from tests.landlord import Landlord

from palier.foundation.text import typeset
from palier.mail.report import Sender, render_report
from palier.oversight.impact import TO_JUDGE, Kept, impact_assessment, open_points
from palier.privacy.actor import batch
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.declare import Batch
from palier.retention.by_category import kept_by_category

LANDLORD = Sender(name="Habitat du Val Serein", address=("1 place du Modèle", "00000 Villefictive"))


@pytest.fixture
def kept(landlord: Landlord) -> Kept:
    with batch(Batch.AUDIT, operator="essai", motive="AUDIT", command="essai", categories=()):
        return kept_by_category()


def told(kept: Kept) -> str:
    return impact_assessment(landlord=LANDLORD, kept=kept, on=date(2026, 11, 22)).canonical().decode("utf-8")


def test_every_purpose_with_its_ground_and_every_duration_is_in_it(kept: Kept) -> None:
    words = told(kept)
    assert all(purpose.label in words and typeset(purpose.lawful_basis) in words for purpose in PURPOSES.values())
    assert kept.keys() == CATEGORIES.keys()
    assert all(typeset(line.sentence) in words for lines in kept.values() for line in lines)


def test_what_only_the_landlord_can_judge_is_left_open_and_said(kept: Kept) -> None:
    assert told(kept).count(TO_JUDGE) == 6
    unsure = [code for code, lines in kept.items() if not all(line.is_confirmed for line in lines)]
    assert any(f"conservation de {len(unsure)} catégories" in point for point in open_points(kept))


def test_it_is_an_accessible_pdf_that_carries_its_data(kept: Kept) -> None:
    report = impact_assessment(landlord=LANDLORD, kept=kept, on=date(2026, 11, 22))
    with pikepdf.open(BytesIO(render_report(report))) as document:
        assert document.Root.MarkInfo.Marked
        attached = next(iter(document.attachments.values())).get_file().read_bytes()
    assert json.loads(attached)["titre"] == "Analyse d’impact sur la protection des données"
