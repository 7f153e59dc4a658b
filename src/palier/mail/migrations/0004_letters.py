from django.db import migrations, models


class Migration(migrations.Migration):
    """Letters beside the notices, and the day a document was taken back."""

    dependencies = [("mail", "0003_document_keys")]
    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("AVIS_ECHEANCE", "avis d’échéance"),
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
        migrations.AddField(model_name="document", name="withdrawn_on", field=models.DateField(null=True)),
    ]
