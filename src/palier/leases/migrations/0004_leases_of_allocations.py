from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """The history tells the lease written after an allocation, and who asked for it."""

    dependencies = [("leases", "0003_contacts_of_applicants")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "leases_of_allocations.sql").read_text(encoding="utf-8"),
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
