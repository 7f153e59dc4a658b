"""The printed notice: same bytes everywhere, sound PDF, readable code, address in the window, true page count."""

import io
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import outloud
import pdfua
import pikepdf
import pytest
import typst
import zxingcpp
from PIL import Image
from tests.documents.sample_notices import (
    SAMPLES,
    account,
    arrival_mid_month,
    credit,
    direct_debit,
    full_month,
    line,
    many_lines,
    paid,
)

import palier
from palier.mail.glyphs import FONTS, CharacterNotPrintable
from palier.mail.notice import Dwelling, Notice
from palier.mail.payment_code import transfer_svg, transfer_text
from palier.mail.print_lot import single_pages
from palier.mail.render import TEMPLATES, _literal, made_with, render, render_together

ROOT = Path(palier.__file__).parent
POINTS_PER_MM = 72 / 25.4


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def text_of(pdf: bytes, folder: Path) -> str:
    file = folder / "notice.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, timeout=60)
    return told.stdout.decode().replace("\u00a0", " ").replace("\u202f", " ")


def picture_of(pdf: bytes, folder: Path, dpi: int = 150) -> Image.Image:
    file = folder / "notice.pdf"
    file.write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-singlefile", str(file), str(folder / "page")], check=True, timeout=60
    )
    return Image.open(folder / "page.pgm")


@pytest.mark.parametrize("sample", [full_month, many_lines])
def test_two_processes_make_the_same_bytes(sample: type) -> None:
    script = (
        "import sys\n"
        "from palier.mail.notice import Notice\n"
        "from palier.mail.render import render\n"
        "print(render(Notice.parse(sys.stdin.buffer.read())).sha256)\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], input=sample().canonical(), capture_output=True, check=True, timeout=60
        ).stdout.strip()
        for _ in range(2)
    }
    assert digests == {render(sample()).sha256.encode()}


def test_other_notices_printed_before_change_nothing() -> None:
    before = render(full_month()).pdf
    for sample in SAMPLES:
        render(sample())
    assert render(full_month()).pdf == before


def test_the_digest_is_that_of_the_bytes() -> None:
    rendered = render(full_month())
    assert sha256(rendered.pdf).hexdigest() == rendered.sha256


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_pdf_carries_its_data_its_standards_and_what_made_it(sample: type) -> None:
    notice = sample()
    with pikepdf.open(io.BytesIO(render(notice).pdf)) as document:
        (name,) = document.attachments
        assert name == f"{notice.number}.json"
        assert document.attachments[name].get_file().read_bytes() == notice.canonical()
        assert document.attachments[name].relationship == "/Data"
        with document.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("3", "A", "1")
        assert str(document.docinfo["/CreationDate"]) == f"D:{notice.issued_on:%Y%m%d}120000+00'00"
        assert set(str(document.docinfo["/Keywords"]).split(", ")) == set(made_with().keywords())
        assert document.Root.Lang == "fr-FR"


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_structure_has_no_fault_that_qpdf_sees(sample: type, tmp_path: Path) -> None:
    file = tmp_path / "notice.pdf"
    file.write_bytes(render(sample()).pdf)
    told = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False, timeout=60)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "No syntax or stream encoding errors found" in told.stdout


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_accessibility_lints_find_no_error(sample: type, tmp_path: Path) -> None:
    """Lints, not a certificate: they see part of what PDF/UA asks."""
    file = tmp_path / "notice.pdf"
    file.write_bytes(render(sample()).pdf)
    first = outloud.check(str(file))
    assert first.error is None
    assert [str(finding) for finding in first.findings if finding.severity == "error"] == []
    second = pdfua.validate(str(file))
    assert [str(finding) for finding in second.findings if "error" in str(finding.severity).lower()] == []


