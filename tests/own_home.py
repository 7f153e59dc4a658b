"""The home of the tests, made before anything else: the settings read it once, when Django is set up.

Imported first by conftest.py. No server is started here.
"""

import os
import tempfile
from pathlib import Path
from typing import Final

import django
from tests.places import PLACE

from palier.foundation.home import Home

TEST_HOME: Final = Path(tempfile.mkdtemp(prefix="palier-t-", dir=PLACE))
# A home whose database has its tables and its policy, and nobody in it: what works of their own start from.
READY_HOME: Final = TEST_HOME.with_name(f"{TEST_HOME.name}-ready")
os.environ.pop("DATABASE_URL", None)
os.environ |= {
    "PALIER_HOME": str(TEST_HOME),
    "PALIER_PROCESS": "web",
    "PALIER_DATABASE": "palier_test",
    "DJANGO_SETTINGS_MODULE": "palier.conf.settings",
}
HOME: Final = Home(TEST_HOME)
HOME.prepare()
for _secret in ("django_key", "palier_owner", "palier_login", "palier_worker"):
    HOME.ensure_secret(_secret)
django.setup()
