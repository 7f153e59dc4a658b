"""Paying without copying: the lease account's RF reference (ISO 11649) and the transfer's QR code (EPC069-12)."""

import re
from math import isqrt
from typing import TYPE_CHECKING, cast

import zxingcpp
from stdnum.iso7064 import mod_97_10
from stdnum.iso11649 import is_valid as is_valid_reference

from palier.foundation.errors import Refusal
from palier.foundation.money import text_from_cents
from palier.mail.notice import Notice

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_BODY = re.compile(r"[0-9A-Z]{1,21}")
_DARK_RUNS = re.compile(b"\x00+")
# EPC069-12: 0.01 to 999,999,999.99 euros.
_LARGEST_TRANSFER_CENTS = 99_999_999_999
_LONGEST_HOLDER = 70
_QUIET_ZONE = 4


class ReferenceUnusable(Refusal):
    """« {body} » ne peut pas faire une référence de paiement : 21 lettres sans accent et chiffres au plus."""


class TransferAmountOutOfRange(Refusal):
    """Un code de virement porte de 0,01 € à 999 999 999,99 €, pas {cents} centimes."""


def rf_reference(account: str) -> str:
    """The RF creditor reference of a lease account ("DEMO-0001234" → "RF85DEMO0001234"): one for life.

    Hyphens and spaces are dropped, letters put in capitals. Raises ReferenceUnusable.
    """
    body = account.replace("-", "").replace(" ", "").upper()
    if not _BODY.fullmatch(body):
        raise ReferenceUnusable(body=account)
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def reference_is_sound(reference: str) -> bool:
    """Whether the check digits of an RF reference are right."""
    return is_valid_reference(reference) and reference == reference.upper()


def transfer_text(notice: Notice) -> str | None:
    """What the code says, or None when nobody should scan one: nothing due, or debited by us.

    EPC069-12, version 002, UTF-8; the holder is cut at 70 characters as the standard orders (the IBAN is what pays).
    Raises TransferAmountOutOfRange.
    """
    if notice.nothing_due or notice.debited:
        return None
    cents = notice.account.due_cents
    if cents > _LARGEST_TRANSFER_CENTS:
        raise TransferAmountOutOfRange(cents=cents)
    to = notice.payment.transfer
    amount = f"EUR{text_from_cents(cents)}"
    return "\n".join(
        ["BCD", "002", "1", "SCT", to.bic or "", to.holder[:_LONGEST_HOLDER], to.iban, amount, "",
         notice.payment.reference, ""]
    )  # fmt: skip


def transfer_svg(notice: Notice) -> str:
    """The code as an SVG; empty when there is none."""
    said = transfer_text(notice)
    return "" if said is None else code_svg(said)


def code_svg(said: str) -> str:
    """A QR code as an SVG, with its quiet zone.

    One stroke a run of dark squares. The library's own SVG has one element a run: slower to write, to draw and to pack.
    """
    code = zxingcpp.create_barcode(said, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = code.to_image(scale=1, add_quiet_zones=False)
    dots = memoryview(cast("ReadableBuffer", image)).tobytes()  # a buffer, which its stub does not say
    side = isqrt(len(dots))
    runs = [
        f"M{run.start() + _QUIET_ZONE} {row + _QUIET_ZONE}.5h{run.end() - run.start()}"
        for row in range(side)
        for run in _DARK_RUNS.finditer(dots[row * side : (row + 1) * side])
    ]
    whole = side + 2 * _QUIET_ZONE
    path = f'<path stroke="#000" d="{"".join(runs)}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}">{path}</svg>'
