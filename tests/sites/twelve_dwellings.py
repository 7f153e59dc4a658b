"""Eleven dwellings beside the one that a test walks through: their candidates and their decisions, by operations."""

from datetime import timedelta

import psycopg

from palier.attribution.models import Item
from palier.attribution.operations.deciding import record_decision
from palier.attribution.operations.matching import add_candidate
from palier.attribution.operations.orienting import orient_vacancy
from palier.attribution.operations.vacancies import announce_vacancy
from palier.attribution.rules.deciding import Verdict
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch, Role

OTHERS, CANDIDATES = 11, 36
_OTHERS = """
SELECT d.id FROM estate_dwelling AS d WHERE d.rooms IS NOT NULL AND d.id <> %s AND NOT EXISTS (
    SELECT FROM attribution_vacancy AS v WHERE v.dwelling_id = d.id AND v.state NOT IN ('LET', 'WITHDRAWN')
) ORDER BY d.id LIMIT %s
"""
_FREE = """
SELECT a.number FROM demandes_application AS a JOIN demandes_situation AS s ON s.application_id = a.id
WHERE a.state = 'ACTIVE' AND a.number <> %s AND NOT EXISTS (
    SELECT FROM attribution_candidate AS c WHERE c.application_id = a.id
) ORDER BY a.id DESC LIMIT %s
"""
_OTHER_SHEETS = """
SELECT i.id, h.id FROM attribution_sheet AS h JOIN attribution_item AS i ON i.id = h.item_id
WHERE i.id <> %s AND i.sitting_id = (SELECT sitting_id FROM attribution_item WHERE id = %s)
"""


def prepare_others(look: psycopg.Connection, *, besides: int, but: str) -> list[int]:
    """Eleven vacancies with their holder and their candidates, besides that dwelling, all but that application."""
    dwellings = [row[0] for row in look.execute(_OTHERS, [besides, OTHERS])]
    left = iter([row[0] for row in look.execute(_FREE, [but, CANDIDATES])])
    officer = look.execute("SELECT min(id) FROM agents_agent WHERE role = 'allocation_officer'").fetchone() or (0,)
    by, found = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=officer[0]), []
    with batch(Batch.ALLOCATION, operator="essai", motive="DEMONSTRATION", command="essai", categories=()):
        for rank, other in enumerate(dwellings):
            made = announce_vacancy(
                dwelling_id=other, announced_on=today(), expected_on=today(), available_on=today() + timedelta(days=1),
                rent_cents=25_000, charges_cents=8_000, on=today(),
            )  # fmt: skip
            orient_vacancy(vacancy_id=made.pk, holder_id=None, chosen_for="", by=by, on=today(), version=1)
            for _ in range(4 if rank < CANDIDATES - 3 * OTHERS else 3):
                add_candidate(vacancy_id=made.pk, number=next(left), source="HOLDER", actor=by, on=today())
            found.append(made.pk)
    return found


def decide_others(look: psycopg.Connection, *, but: int) -> None:
    """On every dwelling of the sitting but that item: nobody, for a motive of the list."""
    sheets = look.execute(_OTHER_SHEETS, [but, but]).fetchall()
    secretary = "SELECT s.secretary_id FROM attribution_sitting AS s JOIN attribution_item AS i ON i.sitting_id = s.id"
    (by,) = look.execute(f"{secretary} WHERE i.id = %s", [but]).fetchone() or (0,)
    with batch(Batch.IMPORT, operator="essai", motive="DEMONSTRATION", command="essai"):
        for item, sheet in sheets:
            version = Item.objects.values_list("version", flat=True).get(pk=item)
            verdict = Verdict(kind="NON_ATTRIBUTION", motive="DOSSIER_INCOMPLET")
            record_decision(item_id=item, version=version, sheet_id=sheet, verdict=verdict, by=by, at=now())
