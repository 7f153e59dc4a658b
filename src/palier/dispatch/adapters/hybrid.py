"""Hybrid mail: a provider prints, folds and posts. After the public « envois » API of the main French provider, v2.

A sending is drafted under our key, given its document and its addressee, then submitted: only what is submitted leaves.
A draft whose end we do not know is destroyed before another is made; one that is no longer a draft has left.
Tried against a fake on this machine. That sendings are found by `custom_id` is to be confirmed with the provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from palier.dispatch.adapters.remote import (
    SILENCE,
    Description,
    Remote,
    ServiceSilent,
    described,
    json_body,
    multipart,
    said_no,
    word_of,
)
from palier.dispatch.channels import HYBRID, Answer, Nature, Parcel, Said

FILE: Final = "hybrid_mail.toml"
KEY_FILE: Final = "hybrid_mail_secret"
_ROOT: Final = "/mail/v2/sendings"
_JSON: Final = "application/json"
_SAID: Final[Mapping[str, Said]] = {
    **dict.fromkeys(("PENDING", "PREPARING", "PROCESSING", "ACCEPTED"), Said.ACCEPTED),
    # Handed to the post.
    **dict.fromkeys(("PROCESSED", "ARCHIVED"), Said.DELIVERED),
    **dict.fromkeys(("REJECTED", "PROCESSED_WITH_ERRORS", "CANCELED"), Said.REFUSED),
}


@dataclass(slots=True)
class HybridMail:
    """The provider described in hybrid_mail.toml."""

    there: Description
    _remote: Remote = field(init=False)
    code: str = HYBRID

    def __post_init__(self) -> None:
        self._remote = Remote(self.there)

    @property
    def label(self) -> str:
        return self.there.label

    @property
    def nature(self) -> Nature:
        return self.there.nature

    def send(self, parcel: Parcel) -> Answer:
        try:
            made = self._remote.call(
                "POST",
                _ROOT,
                json_body(
                    {
                        "name": parcel.label,
                        "custom_id": parcel.key,
                        "color_printing": False,
                        "duplex_printing": True,
                        "optional_address_sheet": False,
                        "archiving_duration": 0,
                        "envelope_windows_type": "SIMPLE",
                        "postage_type": "ECONOMIC",
                    }
                ),
                content_type=_JSON,
            )
            number = word_of(made, "id")
            if made.status != 201 or not number:
                return said_no(made)
            told = self._filled(number, parcel) or self._submitted(number)
            return self._undone(number, told) if told.said is Said.REFUSED else told
        except ServiceSilent:
            return SILENCE

    def ask(self, parcel: Parcel) -> Answer:
        try:
            found = self._remote.call("GET", f"{_ROOT}?{urlencode({'custom_id': parcel.key})}")
            sendings = (found.json() or {}).get("sendings")
            if found.status != 200 or not isinstance(sendings, list):
                return said_no(found)
            ours = [one for one in sendings if isinstance(one, dict) and one.get("custom_id") == parcel.key]
            for one in ours:
                if one.get("status") != "DRAFT":
                    return _told(one)
            for one in ours:
                gone = self._remote.call("DELETE", f"{_ROOT}/{one.get('id')}")
                if gone.status not in (200, 204, 404):
                    # No longer a draft, perhaps: asked again later.
                    return Answer(said=Said.SILENT, code=f"HTTP_{gone.status}")
            return Answer(said=Said.NOTHING)
        except ServiceSilent:
            return SILENCE

    def _filled(self, number: str, parcel: Parcel) -> Answer | None:
        body, kind = multipart(
            {"metadata": {"priority": 1, "name": parcel.label}},
            file="document",
            name=f"{parcel.key}.pdf",
            content=parcel.pdf,
        )
        put = self._remote.call("POST", f"{_ROOT}/{number}/documents", body, content_type=kind)
        if put.status != 201:
            return said_no(put)
        told = {"custom_id": parcel.key, "country_code": "FR", **address_lines(parcel.address)}
        put = self._remote.call("POST", f"{_ROOT}/{number}/recipients", json_body(told), content_type=_JSON)
        return None if put.status == 201 else said_no(put)

    def _undone(self, number: str, refused: Answer) -> Answer:
        """What was refused, once nothing of it stays there; silence when its draft may remain, to be asked about."""
        gone = self._remote.call("DELETE", f"{_ROOT}/{number}")
        return refused if gone.status in (200, 204, 404) else Answer(said=Said.SILENT, code=f"HTTP_{gone.status}")

    def _submitted(self, number: str) -> Answer:
        told = self._remote.call("POST", f"{_ROOT}/{number}/submit", b"", content_type=_JSON)
        if told.status in (200, 201, 202, 204):
            return Answer(said=Said.ACCEPTED, reference=number, code="SUBMITTED")
        return said_no(told)


def address_lines(lines: tuple[str, ...]) -> dict[str, str]:
    """The lines of NF Z10-011 by their names there: who, then where, postcode and town last."""
    first, middle, last = lines[0], lines[1:-1], lines[-1]
    # The street is the fourth; what is between it and the name keeps its order.
    places = (2, 3, 4, 5) if len(middle) == 4 else (2, 3, 4)[-len(middle) :] if middle else ()
    named = {f"address_line_{place}": line for place, line in zip(places, middle, strict=True)}
    return {"address_line_1": first, **named, "address_line_6": last}


def hybrid_mail() -> HybridMail | None:
    """The landlord's provider of hybrid mail, or None. Raises ProviderMisdescribed."""
    there = described(FILE, secret=KEY_FILE)
    return HybridMail(there) if there is not None else None


def _told(sending: Mapping[str, object]) -> Answer:
    status = str(sending.get("status"))
    said = _SAID.get(status)
    if said is None:
        return Answer(said=Said.SILENT, code="STATUS_UNKNOWN")
    return Answer(said=said, reference=str(sending.get("id"))[:80], code=status[:40])


def kinds_given_to_hybrid_mail() -> tuple[str, ...]:
    """The kinds of documents on paper that the provider prints in our place; none without a provider."""
    there = described(FILE)
    return there.kinds if there is not None else ()
