from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0003_reached"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='mailing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('launched_at__isnull', True), ('launched_by__isnull', True)), models.Q(('launched_at__isnull', False), ('launched_by__isnull', False)), _connector='OR'), name='mailing_launched_by_someone'),
        ),
    ]
