import datetime
from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.expressions
import palier.foundation.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Missions of outside auditors; the database draws their keys itself."""

    dependencies = [
        ('oversight', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditMission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('purpose', models.CharField(choices=[('YEARLY', 'Contrôle annuel'), ('BOARD', 'Demande du conseil d’administration'), ('AUTHORITY', 'Suites d’un contrôle de la CNIL'), ('COMPLAINT', 'Suites d’une réclamation')], max_length=9)),
                ('auditor_id', models.BigIntegerField()),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('declared_by_id', models.BigIntegerField()),
                ('declared_at', models.DateTimeField()),
                ('confirmed_by_id', models.BigIntegerField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_by_id', models.BigIntegerField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('inner_pad', models.BinaryField(default=b'')),
                ('outer_pad', models.BinaryField(default=b'')),
                ('pack_sha256', models.CharField(blank=True, max_length=64)),
                ('pack_made_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day')), ('last_day__lte', django.db.models.expressions.CombinedExpression(models.F('first_day'), '+', models.Value(datetime.timedelta(days=366))))), name='mission_lasts_a_year_at_most'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by_id__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by_id__isnull', False), models.Q(('confirmed_by_id', models.F('declared_by_id')), _negated=True), models.Q(('confirmed_by_id', models.F('auditor_id')), _negated=True)), _connector='OR'), name='mission_is_confirmed_by_another'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('ended_at__isnull', True)), expressions=[('auditor_id', '='), (palier.foundation.fields.DateRange('first_day', 'last_day', models.Value('[]')), '&&')], name='one_mission_at_a_time_per_auditor')],
            },
        ),
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "mission_key.sql").read_text(encoding="utf-8"),
            reverse_sql="DROP TRIGGER mission_key ON oversight_auditmission; DROP FUNCTION palier.draw_mission_key()",
        ),
    ]
