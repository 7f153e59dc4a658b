"""A sitting taken over by another secretary."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0005_reset_noted"), ("attribution", "0010_opinion_recusal")]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken_at", models.DateTimeField()),
                (
                    "left_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sittings_left", to="agents.agent"
                    ),
                ),
                ("sitting", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="attribution.sitting")),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sittings_taken", to="agents.agent"
                    ),
                ),
            ],
        ),
    ]
