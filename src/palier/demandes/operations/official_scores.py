"""Official scores taken in, and their gaps with the control computation: kept as given, never computed here."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

from palier.demandes.imports.official_scores import COLUMNS, OfficialRow, official_row
from palier.demandes.models import Application, OfficialScore, Standing
from palier.foundation.clock import day_of
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.header import require_columns
from palier.foundation.tabular.outcome import Outcome, Verdict
from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.records import Record

_BLOCK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A score of the territory that the control computation does not find again."""

    number: str
    territory: str
    official: Decimal
    control: int


def import_official_scores(path: Path, *, sheet: str = "", at: datetime) -> tuple[Outcome, list[Gap]]:
    """Take in a CSV or XLSX of scores. The same file again changes nothing. Called inside `batch()`.

    Raises the refusals of the reading.
    """
    table = open_table(path, sheet=sheet)
    require_columns(table.columns, COLUMNS)
    outcome = Outcome(header=table.header, file_warnings=table.warnings)
    gaps: list[Gap] = []
    while records := list(islice(table.records, _BLOCK)):
        gaps.extend(_take_in(records, outcome, at))
    return outcome, gaps


def _take_in(records: list[Record], outcome: Outcome, at: datetime) -> list[Gap]:
    numbers = [record.raw("numero") for record in records]
    known = dict(Application.objects.filter(number__in=numbers).values_list("number", "id"))
    kept = {
        (score.application_id, score.territory, score.computed_on): score
        for score in OfficialScore.objects.filter(application_id__in=known.values())
    }
    control = {
        (application_id, territory): points
        for application_id, territory, points in Standing.objects.filter(application_id__in=known.values()).values_list(
            "application_id", "territory", "points"
        )
    }
    gaps = []
    for record in records:
        checking = Checking(record)
        row = official_row(checking, known, today=day_of(at))
        if row is None:
            outcome.refuse(record, checking.remarks)
            continue
        outcome.accept(record, _keep(row, kept, at), checking.remarks, key=record.raw("numero"))
        computed = control.get((row.application_id, row.territory))
        if computed is not None and computed != row.points:
            gaps.append(
                Gap(number=record.raw("numero"), territory=row.territory, official=row.points, control=computed)
            )
    return gaps


def _keep(row: OfficialRow, kept: dict[tuple[int, str, date], OfficialScore], at: datetime) -> Verdict:
    key = (row.application_id, row.territory, row.computed_on)
    known = kept.get(key)
    if known is not None and (known.points, known.source) == (row.points, row.source):
        return Verdict.UNCHANGED
    score, is_new = OfficialScore.objects.update_or_create(
        application_id=row.application_id,
        territory=row.territory,
        computed_on=row.computed_on,
        defaults={"points": row.points, "source": row.source, "received_at": at},
    )
    kept[key] = score
    return Verdict.CREATE if is_new else Verdict.UPDATE
