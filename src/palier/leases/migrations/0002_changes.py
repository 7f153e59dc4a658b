from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """The history of leases writes itself."""

    dependencies = [("leases", "0001_initial"), ("people", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "changes.sql").read_text(encoding="utf-8"),
            reverse_sql="""
                DROP TRIGGER lease_added ON leases_lease; DROP TRIGGER lease_changed ON leases_lease;
                DROP TRIGGER term_added ON leases_term; DROP TRIGGER term_changed ON leases_term;
                DROP TRIGGER occupant_added ON leases_occupant; DROP TRIGGER occupant_changed ON leases_occupant;
                DROP TRIGGER contact_added ON people_contact; DROP TRIGGER contact_changed ON people_contact;
                DROP FUNCTION palier.keep_change();
                DROP SEQUENCE palier.lease_numbers;
            """,
        )
    ]
