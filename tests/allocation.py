"""A commission that sat, written by hand beside every policy: one vacant dwelling, Inès at rank 1, Noël at rank 2.

To be written after tests/applications.py. The dwelling 1199 is in Les Tilleuls (Nord); the sitting 61 was held a week
ago and its minutes are sealed.
"""

from datetime import timedelta

import psycopg
from tests.applications import HERS, HIS, OFFICER, SECRETARY
from tests.landlord import insert

from palier.foundation.clock import now, today

DWELLING, VACANCY, SITTING, ITEM = 1199, 71, 61, 62
HER_CANDIDACY, HIS_CANDIDACY = 81, 82
HER_SHEET, HIS_SHEET = 83, 84
HER_DECISION, HIS_DECISION = 85, 86


def write_sealed_sitting(session: psycopg.Connection) -> None:
    """Fill a landlord that has its two applications."""
    insert(session, "estate_dwelling", [
        {"id": DWELLING, "residence_id": 11, "staircase_id": 11, "door": "99", "floor": 2, "rooms": 3,
         "floor_area_m2": 61, "annex_area_m2": 0, "financing": "PLUS"},
    ])  # fmt: skip
    insert(session, "attribution_vacancy", [
        {"id": VACANCY, "dwelling_id": DWELLING, "residence_id": 11, "announced_on": today() - timedelta(days=40),
         "expected_on": today() - timedelta(days=10), "available_on": today() - timedelta(days=5),
         "rent_cents": 43_210, "charges_cents": 6_500, "state": "AGENDA", "withdrawn_for": "", "version": 1},
    ])  # fmt: skip
    insert(session, "attribution_commissionrules", [
        {"id": 60, "version": "2026-01", "first_day": "2026-01-01", "adopted_on": "2025-12-15", "quorum": 3,
         "casting": "MAYOR", "least_candidates": 2, "proxies_each": 1, "remote_allowed": True,
         "convened_days_before": 5},
    ])  # fmt: skip
    insert(session, "attribution_sitting", [
        {"id": SITTING, "number": "CAL-TEST-1", "held_on": today() - timedelta(days=7), "mode": "ROOM", "rules_id": 60,
         "state": "SEALED", "secretary_id": SECRETARY, "version": 1},
    ])  # fmt: skip
    insert(session, "attribution_item", [
        {"id": ITEM, "sitting_id": SITTING, "vacancy_id": VACANCY, "rank": 1, "exception": "", "version": 1,
         "is_postponed": False},
    ])  # fmt: skip
    for candidate, application in ((HER_CANDIDACY, HERS), (HIS_CANDIDACY, HIS)):
        insert(session, "attribution_candidate", [
            {"id": candidate, "vacancy_id": VACANCY, "application_id": application, "source": "MATCHING",
             "added_on": today() - timedelta(days=20), "added_by_id": OFFICER, "withdrawn_for": ""},
        ])  # fmt: skip
    for sheet, candidate, pseudonym in ((HER_SHEET, HER_CANDIDACY, "C-01"), (HIS_SHEET, HIS_CANDIDACY, "C-02")):
        insert(session, "attribution_sheet", [
            {"id": sheet, "item_id": ITEM, "candidate_id": candidate, "pseudonym": pseudonym, "content": {},
             "digest": "0" * 64, "made_at": now() - timedelta(days=8)},
        ])  # fmt: skip
    for decision, sheet, rank in ((HER_DECISION, HER_SHEET, 1), (HIS_DECISION, HIS_SHEET, 2)):
        insert(session, "attribution_decision", [
            {"id": decision, "sheet_id": sheet, "kind": "ATTRIBUTION_RANG", "rank": rank, "condition_piece": "",
             "motive": "", "other_motive": "", "precision": "", "decided_at": now() - timedelta(days=7),
             "decided_by_id": SECRETARY},
        ])  # fmt: skip
