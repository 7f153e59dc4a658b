import datetime
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0001_initial'),
        ('estate', '0001_initial'),
        ('ledger', '0004_period_triggers'),
    ]

    operations = [
        migrations.CreateModel(
            name='DebitAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('NO_MANDATE', 'aucun mandat en cours'), ('NOTHING_OWED', 'rien à prélever'), ('LAPSED', 'mandat caduc : 36 mois sans prélèvement'), ('BANK_REFUSES', 'autorisation refusée par la banque du payeur'), ('NOT_ANNOUNCED', 'prélèvement non annoncé par l’avis du mois'), ('SHORT_NOTICE', 'annoncé trop tard avant le prélèvement'), ('TOO_LATE', 'jour de prélèvement passé ou trop proche')], max_length=16)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='debitrun',
            name='debit_run_once',
        ),
        migrations.RemoveField(
            model_name='debitrun',
            name='collected_on',
        ),
        migrations.AddField(
            model_name='debit',
            name='account_changed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='debit',
            name='again_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='debit',
            name='again_by',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='debit',
            name='again_in',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='banking.debitrun'),
        ),
        migrations.AddField(
            model_name='debit',
            name='bic',
            field=models.CharField(blank=True, max_length=11),
        ),
        migrations.AddField(
            model_name='debit',
            name='collected_on',
            field=models.DateField(default=datetime.date(2026, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='debit',
            name='former_creditor_id',
            field=models.CharField(blank=True, max_length=35),
        ),
        migrations.AddField(
            model_name='debit',
            name='former_reference',
            field=models.CharField(blank=True, max_length=35),
        ),
        migrations.AddField(
            model_name='debit',
            name='holder_name',
            field=models.CharField(default='', max_length=70),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='debit',
            name='iban_last4',
            field=models.CharField(default='', max_length=4),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='debit',
            name='iban_sealed',
            field=models.BinaryField(default=b''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='debit',
            name='mandate_reference',
            field=models.CharField(default='', max_length=35),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='debit',
            name='returned_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='debit',
            name='signed_on',
            field=models.DateField(default=datetime.date(2026, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='debitrun',
            name='rank',
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='debitrun',
            name='signed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='debitrun',
            name='signed_by',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='mandatechange',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, default=0, on_delete=django.db.models.deletion.PROTECT, to='ledger.account'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='refund',
            name='dropped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='dropped_by',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='written_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='sepamandate',
            name='creditor_id',
            field=models.CharField(blank=True, max_length=35),
        ),
        migrations.AddField(
            model_name='sepamandate',
            name='notice_days',
            field=models.SmallIntegerField(default=14),
        ),
        migrations.AlterField(
            model_name='debit',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='ledger.account'),
        ),
        migrations.AlterField(
            model_name='debit',
            name='residence',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='estate.residence'),
        ),
        migrations.AlterField(
            model_name='debitrun',
            name='bank_account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='banking.bankaccount'),
        ),
        migrations.AlterField(
            model_name='sepamandate',
            name='ended_why',
            field=models.CharField(blank=True, choices=[('REVOKED', 'révoqué par le payeur'), ('LAPSED', '36 mois sans usage'), ('REPLACED', 'remplacé'), ('LEASE', 'fin du bail'), ('BANK', 'arrêté après un rejet')], max_length=8),
        ),
        migrations.AddIndex(
            model_name='debit',
            index=models.Index(condition=models.Q(('state', 'ASKED')), fields=['collected_on'], name='debit_to_post'),
        ),
        migrations.AddConstraint(
            model_name='debit',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('ASKED', 'COLLECTED'))), fields=('bill_entry',), name='debit_once_per_bill'),
        ),
        migrations.AddConstraint(
            model_name='debit',
            constraint=models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='debit_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='debitrun',
            constraint=models.UniqueConstraint(fields=('month', 'rank'), name='debit_run_once'),
        ),
        migrations.AddConstraint(
            model_name='debitrun',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by__isnull', True), models.Q(('signed_by', models.F('created_by')), _negated=True), _connector='OR'), name='two_different_people_debits'),
        ),
        migrations.AddConstraint(
            model_name='sepamandate',
            constraint=models.CheckConstraint(condition=models.Q(('notice_days__gte', 1), ('notice_days__lte', 31)), name='mandate_notice_days'),
        ),
        migrations.AddField(
            model_name='debitaside',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='ledger.account'),
        ),
        migrations.AddField(
            model_name='debitaside',
            name='residence',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='estate.residence'),
        ),
        migrations.AddField(
            model_name='debitaside',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='banking.debitrun'),
        ),
        migrations.AddConstraint(
            model_name='debitaside',
            constraint=models.UniqueConstraint(fields=('run', 'account'), name='debit_aside_once_per_run'),
        ),
    ]
