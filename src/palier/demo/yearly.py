"""What comes once a month or a year: the CAF's files, the revision of rents simulated, a month of the books closed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from palier.aid.models import AidFile, AidRow
from palier.aid.operations.import_file import import_aid
from palier.aid.operations.queue import attach_row
from palier.banking.models import BankAccount
from palier.campaigns.models import Revision
from palier.campaigns.operations.revision import IndexUnknown, RevisionInThePast, Vote, simulate_revision
from palier.closing.operations.close import close_month, waive_item
from palier.closing.operations.stating import state_by_hand
from palier.closing.queries import closing_list
from palier.demo.caf_papers import Paid, number_of, write_payments
from palier.demo.money import Scene
from palier.demo.months import acting_for
from palier.foundation.periods import Month
from palier.foundation.reading import fetch, fetch_count
from palier.ledger.models import Period
from palier.privacy.declare import Batch

_APL: Final = """
SELECT l.reference, -k.amount_cents AS cents, l.id AS lease_id FROM quittancement_line AS k
JOIN quittancement_run AS r ON r.id = k.run_id AND r.state = 'SEALED' AND r.month = %(month)s
JOIN leases_lease AS l ON l.id = k.lease_id JOIN estate_residence AS e ON e.id = l.residence_id
WHERE k.kind = 'APL' AND k.amount_cents < 0
ORDER BY row_number() OVER (PARTITION BY e.agency_id ORDER BY l.id), l.id LIMIT 8
"""
_BOOKS: Final = """
SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
WHERE p.account_id = %(account)s AND p.booked_on <= %(on)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aided:
    reference: str
    cents: int
    lease_id: int

    @property
    def number(self) -> str:
        return number_of(self.lease_id)


def aid(scene: Scene) -> int:
    """Two months of the CAF: the first gives its numbers to leases, the second has what must be looked at.

    The cents that the CAF transfers for the second; 0 when nobody is aided.
    """
    with acting_for(scene.by.reviewer_id, "REPRISE", Batch.IMPORT) as actor:
        done = AidFile.objects.order_by("-id").first()
        if done is not None:
            return int(done.net_cents)
        before = fetch(_Aided, _APL, {"month": scene.month.previous().first_day})
        now = fetch(_Aided, _APL, {"month": scene.month.first_day})
        if len(before) < 2 or len(now) < 2:
            return 0
        _import(scene, scene.month.previous(), _paid(before, scene.month.previous()))
        known = {each.number: each for each in before}
        # The last one is left to whoever visits.
        for row in AidRow.objects.filter(state="UNKNOWN").order_by("id")[: len(before) - 1]:
            reference = next(each.reference for number, each in known.items() if number.endswith(row.number_end))
            attach_row(row_id=row.pk, reference=reference, actor=actor, at=scene.at)
        return _import(scene, scene.month, _looked_at(now, scene.month))


def _paid(aided: Sequence[_Aided], month: Month) -> list[Paid]:
    return [Paid(number=each.number, month=month, cents=each.cents) for each in aided]


def _looked_at(aided: Sequence[_Aided], month: Month) -> list[Paid]:
    """As deducted, but for the first (another amount), the second (an indu withheld, a rappel), and someone unknown."""
    rows = _paid(aided, month)
    rows[0] = replace(rows[0], cents=rows[0].cents + 1_200)
    rows[1] = replace(rows[1], withheld_cents=3_000)
    rappel = Paid(number=rows[1].number, month=month.previous(), cents=4_500)
    return [*rows, rappel, Paid(number="900000000999999", month=month, cents=15_400)]


def _import(scene: Scene, month: Month, rows: list[Paid]) -> int:
    path = scene.folder / f"caf-{month}.txt"
    write_payments(path, rows)
    return import_aid(path, by=scene.by.reviewer_id, at=scene.at).net_cents


def revision(scene: Scene) -> None:
    """Next year's revision, simulated on the whole stock: it waits for whoever signs."""
    with acting_for(scene.by.reviewer_id, "CAMPAGNE", Batch.IMPORT):
        if Revision.objects.exists():
            return
        try:
            simulate_revision(vote=Vote(year=scene.at.year + 1), by=scene.by.reviewer_id, at=scene.at)
        except (IndexUnknown, RevisionInThePast):
            # The index of that year is not published yet: there is nothing to simulate.
            return


def closing(scene: Scene) -> None:
    """The month before the demonstration's: what it lacks is set aside with a motive, then two people close it."""
    month = scene.month.previous()
    with acting_for(scene.by.reviewer_id, "MOIS") as actor:
        if Period.objects.filter(month=month.first_day).exists() or month.last_day > scene.on:
            return
        for account in BankAccount.objects.all():
            books = fetch_count(_BOOKS, {"account": account.account_id, "on": month.last_day})
            state_by_hand(bank_account_id=account.pk, on=month.last_day, balance_cents=books, actor=actor, at=scene.at)
        for item in closing_list(month).missing:
            waive_item(month=month, item=item.code, reason="DONE_ELSEWHERE", actor=actor, at=scene.at)
        close_month(month=month, reason="MONTH_END", actor=actor, at=scene.at)
    with acting_for(scene.by.sealer_id, "MOIS") as actor:
        close_month(month=month, reason="MONTH_END", actor=actor, at=scene.at)
