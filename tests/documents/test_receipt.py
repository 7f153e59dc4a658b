"""The quittance, the reçu and their withdrawal: what the page says, what the file proves, every way of cheating it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import outloud
import pdfua
import pytest
from tests.documents.sample_receipts import covered_by_aid, long_one, paid_in_full, paid_in_part, set_off, withdrawn
from tests.documents.test_check import messages, with_data
from tests.documents.test_render import pages_of, picture_of, text_of

from palier.cli import main
from palier.mail.canonical import NotTheSchema
from palier.mail.check import Page, Report, check_bytes
from palier.mail.receipt import Receipt
from palier.mail.render import made_with, render
from palier.quittancement.rules.month import recompute

SAMPLES = (paid_in_full, paid_in_part, withdrawn, covered_by_aid, long_one, set_off)


def words_of(receipt: Receipt, folder: Path) -> str:
    return re.sub(r"\s+", " ", text_of(render(receipt).pdf, folder))


def checked(pdf: bytes) -> Report:
    return check_bytes(pdf, "quittance.pdf", recompute)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_paper_as_it_was_sent_is_proven(sample: Callable[[], Receipt]) -> None:
    report = checked(render(sample()).pdf)
    assert report.findings == ()
    assert (report.proven, report.page) == (True, Page.IDENTICAL)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_same_data_give_the_same_bytes_and_come_back_whole(sample: Callable[[], Receipt]) -> None:
    receipt = sample()
    assert render(receipt).sha256 == render(receipt).sha256
    assert Receipt.parse(receipt.canonical()) == receipt


@pytest.mark.parametrize(
    ("sample", "pages"), [(paid_in_full, 1), (paid_in_part, 1), (withdrawn, 1), (long_one, 2), (set_off, 1)]
)
def test_a_usual_paper_holds_on_one_page_and_says_how_many_there_are(
    sample: Callable[[], Receipt], pages: int, tmp_path: Path
) -> None:
    assert pages_of(render(sample()).pdf) == pages
    assert f"1 sur {pages}" in words_of(sample(), tmp_path)


@pytest.mark.parametrize("lines", range(1, 13))
def test_a_page_that_says_one_of_one_is_alone(lines: int, tmp_path: Path) -> None:
    whole = paid_in_full()
    people = ("Mme Camille Exemple-Échantillon", "M. Dominique Spécimen", "Mme Alix Prototype de la Maquette")
    for payments in (0, 1, 2, 4, 8):
        owed = replace(whole, credits=set_off().credits * 2, tenants=people)
        for base in (whole, replace(whole, tenants=people, nature="reçu", replaces=()), owed):
            receipt = replace(base, lines=whole.lines[:1] * lines, payments=whole.payments[:1] * payments)
            pdf = render(receipt).pdf
            told = re.findall(r"Page (\d) sur (\d)", text_of(pdf, tmp_path))
            assert told == [(str(rank), str(pages_of(pdf))) for rank in range(1, pages_of(pdf) + 1)]


def test_nothing_but_the_address_shows_in_the_window(tmp_path: Path) -> None:
    """A DL envelope may show x 90-200, y 34-90 mm; the address itself must stand in x 100-190, y 54-80."""
    for sample in SAMPLES:
        page = picture_of(render(sample()).pdf, tmp_path, dpi=100).point(lambda grey: 255 if grey < 200 else 0)
        dots = 100 / 25.4
        window = page.crop((int(90 * dots), int(34 * dots), int(200 * dots), int(90 * dots))).getbbox()
        assert window is not None
        left, top, right, bottom = (edge / dots for edge in window)
        assert (90 + left >= 100, 34 + top >= 54, 90 + right <= 190, 34 + bottom <= 80) == (True,) * 4, window


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_accessibility_lints_find_no_error(sample: Callable[[], Receipt], tmp_path: Path) -> None:
    """Lints, not a certificate: they see part of what PDF/UA asks."""
    file = tmp_path / "quittance.pdf"
    file.write_bytes(render(sample()).pdf)
    first = outloud.check(str(file))
    assert first.error is None
    assert [str(finding) for finding in first.findings if finding.severity == "error"] == []
    second = pdfua.validate(str(file))
    assert [str(finding) for finding in second.findings if "error" in str(finding.severity).lower()] == []


def test_a_quittance_says_what_the_law_asks(tmp_path: Path) -> None:
    """Loi du 6 juillet 1989, art. 21: free, the sums paid in detail, rent and charges apart."""
    said = words_of(paid_in_full(), tmp_path)
    for needed in (
        "Quittance de loyer", "QU-2026-11-000123", "Mme Camille Exemple", "Habitat du Val Serein",
        "T3 n° 204, 2e étage, 8 rue des Échantillons", "novembre 2026", "la somme de 304,21 €",
        "Loyer du logement", "411,77 €", "94,50 €", "loyer : 439,77 €", "charges : 94,50 €",
        "aide déduite : − 230,06 €", "2 décembre 2026", "Virement", "250,00 €", "54,21 €", "gratuite",
        "remplace le n° RE-2026-11-000045",
    ):  # fmt: skip
        assert needed in said, needed


def test_a_receipt_is_no_quittance_and_says_what_is_left(tmp_path: Path) -> None:
    said = words_of(paid_in_part(), tmp_path)
    assert "Reçu d’un paiement partiel" in said
    assert "Il reste 54,21 € à payer" in said
    assert "Il n’est pas une quittance" in said
    assert "Quittance de loyer" not in said


def test_what_was_set_off_is_told_apart_from_what_was_received(tmp_path: Path) -> None:
    said = words_of(set_off(), tmp_path)
    for needed in (
        "Nous avons reçu de Mme Camille Exemple la somme de 289,21 €. Nous vous devions 15,00 €, comptés sur ce mois.",
        "Ce qui règle ce mois", "25 novembre 2026", "Rappel d’APL",
        "Total, dont reçu 289,21 €", "15,00 €", "Ce mois est soldé.",
    ):  # fmt: skip
        assert needed in said, needed
    alone = replace(
        set_off(),
        payments=(),
        paid_cents=0,
        credits=tuple(replace(each, amount_cents=30421) for each in set_off().credits),
    )
    assert "nous vous devions 304,21 €" in words_of(alone, tmp_path)
    assert checked(render(alone).pdf).findings == ()


def test_a_withdrawal_names_what_no_longer_holds(tmp_path: Path) -> None:
    said = words_of(withdrawn(), tmp_path)
    assert "Le papier n° QU-2026-11-000123 n’est plus valable" in said
    assert "304,21 €" in said
    cancelled = words_of(replace(withdrawn(), reason="avis annulé", left_cents=0), tmp_path)
    assert "l’avis AE-2026-11-000123 qu’il payait est annulé" in cancelled


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (replace(paid_in_full(), paid_cents=20_000), "Paiements : 200,00 € écrits, 304,21 € recalculés."),
        (replace(paid_in_full(), total_cents=30_000), "Total du mois : 300,00 € écrits, 304,21 € recalculés."),
        (replace(paid_in_full(), left_cents=5), "Reste à payer : 0,05 € écrits, 0,00 € recalculés."),
        (
            replace(paid_in_full(), credits=paid_in_full().payments[1:]),
            "Une quittance dit le mois payé en entier : 358,42 € payés sur",
        ),
        (replace(paid_in_full(), nature="reçu"), "Un reçu dit un paiement partiel : 304,21 € payés sur 304,21 €."),
        (replace(paid_in_full(), nature="retrait"), "Un retrait nomme le papier qu’il retire"),
    ],
)
def test_sums_that_do_not_agree_are_told(told: Receipt, said: str) -> None:
    report = checked(render(told).pdf)
    assert not report.data_hold
    assert said in messages(report)


def test_a_receipt_dressed_as_a_quittance_is_betrayed() -> None:
    forged = with_data(render(paid_in_part()).pdf, lambda raw: raw.replace("reçu".encode(), b"quittance"))
    report = checked(forged)
    assert not report.data_hold
    assert report.page is Page.DIFFERENT
    assert "Une quittance dit le mois payé en entier : 250,00 € payés sur 304,21 €." in messages(report)


def test_a_line_altered_is_computed_again() -> None:
    forged = with_data(
        render(paid_in_full()).pdf, lambda raw: raw.replace(b'"montant_cents":41177', b'"montant_cents":31177')
    )
    assert "Ligne 1 « Loyer du logement » : 311,77 € écrits, 411,77 € recalculés." in messages(checked(forged))


def test_an_unknown_nature_is_not_the_schema() -> None:
    with pytest.raises(NotTheSchema):
        Receipt.parse(paid_in_full().canonical().replace(b'"nature":"quittance"', b'"nature":"facture"'))


def test_the_template_of_notices_is_not_that_of_receipts() -> None:
    assert made_with(Receipt).template != made_with().template
    assert made_with(Receipt).fonts == made_with().fonts


def test_the_command_checks_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "quittance.pdf"
    path.write_bytes(render(paid_in_full()).pdf)
    assert main(["notice", "check", str(path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["valid"], answer["number"], answer["page"]) == (True, "QU-2026-11-000123", "identical")
