"""A sealed journal to attack: readings written in many transactions, each pass sealed and published as the job does."""

import random
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from palier.foundation.clock import now
from palier.foundation.home import Home
from palier.foundation.postgres import Server, ensure_running, provision
from palier.privacy.journal.operations import seal_and_publish
from palier.privacy.operations import apply_policy

ATTACKER = "attacker"
PASSES = 50


def install(home: Home) -> Server:
    """An empty landlord, its policy applied, and a connection that no policy holds back."""
    server = ensure_running(home)
    provision(server, prefix="palier")
    call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    apply_policy(connections["owner"])
    connect_attacker(server.administrator_conninfo(database=str(settings.DATABASES["default"]["NAME"])))
    return server


def connect_attacker(conninfo: str) -> None:
    """The superuser's connection, under Django's name ATTACKER. Triggers and policies do not stop it."""
    told = conninfo_to_dict(conninfo)
    connections.settings[ATTACKER] = {
        **connections.settings["default"],
        "HOST": str(told["host"]),
        "PORT": str(told["port"]),
        "NAME": str(told["dbname"]),
        "USER": str(told["user"]),
        "PASSWORD": str(told["password"]),
        "OPTIONS": {"options": "-c session_replication_role=replica"},
    }


def fill(rows: int, rng: random.Random) -> Path:
    """Write `rows` readings in PASSES transactions, a seal after each; the file of the published heads."""
    screens = ["compte", "bail", "liste des locataires", "recherche", "avis d’échéance", "dossier"]
    for rank in range(PASSES):
        count = rows // PASSES + (1 if rank < rows % PASSES else 0)
        with connections[ATTACKER].cursor() as cursor:
            cursor.execute(
                """INSERT INTO privacy_readevent (at, agent_id, person_id, operator, role, purpose, motive, is_mass,
                                                  subjects, categories, screen, terms)
                   SELECT now(), 1 + n %% 400, NULL, '', 'rent_officer', 'GESTION_LOCATIVE', '', false,
                          ARRAY[n * 7 %% 90000, n * 13 %% 90000], ARRAY['IDENTITE', 'BAIL'],
                          (%s::text[])[1 + n %% 6], CASE WHEN n %% 6 = 3 THEN 'dupont é ' || n ELSE '' END
                   FROM generate_series(1, %s) AS n""",
                [rng.sample(screens, len(screens)), count],
            )
        seal_and_publish(operator="exercice", at=now())
    return settings.PALIER_JOURNAL_HEADS
