"""Which shelf the settings name for the packs of a folder of documents."""

from pathlib import Path

from django.conf import settings

from palier.foundation.home import Home
from palier.mail.store.folder import Folder
from palier.mail.store.packs import Shelf
from palier.mail.store.s3 import Account, Bucket


def shelf_of(root: Path) -> Shelf:
    """The bucket of the settings for the installation's own documents; any other folder is a folder."""
    bucket = bucket_of(root)
    return Folder(root) if bucket is None else bucket


def bucket_of(root: Path) -> Bucket | None:
    """The bucket of the settings, if there is one. Raises SecretMissing, SecretUnreadable."""
    if not settings.configured or not settings.PALIER_DOCUMENTS_S3 or root != Path(settings.DOCUMENT_ROOT):
        return None
    account = Account(
        address=settings.PALIER_DOCUMENTS_S3,
        region=settings.PALIER_DOCUMENTS_S3_REGION,
        key=settings.PALIER_DOCUMENTS_S3_KEY,
        secret=Home(Path(settings.PALIER_HOME)).secret("documents_s3"),
    )
    return Bucket(root, account)
