"""The demonstration's residences day to day: tasks, keys, a ticket, and coded facts of a few tenants. Once."""

from datetime import date, datetime

from django.db import connection

from palier.demo.accounts import email
from palier.demo.loading import OPERATOR
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

_ROUTINES = """
INSERT INTO maintenance_routine (residence_id, code, weekdays)
SELECT r.id, w.code, w.weekdays
FROM estate_residence AS r CROSS JOIN (VALUES ('BINS_OUT', 127), ('HALL', 31), ('LIGHTS', 9)) AS w (code, weekdays)
"""
_KEYS = """
INSERT INTO maintenance_keyset (residence_id, kind, tag)
SELECT r.id, k.kind, k.tag
FROM estate_residence AS r
CROSS JOIN (VALUES ('COMMON', 'PC-01'), ('CELLAR', 'CAVES-01'), ('PLANT', 'LT-01')) AS k (kind, tag)
"""
_MOVEMENTS = """
INSERT INTO maintenance_keymovement (key_set_id, residence_id, holder, trade, agent_id, at)
SELECT k.id, k.residence_id, CASE k.kind WHEN 'PLANT' THEN 'CONTRACTOR' ELSE 'LODGE' END,
       CASE k.kind WHEN 'PLANT' THEN 'HEATING' ELSE '' END, u.agent_id, %(at)s
FROM maintenance_keyset AS k CROSS JOIN agents_user AS u WHERE u.identifier = %(caretaker)s
"""
_TICKETS = """
INSERT INTO maintenance_ticket (residence_id, place, equipment, symptom, urgency, state, trade, opened_by_id, opened_at,
                                assigned_at, closing)
SELECT m.residence_id, 'HALL', 'CLOSER', 'DOES_NOT_CLOSE', 'WEEK', 'ASSIGNED', 'LODGE', m.agent_id, %(at)s, %(at)s, ''
FROM agents_mandate AS m WHERE m.last_day IS NULL OR m.last_day >= %(day)s
"""
_FACTS = """
INSERT INTO people_codedfact (person_id, residence_id, code, language, reason, source, stated_at, first_day, review_on,
                              last_day, announced_by)
SELECT o.person_id, o.residence_id, f.code, f.language, '', 'PERSON', %(at)s, %(day)s, %(day)s::date + 180,
       %(day)s::date + 364, ''
FROM leases_occupant AS o
JOIN (VALUES (3, 'PREVENIR_AVANT_PASSAGE', ''), (8, 'INTERPRETE_UTILE', 'ARA'), (12, 'INTERPRETE_UTILE', 'POR'),
             (15, 'ACCES_SANS_ASCENSEUR_IMPOSSIBLE', ''), (18, 'ANIMAL_AU_LOGEMENT', '')) AS f (rank, code, language)
  ON o.person_id %% 20 = f.rank
WHERE o.role = 'HOLDER' AND o.moved_out_on IS NULL
"""


def furnish_residences(*, at: datetime) -> None:
    """Write what a landlord's residences would hold on an ordinary day; nothing when it is there already."""
    said: dict[str, datetime | date | str] = {"at": at, "day": at.date(), "caretaker": email("gardien_nord")}
    with (
        batch(
            Batch.IMPORT,
            operator=OPERATOR,
            motive="DEMONSTRATION",
            command="demo",
            categories=("INTERVENTIONS", "SIGNALEMENTS"),
        ),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT EXISTS (SELECT FROM maintenance_routine)")
        (done,) = cursor.fetchone()
        if done:
            return
        for statement in (_ROUTINES, _KEYS, _MOVEMENTS, _TICKETS, _FACTS):
            cursor.execute(statement, said)
