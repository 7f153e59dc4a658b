"""CFONB 120: positions, signed amounts, records in their order, balances that agree."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban
from stdnum import iso11649
from stdnum.iso7064 import mod_97_10
from tests.imports.bank_samples import cfonb, written
from tests.places import shared_data

from palier.banking.formats.cfonb_record import SignedAmountUnreadable, french_iban, overpunch, overpunched
from palier.banking.formats.reading import open_bank_file
from palier.banking.formats.references import iban_is_sound, reference_in, rf_is_sound
from palier.bench.bank_files import OWN, cfonb_balance, cfonb_complement, cfonb_entry
from palier.foundation.errors import Refusal

LINES = cfonb().splitlines()
OTHER = LINES[5].replace("00000000001", "00000000002")


def refusal_of(folder: Path, *lines: str) -> str:
    with pytest.raises(Refusal) as caught:
        open_bank_file(written(folder, "\n".join(lines) + "\n")).document()
    return str(caught.value)


def test_a_statement_gives_its_movements_and_balances(tmp_path: Path) -> None:
    file = open_bank_file(written(tmp_path, cfonb()))
    transfer, charge = file.movements()
    assert (transfer.amount_cents, transfer.line, transfer.entry) == (40_000, 2, 1)
    assert (transfer.booked_on, transfer.value_on) == (date(2026, 11, 5), date(2026, 11, 5))
    assert (transfer.payer_name, transfer.end_to_end_id) == ("LA LOCATAIRE DU 12", "BAIL 12")
    assert transfer.rf_reference == "RF18539007547034"
    assert transfer.wording == "VIR SEPA LA LOCATAIRE DU 12 LOYER RF18 5390 0754 7034"
    assert transfer.account_iban == OWN.iban
    assert (charge.amount_cents, charge.operation, charge.line) == (-790, "62", 6)
    statement = file.document().statements[0]
    assert statement.opening is not None
    assert statement.closing is not None
    assert (statement.opening.cents, statement.closing.cents, statement.total_cents) == (-19_040, 20_170, 39_210)


@pytest.mark.parametrize(
    ("written_as", "cents"),
    [
        ("0000000000107}", -1070),
        ("0000000000107{", 1070),
        ("0000000000107é", 1070),
        ("0000000000107è", -1070),
        ("0000000000974I", 9749),
        ("0000000002412J", -24121),
        ("0000000001637K", -16372),
        ("0000000000000{", 0),
    ],
)
def test_the_last_sign_of_an_amount_is_a_digit_and_a_sign(written_as: str, cents: int) -> None:
    assert overpunched(written_as, line=1) == cents


@settings(deadline=None)
@given(st.integers(min_value=-(10**14) + 1, max_value=10**14 - 1))
def test_an_amount_comes_back_as_it_was_written(cents: int) -> None:
    assert overpunched(overpunch(cents), line=1) == cents
    assert len(overpunch(cents)) == 14


@settings(deadline=None)
@given(st.text(alphabet="0123456789{}ABIJKR é+-.NaS", min_size=14, max_size=14))
def test_anything_else_is_refused_and_never_guessed(text: str) -> None:
    if re.fullmatch("[0-9]{13}[{}ABIJKRé]", text):
        assert abs(overpunched(text, line=3)) < 10**14
    else:
        with pytest.raises(SignedAmountUnreadable, match=r"^Ligne 3 : "):
            overpunched(text, line=3)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (LINES[1:], "Ligne 1 : un mouvement (04) se trouve hors de tout relevé"),
        (LINES[2:3], "Ligne 1 : un complément (05) se trouve hors de tout relevé"),
        ([LINES[0], *LINES[2:]], "Ligne 2 : un complément (05) ne suit aucun mouvement"),
        (LINES[:-1], "Ligne 6 : le relevé ouvert à la ligne 1 n’a pas de solde de fin"),
        ([*LINES[:3], LINES[0], *LINES[3:]], "Ligne 4 : le relevé ouvert à la ligne 1"),
        ([*LINES, LINES[-1]], "Ligne 8 : un solde de fin (07)"),
        ([LINES[0], *LINES[2:1:-1], LINES[-1]], "Ligne 2"),
        ([*LINES[:5], LINES[-1]], "Ligne 6 : le solde de fin 201,70\u00a0€ ne correspond pas"),
        ([*LINES[:5], OTHER, LINES[6]], "Ligne 6 : l’enregistrement porte sur un autre"),
        ([LINES[0], LINES[1].replace("EUR", "USD"), *LINES[2:]], "Ligne 2"),
        ([LINES[0].replace("EUR2", "USD2")], "Ligne 1 : un montant est en « USD »"),
        ([LINES[0].replace("041126", "  CART")], "Ligne 1 : «   CART » n’est pas une date"),
        ([LINES[0], LINES[1][:90] + "0000000000000a" + LINES[1][104:], LINES[-1]], "Ligne 2 : « 0000000000000a »"),
        ([LINES[0], LINES[1][:90] + "99999999999999"[:13] + "I" + LINES[1][104:], LINES[-1]], "Ligne 2 : le montant"),
        ([LINES[0], LINES[1][:100], *LINES[2:]], "Ligne 2 : l’enregistrement compte 100 caractères"),
        ([LINES[0], "06" + LINES[1][2:]], "Ligne 2 : « 06 » n’est pas un enregistrement"),
        ([LINES[0], LINES[1].replace("VIR", "V\x07R"), *LINES[2:]], "Ligne 2 : des caractères"),
    ],
)  # fmt: skip
def test_records_that_do_not_hold_together_are_refused_at_their_line(
    tmp_path: Path, lines: list[str], said: str
) -> None:
    assert refusal_of(tmp_path, *lines).startswith(said)


@pytest.mark.parametrize(
    "content",
    [
        cfonb().encode().replace(b"\n", b"\r\n"),
        cfonb().encode().replace(b"\n", b""),
        b"\xef\xbb\xbf" + cfonb().encode(),
        cfonb().encode("utf-16"),
        cfonb().replace("LA LOCATAIRE", "LÀ LOCATAIRE").encode("latin-1"),
        cfonb().replace("LA LOCATAIRE", "LÀ LOCATAIRE").encode(),
        "".join(line.rstrip() + "\n\n" for line in LINES).encode(),
    ],
)
def test_line_ends_marks_and_encodings_change_nothing(tmp_path: Path, content: bytes) -> None:
    document = open_bank_file(written(tmp_path, content)).document()
    assert (document.entries, document.total_cents, document.warnings) == (2, 39_210, ())


def test_an_accent_far_into_a_long_file_is_read(tmp_path: Path) -> None:
    lines = [cfonb_balance("01", 0, "041126")]
    for _ in range(1_000):
        lines += [cfonb_entry(100, "VIR"), cfonb_complement("NPY", "")]
    lines += [cfonb_complement("NPY", "RENÉE"), cfonb_balance("07", 100_000, "051126")]
    file = open_bank_file(written(tmp_path, "\n".join(lines).encode("latin-1")))
    *_, last = file.movements()
    assert last.payer_name == "RENÉE"


def test_two_statements_of_one_account_that_do_not_follow_are_told(tmp_path: Path) -> None:
    second = [cfonb_balance("01", 1, "051126"), cfonb_balance("07", 1, "061126")]
    document = open_bank_file(written(tmp_path, "\n".join([*LINES, *second]))).document()
    assert document.warnings[0].startswith("Ligne 8 : le solde de début 0,01\u00a0€ ne suit pas")


# Read in the files themselves: the first line that is out of place.
PUBLIC = {
    "end_of_statement_without_beginning.txt": "Ligne 9 : ",
    "invalid_date.txt": "Ligne 1 : ",
    "new_statement_without_previous_ended.txt": "Ligne 6 : ",
    "operation.txt": "Ligne 1 : ",
    "operation_already_defined.txt": "Ligne 1 : ",
    "operation_detail_without_operation.txt": "Ligne 3 : ",
    "operation_out_of_statement.txt": "Ligne 1 : ",
    "operation_unstarted.txt": "Ligne 1 : ",
}


@pytest.mark.parametrize("name", PUBLIC)
def test_each_malformed_public_sample_is_refused_at_its_line(name: str) -> None:
    path = shared_data(f"bank/cfonb/{name}")
    with pytest.raises(Refusal) as caught:
        open_bank_file(path).document()
    assert str(caught.value).startswith(PUBLIC[name])


def test_the_sound_public_sample_is_read_and_its_oddity_told() -> None:
    document = open_bank_file(shared_data("bank/cfonb/example.txt")).document()
    # By hand: -32.21 -10.70 -7.90 on the first account, +97.49 -12.10 -7.90 on the second.
    assert (document.entries, document.total_cents) == (6, 2668)
    assert document.warnings == ("Ligne 19 : le code banque ou guichet n’est pas celui du début du relevé (ligne 1).",)


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{10}[0-9A-Z]{11}", fullmatch=True))
def test_the_iban_of_a_rib_is_one_that_others_find_sound(parts: str) -> None:
    number = french_iban(parts[:5], parts[5:10], parts[10:])
    assert stdnum_iban.is_valid(number)
    assert iban_is_sound(number)


@settings(deadline=None)
@given(st.from_regex(r"[0-9A-Z]{1,21}", fullmatch=True), st.text(alphabet="0123456789", min_size=2, max_size=2))
def test_an_rf_reference_is_sound_when_others_say_so(body: str, digits: str) -> None:
    for tried in (digits, mod_97_10.calc_check_digits(body + "RF")):
        assert rf_is_sound(f"RF{tried}{body}") == iso11649.is_valid(f"RF{tried}{body}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LOYER RF18539007547034", "RF18539007547034"),
        ("loyer rf18 5390 0754 7034 merci", "RF18539007547034"),
        ("RF18539007547034/NOVEMBRE", "RF18539007547034"),
        ("RF19539007547034", ""),
        ("XRF18539007547034", ""),
        ("RF18539007547034 et RF81BANC0000003", ""),
        ("RF18 et rien", ""),
        ("", ""),
    ],
)
def test_a_reference_is_found_in_what_a_payer_wrote_only_when_it_is_sound_and_alone(text: str, found: str) -> None:
    assert reference_in(text) == found
