from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """Payslips on paper released before print lots get theirs: each is taken out as those to come."""

    dependencies = [
        ('payroll', '0003_payslips_in_print_lots'),
    ]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / 'sql' / 'paper_in_lots.sql').read_text(encoding='utf-8'),
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
