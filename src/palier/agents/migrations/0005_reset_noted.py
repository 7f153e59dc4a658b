from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agents', '0004_staff_changes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='staffchange',
            name='subject',
            field=models.CharField(choices=[('ARRIVAL', 'arrivée'), ('NAME', 'nom'), ('ROLE', 'métier'), ('SERVICE', 'service'), ('FUNCTION', 'fonction'), ('AGENCY', 'agence'), ('DEPARTURE', 'départ'), ('INVITED', 'invitation'), ('RESET', 'accès réinitialisé'), ('MANDATE', 'mandat'), ('MANDATE_END', 'fin de mandat')], max_length=11),
        ),
    ]
