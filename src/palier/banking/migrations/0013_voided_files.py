from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0012_debits_lighter'),
    ]

    operations = [
        migrations.AddField(
            model_name='debit',
            name='used_before_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='debitrun',
            name='voided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='debitrun',
            name='unprinted_count',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='refund',
            name='own_sha256',
            field=models.CharField(blank=True, default='', max_length=64),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='OrderVoid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=35)),
                ('kind', models.CharField(choices=[('DEBITS', 'prélèvements'), ('REFUNDS', 'remboursements')], max_length=7)),
                ('reason', models.CharField(choices=[('SHEET', 'la fiche de l’organisme a changé'), ('WRONG', 'le fichier est faux'), ('LATE', 'il est trop tard pour l’envoyer')], max_length=8)),
                ('asked_by', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('signed_by', models.BigIntegerField(null=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('dropped_by', models.BigIntegerField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('dropped_at__isnull', True)), fields=('message_id',), name='order_void_once'),
                    models.CheckConstraint(condition=models.Q(('signed_by__isnull', True), models.Q(('signed_by', models.F('asked_by')), _negated=True), _connector='OR'), name='two_different_people_void'),
                    models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='order_void_signed_by_someone'),
                    models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('signed_by__isnull', False), _connector='OR'), name='order_void_done_once_signed'),
                ],
            },
        ),
    ]
