"""What a phone sends is received once: made without network, tried again, sent twice, it has one effect."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from palier.agents.access import agent_of
from palier.privacy.actor import Actor


def is_first_time(key: UUID, *, actor: Actor, at: datetime) -> bool:
    """True once for each key of an agent. A second sending at the same instant waits for the first, then is False."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO maintenance_sending (agent_id, key, at) VALUES (%s, %s, %s)
               ON CONFLICT (agent_id, key) DO NOTHING""",
            [agent_of(actor), key, at],
        )
        return int(cursor.rowcount) == 1
