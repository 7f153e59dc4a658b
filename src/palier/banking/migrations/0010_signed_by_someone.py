from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("banking", "0009_order_files"),
        ('estate', '0003_landlord_logo'),
        ('ledger', '0004_period_triggers'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='debitrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='debit_run_signed_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='refund_signed_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by__isnull', False), models.Q(('entry__isnull', True), ('message_id', ''), ('written_at__isnull', True)), _connector='OR'), name='refund_leaves_signed'),
        ),
    ]
