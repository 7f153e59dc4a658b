"""A batch of the payroll, from the file to the employees: taken in whole or not at all, reviewed, released by another.

Everything of a batch is written by one transaction, after its pages are on the disk: a kill leaves no row, and the same
command begins again. Before its release a batch is undone wholly; afterwards nothing of it changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.jobs import Listener
from palier.foundation.money import euros_fr
from palier.foundation.periods import Month, day_fr
from palier.foundation.turns import take_turns
from palier.mail.store import DocumentStore, Kept
from palier.payroll.models import OWN_SPACE, PAPER, Employee, Opposition, PayBatch, Payslip, Quarantined
from palier.payroll.noting import note_payslips
from palier.payroll.operations.layouts import layout_in_force
from palier.payroll.operations.paper import put_in_lots
from palier.payroll.pay_file import PayFile, open_pay_file
from palier.payroll.rules.electronic import Standing, first_electronic_day, is_electronic
from palier.payroll.rules.splitting import Reason, Slip, Split, split

_LOCK: Final = "palier payroll batches"
_WRITTEN_AT_ONCE: Final = 500


class BatchNotFound(Refusal):
    """Ce lot de bulletins n’existe pas."""


class FileTakenBefore(Refusal):
    """Ce fichier a déjà été pris le {day}, dans le lot n° {number} : rien n’a changé. Annulez ce lot d’abord, s’il est
    faux et pas encore diffusé."""


class BatchEmpty(Refusal):
    """Aucune page de ce fichier ne porte un bulletin : vérifiez la mise en page déclarée, rien n’en est gardé."""


class RegisterEmpty(Refusal):
    """Le registre des salariés est vide : importez-le avant le premier lot de bulletins."""


class BatchAlreadyReleased(Refusal):
    """Ce lot est diffusé : il ne s’annule plus. Faites éditer par la paie le bulletin corrigé, il prendra place à côté
    du premier."""


class BatchAlreadyUndone(Refusal):
    """Ce lot a été annulé : donnez de nouveau son fichier s’il faut le reprendre."""


class BatchNotReviewed(Refusal):
    """Ce lot n’a pas encore été relu : quelqu’un le relit, puis une autre personne le diffuse."""


class TotalsDisagree(Refusal):
    """Le lot ne concorde pas avec sa page de totaux : {count} bulletins lus pour {net}, {told_count} annoncés pour
    {told_net}. Annulez-le et demandez le bon fichier à la paie."""


class QuarantineNotEmpty(Refusal):
    """{count} pages sont encore en quarantaine : décidez de chacune avant de diffuser le lot."""


class PagesDecided(Refusal):
    """Quelqu’un a déjà décidé de ces pages : rouvrez le lot pour lire ce qu’elles sont devenues."""


class ReleasedByTheSame(Refusal):
    """Vous avez pris ou relu ce lot : une autre personne de la paie le diffuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBatch:
    """A file and what is said of it: the month it pays, the day its payslips bear."""

    content: bytes
    name: str
    month: Month
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Payee:
    employee: Employee
    opposed_on: date | None

    def route(self, on: date) -> tuple[str, str]:
        """Where a payslip issued that day goes, and why when it is on paper."""
        standing = Standing(
            entered_on=self.employee.entered_on,
            notice_given_on=self.employee.notice_given_on,
            opposed_on=self.opposed_on,
        )
        if is_electronic(standing, on=on):
            return OWN_SPACE, ""
        first = first_electronic_day(standing)
        return PAPER, "NOT_TOLD" if first is None or on < first else "OPPOSED"


def refuse_taken_before(given: GivenBatch) -> str:
    """The digest of a file that no batch holds. Raises FileTakenBefore."""
    digest = sha256(given.content).hexdigest()
    known = PayBatch.objects.filter(file_sha256=digest).exclude(state="UNDONE").first()
    if known is not None:
        raise FileTakenBefore(day=day_fr(day_of(known.imported_at)), number=known.pk)
    return digest


def import_batch(
    given: GivenBatch, *, store: DocumentStore, by: int, at: datetime, listener: Listener | None = None
) -> PayBatch:
    """Split a file, match it to the register, deposit each payslip sealed, set the rest aside. All or nothing.

    Raises LayoutUnknown, RegisterEmpty, FileTakenBefore, BatchEmpty and what the file itself is refused for.
    """
    _take_turns()
    digest = refuse_taken_before(given)
    layout = layout_in_force()
    payees = _payees()
    if not payees:
        raise RegisterEmpty
    with open_pay_file(given.content, listener) as file:
        found = split(file.texts, layout, known=payees)
        if not any(slip.number for slip in found.slips):
            raise BatchEmpty
        sealed = store.deposit(_cut(file, found.slips, listener))
        pages = len(file.texts)
    batch = _batch_row(given, found, digest=digest, pages=pages, by=by, at=at)
    _keep_payslips(batch, found.slips, sealed, payees, by=by, at=at)
    _keep_aside(batch, found.slips, sealed)
    return batch


