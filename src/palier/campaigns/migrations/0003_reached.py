from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_letters")]

    operations = [
        migrations.AddField("surveyfile", "reached_on", models.DateField(null=True)),
    ]
