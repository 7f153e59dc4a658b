from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """What signs an account in leaves with the account."""

    dependencies = [("web", "0001_initial"), ("agents", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "with_the_account.sql").read_text(encoding="utf-8"),
            reverse_sql="""
                ALTER TABLE web_secondfactor DROP CONSTRAINT web_secondfactor_account;
                ALTER TABLE web_opensession DROP CONSTRAINT web_opensession_account;
                ALTER TABLE web_enrolmentlink DROP CONSTRAINT web_enrolmentlink_account;
            """,
        )
    ]
