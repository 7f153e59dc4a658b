"""A browser that is already signed in, on every site at once: each keeps its own cookie."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from palier.agents.models import User
from palier.foundation.clock import now
from palier.web.factors import Proof
from palier.web.models import OpenSession
from palier.web.sessions import PROVED_AT, RECORD
from palier.web.sites import SITES


def sign_in(user: User) -> Client:
    """A client holding a session of `user` on each site."""
    client = Client(raise_request_exception=False)
    for site in SITES:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        at = now()
        opened = OpenSession.objects.create(
            user=user, site=site.code, browser="Firefox, Linux", second_factor=Proof.TOTP, is_shared=False,
            opened_at=at, last_seen_at=at, ends_at=at + timedelta(hours=10),
        )  # fmt: skip
        session[RECORD], session[PROVED_AT] = opened.pk, at.isoformat()
        session.save()
        client.cookies[site.cookie_name] = session.session_key or ""
        client.cookies[site.cookie_name]["path"] = site.cookie_path
    return client
