"""Taking a certificate: made at once from what the rows say, frozen and kept like any other document of the lease."""

import secrets
from datetime import date, datetime
from hashlib import sha256

from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month, day_fr
from palier.foundation.turns import take_turns
from palier.leases.certificates import PAID, TITLES, Certified, certificate
from palier.leases.models import Lease
from palier.leases.queries.lease import occupants_of
from palier.leases.queries.tenant import OwnLease
from palier.ledger.standing import standing_of
from palier.mail.models import Document
from palier.mail.report import Report, render_report, report_template
from palier.mail.sender import sender_and_reach
from palier.mail.store import DocumentStore
from palier.mail.vault.noting import Noted, Owner, note

_HOLDERS = ("HOLDER", "COHOLDER")
# Nobody guesses the number of a certificate that they were not given.
_NUMBER_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_NUMBER_LENGTH = 10


class CertificateUnknown(Refusal):
    """Cette attestation n’est pas dans la liste : choisissez-en une autre."""


class RentNotPaid(Refusal):
    """Une somme échue reste due : l’attestation de paiement se fait dès qu’elle est payée."""


class NotBegun(Refusal):
    """Ce bail commence le {starts_on} : son attestation se fait à partir de ce jour."""


def take_certificate(*, lease: OwnLease, kind: str, store: DocumentStore, at: datetime) -> int:
    """Make and keep a certificate of one's own lease; gives its document. The same day twice, it is the same one.

    Raises CertificateUnknown, RentNotPaid, NotBegun, LandlordNotDescribed, CharacterNotPrintable, NotKeptNow.
    """
    on = day_of(at)
    if kind not in TITLES:
        raise CertificateUnknown
    if lease.starts_on > on:
        raise NotBegun(starts_on=day_fr(lease.starts_on))
    if kind == PAID and standing_of(lease.account_id, on=on).late_cents > 0:
        raise RentNotPaid
    take_turns(f"certificates:{lease.id}")
    already = Document.objects.filter(lease_id=lease.id, kind=kind, issued_on=on).values_list("id", flat=True).first()
    if already is not None:
        return already
    report = _paper(lease, kind, on=on)
    raw, pdf = report.canonical(), render_report(report)
    [kept] = store.deposit_given([pdf])
    document = Document(
        kind=kind,
        number=report.number,
        lease_id=lease.id,
        account_id=lease.account_id,
        residence_id=Lease.objects.values_list("residence_id", flat=True).get(pk=lease.id),
        month=Month.of(on).first_day,
        issued_on=on,
        data=raw,
        data_sha256=sha256(raw).hexdigest(),
        template_sha256=report_template(),
        pdf_sha256=kept.digest,
        pdf_bytes=kept.size,
        kept_key=kept.wrapped,
        kept_pack=kept.pack,
        kept_slot=kept.slot,
        frozen_at=at,
        rendered_at=at,
    )
    document.save(force_insert=True)
    owner = Owner(lease_id=lease.id, residence_id=document.residence_id)
    note([Noted(kind="DEPOSITED", sha256=kept.digest, owner=owner)], by="SELF", at=at)
    return document.pk


def _paper(lease: OwnLease, kind: str, *, on: date) -> Report:
    """The certificate as it is written, on the holders and the terms of that day."""
    sender, reach = sender_and_reach()
    holders = [
        each.display_name
        for each in occupants_of(lease.id)
        if each.role in _HOLDERS and (each.moved_out_on is None or each.moved_out_on >= min(on, lease.ends_on or on))
    ]
    return certificate(
        kind,
        Certified(
            number=f"ATT-{on.year}-{''.join(secrets.choice(_NUMBER_SIGNS) for _ in range(_NUMBER_LENGTH))}",
            on=on,
            reference=lease.reference,
            is_contract=lease.kind == "OCCUPANCY",
            holders=holders,
            place=(f"n° {lease.door}", lease.address, f"{lease.postcode} {lease.city}"),
            starts_on=lease.starts_on,
            ends_on=lease.ends_on,
        ),
        sender=sender,
        reach=reach,
    )
