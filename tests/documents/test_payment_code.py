"""References and transfer codes."""

from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.sample_notices import account, credit, direct_debit, full_month, settled

from palier.mail.payment_code import (
    ReferenceUnusable,
    TransferAmountOutOfRange,
    reference_is_sound,
    rf_reference,
    transfer_svg,
    transfer_text,
)


def test_the_reference_of_an_account_has_the_standards_check_digits() -> None:
    # ISO 11649's own published example.
    assert rf_reference("539007547034") == "RF18539007547034"
    assert rf_reference("demo-0001234") == "RF85DEMO0001234"


@pytest.mark.parametrize("account", ["", "É-1", "A" * 22, "1/2"])
def test_an_account_that_makes_no_reference_is_refused(account: str) -> None:
    with pytest.raises(ReferenceUnusable):
        rf_reference(account)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21), st.data())
def test_a_reference_is_sound_and_one_wrong_sign_is_seen(body: str, data: st.DataObject) -> None:
    reference = rf_reference(body)
    assert reference_is_sound(reference)
    place = data.draw(st.integers(4, len(reference) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda sign: sign != reference[place]))
    if reference[place].isdigit():
        assert not reference_is_sound(reference[:place] + other + reference[place + 1 :])


def test_the_transfer_says_who_how_much_and_for_what() -> None:
    assert transfer_text(full_month()) == (
        "BCD\n002\n1\nSCT\n\nHabitat du Val Serein\nFR7600000000000000000000097\nEUR346.62\n\nRF85DEMO0001234\n"
    )


@pytest.mark.parametrize("sample", [direct_debit, credit, settled])
def test_nobody_is_given_a_code_who_has_nothing_to_do(sample: type) -> None:
    assert transfer_text(sample()) is None
    assert transfer_svg(sample()) == ""


def test_an_amount_that_a_transfer_cannot_carry_is_refused() -> None:
    with pytest.raises(TransferAmountOutOfRange):
        transfer_text(replace(full_month(), account=account(0, 10**11)))


def test_the_library_is_told_utf8() -> None:
    code = zxingcpp.create_barcode("Société d’Évry", zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    assert zxingcpp.read_barcode(code.to_image(scale=4)).text == "Société d’Évry"
