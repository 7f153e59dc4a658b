"""What durations do to agents who left, and to the traces of sign-ins and of imports."""

from palier.retention.shape import Step, delete

STAFF: tuple[Step, ...] = (
    Step(
        rule="AGENTS",
        name="agents_mandate",
        table="agents_mandate",
        label="mandats des gardiens",
        rows="SELECT id, last_day AS since, false AS is_held FROM agents_mandate",
        end=delete("agents_mandate"),
    ),
    Step(
        rule="AGENTS",
        name="agents_user (agents)",
        table="agents_user",
        label="comptes de connexion des agents partis",
        rows="""SELECT u.id, a.left_on AS since, false AS is_held
                FROM agents_user AS u JOIN agents_agent AS a ON a.id = u.agent_id
                WHERE u.identifier NOT LIKE 'anonyme-%%'""",
        end="""UPDATE agents_user SET identifier = 'anonyme-' || id, password = '!', is_active = false,
                      last_login = NULL WHERE id = ANY (%(ids)s::bigint[])""",
    ),
    Step(
        rule="AGENTS",
        name="agents_agent",
        table="agents_agent",
        label="noms des agents partis",
        # The service and the function stay: a person may still be told which of them read their file.
        rows="""SELECT id, left_on AS since, false AS is_held FROM agents_agent WHERE last_name <> 'Agent parti'""",
        end="""UPDATE agents_agent SET first_name = '', last_name = 'Agent parti'
               WHERE id = ANY (%(ids)s::bigint[])""",
    ),
)

TRACES: tuple[Step, ...] = (
    Step(
        rule="ESSAIS",
        name="agents_signinattempt",
        table="agents_signinattempt",
        label="essais de connexion refusés",
        rows="SELECT id, (at AT TIME ZONE 'Europe/Paris')::date AS since, false AS is_held FROM agents_signinattempt",
        end=delete("agents_signinattempt"),
    ),
    Step(
        rule="SESSIONS",
        name="django_session",
        table="django_session",
        label="sessions expirées",
        rows="""SELECT session_key AS id, (expire_date AT TIME ZONE 'Europe/Paris')::date AS since, false AS is_held
                FROM django_session""",
        end=delete("django_session", key="session_key", key_type="text"),
    ),
    Step(
        rule="REPRISE",
        name="foundation_importrow",
        table="foundation_importrow",
        label="lignes des fichiers repris",
        rows="""SELECT r.id, (b.created_at AT TIME ZONE 'Europe/Paris')::date AS since, false AS is_held
                FROM foundation_importrow AS r JOIN foundation_importbatch AS b ON b.id = r.batch_id""",
        end=delete("foundation_importrow"),
    ),
    Step(
        rule="REPRISE",
        name="foundation_importbatch",
        table="foundation_importbatch",
        label="fichiers repris",
        rows="""SELECT b.id, (b.created_at AT TIME ZONE 'Europe/Paris')::date AS since, false AS is_held
                FROM foundation_importbatch AS b
                WHERE NOT EXISTS (SELECT FROM foundation_importrow AS r WHERE r.batch_id = b.id)""",
        end=delete("foundation_importbatch"),
    ),
)
