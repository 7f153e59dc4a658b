from django.db import migrations


class Migration(migrations.Migration):
    """Each debit file writes the day of last use of every mandate it holds: a page keeps room for it beside the row."""

    dependencies = [("banking", "0010_signed_by_someone")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE banking_sepamandate SET (fillfactor = 50)",
            "ALTER TABLE banking_sepamandate RESET (fillfactor)",
        )
    ]
