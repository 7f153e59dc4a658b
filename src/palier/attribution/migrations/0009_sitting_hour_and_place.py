"""The hour and the place of a sitting; unknown for those drawn up before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attribution", "0008_taken_back_and_given_up")]

    operations = [
        migrations.AddField(model_name="sitting", name="hour", field=models.TimeField(null=True)),
        migrations.AddField(
            model_name="sitting", name="place", field=models.CharField(blank=True, db_default="", max_length=120)
        ),
    ]
