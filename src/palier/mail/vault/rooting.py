"""Each night, the events that no root covers yet go in a tree; its root is chained, published, and stamped outside."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french
from palier.mail.models import VaultEventColumns, VaultRoot
from palier.mail.vault.proving import GENESIS, Told, head_of, in_order, root_of
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.journal.canonical import instant_text
from palier.privacy.journal.timestamps import ask_for_timestamp

COMMAND: Final = "preuve des documents"
MOTIVE: Final = "VERIFICATION"
_LEFT: Final = "SELECT id, ref, at, kind, sha256, by FROM {} WHERE root_number IS NULL ORDER BY id"
_COVERED: Final = "UPDATE {} SET root_number = %s WHERE id = ANY (%s)"
# An authority that was silent for days is asked again for the last ones only: each covers those before.
_ASKED_AGAIN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooted:
    """What a night made: the last root, how many events it covers; `refusal` says why the timestamp did not come."""

    number: int
    leaves: int
    head: str
    is_stamped: bool
    refusal: str = ""


def journals() -> list[str]:
    """The tables of events, of every room."""
    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, VaultEventColumns))


def heads_file() -> Path:
    """Where the heads are published, a line each, beside those of the read journal."""
    path: Path = settings.PALIER_JOURNAL_HEADS
    return path.with_name("documents.jsonl")


def make_root(*, operator: str, at: datetime) -> Rooted | None:
    """Cover by a root every event that has none, publish it, have it stamped; None when nothing was ever noted.

    Opens its own transactions. Killed, it is gone on with: a root is there with its events or not at all, and what is
    not published or stamped yet is done by the next. Raises DiskFull, HomeUnreachable.
    """
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=()):
        _cover(at)
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=()):
        _publish(at)
    refusal = ""
    if settings.PALIER_JOURNAL_TIMESTAMP_URL:
        with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=()):
            refusal = _stamp(at)
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=()):
        last = VaultRoot.objects.order_by("-number").first()
    if last is None:
        return None
    return Rooted(
        number=last.number,
        leaves=last.leaf_count,
        head=last.head_sha256,
        is_stamped=last.stamp is not None,
        refusal=refusal,
    )


def _cover(at: datetime) -> None:
    found: dict[str, list[int]] = {}
    told: list[Told] = []
    with connection.cursor() as cursor:
        # Two nights at once would chain two roots to one.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier document root'))")
        for table in journals():
            cursor.execute(sql.SQL(_LEFT).format(sql.Identifier(table)))
            rows = cursor.fetchall()
            found[table] = [number for number, *_ in rows]
            told += [Told(ref=ref, at=on, kind=kind, sha256=digest, by=by) for _, ref, on, kind, digest, by in rows]
        if not told:
            return
        before = VaultRoot.objects.order_by("-number").values_list("number", "head_sha256").first()
        number, previous = (before[0] + 1, before[1]) if before else (1, GENESIS)
        leaves = in_order(told)
        day, root = at.astimezone(PARIS).date(), root_of(leaves).hex()
        VaultRoot.objects.create(
            number=number,
            day=day,
            made_at=at,
            leaf_count=len(leaves),
            leaves=b"".join(leaves),
            root_sha256=root,
            previous_sha256=previous,
            head_sha256=head_of(number=number, day=str(day), leaves=len(leaves), root=root, previous=previous),
        )
        for table, ids in found.items():
            cursor.execute(sql.SQL(_COVERED).format(sql.Identifier(table)), [number, ids])


def _publish(at: datetime) -> None:
    """A line may be there twice after a kill: it says the same."""
    path = heads_file()
    for root in VaultRoot.objects.filter(published_at=None).defer("leaves").order_by("number"):
        line = json.dumps({"number": root.number, "head": root.head_sha256, "made_at": instant_text(root.made_at)})
        with told_in_french(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
                file.flush()
                os.fsync(file.fileno())
        VaultRoot.objects.filter(number=root.number).update(published_at=at)


def _stamp(at: datetime) -> str:
    waiting = VaultRoot.objects.filter(stamp=None).order_by("-number").values_list("number", "head_sha256")
    for number, head in waiting[:_ASKED_AGAIN]:
        try:
            token = ask_for_timestamp(
                settings.PALIER_JOURNAL_TIMESTAMP_URL,
                bytes.fromhex(head),
                authority=settings.PALIER_JOURNAL_TIMESTAMP_CA,
            )
        except Refusal as refusal:
            return str(refusal)
        VaultRoot.objects.filter(number=number).update(stamp=token, stamped_at=at)
    return ""
