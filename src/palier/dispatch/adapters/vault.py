"""An external vault: the tenant's own, at a provider of their choice. After a public partner API (deposits, v4).

That API takes no key of ours and has no way to undo a deposit: ours travels as the document's external reference, and
what was not answered is looked for in the list of what we deposited before anything is deposited again. Both are to be
confirmed with the provider. Tried against a fake on this machine.
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from palier.dispatch.adapters.remote import (
    SILENCE,
    Description,
    Remote,
    ServiceSilent,
    described,
    multipart,
    said_no,
    word_of,
)
from palier.dispatch.channels import VAULT, Answer, Nature, Parcel, Said

FILE: Final = "external_vault.toml"
KEY_FILE: Final = "external_vault_secret"
_ROOT: Final = "/api/v4/memberships"


@dataclass(slots=True)
class ExternalVault:
    """The provider described in external_vault.toml."""

    there: Description
    _remote: Remote = field(init=False)
    code: str = VAULT

    def __post_init__(self) -> None:
        key = self.there.extra.get("api_key", "")
        self._remote = Remote(self.there, {"X-Okapi-Key": key} if key else None)

    @property
    def label(self) -> str:
        return self.there.label

    @property
    def nature(self) -> Nature:
        return self.there.nature

    def send(self, parcel: Parcel) -> Answer:
        if not parcel.reaches:
            return Answer(said=Said.REFUSED, code="NO_VAULT")
        body, kind = multipart(
            {"metadata": {"title": parcel.label, "external_reference": parcel.key}},
            file="document",
            name=f"{parcel.key}.pdf",
            content=parcel.pdf,
        )
        try:
            told = self._remote.call(
                "POST", f"{_ROOT}/{quote(parcel.reaches[0], safe='')}/documents/certified", body, content_type=kind
            )
        except ServiceSilent:
            return SILENCE
        number = word_of(told, "id")
        if told.status == 409 and number:
            # It has it already, under our key: once is what we want.
            return Answer(said=Said.DELIVERED, reference=number, code="DUPLICATE")
        if told.status == 201 and number:
            return Answer(said=Said.DELIVERED, reference=number, code="DEPOSITED")
        return said_no(told)

    def ask(self, parcel: Parcel) -> Answer:
        if not parcel.reaches:
            return Answer(said=Said.NOTHING)
        wanted = urlencode({"external_reference": parcel.key})
        try:
            told = self._remote.call("GET", f"{_ROOT}/{quote(parcel.reaches[0], safe='')}/documents?{wanted}")
        except ServiceSilent:
            return SILENCE
        listed = (told.json() or {}).get("documents")
        if told.status != 200 or not isinstance(listed, list):
            return said_no(told)
        for one in listed:
            if isinstance(one, dict) and one.get("external_reference") == parcel.key:
                return Answer(said=Said.DELIVERED, reference=str(one.get("id"))[:80], code="FOUND")
        return Answer(said=Said.NOTHING)


def external_vault() -> ExternalVault | None:
    """The provider of external vaults, or None when the landlord has none. Raises ProviderMisdescribed."""
    there = described(FILE, secret=KEY_FILE)
    return ExternalVault(there) if there is not None else None
