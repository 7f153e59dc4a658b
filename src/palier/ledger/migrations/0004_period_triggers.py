from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """The database itself refuses what is dated in a closed period."""

    dependencies = [("ledger", "0003_periods")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "periods.sql").read_text(encoding="utf-8"),
            reverse_sql="""DROP TRIGGER postings_period ON ledger_posting;
                DROP FUNCTION palier.refuse_closed_periods();
                DROP TRIGGER period_stays_locked ON ledger_period;
                DROP FUNCTION palier.keep_locked_periods()""",
        )
    ]
