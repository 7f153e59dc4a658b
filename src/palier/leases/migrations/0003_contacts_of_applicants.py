from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """The history of leases leaves out the contacts written for applications."""

    dependencies = [("leases", "0002_changes")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "contacts_of_applicants.sql").read_text(encoding="utf-8"),
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
