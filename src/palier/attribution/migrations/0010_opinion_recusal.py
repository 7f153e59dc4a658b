"""Members who take no part in an opinion on an occupation."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0005_reset_noted"), ("attribution", "0009_sitting_hour_and_place")]

    operations = [
        migrations.CreateModel(
            name="OpinionRecusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noted_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="attribution.commissionmember"
                    ),
                ),
                ("noted_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agents.agent")),
                ("point", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="attribution.opinion")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("point", "member"), name="opinion_recusal_once")],
            },
        ),
    ]