def test_the_code_on_the_page_says_what_the_data_say(tmp_path: Path) -> None:
    for sample in (full_month, arrival_mid_month):
        found = zxingcpp.read_barcodes(picture_of(render(sample()).pdf, tmp_path))
        assert [code.text for code in found] == [transfer_text(sample())]
    assert zxingcpp.read_barcodes(picture_of(render(direct_debit()).pdf, tmp_path)) == []
    assert zxingcpp.read_barcodes(picture_of(render(credit()).pdf, tmp_path)) == []


def test_the_page_says_all_that_the_law_asks(tmp_path: Path) -> None:
    text = re.sub(r"\s+", " ", text_of(render(full_month()).pdf, tmp_path))
    for expected in (
        "Habitat du Val Serein", "1 place du Modèle", "SIRET 000 000 000 00000",
        "Mme Camille Exemple", "T3 n° 204, 2e étage, 8 rue des Échantillons", "DEMO-0001234",
        "Novembre 2026", "terme échu", "AE-2026-11-000123",
        "Loyer du logement", "411,77 €", "Parking n° 17", "28,00 €", "Avance sur charges", "94,50 €",
        "APL versée par la CAF", "− 187,00 €", "Réduction de loyer (RLS)", "− 43,06 €", "304,21 €",
        "342,41 €", "− 300,00 €", "virement, 4 nov.", "346,62 €", "lundi 30 novembre 2026", "dont 42,41 € de retard",
        "FR76 0000 0000 0000 0000 0000 097", "RF85 DEMO 0001 234", "FSL",
        "0805 16 00 75", "loi du 6 juillet 1989, art. 21",
    ):  # fmt: skip
        assert expected in text, expected


def test_every_payment_received_is_told_with_its_date_and_means(tmp_path: Path) -> None:
    text = re.sub(r"\s+", " ", text_of(render(many_lines()).pdf, tmp_path))
    for expected in ("300,00 € le 4 nov. (virement)", "50,00 € le 5 nov. (carte bancaire)", "(espèces à La Poste)"):
        assert expected in text
    assert "Page 2 sur 2" in text
    assert "Comment payer : page 2" in text


def test_nothing_but_the_address_shows_in_the_window(tmp_path: Path) -> None:
    """A DL envelope may show x 90-200, y 34-90 mm; the address itself must stand in x 100-190, y 54-80."""
    for sample in (full_month, direct_debit, many_lines):
        page = picture_of(render(sample()).pdf, tmp_path, dpi=100).point(lambda grey: 255 if grey < 200 else 0)
        dots = 100 / 25.4
        window = page.crop((int(90 * dots), int(34 * dots), int(200 * dots), int(90 * dots))).getbbox()
        assert window is not None
        left, top, right, bottom = (edge / dots for edge in window)
        assert (90 + left >= 100, 34 + top >= 54, 90 + right <= 190, 34 + bottom <= 80) == (True,) * 4, window


@pytest.mark.parametrize("count", range(1, 13))
def test_a_page_that_says_one_of_one_is_alone(count: int, tmp_path: Path) -> None:
    people = ("Mme Camille Exemple-Échantillon", "M. Dominique Spécimen", "Mme Alix Prototype de la Maquette")
    received = (paid(4, "virement", 30000), paid(5, "carte bancaire", 5000), paid(9, "espèces à La Poste", 2000))
    for base in (full_month(), direct_debit()):
        for long_lines in (0, 2):
            for tenants, payments in ((1, 0), (3, 1), (3, 3)):
                lines = tuple(
                    line(
                        "autre",
                        "Jardin partagé de la résidence" if rank < long_lines else "Avance eau",
                        "prix fixe",
                        2500,
                    )
                    for rank in range(count)
                )
                notice = replace(
                    base, lines=lines, total_cents=2500 * count, tenants=people[:tenants],
                    account=account(200000, 2500 * count, *received[:payments]),
                )  # fmt: skip
                pdf = render(notice).pdf
                told = re.findall(r"Page (\d) sur (\d)", text_of(pdf, tmp_path))
                assert told == [(str(rank), str(pages_of(pdf))) for rank in range(1, pages_of(pdf) + 1)]


