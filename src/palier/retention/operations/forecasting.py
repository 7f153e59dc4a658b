"""Measuring how many rows had their event on which day: the DPO then sees what a duration would end, without a job."""

from datetime import date

from django.db import connection

from palier.retention.steps import STEPS


def measure(*, on: date) -> None:
    """Replace the last measure. The facts of the steps have been worked out in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM retention_forecast")
        for step in STEPS:
            cursor.execute(
                f"""INSERT INTO retention_forecast (rule, step, since, row_count, held_count, measured_on)
                    SELECT %(rule)s, %(step)s, t.since, count(*) FILTER (WHERE NOT t.is_held),
                           count(*) FILTER (WHERE t.is_held), %(on)s
                    FROM ({step.rows}) AS t WHERE t.since IS NOT NULL GROUP BY t.since""",
                {"rule": step.rule, "step": step.name, "on": on},
            )
