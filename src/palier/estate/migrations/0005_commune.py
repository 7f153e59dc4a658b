from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("estate", "0004_max_rent_on")]

    operations = [
        migrations.AddField(
            model_name="residence",
            name="commune",
            field=models.CharField(blank=True, db_default="", max_length=5),
        ),
    ]
