from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """What a document says is frozen by the database itself."""

    dependencies = [("mail", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "frozen.sql").read_text(encoding="utf-8"),
            reverse_sql="""
                DROP TRIGGER document_frozen ON mail_document;
                DROP FUNCTION palier.refuse_change_of_frozen_document();
            """,
        )
    ]