def review_batch(*, batch_id: int, by: int, at: datetime) -> PayBatch:
    """Sign that the batch was read. Raises TotalsDisagree, BatchAlreadyReleased, BatchAlreadyUndone, BatchNotFound."""
    batch = _open(batch_id)
    if not batch.agrees:
        raise TotalsDisagree(
            count=batch.found_count,
            net=euros_fr(batch.found_net_cents),
            told_count="—" if batch.told_count is None else batch.told_count,
            told_net="—" if batch.told_net_cents is None else euros_fr(batch.told_net_cents),
        )
    batch.state, batch.reviewed_by, batch.reviewed_at = "REVIEWED", by, at
    batch.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return batch


def release_batch(*, batch_id: int, by: int, at: datetime) -> PayBatch:
    """Open the payslips to their employees, once. Someone who opposed since the import has theirs on paper, in a lot.

    Raises BatchNotReviewed, ReleasedByTheSame, QuarantineNotEmpty, BatchAlreadyReleased, BatchAlreadyUndone.
    """
    batch = _open(batch_id)
    if batch.state != "REVIEWED":
        raise BatchNotReviewed
    if by in {batch.imported_by, batch.reviewed_by}:
        raise ReleasedByTheSame
    left = Quarantined.objects.filter(batch=batch, outcome="").count()
    if left:
        raise QuarantineNotEmpty(count=left)
    payees = {payee.employee.pk: payee for payee in _payees().values()}
    payslips = list(Payslip.objects.filter(batch=batch).order_by("employee__number"))
    for payslip in payslips:
        # Someone may have opposed, or come back to electronic, between the import and now.
        payslip.route, payslip.paper_reason = payees[payslip.employee_id].route(max(batch.issued_on, day_of(at)))
        payslip.released_at = at
    put_in_lots([payslip for payslip in payslips if payslip.route == PAPER], by=by, at=at)
    Payslip.objects.bulk_update(
        payslips, ["route", "paper_reason", "released_at", "print_lot", "print_rank"], batch_size=_WRITTEN_AT_ONCE
    )
    batch.state, batch.released_by, batch.released_at = "RELEASED", by, at
    batch.save(update_fields=["state", "released_by", "released_at"])
    return batch


def undo_batch(*, batch_id: int, by: int, at: datetime) -> PayBatch:
    """Undo a batch that is not released: its payslips, its pages set aside, their keys. Only its line is left.

    Raises BatchAlreadyReleased, BatchAlreadyUndone, BatchNotFound.
    """
    batch = _open(batch_id)
    slips = Payslip.objects.filter(batch=batch)
    note_payslips(slips, "DESTROYED", by=by, at=at)
    # The keys were in these rows and nowhere else: what is left on the disk is noise.
    slips.delete()
    Quarantined.objects.filter(batch=batch).delete()
    batch.state, batch.undone_by, batch.undone_at = "UNDONE", by, at
    batch.save(update_fields=["state", "undone_by", "undone_at"])
    return batch


def return_pages(*, quarantined_id: int, by: int, at: datetime) -> None:
    """Give pages set aside back to the payroll, which corrects them.

    Raises BatchNotFound, BatchAlreadyReleased, BatchAlreadyUndone, PagesDecided.
    """
    batch_id = Quarantined.objects.filter(pk=quarantined_id).values_list("batch_id", flat=True).first()
    if batch_id is None:
        raise BatchNotFound
    _open(batch_id)
    # Read once nobody else is at the batch: they may have found their employee meanwhile.
    aside = Quarantined.objects.filter(pk=quarantined_id, outcome="").first()
    if aside is None:
        raise PagesDecided
    _decide(aside, "RETURNED", by=by, at=at)


