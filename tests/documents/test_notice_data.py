"""The frozen data of a notice: canonical bytes, strict reading, characters that the font draws."""

import json
import string
from dataclasses import replace

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.documents.sample_notices import SAMPLES, credit, direct_debit, full_month, settled

from palier.mail.canonical import NotCanonical, NotTheSchema
from palier.mail.glyphs import FONTS, CharacterNotPrintable, drawable, printable, refuse_undrawable_json
from palier.mail.notice import Notice


def rewritten(change: dict[str, object]) -> bytes:
    document = {**json.loads(full_month().canonical()), **change}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_notice_read_back_from_its_bytes_is_the_same(sample: type) -> None:
    notice = sample()
    assert Notice.parse(notice.canonical()) == notice


def test_canonical_bytes_are_utf8_with_sorted_keys_and_no_space() -> None:
    raw = full_month().canonical()
    assert raw.startswith('{"au":"2026-11-30","bailleur":{"adresse":["1 place du Modèle"'.encode())
    assert b'"lignes":[{"calcul":' in raw


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "ce n’est pas du JSON"),
        (b"\xff\xfe", "ce n’est pas du JSON"),
        (b"[" * 100_000, "ce n’est pas du JSON"),
        (b"[]", "un objet est attendu"),
        (b'{"a":1,"a":2}', "deux fois"),
        (b'{"a":1.5}', "n’est pas un nombre entier"),
        (b'{"a":NaN}', "n’est pas un nombre entier"),
        (b'{"a":' + b"9" * 5000 + b"}", "trop long"),
        (rewritten({"schema": "avis-echeance/2"}), "schema"),
        (rewritten({"prime": 1}), "prime"),
        (rewritten({"total_cents": "304.21"}), "total_cents"),
        (rewritten({"total_cents": True}), "total_cents"),
        (rewritten({"total_cents": 10**20}), "total_cents"),
        (rewritten({"emis_le": "2026-02-30"}), "emis_le"),
        (rewritten({"periode": "2026-13"}), "periode"),
        (rewritten({"locataires": "Mme Exemple"}), "locataires"),
        (rewritten({"locataires": [1]}), "locataires[1]"),
        (rewritten({"lignes": [{}]}), "lignes[1]"),
    ],
)
def test_what_is_not_a_notice_is_refused_with_its_place(raw: bytes, told: str) -> None:
    with pytest.raises(NotTheSchema, match=told.replace("[", r"\[")):
        Notice.parse(raw)


def test_a_missing_field_is_named() -> None:
    document = json.loads(full_month().canonical())
    del document["compte"]["a_payer_cents"]
    with pytest.raises(NotTheSchema, match=r"compte\.a_payer_cents"):
        Notice.parse(json.dumps(document).encode())


def test_the_same_facts_written_otherwise_are_refused() -> None:
    with pytest.raises(NotCanonical):
        Notice.parse(full_month().canonical().replace(b'"au":', b'"au": ', 1))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=string.printable + "éŁЖ\u0000\u2028", max_size=40))
def test_any_text_of_a_field_survives_the_journey(text: str) -> None:
    raw = rewritten({"espace": text})
    assert Notice.parse(raw).portal == text


def test_the_states_of_a_notice_are_told_apart() -> None:
    assert (full_month().headline, full_month().pay_on) == ("À payer", full_month().due_on)
    debited = direct_debit()
    assert debited.payment.debit is not None
    assert (debited.headline, debited.pay_on) == ("Prélèvement automatique", debited.payment.debit.on)
    assert (debited.asked_cents, debited.beside_cents) == (89_485, 0)
    late = replace(debited, account=replace(debited.account, due_cents=291_457))
    assert (late.asked_cents, late.beside_cents) == (89_485, 201_972)
    by_transfer = replace(late, payment=replace(late.payment, debit=None))
    assert (by_transfer.asked_cents, by_transfer.beside_cents) == (291_457, 0)
    assert (credit().headline, credit().pay_on, credit().advance_cents) == ("Rien à payer ce mois-ci", None, 19579)
    assert (settled().nothing_due, settled().advance_cents) == (True, 0)


def test_the_list_of_drawable_characters_is_that_of_both_fonts() -> None:
    held = [set(TTFont(FONTS / f"Inter-{weight}.otf").getBestCmap()) for weight in ("Regular", "Bold")]
    assert {ord(sign) for sign in drawable()} == held[0] & held[1]


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Ánh Tuyết", "Łukasz Żółć", "Ayşe Öztürk", "Ştefan Țepeș", "Ελένη Παπαδοπούλου", "Олександр Її"]
)
def test_names_from_elsewhere_are_drawn_as_they_are(name: str) -> None:
    assert printable(name) == name


def test_a_decomposed_accent_is_composed_and_a_ligature_opened() -> None:
    assert printable("Ame\u0301lie") == "Amélie"
    assert printable("Ra\ufb03n") == "Raffin"


@pytest.mark.parametrize(
    ("name", "code"), [("王芳", "U\\+738B"), ("محمد", "U\\+0645"), ("Zoé 😀", "U\\+1F600"), ("a\u202eb", "U\\+202E")]
)
def test_a_character_without_a_drawing_is_refused_and_named(name: str, code: str) -> None:
    with pytest.raises(CharacterNotPrintable, match=code):
        printable(name)


@pytest.mark.parametrize("sign", ["\n", "\t", "\x00", "\x1b", "\x85"])
def test_a_control_character_is_refused_even_hidden_in_an_escape(sign: str) -> None:
    with pytest.raises(CharacterNotPrintable):
        refuse_undrawable_json(rewritten({"espace": f'dit "oui\\{sign}"'}).decode())
    refuse_undrawable_json(rewritten({"espace": 'dit "oui" \\ non \\\\n'}).decode())
