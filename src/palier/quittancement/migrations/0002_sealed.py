from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """A sealed month does not move."""

    dependencies = [("quittancement", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "sealed.sql").read_text(encoding="utf-8"),
            reverse_sql="""
                DROP TRIGGER sealed_lines_unchanged ON quittancement_line;
                DROP TRIGGER sealed_lines_kept ON quittancement_line;
                DROP TRIGGER sealed_bills_unchanged ON quittancement_bill;
                DROP TRIGGER sealed_bills_kept ON quittancement_bill;
                DROP TRIGGER sealed_run ON quittancement_run;
                DROP FUNCTION palier.refuse_change_of_sealed_run();
                DROP FUNCTION palier.refuse_change_of_sealed_rows();
            """,
        )
    ]