def test_long_values_break_no_page(tmp_path: Path) -> None:
    notice = replace(
        full_month(),
        landlord=replace(full_month().landlord, name="Office public de l’habitat de la communauté de Villefictive"),
        tenants=tuple("M. Jean-Baptiste-Emmanuel de la Fiction-Échantillon du Spécimen" for _ in range(4)),
        dwelling=Dwelling(lease="DEMO-0001234", summary="T3 n° 204, " + "résidence des Échantillons, " * 5),
        account=account(123_456_789, 30421, paid(4, "espèces à La Poste", 12_345_678)),
    )
    text = text_of(render(notice).pdf, tmp_path)
    assert "1 234 567,89 €" in text
    assert "1 111 415,32 €" in text


def test_a_debit_announces_the_month_and_what_was_owed_before_is_to_be_paid_apart(tmp_path: Path) -> None:
    text = text_of(render(replace(direct_debit(), account=account(201_972, 89_485))).pdf, tmp_path)
    assert re.search(r"Montant et date +894,85 €, le 7 décembre 2026", text)
    assert re.search(r"À payer à part +2 019,72 €", text)
    assert "2 914,57 € en tout, jamais plus" in text
    assert "Vous n’avez rien à faire" not in text
    assert "à part" not in text_of(render(direct_debit()).pdf, tmp_path)


def test_notices_made_together_are_page_for_page_those_made_alone_and_long_ones_are_left_to_their_own_pdf(
    tmp_path: Path,
) -> None:
    notices = [many_lines(), full_month(), many_lines(), direct_debit(), many_lines()]
    together = render_together([(notice, notice.canonical(), "") for notice in notices])
    assert single_pages(together, 5) == [None, 2, None, 5, None]
    printed = text_of(together, tmp_path).split("\f")
    for page, notice in ((2, notices[1]), (5, notices[3])):
        assert "Page 1 sur 1" in printed[page]
        assert printed[page] == text_of(render(notice).pdf, tmp_path).split("\f")[0]


def test_quotes_and_backslashes_in_a_name_are_printed_and_nothing_else_happens(tmp_path: Path) -> None:
    name = 'Mme "Zo\\u{41}e" #import *gras* $x$ \\" Exemple'
    notice = replace(full_month(), tenants=(name,))
    rendered = render(notice)
    assert name in re.sub(r"\s+", " ", text_of(rendered.pdf, tmp_path))
    with pikepdf.open(io.BytesIO(rendered.pdf)) as document:
        (attached,) = (document.attachments[key] for key in document.attachments)
        assert Notice.parse(attached.get_file().read_bytes()) == notice


def test_a_name_that_the_font_cannot_draw_is_refused_not_emptied() -> None:
    with pytest.raises(CharacterNotPrintable, match="王"):
        render(replace(full_month(), tenants=("Mme 王",)))


def test_the_template_compiles_without_a_warning() -> None:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(root=str(TEMPLATES), font_paths=fonts)
    for sample in SAMPLES:
        data = _literal(sample().canonical().decode())
        code = _literal(transfer_svg(sample()))
        source = f'#import "/avis-echeance.typ": notice\n#notice({data}, {code}, ())'
        _, warnings = compiler.compile_with_warnings(
            input=source.encode(), format="pdf", pdf_standards=["a-3a", "ua-1"]
        )
        assert [warning.message for warning in warnings] == []


def test_every_vendored_file_is_the_one_declared() -> None:
    manifest = tomllib.loads((ROOT / "vendored.toml").read_text(encoding="utf-8"))
    for thing in manifest["vendored"]:
        assert {"name", "version", "origin", "licence", "files"} <= thing.keys()
        if "licence_file" in thing:
            assert (ROOT / thing["licence_file"]).is_file()
        for name, digest in thing["files"].items():
            assert sha256((ROOT / name).read_bytes()).hexdigest() == digest, name
    declared = {name for thing in manifest["vendored"] for name in thing["files"]}
    assert {f"mail/fonts/{file.name}" for file in (ROOT / "mail/fonts").glob("*.otf")} <= declared
