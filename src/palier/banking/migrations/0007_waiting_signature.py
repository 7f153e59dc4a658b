import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0006_booking'),
        ('ledger', '0004_period_triggers'),
    ]

    operations = [
        migrations.AddField(
            model_name='bankentry',
            name='manual',
            field=models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.manualentry'),
        ),
        migrations.AlterField(
            model_name='bankentry',
            name='state',
            field=models.CharField(choices=[('TO_REVIEW', 'à traiter'), ('TO_SIGN', 'à signer'), ('MATCHED', 'rapproché'), ('OTHER', 'sans locataire')], default='TO_REVIEW', max_length=9),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('manual__isnull', False), ('state', 'TO_SIGN')), models.Q(models.Q(('state', 'TO_SIGN'), _negated=True), ('manual__isnull', True)), _connector='OR'), name='bank_entry_waits_for_its_signature'),
        ),
    ]