def match_again(*, batch_id: int, by: int, at: datetime) -> int:
    """Give their payslips to those who entered the register since; how many. The others stay set aside.

    What was reviewed without them is to be reviewed again. Raises BatchNotFound, BatchAlreadyReleased,
    BatchAlreadyUndone.
    """
    batch = _open(batch_id)
    payees = _payees()
    served = set(Payslip.objects.filter(batch=batch).values_list("employee_id", flat=True))
    matched: list[Quarantined] = []
    waiting = list(Quarantined.objects.filter(batch=batch, outcome="", reason=Reason.UNKNOWN))
    numbers = [aside.number for aside in waiting]
    for aside in waiting:
        payee = payees.get(aside.number)
        if payee is None or payee.employee.pk in served or numbers.count(aside.number) > 1:
            continue
        matched.append(aside)
    slips = [
        Slip(first_page=each.first_page, pages=each.pages, number=each.number, net_cents=each.net_cents)
        for each in matched
    ]
    _keep_payslips(batch, slips, [each.kept for each in matched], payees, by=by, at=at)
    for aside in matched:
        _decide(aside, "MATCHED", by=by, at=at)
    if matched and batch.state == "REVIEWED":
        batch.state, batch.reviewed_by, batch.reviewed_at = "READ", None, None
        batch.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return len(matched)


def _decide(aside: Quarantined, outcome: str, *, by: int, at: datetime) -> None:
    aside.outcome, aside.decided_by, aside.decided_at = outcome, by, at
    aside.save(update_fields=["outcome", "decided_by", "decided_at"])


def _cut(file: PayFile, slips: Sequence[Slip], listener: Listener | None) -> Iterator[bytes]:
    for rank, slip in enumerate(slips, start=1):
        yield file.cut(slip.first_page, slip.pages)
        if listener is not None:
            listener("Bulletins scellés", rank, len(slips))


def _batch_row(given: GivenBatch, found: Split, *, digest: str, pages: int, by: int, at: datetime) -> PayBatch:
    totals = found.totals
    batch = PayBatch(
        month=given.month.first_day,
        issued_on=given.issued_on,
        file_name=given.name[:120],
        file_sha256=digest,
        pages=pages,
        found_count=len(found.slips),
        found_net_cents=found.net_cents,
        told_count=totals.count if totals else None,
        told_net_cents=totals.net_cents if totals else None,
        imported_by=by,
        imported_at=at,
    )
    check_values(batch)
    batch.save(force_insert=True)
    return batch


def _keep_payslips(
    batch: PayBatch,
    slips: Sequence[Slip],
    sealed: Sequence[Kept],
    payees: Mapping[str, _Payee],
    *,
    by: int,
    at: datetime,
) -> None:
    earlier = dict(
        Payslip.objects.filter(month=batch.month, released_at__isnull=False)
        .order_by("pk")
        .values_list("employee_id", "pk")
    )
    rows = []
    for slip, kept in zip(slips, sealed, strict=True):
        if slip.reason is not None:
            continue
        payee = payees[slip.number]
        route, reason = payee.route(batch.issued_on)
        rows.append(
            Payslip(
                batch=batch,
                employee=payee.employee,
                person_id=payee.employee.person_id,
                month=batch.month,
                issued_on=batch.issued_on,
                route=route,
                paper_reason=reason,
                corrects_id=earlier.get(payee.employee.pk),
                **_pages(slip, kept),
            )
        )
    Payslip.objects.bulk_create(rows)
    note_payslips(rows, "DEPOSITED", by=by, at=at)


def _keep_aside(batch: PayBatch, slips: Sequence[Slip], sealed: Sequence[Kept]) -> None:
    Quarantined.objects.bulk_create(
        [
            Quarantined(batch=batch, reason=slip.reason.value, number=slip.number, **_pages(slip, kept))
            for slip, kept in zip(slips, sealed, strict=True)
            if slip.reason is not None
        ]
    )


def _pages(slip: Slip, kept: Kept) -> dict[str, int | str | bytes | None]:
    return {
        "first_page": slip.first_page,
        "pages": slip.pages,
        "net_cents": slip.net_cents,
        "sha256": kept.digest,
        "byte_count": kept.size,
        "kept_key": kept.wrapped,
        "kept_pack": kept.pack,
        "kept_slot": kept.slot,
    }


def _payees() -> dict[str, _Payee]:
    """The register by number, with the opposition that runs."""
    running = dict(Opposition.objects.filter(taken_back_on=None).values_list("employee_id", "said_on"))
    return {each.number: _Payee(employee=each, opposed_on=running.get(each.pk)) for each in Employee.objects.all()}


def _open(batch_id: int) -> PayBatch:
    """The batch, locked, still to decide. Raises BatchNotFound, BatchAlreadyReleased, BatchAlreadyUndone."""
    _take_turns()
    batch = PayBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise BatchNotFound
    if batch.state == "RELEASED":
        raise BatchAlreadyReleased
    if batch.state == "UNDONE":
        raise BatchAlreadyUndone
    return batch


def _take_turns() -> None:
    """Two people on one batch, or the same file twice at once: the second waits for the first."""
    take_turns(_LOCK)
