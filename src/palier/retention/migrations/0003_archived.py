from django.db import migrations, models


class Migration(migrations.Migration):
    """What is in the intermediate archive."""

    dependencies = [("retention", "0002_purging")]
    operations = [
        migrations.CreateModel(
            name="Archived",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("LEASE", "bail"), ("OCCUPANT", "occupant"), ("ACCOUNT", "compte locatif"), ("PERSON", "personne"), ("HOUSEHOLD", "foyer")], max_length=9)),
                ("number", models.BigIntegerField()),
                ("archived_on", models.DateField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("kind", "number"), name="archived_once")]},
        ),
    ]
