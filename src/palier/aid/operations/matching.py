"""Judging the rows of a file: whose they are, whether the notice said the same, and what they write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from palier.aid.models import AidRow
from palier.foundation.money import Cents
from palier.foundation.periods import Month, day_fr
from palier.ledger.models import Account
from palier.ledger.operations.post import Piece, first_open_day, post_entry
from palier.quittancement.models import DatedAmount

CAF_CODE = "CAF-APL"
_CAF = (CAF_CODE, "APL à recevoir de la CAF")
_REDUCTIONS = ("RED-RLS", "Réductions de loyer de solidarité")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLease:
    """The lease behind a number."""

    lease_id: int
    residence_id: int
    account_id: int
    ends_on: date | None
    is_frozen: bool = False


_LEASES = """
SELECT b.number_digest, l.id, l.residence_id, l.account_id, l.ends_on, palier.is_frozen('LEASE', l.id)
FROM aid_beneficiary AS b JOIN leases_lease AS l ON l.id = b.lease_id WHERE b.number_digest = ANY (%s)
"""
# What the sealed notice of the month deducted, and its rent, by lease, in positive cents.
_DEDUCTED = """
SELECT b.lease_id, coalesce(-sum(l.amount_cents) FILTER (WHERE l.kind = 'APL'), 0)::bigint,
       coalesce(-sum(l.amount_cents) FILTER (WHERE l.kind = 'RLS'), 0)::bigint,
       coalesce(sum(l.amount_cents) FILTER (WHERE l.kind = 'RENT'), 0)::bigint
FROM quittancement_bill AS b
JOIN quittancement_run AS r ON r.id = b.run_id AND r.state = 'SEALED' AND r.month = %(month)s
JOIN quittancement_line AS l ON l.run_id = b.run_id AND l.lease_id = b.lease_id
LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
WHERE b.lease_id = ANY (%(leases)s) AND c.id IS NULL GROUP BY b.lease_id
"""


# What the CAF has paid of the APL that the notice of a month gave. A difference that was accepted is settled with the
# tenant; of a rappel, only what made up for the notice counts: the rest was the tenant's.
_FILLED = """
SELECT lease_id, sum(CASE WHEN kind = 'RAPPEL' THEN least(amount_cents, coalesce(expected_cents, 0))
                          WHEN state = 'ACCEPTED' THEN coalesce(expected_cents, amount_cents)
                          ELSE amount_cents END)::bigint
FROM aid_aidrow WHERE lease_id = ANY (%(leases)s) AND month = %(month)s AND kind IN ('APL', 'RAPPEL')
GROUP BY lease_id
"""


def known_leases(digests: Sequence[str]) -> dict[str, KnownLease]:
    """The leases behind these numbers, by digest."""
    with connection.cursor() as cursor:
        cursor.execute(_LEASES, [list(digests)])
        return {
            digest: KnownLease(
                lease_id=lease, residence_id=residence, account_id=account, ends_on=ends_on, is_frozen=frozen
            )
            for digest, lease, residence, account, ends_on, frozen in cursor.fetchall()
        }


def deducted(leases: Sequence[int], month: date) -> dict[tuple[int, str], Cents]:
    """What the sealed notices of the month deducted, by lease and kind, with the RENT of each; nothing for a month that
    is not sealed."""
    with connection.cursor() as cursor:
        cursor.execute(_DEDUCTED, {"month": month, "leases": list(leases)})
        found: dict[tuple[int, str], Cents] = {}
        for lease_id, apl, rls, rent in cursor.fetchall():
            found[lease_id, "APL"], found[lease_id, "RLS"], found[lease_id, "RENT"] = apl, rls, rent
        return found


def unpaid(leases: Sequence[int], month: date, billed: Mapping[tuple[int, str], Cents]) -> dict[int, Cents]:
    """What the CAF still owes of the APL that the notices of the month gave, by lease; zero is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_FILLED, {"month": month, "leases": list(leases)})
        filled: dict[int, Cents] = dict(cursor.fetchall())
    owed = {lease: billed.get((lease, "APL"), 0) - filled.get(lease, 0) for lease in leases}
    return {lease: cents for lease, cents in owed.items() if cents > 0}


def made_up(lease_id: int, month: date) -> Cents:
    """What rappels have made up for of the notice of a month, in cents."""
    rows = AidRow.objects.filter(lease_id=lease_id, month=month, kind="RAPPEL", expected_cents__isnull=False)
    return sum(min(paid, expected or 0) for paid, expected in rows.values_list("amount_cents", "expected_cents"))


def in_force(leases: Sequence[int], month: date) -> dict[tuple[int | None, str], Cents]:
    """The amounts notified for the first day of a month, by lease and kind."""
    rows = DatedAmount.objects.filter(lease_id__in=list(leases), kind__in=("APL", "RLS"), first_day__lte=month)
    running = rows.exclude(last_day__lt=month).values_list("lease_id", "kind", "amount_cents")
    return {(lease_id, kind): cents for lease_id, kind, cents in running}


