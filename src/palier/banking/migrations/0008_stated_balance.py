import django.db.models.deletion
from django.db import migrations, models

# The table of the room above comes down with its rows: importing a statement keeps the balance that it states.
_TAKEN = """
ALTER TABLE closing_statedbalance RENAME TO banking_statedbalance;
ALTER SEQUENCE closing_statedbalance_id_seq RENAME TO banking_statedbalance_id_seq;
ALTER INDEX closing_sta_bank_ac_0dbc83_idx RENAME TO stated_balance_of_a_day;
"""
_GIVEN_BACK = """
ALTER INDEX stated_balance_of_a_day RENAME TO closing_sta_bank_ac_0dbc83_idx;
ALTER SEQUENCE banking_statedbalance_id_seq RENAME TO closing_statedbalance_id_seq;
ALTER TABLE banking_statedbalance RENAME TO closing_statedbalance;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0007_waiting_signature'),
        ('closing', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_TAKEN, _GIVEN_BACK)],
            state_operations=[
                migrations.CreateModel(
                    name='StatedBalance',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('on', models.DateField()),
                        ('balance_cents', models.BigIntegerField()),
                        ('origin', models.CharField(choices=[('FILE', 'relevé lu'), ('HAND', 'saisi du relevé')], max_length=4)),
                        ('stated_by', models.BigIntegerField()),
                        ('stated_at', models.DateTimeField()),
                        ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='banking.bankaccount')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['bank_account', 'on', '-id'], name='stated_balance_of_a_day')],
                    },
                ),
            ],
        ),
    ]
