from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0008_stated_balance'),
        ('closing', '0001_initial'),
    ]

    operations = [
        # The table is the bank's now, with its rows.
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='StatedBalance')]),
    ]