def judge(
    row: AidRow, lease: KnownLease | None, billed: Mapping[tuple[int, str], Cents], owed: dict[int, Cents]
) -> None:
    """Say whose the row is and in which state; nothing is written but the row itself.

    `owed`: what `unpaid` says of the row's month. A rappel takes its part of it.
    """
    if lease is None:
        row.state = "UNKNOWN"
        return
    row.lease_id, row.residence_id = lease.lease_id, lease.residence_id
    if row.kind in ("RAPPEL", "INDU"):
        row.state = "MATCHED"
        if row.kind == "RAPPEL" and lease.lease_id in owed:
            row.expected_cents = owed[lease.lease_id]
            owed[lease.lease_id] -= min(row.amount_cents, row.expected_cents)
        return
    row.expected_cents = billed.get((lease.lease_id, row.kind))
    if lease.ends_on is not None and lease.ends_on < row.month:
        row.state = "ENDED"
    elif lease.is_frozen:
        # What is notified for the lease does not move while its data are frozen (RGPD, art. 18).
        row.state = "FROZEN"
    elif row.expected_cents is not None and row.expected_cents != row.amount_cents:
        row.state = "DIFFERS"
    else:
        row.state = "MATCHED"


def take_effect(row: AidRow, lease: KnownLease, *, by: int, at: datetime) -> None:
    """What a matched row writes: a line of the account for a rappel or an indu, the amount notified for a month to
    come."""
    if row.kind == "RAPPEL":
        # What the notice had given before the CAF paid it was the tenant's once already.
        theirs = row.amount_cents - min(row.amount_cents, row.expected_cents or 0)
        if theirs:
            post_aid(row, lease, cents=-theirs, label=f"Rappel d’APL, {_of(row)}", by=by, at=at)
    elif row.kind == "INDU":
        post_aid(row, lease, cents=row.amount_cents, label=f"Indu d’APL retenu par la CAF, {_of(row)}", by=by, at=at)
    elif row.expected_cents is None:
        notify(row, lease, first_day=row.month, at=at)


def post_aid(row: AidRow, lease: KnownLease, *, cents: Cents, label: str, by: int, at: datetime) -> None:
    """One entry between the tenant's account and the CAF's: positive cents are owed by the tenant.

    An RLS is no money of the CAF: the other account is that of the landlord's own reductions.
    """
    other = account_of(*(_REDUCTIONS if row.kind == "RLS" else _CAF))
    sides = {lease.account_id: cents, other.pk: -cents}
    piece = Piece(
        journal="MISC",
        label=label,
        booked_on=first_open_day(at.date()),
        source_kind="AID",
        source_id=row.pk,
        sides=sides,
    )
    post_entry(piece, by=by, at=at)


def notify(row: AidRow, lease: KnownLease, *, first_day: date, at: datetime) -> None:
    """The amount notified from that day on; what ran before ends on the eve."""
    same = DatedAmount.objects.filter(lease_id=lease.lease_id, kind=row.kind)
    running = same.filter(first_day__lte=first_day).exclude(last_day__lt=first_day).order_by("-first_day").first()
    if running is not None and running.amount_cents == row.amount_cents:
        return
    facts = {
        "amount_cents": row.amount_cents,
        "basis": f"paiement de la CAF du {day_fr(at.date())}",
        "source": "CAF",
        "notified_on": at.date(),
    }
    if running is not None and running.first_day == first_day:
        same.filter(pk=running.pk).update(**facts)
        return
    last_day = running.last_day if running is not None else None
    if running is None:
        later = same.filter(first_day__gt=first_day).order_by("first_day").first()
        last_day = later.first_day - timedelta(days=1) if later is not None else None
    else:
        same.filter(pk=running.pk).update(last_day=first_day - timedelta(days=1))
    DatedAmount.objects.create(
        lease_id=lease.lease_id,
        residence_id=lease.residence_id,
        kind=row.kind,
        first_day=first_day,
        last_day=last_day,
        **facts,
    )


def end_notified(lease_id: int, kind: str, *, first_day: date) -> None:
    """Nothing more is notified from that day on: what ran ends on the eve, or before it begins."""
    running = DatedAmount.objects.filter(lease_id=lease_id, kind=kind).exclude(last_day__lt=first_day)
    running.update(last_day=first_day - timedelta(days=1))


def account_of(code: str, label: str) -> Account:
    """A general account, opened when it is first needed."""
    Account.objects.bulk_create([Account(code=code, label=label, kind="GENERAL")], ignore_conflicts=True)
    return Account.objects.get(code=code)


def _of(row: AidRow) -> str:
    return Month.of(row.month).label_fr()
