from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("estate", "0003_landlord_logo")]

    operations = [
        migrations.AddField("convention", "max_rent_on", models.DateField(null=True)),
    ]
