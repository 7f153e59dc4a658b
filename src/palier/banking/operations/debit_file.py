"""The file of a debit run: made from what the run keeps, held against its schema, and the same bytes each time.

The digest of a run is that of its file of 2019, whatever the version that a bank asks for: both are made of the same
debits, under the same message and the same identifiers.
"""

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import file_digest
from pathlib import Path

from django.db import connection, transaction

from palier.banking.formats.pain008 import Amendment, DebitLine, Sequence, Version, write_debits
from palier.banking.identifiers import open_iban
from palier.banking.models import Debit, DebitRun
from palier.banking.operations.debits import DebitRunNotFound, NothingToDebit
from palier.banking.operations.order_files import keep_debit_file, own_account
from palier.banking.operations.voiding import refuse_voided
from palier.banking.rules.sepa import earliest_collection
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month

_BLOCK = 5_000
_LINES = (
    "end_to_end_id", "amount_cents", "sequence", "collected_on", "mandate_reference", "signed_on", "holder_name",
    "iban_sealed", "bic", "former_reference", "former_creditor_id", "account_changed",
)  # fmt: skip
# The mandates that the file uses: their last use, the creditor they know, the amendments told, what is asked again.
_USED = """
UPDATE banking_sepamandate AS m
SET last_used_on = greatest(m.last_used_on, d.collected_on), creditor_id = w.creditor_id
FROM banking_debit AS d, (SELECT creditor_id FROM estate_landlord ORDER BY id LIMIT 1) AS w
WHERE d.run_id = %(run)s AND m.id = d.mandate_id
"""
# An account given since the draft is not in the file: the next one tells it.
_TOLD = """
UPDATE banking_mandatechange AS c SET told_at = %(at)s
FROM banking_debit AS d JOIN banking_sepamandate AS m ON m.id = d.mandate_id AND m.iban_sealed = d.iban_sealed
WHERE d.run_id = %(run)s AND c.mandate_id = d.mandate_id AND c.told_at IS NULL
"""
_AGAIN = """
UPDATE banking_debit AS former SET again_in_id = %(run)s
FROM banking_debit AS d WHERE d.run_id = %(run)s AND former.account_id = d.account_id
  AND former.again_at IS NOT NULL AND former.again_in_id IS NULL
"""
# Whoever withdraws their consent after the signature is debited by no file (code monétaire, art. L133-7); a file asks
# for no day that the banks can no longer meet, nor for another than the notice announced.
_LEFT_OUT = """
WITH gone AS (
    DELETE FROM banking_debit AS d USING banking_sepamandate AS m
    WHERE d.run_id = %(run)s AND m.id = d.mandate_id AND (m.ended_on IS NOT NULL OR d.collected_on < %(earliest)s)
    RETURNING d.run_id, d.account_id, d.residence_id, d.amount_cents,
              CASE WHEN m.ended_on IS NULL THEN 'TOO_LATE' ELSE 'NO_MANDATE' END AS reason
), told AS (
    INSERT INTO banking_debitaside (run_id, account_id, residence_id, reason)
    SELECT run_id, account_id, residence_id, reason FROM gone
)
SELECT count(*), coalesce(sum(amount_cents), 0)::bigint FROM gone
"""


class DebitFileMoved(Refusal):
    """Le fichier refait n’est plus celui qui a été signé : la fiche de l’organisme (nom, compte, ICS) a changé depuis.
    N’envoyez rien, prévenez la comptabilité : s’il n’est pas parti, il s’annule sur sa page."""


class NoDebitCanLeave(Refusal):
    """Plus aucun prélèvement de ce lot ne peut partir : leur jour est passé ou trop proche, ou leur mandat est fini.
    Préparez-le de nouveau : chaque compte mis de côté dira pourquoi."""


class DebitRunNotSigned(Refusal):
    """Ce lot n’est pas signé : une autre personne doit le signer avant que son fichier soit fait."""


