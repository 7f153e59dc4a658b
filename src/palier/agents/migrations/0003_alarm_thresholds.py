from django.db import migrations, models


class Migration(migrations.Migration):
    """The thresholds of the journal's alarms are decided as quotas are, each decision kept."""

    dependencies = [("agents", "0002_openings")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", reverse_sql=migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="policysetting",
            name="kind",
            field=models.CharField(
                choices=[("QUOTA", "quota du jour"), ("MOTIVE", "motif d’ouverture"), ("ALARM", "seuil d’alarme")],
                max_length=6,
            ),
        ),
        migrations.RemoveConstraint(model_name="policysetting", name="policy_setting_within_bounds"),
        migrations.AddConstraint(
            model_name="policysetting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "QUOTA"), ("value__range", (0, 200))),
                    models.Q(("kind", "MOTIVE"), ("value__range", (0, 1))),
                    models.Q(("kind", "ALARM"), ("value__range", (1, 5000))),
                    _connector="OR",
                ),
                name="policy_setting_within_bounds",
            ),
        ),
    ]
