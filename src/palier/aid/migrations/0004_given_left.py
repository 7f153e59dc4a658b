from django.db import migrations, models

_STATES = [("WAITING", "en lecture"), ("IMPORTED", "importé"), ("REFUSED", "refusé"), ("LEFT", "laissé")]


class Migration(migrations.Migration):
    dependencies = [("aid", "0003_absent")]

    operations = [
        migrations.AlterField(
            "givenaidfile", "state", models.CharField(choices=_STATES, default="WAITING", max_length=8)
        ),
        migrations.AddField("givenaidfile", "decided_by", models.BigIntegerField(null=True)),
        migrations.AddField("givenaidfile", "decided_at", models.DateTimeField(null=True)),
    ]
