from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """The lots of quittances and reçus go to the room that prints everything: each keeps its number and its papers."""

    dependencies = [
        ('dispatch', '0001_initial'),
        ('quittancement', '0005_print_lots'),
    ]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / 'sql' / 'lots_to_dispatch.sql').read_text(encoding='utf-8'),
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint(model_name='receipt', name='one_paper_a_rank_of_a_lot'),
        migrations.RemoveField(model_name='receipt', name='print_rank'),
        migrations.RemoveField(model_name='receipt', name='print_lot'),
        migrations.DeleteModel(name='PrintLot'),
    ]
