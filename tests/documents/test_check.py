"""`palier notice check`: what it proves, and every way of cheating it."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests.documents.sample_notices import SAMPLES, account, direct_debit, full_month, line

from palier.cli import main
from palier.mail.check import Page, Report, check_bytes
from palier.mail.notice import Notice
from palier.mail.render import render
from palier.quittancement.rules.month import recompute


def checked(pdf: bytes) -> Report:
    return check_bytes(pdf, "avis.pdf", recompute)


def messages(report: Report) -> str:
    return "\n".join(finding.message for finding in report.findings).replace("\u00a0", " ").replace("\u202f", " ")


def with_data(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same PDF with other data attached, saved again."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (name,) = document.attachments
        stream = document.attachments[name].get_file().obj
        stream.write(change(stream.read_bytes()))
        return saved(document)


def saved(document: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    out = io.BytesIO()
    document.save(out, encryption=encryption or False)
    return out.getvalue()


def notice_with(changes: dict[str, Any]) -> bytes:
    return render(replace(full_month(), **changes)).pdf


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_notice_as_it_was_sent_is_proven(sample: type) -> None:
    report = checked(render(sample()).pdf)
    assert report.findings == ()
    assert (report.proven, report.page, report.lines) == (True, Page.IDENTICAL, len(sample().lines))


def test_an_amount_altered_in_the_data_is_told_line_by_line() -> None:
    forged = with_data(
        render(full_month()).pdf, lambda raw: raw.replace(b'"montant_cents":41177', b'"montant_cents":31177')
    )
    report = checked(forged)
    assert not report.data_hold
    assert report.page is Page.DIFFERENT
    assert "Ligne 1 « Loyer du logement » : 311,77 € écrits, 411,77 € recalculés." in messages(report)
    assert "Total du mois : 304,21 € écrits, 204,21 € recalculés." in messages(report)


def test_data_altered_so_that_they_agree_are_betrayed_by_the_page() -> None:
    other = replace(
        full_month(), lines=(line("loyer", "Loyer", "fixe", 100),), total_cents=100, account=account(0, 100)
    )
    report = checked(with_data(render(full_month()).pdf, lambda _: other.canonical()))
    assert report.data_hold
    assert not report.proven
    assert "La page imprimée ne correspond pas à ses données : ce qui est dessiné page 1" in messages(report)


def test_a_page_altered_without_its_data_is_seen() -> None:
    with pikepdf.open(io.BytesIO(render(full_month()).pdf)) as document:
        contents = document.pages[0].Contents
        contents.write(contents.read_bytes() + b"\n0 0 0 rg 100 600 80 20 re f\n")
        report = checked(saved(document))
    assert report.data_hold
    assert report.page is Page.DIFFERENT
    assert "ce qui est dessiné page 1" in messages(report)


def test_a_font_altered_under_an_untouched_page_is_seen() -> None:
    with pikepdf.open(io.BytesIO(render(full_month()).pdf)) as document:
        report = checked(saved(document))
    assert report.page is Page.DIFFERENT
    assert "modifié ou réenregistré après sa fabrication" in messages(report)


def test_a_page_added_is_seen() -> None:
    with pikepdf.open(io.BytesIO(render(full_month()).pdf)) as document:
        document.add_blank_page()
        assert "pages : 2 au lieu de 1" in messages(checked(saved(document)))


def test_another_version_of_the_template_is_said_and_not_taken_for_proof() -> None:
    with pikepdf.open(io.BytesIO(render(full_month()).pdf)) as document:
        words = str(document.docinfo["/Keywords"]).split(", ")
        document.docinfo["/Keywords"] = ", ".join(["gabarit:" + "0" * 64, *words[1:]])
        report = checked(saved(document))
    assert (report.data_hold, report.proven, report.page) == (True, False, Page.NOT_VERIFIED)
    assert "autre version de Palier (gabarit)" in messages(report)


RENT = line("loyer", "Loyer", "?", 30421)
PAYMENT = full_month().payment
MONTH_OF_31 = {"amount_cents": 30421, "days": 31, "of": 31, "first": 1}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"total_cents": 30422}, "Total du mois"),
        ({"account": replace(account(34241, 30421), due_cents=1)}, "Somme à payer"),
        ({"account": replace(account(34241, 30421), payments_cents=5, due_cents=64657)}, "Paiements reçus"),
        ({"account": replace(account(34241, 30421), late_cents=34242)}, "Retard"),
        ({"payment": replace(PAYMENT, reference="RF86DEMO0001234")}, "Référence de paiement"),
        ({"payment": replace(PAYMENT, transfer=replace(PAYMENT.transfer, iban="FR76" + "0" * 21 + "96"))}, "IBAN"),
        ({"lines": (replace(RENT, inputs={**RENT.inputs, "amount_cents": 30000}),)}, "300,00 € recalculés"),
        ({"lines": (RENT, line("rls", "RLS", "?", 0, monthly=-4306, cap=0))}, "limitée à 0,00 €"),
        ({"lines": (replace(RENT, rule="maison/1"),)}, "maison/1"),
        ({"lines": (replace(RENT, inputs={"amount_cents": 30421}),)}, "Ligne 1"),
        ({"lines": (replace(RENT, inputs=MONTH_OF_31),)}, "31 jours"),
        ({"first_day": date(2026, 11, 12)}, "l’avis va du 12 au 30"),
        ({"first_day": date(2026, 10, 1)}, "sort du mois"),
    ],
)
def test_what_does_not_add_up_is_told_even_when_page_and_data_agree(changes: dict[str, object], told: str) -> None:
    report = checked(notice_with(changes))
    assert told in messages(report)
    assert (report.page, report.data_hold) == (Page.IDENTICAL, False)


def test_a_debit_announced_too_late_is_told() -> None:
    notice = direct_debit()
    assert notice.payment.debit is not None
    late = replace(notice, issued_on=notice.payment.debit.on.replace(day=1))
    assert "moins de 14 jours avant" in messages(checked(render(late).pdf))


def test_what_is_not_a_notice_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = render(full_month()).pdf
    with pikepdf.open(io.BytesIO(whole)) as document:
        locked = saved(document, pikepdf.Encryption(owner="a", user="b"))
        opened = saved(document, pikepdf.Encryption(owner="a", user=""))
        del document.attachments[next(iter(document.attachments))]
        bare = saved(document)
    with pikepdf.open(io.BytesIO(whole)) as document:
        document.attachments["autre.txt"] = pikepdf.AttachedFileSpec(document, b"x", filename="autre.txt")
        two = saved(document)
    cases = {
        "texte.pdf": (b"Bonjour, ceci est un texte.\n", "Ce n’est pas un PDF entier"),
        "vide.pdf": (b"", "Ce n’est pas un PDF entier"),
        "tronque.pdf": (whole[: len(whole) // 2], "Ce n’est pas un PDF entier"),
        "chiffre.pdf": (locked, "chiffré"),
        "chiffre-ouvert.pdf": (opened, "chiffré"),
        "sans-donnees.pdf": (bare, "ne porte pas de données"),
        "deux-pieces.pdf": (two, "2 pièces jointes"),
        "enorme.pdf": (whole + b"\0" * 20_000_000, "20 Mo"),
        "bombe.pdf": (with_data(whole, lambda _: b"0" * 3_000_000), "abîmées ou démesurées"),
        "schema.pdf": (with_data(whole, lambda raw: raw.replace(b'"numero"', b'"nombre"')), "ce champ n’existe pas"),
        "autre.pdf": (with_data(whole, lambda _: b"{}"), "ne porte pas de données"),
    }
    for name, (content, told) in cases.items():
        (tmp_path / name).write_bytes(content)
        assert main(["notice", "check", str(tmp_path / name), "--json"]) == 1, name
        answer = json.loads(capsys.readouterr().out)
        assert (answer["valid"], answer["number"], answer["page"]) == (False, None, "not-verified")
        assert told in answer["findings"][0]["message"], name
    for name, told in ((".", "est un dossier"), ("absent.pdf", "ne se lit pas"), ("a" * 5000, "ne se lit pas")):
        assert main(["notice", "check", str(tmp_path / name), "--json"]) == 1
        assert told in json.loads(capsys.readouterr().out)["findings"][0]["message"]


def test_half_of_the_bytes_changed_one_by_one_never_prove_and_never_crash() -> None:
    whole = render(full_month()).pdf
    for place in range(0, len(whole), 997):
        altered = whole[:place] + bytes([whole[place] ^ 0x11]) + whole[place + 1 :]
        assert not checked(altered).proven, place


def test_the_command_answers_one_line_a_file_and_fails_if_one_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "bon.pdf", tmp_path / "faux.pdf"
    good.write_bytes(render(full_month()).pdf)
    bad.write_bytes(good.read_bytes()[:-200])
    assert main(["notice", "check", str(good)]) == 0
    assert "prouvé" in capsys.readouterr().out
    assert main(["notice", "check", str(good), str(bad), "--json"]) == 1
    captured = capsys.readouterr()
    assert [json.loads(told)["valid"] for told in captured.out.splitlines()] == [True, False]
    assert "1 fichier n’est pas prouvé" in captured.err
    with pytest.raises(SystemExit) as usage:
        main(["notice", "check"])
    assert usage.value.code == 2


def test_data_only_accepts_another_version_but_never_a_different_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "avis.pdf"
    with pikepdf.open(io.BytesIO(render(full_month()).pdf)) as document:
        file.write_bytes(saved(document))
        assert main(["notice", "check", str(file), "--data-only"]) == 1
        document.docinfo["/Keywords"] = "gabarit:ancien"
        file.write_bytes(saved(document))
    assert main(["notice", "check", str(file)]) == 1
    assert main(["notice", "check", str(file), "--data-only"]) == 0
    capsys.readouterr()


def test_the_check_needs_neither_django_nor_a_database(tmp_path: Path) -> None:
    file = tmp_path / "avis.pdf"
    file.write_bytes(render(full_month()).pdf)
    script = (
        "import sys\n"
        "from palier.cli import main\n"
        "code = main(['notice', 'check', sys.argv[1], '--json'])\n"
        "print(code, sorted({'django', 'psycopg'} & set(sys.modules)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True, timeout=60,
        env={"PATH": "", "PYTHONPATH": ":".join(path for path in sys.path if path)},
    )  # fmt: skip
    assert told.stdout.splitlines()[-1] == "0 []"
    assert Notice.parse(full_month().canonical()).number == json.loads(told.stdout.splitlines()[0])["number"]
