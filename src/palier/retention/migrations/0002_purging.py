from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """What is over by law may go: by the functions of the purge alone, and without a copy in the history."""

    dependencies = [
        ("leases", "0002_changes"),
        ("quittancement", "0002_sealed"),
        ("retention", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "purging.sql").read_text(encoding="utf-8"),
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
