"""The reconciliation sheet: what the file says, what the ledger holds, residence by residence, and two signatures."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.takeover.imports.account_file import Totals
from palier.takeover.models import Sheet, SheetLine

# Read from the ledger itself and not from what the import believes it wrote.
_TAKEN = """
SELECT o.residence_id, o.kind, count(*), sum(CASE WHEN o.kind = 'BALANCE' THEN p.amount_cents ELSE -p.amount_cents END)
FROM takeover_opening AS o
JOIN ledger_posting AS p ON p.entry_id = o.entry_id
JOIN ledger_account AS a ON a.id = p.account_id
WHERE (o.kind = 'BALANCE' AND p.account_id = o.account_id) OR (o.kind = 'DEPOSIT' AND a.code = 'DEP-GARANTIE')
GROUP BY o.residence_id, o.kind
"""


class SheetNotFound(Refusal):
    """Cette fiche de rapprochement n’existe pas."""


class SheetDoesNotAgree(Refusal):
    """Les montants repris diffèrent du fichier dans {count} lignes de la fiche : corrigez, donnez le fichier entier de
    nouveau, puis signez la nouvelle fiche."""


class SheetAlreadySigned(Refusal):
    """Cette fiche porte déjà ses deux signatures."""


class SamePersonSignsTwice(Refusal):
    """Vous avez déjà signé cette fiche : la seconde signature est celle d’une autre personne."""


def make_sheet(totals: Totals, *, file_name: str, file_sha256: str, by: int, at: datetime) -> Sheet | None:
    """Keep the sheet of a file that was just taken over; None when it held neither balance nor deposit.

    The file is the whole of its balances, or of its deposits: what the ledger holds besides shows as a difference.
    """
    kinds = {kind for _, kind in totals.found}
    if not kinds:
        return None
    taken = {key: value for key, value in _taken().items() if key[1] in kinds}
    with transaction.atomic():
        sheet = Sheet.objects.create(file_name=file_name[:200], file_sha256=file_sha256, made_at=at, made_by=by)
        SheetLine.objects.bulk_create(
            [
                SheetLine(
                    sheet=sheet,
                    residence_id=residence_id,
                    kind=kind,
                    file_count=totals.found.get((residence_id, kind), (0, 0))[0],
                    file_cents=totals.found.get((residence_id, kind), (0, 0))[1],
                    taken_count=taken.get((residence_id, kind), (0, 0))[0],
                    taken_cents=taken.get((residence_id, kind), (0, 0))[1],
                )
                for residence_id, kind in sorted(
                    totals.found.keys() | taken.keys(), key=lambda each: (each[1], each[0] is None, each[0])
                )
            ]
        )
    return sheet


def sign_sheet(*, sheet_id: int, actor: Actor, at: datetime) -> Sheet:
    """Sign a sheet whose two sides agree: a first person, then another.

    Raises SheetNotFound, SheetDoesNotAgree, SheetAlreadySigned, SamePersonSignsTwice.
    """
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update().filter(pk=sheet_id).first()
        if sheet is None:
            raise SheetNotFound
        if sheet.second_signed_by is not None:
            raise SheetAlreadySigned
        if sheet.first_signed_by == actor.agent_id:
            raise SamePersonSignsTwice
        lines = sheet.lines.values_list("file_cents", "taken_cents", "file_count", "taken_count")
        wrong = sum(line[0] != line[1] or line[2] != line[3] for line in lines)
        if wrong:
            raise SheetDoesNotAgree(count=wrong)
        if sheet.first_signed_by is None:
            sheet.first_signed_by, sheet.first_signed_at = actor.agent_id, at
        else:
            sheet.second_signed_by, sheet.second_signed_at = actor.agent_id, at
        sheet.save(update_fields=["first_signed_by", "first_signed_at", "second_signed_by", "second_signed_at"])
    return sheet


def _taken() -> Mapping[tuple[int | None, str], tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN)
        return {(residence_id, kind): (count, int(cents)) for residence_id, kind, count, cents in cursor.fetchall()}
