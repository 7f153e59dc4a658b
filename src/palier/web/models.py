"""What signing in keeps: second factors, open sessions, links handed over, notices to show. Read by the login alone.

No address of origin and no full name of a browser: a person must recognise their sessions, nobody follows them by it.
"""

from django.db import models

from palier.agents.models import User


class SecondFactor(models.Model):
    """What an account proves beyond its password. A passkey stands for both: it is held, and opened by its owner.

    A recovery code is a row of its own: it serves once because its row is deleted.
    """

    # The constraint is in the migration: an account that is erased takes its factors along.
    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False)
    kind = models.CharField(
        max_length=8,
        choices=[
            ("PASSKEY", "clé d’accès"),
            ("TOTP", "application à codes"),
            ("EMAIL", "lien par courriel"),
            ("SHEET", "feuille de codes"),
            ("RECOVERY", "code de secours"),
        ],
    )
    # Composed from the browser's family, never typed.
    label = models.CharField(max_length=60)
    # WebAuthn: the number of the key, its public half as the browser gave it, and how often it signed.
    credential_id = models.BinaryField(null=True, unique=True)
    public_key = models.BinaryField(null=True)
    sign_count = models.BigIntegerField(null=True)
    # An application's secret, encrypted; of a recovery code, the digest.
    secret = models.CharField(max_length=200, blank=True)
    # The last interval of thirty seconds whose code was accepted: a code that was overheard opens nothing.
    last_step = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "kind"])]
        constraints = [
            models.UniqueConstraint(
                name="second_factor_one_application", fields=["user"], condition=models.Q(kind="TOTP")
            ),
            models.UniqueConstraint(
                name="second_factor_one_mailbox_one_sheet",
                fields=["user", "kind"],
                condition=models.Q(kind__in=["EMAIL", "SHEET"]),
            ),
            models.CheckConstraint(
                name="second_factor_holds_its_proof",
                condition=models.Q(
                    kind="PASSKEY", credential_id__isnull=False, public_key__isnull=False, sign_count__isnull=False
                )
                | (models.Q(kind__in=["TOTP", "RECOVERY"], credential_id__isnull=True) & ~models.Q(secret=""))
                # A mailbox is that of the file; a sheet is its codes, a row each.
                | models.Q(kind__in=["EMAIL", "SHEET"], credential_id__isnull=True, secret=""),
            ),
        ]


class OpenSession(models.Model):
    """A session as its owner may list it and close it: without its row a session opens nothing."""

    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False)
    site = models.CharField(max_length=7)
    # « Firefox, Windows »: the families, never the whole announcement.
    browser = models.CharField(max_length=40)
    second_factor = models.CharField(
        max_length=9,
        choices=[
            ("NONE", "aucun"),
            ("PASSKEY", "clé d’accès"),
            ("TOTP", "application à codes"),
            ("EMAIL", "lien par courriel"),
            ("RECOVERY", "code de secours"),
            ("LETTER", "lettre d’accès et seconde preuve"),
            ("PROVIDER", "fournisseur d’identité"),
            ("SIMULATED", "facteur simulé"),
        ],
    )
    is_shared = models.BooleanField()
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "ends_at"])]


class EnrolmentLink(models.Model):
    """After a reset, the way to choose a second factor again: once, for a day, and only for who knows the password."""

    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False)
    token_sha256 = models.CharField(max_length=64, unique=True)
    # The agent who gave it; none when a command did.
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class PasswordLink(models.Model):
    """What lets choose another password: once, for a short time. It opens nothing: the sign-in page comes after."""

    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False)
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class MailLink(models.Model):
    """A link by which somebody whose password is right goes on: once, for a quarter of an hour, in the browser that
    asked for it, or in another that types the number which the first one shows.
    """

    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False)
    token_sha256 = models.CharField(max_length=64, unique=True)
    # What the browser that asked keeps in its session, as a digest.
    browser_sha256 = models.CharField(max_length=64)
    number = models.CharField(max_length=2)
    wrong_numbers = models.SmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)


class AccessNotice(models.Model):
    """What was done to an account by someone else, or by a link: told at the next sign-in, then forgotten."""

    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False)
    kind = models.CharField(
        max_length=14,
        choices=[
            ("FACTOR_RESET", "second facteur réinitialisé"),
            ("PASSWORD_RESET", "mot de passe choisi par un lien"),
            ("LETTER_ASKED", "lettre d’accès préparée"),
            ("ACCESS_CHANGED", "moyen d’entrer ajouté ou retiré"),
        ],
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user"], name="access_notice_of")]
