"""Warnings of the screen that an agent answered by a reason of the list: a new table, nothing else changes."""

from django.db import migrations, models

_CATEGORIES = (
    "health",
    "disability",
    "addiction",
    "offence",
    "origin",
    "religion",
    "politics",
    "sex",
    "judgement",
    "family",
    "social",
    "ids",
)


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", reverse_sql=migrations.RunSQL.noop),
        migrations.CreateModel(
            name="JustifiedWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("category", models.CharField(max_length=10)),
                ("term", models.CharField(max_length=40)),
                ("field", models.CharField(max_length=40)),
                ("site", models.CharField(max_length=5)),
                ("justification", models.CharField(max_length=9)),
                ("agent_id", models.BigIntegerField(null=True)),
                ("agency_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("category__in", _CATEGORIES)), name="warning_category"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("justification__in", ["THING", "NAME", "REFERENCE"])),
                        name="warning_justification",
                    ),
                ],
            },
        ),
    ]
