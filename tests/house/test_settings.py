"""What the settings promise over HTTPS and of passwords, asked of Django itself."""

import os
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from palier.web.signin import LONGEST_PASSWORD

if TYPE_CHECKING:
    from tests.landlord import Landlord

SOURCE = Path(__file__).resolve().parents[2] / "src"

ASK = """
from django.conf import settings
from palier.web.sites import SITES
print([(site.cookie_name, site.cookie_path) for site in SITES])
print(settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE)
print(settings.CSRF_USE_SESSIONS, settings.SECURE_HSTS_SECONDS)
"""


def over_https() -> list[str]:
    environment = os.environ | {
        "PALIER_HTTPS": "1",
        "DJANGO_SETTINGS_MODULE": "palier.conf.settings",
        "PYTHONPATH": str(SOURCE),
    }
    ran = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def test_cookies_over_https_are_bound_to_their_host() -> None:
    names, flags, token = over_https()
    assert names.count("__Host-") == names.count("'/'") >= 3
    assert flags == "True True Lax"
    # The token of forms is in the session: there is no second cookie.
    assert token.startswith("True ")


def test_https_is_remembered_for_a_year() -> None:
    assert int(over_https()[2].split()[1]) >= 365 * 24 * 3600


@pytest.mark.parametrize("refused", ["court", "motdepasse12"[:11], "password1234", "123456789012", "azertyuiopqs"[:8]])
def test_passwords_are_long_free_in_their_signs_and_not_common(refused: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(refused)
    for allowed in ("quatre chevaux verts", "toutenminuscules", "é" * 40):
        validate_password(allowed)


def test_a_password_is_masked_pasted_and_taken_as_it_is(landlord: "Landlord") -> None:
    assert LONGEST_PASSWORD >= 64
    page = Client().get("/bureau/entrer/")
    assert page.status_code == HTTPStatus.OK
    field = next(part for part in page.content.decode().split("<input") if 'name="password"' in part)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in field
