from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    """The journal by months, its seals, its alarms, the windows of help."""

    dependencies = [("privacy", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    (Path(__file__).parent.parent / "sql" / "journal_partitions.sql").read_text(encoding="utf-8")
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="readevent", name="privacy_rea_at_4e24bd_idx"),
                migrations.AddIndex("readevent", models.Index(fields=["at"], name="read_at")),
                migrations.AddIndex("readevent", models.Index(fields=["xid"], name="read_by_transaction")),
            ],
        ),
        migrations.CreateModel(
            name='JournalBlock',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('version', models.SmallIntegerField()),
                ('month', models.CharField(max_length=7)),
                ('first_id', models.BigIntegerField()),
                ('last_id', models.BigIntegerField()),
                ('rows', models.IntegerField()),
                ('rows_hash', models.CharField(max_length=64)),
                ('from_xid', models.BigIntegerField()),
                ('until_xid', models.BigIntegerField()),
                ('after_id', models.BigIntegerField()),
                ('sealed_at', models.DateTimeField()),
                ('previous', models.CharField(max_length=64)),
                ('head', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='JournalMark',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('month', models.CharField(max_length=7)),
                ('marks', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='JournalPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('channel', models.CharField(choices=[('FILE', 'fichier'), ('LETTER', 'lettre imprimée'), ('MAIL', 'courriel (simulé)'), ('TIMESTAMP', 'horodatage RFC 3161')], max_length=10)),
                ('at', models.DateTimeField()),
                ('refusal', models.CharField(blank=True, max_length=32)),
                ('proof', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='JournalTombstone',
            fields=[
                ('month', models.CharField(max_length=7, primary_key=True, serialize=False)),
                ('rows', models.BigIntegerField()),
                ('first_block', models.BigIntegerField()),
                ('last_block', models.BigIntegerField()),
                ('heads_hash', models.CharField(max_length=64)),
                ('expired_at', models.DateTimeField()),
                ('operator', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='HelpWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vendor', models.CharField(max_length=60)),
                ('purpose', models.CharField(choices=[('FAULT', 'panne à réparer'), ('UPDATE', 'mise à jour'), ('MIGRATION', 'reprise de données'), ('ADVICE', 'conseil, sans modification')], max_length=10)),
                ('opened_by', models.CharField(max_length=80)),
                ('opened_at', models.DateTimeField()),
                ('until_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until_at__gt', models.F('opened_at'))), name='help_window_ends')],
            },
        ),
        migrations.CreateModel(
            name='JournalAlarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('READINGS_AN_HOUR', 'beaucoup de lectures en une heure'), ('READINGS_A_DAY', 'beaucoup de lectures en un jour'), ('PERSONS_A_DAY', 'beaucoup de personnes différentes en un jour'), ('EXPORTS_A_DAY', 'beaucoup d’exports en un jour'), ('EMPTY_SEARCHES', 'beaucoup de recherches sans résultat en un jour'), ('CONSECUTIVE_FILES', 'des dossiers lus dans l’ordre de leurs numéros')], max_length=20)),
                ('agent_id', models.BigIntegerField()),
                ('first_at', models.DateTimeField()),
                ('until_at', models.DateTimeField()),
                ('count', models.IntegerField()),
                ('threshold', models.IntegerField()),
                ('raised_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('USUAL_WORK', 'travail habituel, vérifié auprès du service'), ('ONE_OFF', 'opération ponctuelle, justifiée par le responsable'), ('REMINDED', 'rappel à l’ordre de l’agent'), ('CLOSED_ACCESS', 'accès retiré'), ('INCIDENT', 'incident ouvert')], max_length=16)),
                ('answered_by', models.BigIntegerField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'agent_id', 'first_at'), name='one_alarm_a_window'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='alarm_answered_whole')],
            },
        ),
    ]
