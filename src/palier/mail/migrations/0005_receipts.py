from django.db import migrations, models


class Migration(migrations.Migration):
    """Quittances, reçus, and the withdrawal of one."""

    dependencies = [("mail", "0004_letters")]
    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("AVIS_ECHEANCE", "avis d’échéance"),
                    ("QUITTANCE", "quittance"),
                    ("RECU", "reçu d’un paiement partiel"),
                    ("RETRAIT", "retrait d’une quittance ou d’un reçu"),
                    ("REVISION_LOYER", "révision du loyer"),
                    ("SLS_ENQUETE", "enquête de ressources"),
                    ("SLS_RELANCE", "relance de l’enquête"),
                    ("SLS_DEMEURE", "mise en demeure de répondre"),
                    ("SLS_PROVISOIRE", "supplément provisoire"),
                    ("SLS_DECOMPTE", "décompte du supplément"),
                ],
                max_length=16,
            ),
        ),
    ]
