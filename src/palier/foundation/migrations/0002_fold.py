from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """The function that folds names, before any table that keeps a folded column."""

    dependencies = [("foundation", "0001_initial")]
    run_before = [("estate", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "fold.sql").read_text(encoding="utf-8"),
            reverse_sql="DROP FUNCTION palier.fold(text)",
        )
    ]
