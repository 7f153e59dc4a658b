from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0008_stated_balance'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=35, unique=True)),
                ('kind', models.CharField(choices=[('DEBITS', 'prélèvements'), ('REFUNDS', 'remboursements')], max_length=7)),
                ('version', models.CharField(blank=True, choices=[('pain.008.001.08', 'de 2019'), ('pain.008.001.02', 'de 2009')], max_length=15)),
                ('count', models.IntegerField()),
                ('total_cents', models.BigIntegerField()),
                ('content_sealed', models.BinaryField()),
                ('people_sealed', models.BinaryField()),
                ('own_sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['kind', '-made_at'], name='banking_ord_kind_f94fa4_idx')],
            },
        ),
    ]
