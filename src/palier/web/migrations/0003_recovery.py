from django.db import migrations, models


class Migration(migrations.Migration):
    """Links to choose another password, notices of what was done to an account; both leave with the account."""

    dependencies = [("web", "0002_with_the_account"), ("agents", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="PasswordLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("user", models.ForeignKey(db_constraint=False, on_delete=models.DO_NOTHING, to="agents.user")),
            ],
        ),
        migrations.CreateModel(
            name="AccessNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("FACTOR_RESET", "second facteur réinitialisé"),
                            ("PASSWORD_RESET", "mot de passe choisi par un lien"),
                        ],
                        max_length=14,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("user", models.ForeignKey(db_constraint=False, on_delete=models.DO_NOTHING, to="agents.user")),
            ],
            options={"indexes": [models.Index(fields=["user"], name="access_notice_of")]},
        ),
        migrations.RunSQL(
            """
            SET LOCAL lock_timeout = '5s';
            ALTER TABLE web_passwordlink ADD CONSTRAINT web_passwordlink_account
                FOREIGN KEY (user_id) REFERENCES agents_user (id) ON DELETE CASCADE;
            ALTER TABLE web_accessnotice ADD CONSTRAINT web_accessnotice_account
                FOREIGN KEY (user_id) REFERENCES agents_user (id) ON DELETE CASCADE;
            """,
            reverse_sql="""
            ALTER TABLE web_passwordlink DROP CONSTRAINT web_passwordlink_account;
            ALTER TABLE web_accessnotice DROP CONSTRAINT web_accessnotice_account;
            """,
        ),
    ]
