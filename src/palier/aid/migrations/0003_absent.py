from django.db import migrations, models

_STATES = [
    ("MATCHED", "rapprochée"),
    ("UNKNOWN", "allocataire inconnu"),
    ("DIFFERS", "montant différent de l’avis"),
    ("ENDED", "bail fini"),
    ("FROZEN", "données gelées à la demande du locataire"),
    ("ABSENT", "payé le mois d’avant, absent du fichier"),
    ("FOUND", "payé par un autre fichier"),
    ("ACCEPTED", "acceptée"),
]


class Migration(migrations.Migration):
    dependencies = [("aid", "0002_given")]

    operations = [
        migrations.AlterField("aidrow", "state", models.CharField(choices=_STATES, max_length=8)),
        migrations.RemoveConstraint("aidrow", "aid_amount_positive"),
        migrations.AddConstraint(
            "aidrow",
            models.CheckConstraint(
                name="aid_amount_positive",
                condition=models.Q(amount_cents__gt=0)
                | models.Q(amount_cents=0, state__in=("ABSENT", "FOUND", "ACCEPTED")),
            ),
        ),
    ]
