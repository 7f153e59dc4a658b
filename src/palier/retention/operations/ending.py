"""Ending rows, one block a transaction: found by their rule, erased or made anonymous, counted, never twice."""

import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french
from palier.retention.queries import RuleInForce
from palier.retention.rules.schedule import EndAction
from palier.retention.shape import Step
from palier.retention.steps import STEPS


class NotAllEnded(Refusal):
    """La base n’a pas effacé toutes les lignes échues de « {table} » ({ended} sur {due}) : rien n’a été changé. Lancez
    palier policy check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a step ended, or would end: rows, their digest, and those that are due but held back."""

    step: Step
    action: EndAction
    rows: int
    held: int
    ids_sha256: str


_DUE = """
SELECT {columns} FROM ({rows}) AS t
WHERE t.since IS NOT NULL AND (t.since + make_interval(months => %(months)s))::date < %(on)s AND {held}
"""


def work_out_facts(on: date) -> None:
    """Fill the temporary tables that the steps read; they go with the transaction."""
    statements = (files("palier.retention") / "sql" / "facts.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        # One statement at a time: the driver takes parameters for one only.
        for statement in statements.split(";\n"):
            cursor.execute(statement, {"on": on} if "%(on)s" in statement else None)


def steps_of(rules: dict[str, RuleInForce]) -> list[tuple[Step, RuleInForce]]:
    """Every step with its rule, in the order in which they are taken."""
    return [(step, rules[step.rule]) for step in STEPS]


def due_ids(step: Step, rule: RuleInForce, *, on: date, limit: int | None) -> list[int | str]:
    """The rows whose time is over on that day and that nothing holds back, the first ids."""
    statement = (
        _DUE.format(columns="t.id", rows=step.rows, held=f"NOT t.is_held AND NOT ({step.waits_for})") + " ORDER BY t.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement + (" LIMIT %(limit)s" if limit else ""), {"months": rule.rule.months, "on": on, "limit": limit}
        )
        return [number for (number,) in cursor.fetchall()]


def held_count(step: Step, rule: RuleInForce, *, on: date) -> int:
    """How many rows are due and wait."""
    statement = _DUE.format(columns="count(*)", rows=step.rows, held="t.is_held")
    with connection.cursor() as cursor:
        cursor.execute(statement, {"months": rule.rule.months, "on": on})
        (count,) = cursor.fetchone()
        return int(count)


def end_rows(step: Step, ids: list[int | str], *, day: date) -> None:
    """End these rows, all of them. Raises NotAllEnded: a right that is missing erases nothing in silence."""
    with connection.cursor() as cursor:
        cursor.execute(step.end, {"ids": ids, "day": day})
        ended = cursor.fetchone()[0] if step.is_sealed else cursor.rowcount
    if ended != len(ids):
        raise NotAllEnded(table=step.label, ended=ended, due=len(ids))


def files_of(step: Step, ids: list[int | str]) -> list[str]:
    """The digests of the files that these rows name in the store of documents."""
    if not step.files:
        return []
    with connection.cursor() as cursor:
        cursor.execute(step.files, {"ids": ids})
        return [digest for (digest,) in cursor.fetchall()]


def write_out(step: Step, ids: list[int | str], *, folder: Path) -> None:
    """Write the rows as JSON Lines for the public archives, in a file of their own named by their digest.

    Before they go, and whole: a kill leaves nothing under the name, and the same block writes the same file again.
    """
    with connection.cursor() as cursor:
        cursor.execute(step.archived, {"ids": ids})
        lines = "".join(f"{line}\n" for (line,) in cursor.fetchall())
    with told_in_french(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = folder / f"{step.table}-{digest_of(ids)[:16]}.jsonl"
        draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(lines, encoding="utf-8")
        draft.replace(place)


def digest_of(ids: list[int | str]) -> str:
    """The digest that a certificate carries in place of the ids: sha256 of their list, one a line, in order."""
    return sha256("\n".join(map(str, ids)).encode()).hexdigest()
