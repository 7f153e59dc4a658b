"""One letter of a sending: the facts of a block of leases, read at once, and what they make of the version's text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from palier.correspondence.composing import FieldEmpty, composed, sample_values
from palier.correspondence.models import SLOTS, Letter, Sending
from palier.correspondence.queries.facts import LeaseFacts, facts_of
from palier.correspondence.rules.fields import FIELDS, categories_of
from palier.correspondence.rules.markup import LetterText, read_text
from palier.correspondence.values import Landlord, Occasion, values_for
from palier.estate.models import Landlord as LandlordRow
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_with_name_fr
from palier.leases.queries.addressees import Addressee, address_lines, addressees
from palier.mail.glyphs import CharacterNotPrintable, refuse_undrawable_json
from palier.mail.report import Report
from palier.mail.sender import landlord_as_sender

DRAFT_NUMBER = "PROJET"
DRAFT_STAMP = "PROJET"


class AddressProtected(Refusal):
    """Cette lettre ne part pas par un envoi groupé."""


class DataFrozen(Refusal):
    """Les données de ce bail sont gelées à la demande d’une personne (RGPD, art. 18)."""


class LeaseOver(Refusal):
    """Ce bail est fini depuis le {ends_on} : ses titulaires n’habitent plus là."""


class NobodyToWriteTo(Refusal):
    """Ce bail n’a aucun titulaire à qui écrire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter that could be written: its data, and how it leaves."""

    raw: bytes
    channel: str


def refusal_code(refusal: Refusal) -> str:
    """The code under which the dry run counts a refusal."""
    codes = {
        AddressProtected: "PROTECTED",
        DataFrozen: "FROZEN",
        LeaseOver: "ENDED",
        NobodyToWriteTo: "NOBODY",
        FieldEmpty: "EMPTY",
        CharacterNotPrintable: "SIGNS",
    }
    return codes.get(type(refusal), "ADDRESS")


def landlord_now() -> Landlord:
    """The landlord as letters name it today. Raises LandlordNotDescribed."""
    sender = landlord_as_sender()
    phone, hours = LandlordRow.objects.values_list("phone", "opening_hours").order_by("id").first() or ("", "")
    return Landlord(sender=sender, phone=phone, hours=hours)


class Writing:
    """The letters of some leases of one sending. One statement for the envelopes, one for the facts."""

    def __init__(self, sending: Sending, leases: Sequence[int], *, on: date, landlord: Landlord | None = None) -> None:
        self._sending = sending
        self._on = on
        self._text: LetterText = read_text(sending.version.source)
        self._landlord = landlord or landlord_now()
        self.homes = addressees(leases, on=on)
        self._facts = facts_of(leases, on=on, categories=categories_of(sending.version.fields))
        self._withdrawn = _withdrawn(sending, leases)

    def letter(self, lease_id: int, number: str) -> Written:
        """The letter of one lease. Raises what `refusal_code` knows."""
        home, facts = self._whole(lease_id)
        self._refuse(facts)
        report = self._report(home, facts, number)
        raw = report.canonical()
        refuse_undrawable_json(raw.decode("utf-8"))
        return Written(raw=raw, channel=self._channel(home))

    def preview(self, lease_id: int) -> Report:
        """The same as a draft that nobody receives. Raises what `refusal_code` knows."""
        return self._report(*self._whole(lease_id), DRAFT_NUMBER, stamp=DRAFT_STAMP)

    def by_hand(self, lease_id: int) -> Report:
        """The same for whoever holds a protected address, to hand over. Raises what `refusal_code` knows."""
        return self._report(*self._whole(lease_id), f"REMISE-{self._sending.pk}-{lease_id}")

    def _whole(self, lease_id: int) -> tuple[Addressee, LeaseFacts]:
        home, facts = self.homes.get(lease_id), self._facts.get(lease_id)
        if home is None or facts is None or not home.person_ids:
            raise NobodyToWriteTo
        return home, facts

    def _refuse(self, facts: LeaseFacts) -> None:
        if facts.is_protected:
            raise AddressProtected
        if facts.is_frozen and not self._sending.is_single:
            raise DataFrozen
        if facts.ends_on is not None and facts.ends_on < self._on:
            raise LeaseOver(ends_on=day_with_name_fr(facts.ends_on))

    def _channel(self, home: Addressee) -> str:
        """Registered when the version asks it, else on paper, unless every holder agreed to read letters online."""
        if self._sending.version.is_registered:
            return "REGISTERED"
        return "PAPER" if home.online_since is None else "ONLINE"

    def _report(self, home: Addressee, facts: LeaseFacts, number: str, *, stamp: str = "") -> Report:
        withdrawn = self._withdrawn.get(home.lease_id)
        occasion = Occasion(
            on=self._on,
            event_on=self._sending.event_on,
            slot=dict(SLOTS).get(self._sending.event_slot, ""),
            number=number,
            withdrawn_number=withdrawn.number if withdrawn is not None else "",
            withdrawn_on=withdrawn.issued_on if withdrawn is not None else None,
        )
        values = values_for(home, facts, landlord=self._landlord, occasion=occasion)
        return Report(
            number=number,
            title=self._sending.version.title,
            issued_on=self._on,
            sender=self._landlord.sender,
            stamp=stamp,
            recipient=address_lines(home),
            blocks=composed(self._text, values),
        )


def fictional(*, title: str, source: str, on: date) -> Report:
    """The letter of a fictional tenant, for whoever writes a text. Raises TextRefused, LandlordNotDescribed."""
    return Report(
        number=DRAFT_NUMBER,
        title=title,
        issued_on=on,
        sender=landlord_now().sender,
        stamp=DRAFT_STAMP,
        recipient=(FIELDS["locataire.nom"].sample.upper(), "1 PLACE DU MODELE", "00000 VILLEFICTIVE"),
        blocks=composed(read_text(source), sample_values()),
    )


@dataclass(frozen=True, slots=True)
class _Withdrawn:
    number: str
    issued_on: date


def _withdrawn(sending: Sending, leases: Sequence[int]) -> dict[int, _Withdrawn]:
    if sending.withdraws_id is None:
        return {}
    before = Letter.objects.filter(sending_id=sending.withdraws_id, lease_id__in=leases).exclude(number="")
    rows = before.values_list("lease_id", "number", "sending__issued_on")
    return {lease: _Withdrawn(number, issued_on) for lease, number, issued_on in rows if issued_on is not None}
