from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0005_account_days'),
    ]

    operations = [
        migrations.AddField(
            model_name='bankentry',
            name='booking',
            field=models.CharField(blank=True, db_index=True, default='', max_length=64),
        ),
    ]
