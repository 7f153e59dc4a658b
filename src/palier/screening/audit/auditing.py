"""The audit from end to end: look at the file, screen its comments, write the report whole.

A kill loses half a second of work: the same command goes on from the blocks already screened.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from palier.screening.audit import folder
from palier.screening.audit.figures import Figures, authors_of, categories_of, crossed_of, groups_of, sample_of, share
from palier.screening.audit.folder import AuditCard, Plan, WorkFolder
from palier.screening.audit.listing import FIGURES, write_figures, write_lists
from palier.screening.audit.page import page_of
from palier.screening.audit.rules import LEAST_SHOWN, shown, shown_parts
from palier.screening.audit.scanning import Draw, scan
from palier.screening.audit.source import Columns, Source, comments_of, open_source
from palier.screening.audit.tally import Tally

REPORT = "rapport"
NO_SITE = "sans site"
NO_DATE = "sans date"

# The PDF of the report; given from above, where documents are made.
Press = Callable[[Figures], bytes]
Listener = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to audit. `seed` None lets a resumed audit keep the seed that it began with, else `fresh_seed` is taken.

    `fresh_seed` and `salt` are drawn by the caller; `sample` is how many unflagged comments are drawn.
    """

    file: Path
    columns: Columns
    report: Path
    sheet: str = ""
    processes: int = 2
    sample: int = 400
    seed: int | None = None
    fresh_seed: int
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What was found, exactly: the report itself hides its small counts."""

    tally: Tally
    source: Source
    seed: int
    sample: int


def audit(order: Order, *, press: Press, on: date, listener: Listener) -> Audited:
    """Screen every comment and write the report. `listener` is told the lines read and their total.

    Raises a Refusal when the file, a column or the folder will not do; the work folder then stays as it was.
    """
    report = order.report.resolve()
    folder.refuse_taken(report)
    source = open_source(order.file, order.columns, sheet=order.sheet)
    with folder.working(report, _plan_of(order, source, on), any_seed=order.seed is None) as work:
        plan = work.plan
        draw = Draw(size=plan["sample"], seed=plan["seed"])
        tally = Tally()
        for line, so_far in scan(
            comments_of(source), folder=work.blocks, processes=order.processes, draw=draw, salt=plan["salt"]
        ):
            tally = so_far
            listener(line, source.lines)
        listener(source.lines, source.lines)
        _write(work, order, source, tally, press)
        work.publish()
    return Audited(tally=tally, source=source, seed=plan["seed"], sample=min(plan["sample"], tally.unflagged))


def write_report(report: Path, figures: Figures, *, press: Press) -> None:
    """Write the four files that the board may read, each whole or not at all."""
    made = (
        (folder.REPORT_CARD, (json.dumps(figures, ensure_ascii=False, indent=1) + "\n").encode("utf-8")),
        (f"{REPORT}.html", page_of(figures).encode("utf-8")),
        (f"{REPORT}.pdf", press(figures)),
    )
    for name, content in made:
        partial = report / f"{name}.partiel"
        partial.write_bytes(content)
        partial.rename(report / name)
    partial = report / f"{FIGURES}.partiel"
    write_figures(figures, partial)
    partial.rename(report / FIGURES)


def read_figures(report: Path) -> Figures:
    """The figures of a finished report. Raises NotAReport."""
    folder.read_card(report)
    try:
        told: Figures = json.loads((report / folder.REPORT_CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as absent:
        raise folder.NotAReport(name=report.name) from absent
    return told


def _plan_of(order: Order, source: Source, on: date) -> Plan:
    return {
        "sha256": source.sha256,
        "columns": folder.columns_told(order.columns),
        "sheet": source.sheet,
        "screen": folder.screen_digest(),
        "sample": order.sample,
        "seed": order.fresh_seed if order.seed is None else order.seed,
        "salt": order.salt,
        "on": on.isoformat(),
    }


def _write(work: WorkFolder, order: Order, source: Source, tally: Tally, press: Press) -> None:
    if work.ready.exists():
        return
    if work.draft.exists():
        for left in work.draft.iterdir():
            left.unlink()
    work.draft.mkdir(mode=0o700, exist_ok=True)
    last_key = write_lists(work.blocks, work.draft, sample_size=work.plan["sample"])
    write_report(work.draft, _figures_of(work.plan, order, source, tally), press=press)
    card: AuditCard = {
        "file": order.file.name,
        "sha256": source.sha256,
        "column": order.columns.comment,
        "sheet": source.sheet,
        "screen": work.plan["screen"],
        "flagged": tally.flagged,
        "unflagged": tally.unflagged,
        "aside": tally.aside,
        "sample": min(work.plan["sample"], tally.unflagged),
        "seed": work.plan["seed"],
        "last_key": f"{last_key:016x}",
        "on": work.plan["on"],
    }
    folder.write_private(work.draft / folder.AUDIT, json.dumps(card, ensure_ascii=False, indent=1) + "\n")


def _figures_of(plan: Plan, order: Order, source: Source, tally: Tally) -> Figures:
    parts = shown_parts({"blocked": tally.blocked, "warned": tally.flagged - tally.blocked})
    columns = order.columns
    return {
        "on": plan["on"],
        "sha256": source.sha256,
        "column": columns.comment,
        "encoding": source.encoding,
        "filter": plan["screen"],
        "rows": tally.rows,
        "comments": tally.comments,
        "empty": tally.empty,
        "aside": tally.aside,
        "flagged": shown(tally.flagged),
        "share": share(shown(tally.flagged), tally.comments),
        "blocked": parts["blocked"],
        "warned": parts["warned"],
        "average": round(tally.characters / tally.comments) if tally.comments else 0,
        "longest": tally.longest if tally.comments >= LEAST_SHOWN else 0,
        "categories": categories_of(tally),
        "sites": groups_of(tally.sites, unnamed=NO_SITE, by_name=False) if columns.site else [],
        "years": groups_of(tally.years, unnamed=NO_DATE, by_name=True) if columns.day else [],
        "authors": authors_of(tally.authors) if columns.author else None,
        "crossed": crossed_of(tally.years, unnamed=NO_DATE) if columns.day else {},
        "sample": sample_of(tally, asked=plan["sample"], seed=plan["seed"]),
        "review": None,
    }
