"""The impact assessment says what the declared policy says, and lists what only the landlord can decide."""

import json
from datetime import date
from io import BytesIO

import pikepdf

from palier.mail.report import Sender, render_report
from palier.oversight.impact import TO_JUDGE, impact_assessment, open_points
from palier.privacy.catalogue import CATEGORIES, PURPOSES

LANDLORD = Sender(name="Habitat du Val Serein", address=("1 place du Modèle", "00000 Villefictive"))


def told() -> str:
    return impact_assessment(landlord=LANDLORD, on=date(2026, 11, 22)).canonical().decode("utf-8")


def test_every_purpose_with_its_ground_and_every_duration_is_in_it() -> None:
    words = told()
    assert all(purpose.label in words and purpose.lawful_basis in words for purpose in PURPOSES.values())
    assert all(category.retention in words for category in CATEGORIES.values())


def test_what_only_the_landlord_can_judge_is_left_open_and_said() -> None:
    assert told().count(TO_JUDGE) == 6
    unsure = [category for category in CATEGORIES.values() if not category.confirmed]
    assert any(f"conservation de {len(unsure)} catégories" in point for point in open_points())


def test_it_is_an_accessible_pdf_that_carries_its_data() -> None:
    report = impact_assessment(landlord=LANDLORD, on=date(2026, 11, 22))
    with pikepdf.open(BytesIO(render_report(report))) as document:
        assert document.Root.MarkInfo.Marked
        attached = next(iter(document.attachments.values())).get_file().read_bytes()
    assert json.loads(attached)["titre"] == "Analyse d’impact sur la protection des données"
