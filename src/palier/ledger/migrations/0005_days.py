from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    """The days of the books are found by month without reading the years before."""

    dependencies = [("ledger", "0004_period_triggers")]
    operations = [
        migrations.AddIndex(model_name="entry", index=BrinIndex(fields=["booked_on"], name="entry_days")),
        migrations.AddIndex(model_name="posting", index=BrinIndex(fields=["booked_on"], name="posting_days")),
    ]
