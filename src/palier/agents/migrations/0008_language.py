"""The language that a person chose, kept on their account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0007_payroll_and_partners")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, default="", max_length=7),
        ),
    ]
