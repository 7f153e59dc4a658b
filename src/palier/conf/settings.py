"""The settings, in one file. What changes from one machine to another comes from the environment and PALIER_HOME.

PALIER_HOME            the folder where everything lives
PALIER_PROCESS         "web" (the sites) or "work" (commands and jobs): which login opens the database
DATABASE_URL           an outside PostgreSQL server; its user and password serve set-up only
PALIER_DATABASE        the database's name (default "palier")
PALIER_ROLE_PREFIX     what the names of the landlord's database roles begin with (default "palier")
PALIER_HOSTS           the host names served, separated by commas, added to localhost
PALIER_HTTPS           "1" behind a proxy that speaks HTTPS and sets X-Forwarded-Proto
PALIER_JOURNAL_HEADS   the file that takes the journal's heads, best on another machine's disk
PALIER_JOURNAL_MAIL_TO          who receives a head each time one is published (simulated: written to files)
PALIER_CLAMD            where clamd listens (a path, or host:port): every file from outside is shown to it first
PALIER_DOCUMENTS_S3             where packs of documents go instead of the folder: https://host/bucket
PALIER_DOCUMENTS_S3_KEY, PALIER_DOCUMENTS_S3_REGION   what signs there; the secret is secrets/documents_s3
PALIER_JOURNAL_TIMESTAMP_URL    an RFC 3161 authority; its certificate in PALIER_JOURNAL_TIMESTAMP_CA (PEM)
"""

import os
from pathlib import Path

from palier.foundation.home import home_of
from palier.foundation.postgres.address import address_of, role_prefix_of

_environment = os.environ
_home = home_of(_environment)
_address = address_of(_environment, _home)

# --- This installation ---------------------------------------------------------------------------------------------

PALIER_HOME: Path = _home.root
DOCUMENT_ROOT: Path = _home.documents
PALIER_ROLE_PREFIX: str = role_prefix_of(_environment)
PALIER_PROCESS: str = _environment.get("PALIER_PROCESS", "work")
PALIER_HTTPS: bool = _environment.get("PALIER_HTTPS") == "1"

# The read journal. Twelve months (CNIL, recommendation on logs); where its heads are published.
PALIER_JOURNAL_MONTHS: int = 12
PALIER_JOURNAL_HEADS: Path = Path(
    _environment.get("PALIER_JOURNAL_HEADS") or PALIER_HOME / "journal" / "empreintes.jsonl"
)
PALIER_CLAMD: str = _environment.get("PALIER_CLAMD", "")
PALIER_JOURNAL_MAIL_TO: str = _environment.get("PALIER_JOURNAL_MAIL_TO", "")
PALIER_JOURNAL_TIMESTAMP_URL: str = _environment.get("PALIER_JOURNAL_TIMESTAMP_URL", "")
_authority = _environment.get("PALIER_JOURNAL_TIMESTAMP_CA")
PALIER_JOURNAL_TIMESTAMP_CA: Path | None = Path(_authority) if _authority else None

# Where the packs of documents are: the folder, or a bucket that speaks S3. Its secret is in the file documents_s3.
PALIER_DOCUMENTS_S3: str = _environment.get("PALIER_DOCUMENTS_S3", "")
PALIER_DOCUMENTS_S3_REGION: str = _environment.get("PALIER_DOCUMENTS_S3_REGION", "us-east-1")
PALIER_DOCUMENTS_S3_KEY: str = _environment.get("PALIER_DOCUMENTS_S3_KEY", "")

_hosts = [host.strip() for host in _environment.get("PALIER_HOSTS", "").split(",") if host.strip()]

# Without its secret the key is empty, and Django refuses to sign anything with an empty key.
SECRET_KEY: str = _home.secret("django_key") if _home.secret_readable("django_key") else ""
DEBUG: bool = False
ALLOWED_HOSTS: list[str] = ["localhost", "127.0.0.1", *_hosts]
ROOT_URLCONF = "palier.conf.urls"
WSGI_APPLICATION = "palier.conf.wsgi.application"

INSTALLED_APPS: list[str] = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    "palier.foundation",
    "palier.privacy",
    "palier.screening",
    "palier.estate",
    "palier.people",
    "palier.agents",
    "palier.ledger",
    "palier.mail",
    "palier.leases",
    "palier.demandes",
    "palier.banking",
    "palier.admission",
    "palier.dispatch",
    "palier.payroll",
    "palier.purchasing",
    "palier.quittancement",
    "palier.maintenance",
    "palier.takeover",
    "palier.campaigns",
    "palier.recovery",
    "palier.exchanges",
    "palier.correspondence",
    "palier.adoption",
    "palier.attribution",
    "palier.aid",
    "palier.closing",
    "palier.rights",
    "palier.retention",
    "palier.oversight",
    "palier.continuity",
    "palier.web",
    "palier.desk",
    "palier.field",
    "palier.home",
    "palier.partner",
    "palier.demo",
]

# --- A request -----------------------------------------------------------------------------------------------------

MIDDLEWARE: list[str] = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "palier.web.middleware.SecurityHeadersMiddleware",
    "palier.web.middleware.SiteSessionMiddleware",
    "palier.web.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last: the transaction that carries role, agent and purpose holds the view and its rendering, nothing else.
    "palier.web.middleware.ActorMiddleware",
]

TEMPLATES: list[dict[str, object]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- The database --------------------------------------------------------------------------------------------------


def _database(login: str) -> dict[str, object]:
    secret = f"{PALIER_ROLE_PREFIX}_{login}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _address.host,
        "PORT": str(_address.port),
        "NAME": _address.database,
        "USER": secret,
        "PASSWORD": _home.secret(secret) if _home.secret_readable(secret) else "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # The middleware opens the transaction itself, once it knows who acts.
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"pool": False, **_address.options},
    }


DATABASES: dict[str, dict[str, object]] = {"default": _database("login" if PALIER_PROCESS == "web" else "worker")}
if _home.secret_readable(f"{PALIER_ROLE_PREFIX}_owner"):
    DATABASES["owner"] = _database("owner")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Signing in ----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "agents.User"
PASSWORD_HASHERS: list[str] = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 10 * 3600  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # the lodge's computer is shared
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PALIER_HTTPS
CSRF_USE_SESSIONS = True
CSRF_COOKIE_SECURE = PALIER_HTTPS
CSRF_TRUSTED_ORIGINS: list[str] = [f"https://{host}" for host in _hosts] if PALIER_HTTPS else []
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PALIER_HTTPS else 0
SECURE_PROXY_SSL_HEADER: tuple[str, str] | None = ("HTTP_X_FORWARDED_PROTO", "https") if PALIER_HTTPS else None

# --- Language, files, logs -----------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LOCALE_PATHS: list[Path] = [Path(__file__).resolve().parents[1] / "locale"]
# Of the tenants' site only: a folder of sentences is one more language. Sentences are written in French.
LANGUAGES: list[tuple[str, str]] = [
    ("fr", "français"),
    *((made.parts[-3], made.parts[-3]) for made in sorted(LOCALE_PATHS[0].glob("[!f]*/LC_MESSAGES/django.mo"))),
]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT: Path = _home.static
# `palier serve` gathers, compresses and fingerprints the files; before that they are read where they are.
_gathered = (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS = not _gathered
STORAGES: dict[str, dict[str, str]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _gathered
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # An address asked for may hold a name: a 404 is not worth keeping it in a log.
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
