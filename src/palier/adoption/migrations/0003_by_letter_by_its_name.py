from django.db import migrations, models


class Migration(migrations.Migration):
    """What leaves by letter is called so: it no longer goes with a notice.

    The owner sees no row of a table under forced row security: it is lifted for this transaction alone.
    """

    dependencies = [("adoption", "0002_by_letter")]
    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="means",
            field=models.CharField(
                choices=[
                    ("LETTER", "par lettre, avec le courrier qui part"),
                    ("CARETAKER", "par le gardien, sur un dépliant"),
                    ("EMAIL", "par courriel"),
                ],
                max_length=9,
            ),
        ),
        migrations.RunSQL(
            [
                "ALTER TABLE adoption_campaign NO FORCE ROW LEVEL SECURITY",
                "UPDATE adoption_campaign SET means = 'LETTER' WHERE means = 'NOTICE'",
                "SET CONSTRAINTS ALL IMMEDIATE",
                "ALTER TABLE adoption_campaign FORCE ROW LEVEL SECURITY",
            ],
            migrations.RunSQL.noop,
        ),
    ]