def write_debit_file(
    *,
    run_id: int,
    path: Path,
    at: datetime,
    version: Version = Version.OF_2019,
    by_command: bool = False,
    progress: Progress | None = None,
) -> DebitRun:
    """Write the file of a run, whole and sound or not at all, and keep it sealed for its page; the first time, the run
    is noted as written, less the debits whose mandate has ended since it was signed and those whose day the banks can
    no longer meet. Called as a job or a command, from whom nobody is hidden.

    `by_command`: whoever holds the machine writes it without the second signature that the page asks for.
    Raises DebitRunNotFound, DebitRunNotSigned, NothingToDebit, OrderFileVoided, NoDebitCanLeave, DebitFileMoved, and
    what `write_debits` refuses.
    """
    with transaction.atomic():
        run = DebitRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
        if run is None:
            raise DebitRunNotFound
        if run.signed_at is None and run.written_at is None and not by_command:
            raise DebitRunNotSigned
        if not run.count:
            raise NothingToDebit(month=Month.of(run.month).label_fr())
        refuse_voided(run.message_id)
        if run.written_at is None:
            _leave_out(run, written_on=at.astimezone(PARIS).date())
        digest = _make(run, path, progress)
        if run.written_at is None:
            _note(run, digest, at)
        else:
            _refuse_moved(run, digest, path)
        _turn_into(version, run, path)
        keep_debit_file(path, run, version=version, at=at)
        return run


def _leave_out(run: DebitRun, *, written_on: date) -> None:
    """Set aside what can no longer leave since the run was drafted. Raises NoDebitCanLeave."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_OUT, {"run": run.pk, "earliest": earliest_collection(written_on)})
        count, cents = cursor.fetchone()
    if count == run.count:
        raise NoDebitCanLeave
    if count:
        run.count, run.total_cents = run.count - count, run.total_cents - cents
        run.set_aside_count += count
        run.save(update_fields=["count", "total_cents", "set_aside_count"])


def _make(run: DebitRun, path: Path, progress: Progress | None) -> str:
    """Write the file of 2019; its digest."""
    _write(run, path, Version.OF_2019, progress)
    with path.open("rb") as written:
        return file_digest(written, "sha256").hexdigest()


def _turn_into(version: Version, run: DebitRun, path: Path) -> None:
    """In the place of the file of 2019, which is as it was signed, the same debits in the version asked for."""
    if version is not Version.OF_2019:
        path.unlink()
        _write(run, path, version, None)


def _write(run: DebitRun, path: Path, version: Version, progress: Progress | None) -> None:
    write_debits(
        path,
        _lines(run, progress),
        own=own_account(),
        message_id=run.message_id,
        created_at=run.created_at.astimezone(PARIS),
        version=version,
    )


def _refuse_moved(run: DebitRun, digest: str, path: Path) -> None:
    if run.sha256 != digest:
        path.unlink()
        raise DebitFileMoved


def _note(run: DebitRun, digest: str, at: datetime) -> None:
    facts: dict[str, int | datetime] = {"run": run.pk, "at": at}
    with connection.cursor() as cursor:
        for statement in (_USED, _TOLD, _AGAIN):
            cursor.execute(statement, facts)
    run.sha256, run.written_at = digest, at
    run.save(update_fields=["sha256", "written_at"])


def _lines(run: DebitRun, progress: Progress | None) -> Iterator[DebitLine]:
    wording = f"Loyer {Month.of(run.month).label_fr()}"
    rows = Debit.objects.filter(run=run).order_by("account_id").values_list(*_LINES)
    for done, row in enumerate(rows.iterator(chunk_size=_BLOCK), start=1):
        (reference, cents, sequence, day, mandate, signed_on, holder, kept, bic, former, creditor, changed) = row
        amended = bool(former or creditor or changed)
        yield DebitLine(
            end_to_end_id=reference,
            amount_cents=cents,
            sequence=Sequence(sequence),
            collected_on=day,
            mandate_reference=mandate,
            signed_on=signed_on,
            holder_name=holder,
            iban=open_iban(bytes(kept)),
            bic=bic,
            wording=wording,
            amendment=Amendment(former_reference=former, former_creditor_id=creditor, account_changed=changed)
            if amended
            else None,
        )
        if progress is not None and done % _BLOCK == 0:
            progress.at("Prélèvements écrits", done, run.count)
