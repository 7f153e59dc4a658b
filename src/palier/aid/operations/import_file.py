"""A file of the CAF imported: read whole, its sums checked, each row matched or put in the queue, once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from palier.aid.models import WAITING, AidFile, AidRow
from palier.aid.numbers import number_digest, number_end
from palier.aid.operations.absent import queue_absent
from palier.aid.operations.matching import deducted, in_force, judge, known_leases, take_effect, unpaid
from palier.aid.rules.fixed_width import DEFAULT, AidContent, Profile, read_aid
from palier.banking.operations.settling import hold_settlements, settle_accounts
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents
from palier.foundation.reviews import digest_of


class AidFileNotThere(Refusal):
    """Le fichier « {name} » n’existe pas ou ne s’ouvre pas : vérifiez le chemin et les droits."""


class AidFileNotText(Refusal):
    """« {name} » n’est pas un fichier de texte : un fichier de paiement de la CAF se lit ligne à ligne."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. `created` is 0 when the same file had been read before.

    `exceptions` counts the `absent` too: the aids of the month before of which the file says nothing.
    """

    file_id: int
    rows: int
    created: int
    matched: int
    exceptions: int
    absent: int
    net_cents: Cents


def import_aid(path: Path, *, by: int, at: datetime, profile: Profile = DEFAULT) -> Imported:
    """Import a file: all of its rows or none. The same file again creates nothing.

    Called inside `batch()`. Raises AidFileNotThere, AidFileNotText and the refusals of the reading.
    """
    content = _read(path, profile)
    sha256 = digest_of(path)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.aid'))")
        earlier = AidFile.objects.filter(sha256=sha256).first()
        if earlier is not None:
            return _counted(earlier, created=0)
        file = AidFile.objects.create(
            sha256=sha256,
            file_name=path.name[:120],
            profile=profile.name,
            landlord_code=content.landlord_code,
            month=content.month,
            row_count=len(content.details),
            net_cents=content.net_cents,
            imported_by=by,
            imported_at=at,
        )
        rows = _rows(file, content)
        leases = known_leases([row.number_digest for row in rows])
        billed = _billed(rows, {digest: lease.lease_id for digest, lease in leases.items()})
        owed = {
            month: unpaid(sorted({lease_id for lease_id, _ in found}), month, found) for month, found in billed.items()
        }
        for row in rows:
            judge(row, leases.get(row.number_digest), billed[row.month], owed[row.month])
        AidRow.objects.bulk_create(rows, batch_size=2_000)
        queue_absent(file, present={row.number_digest for row in rows})
        hold_settlements()
        running = in_force([lease.lease_id for lease in leases.values()], file.month)
        for row in rows:
            is_new = running.get((row.lease_id, row.kind)) != row.amount_cents
            if row.state == "MATCHED" and (is_new or row.kind in ("RAPPEL", "INDU")):
                take_effect(row, leases[row.number_digest], by=by, at=at)
        settle_accounts((lease.account_id for lease in leases.values()), by=by, at=at)
        return _counted(file, created=len(rows))


def _read(path: Path, profile: Profile) -> AidContent:
    try:
        # ISO 8859-1 reads any byte: the names, which are not kept, are the only words of the file.
        with path.open(encoding="iso-8859-1", newline="") as lines:
            head = lines.read(4_096)
            if "\0" in head:
                raise AidFileNotText(name=path.name)
            lines.seek(0)
            return read_aid(lines, profile)
    except OSError as error:
        raise AidFileNotThere(name=path.name) from error


def _rows(file: AidFile, content: AidContent) -> list[AidRow]:
    rows: list[AidRow] = []
    paid_month = content.month
    for detail in content.details:
        kind = "APL" if detail.month == paid_month else "RAPPEL"
        for each, cents in ((kind, detail.amount_cents), ("INDU", detail.withheld_cents), ("RLS", detail.rls_cents)):
            if cents:
                rows.append(
                    AidRow(
                        file=file,
                        rank=len(rows) + 1,
                        number_digest=number_digest(content.landlord_code, detail.number),
                        number_end=number_end(detail.number),
                        kind=each,
                        month=detail.month,
                        amount_cents=cents,
                    )
                )
    return rows


def _billed(rows: list[AidRow], leases: dict[str, int]) -> dict[date, dict[tuple[int, str], Cents]]:
    by_month: dict[date, list[int]] = defaultdict(list)
    for row in rows:
        lease_id = leases.get(row.number_digest)
        by_month[row.month] += [lease_id] if lease_id is not None else []
    return {month: deducted(found, month) for month, found in by_month.items()}


def _counted(file: AidFile, *, created: int) -> Imported:
    read = AidRow.objects.filter(file=file, amount_cents__gt=0).exclude(kind="TRANSFER")
    exceptions = read.filter(state__in=WAITING).count()
    absent = AidRow.objects.filter(file=file, state="ABSENT").count()
    count = read.count()
    return Imported(
        file_id=file.pk,
        rows=count,
        created=created,
        matched=count - exceptions,
        exceptions=exceptions + absent,
        absent=absent,
        net_cents=file.net_cents,
    )
