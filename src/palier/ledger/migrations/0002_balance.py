from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """The database itself refuses an entry that does not balance."""

    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "balance.sql").read_text(encoding="utf-8"),
            reverse_sql="DROP TRIGGER postings_balance ON ledger_posting; DROP FUNCTION palier.check_postings_balance()",
        )
    ]
