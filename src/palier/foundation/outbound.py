"""Asking a service outside, over HTTPS or on this machine: short, bounded, never followed elsewhere."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from palier.foundation.errors import Refusal

_WAITS_SECONDS: Final = 5
_LONGEST_ANSWER: Final = 200_000
_LOCAL: Final = ("localhost", "127.0.0.1")


class ServiceSilent(Refusal):
    """Le service {host} ne répond pas, ou sa réponse ne se lit pas. Essayez de nouveau dans un moment."""


class ServiceRefuses(Refusal):
    """Le service {host} répond {status}. Vérifiez avec lui l’accord qui vous lie."""

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return int(str(self.facts["status"]))


class AddressNotOfTheWeb(Refusal):
    """Cette adresse ne commence pas par http, ni par https : corrigez-la."""


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """A service answers where it says it does: followed elsewhere, our secret would go along."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirection)


def is_safe_address(address: str) -> bool:
    """True when the address is encrypted or stays on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)


def web_request(
    address: str, data: bytes | None = None, *, headers: Mapping[str, str] | None = None, method: str | None = None
) -> urllib.request.Request:
    """A request that can only be of the web: urllib would also open a file. Raises AddressNotOfTheWeb."""
    scheme, _, place = address.partition("://")
    told = dict(headers or {})
    if scheme == "https":
        return urllib.request.Request(f"https://{place}", data, told, method=method)
    if scheme == "http":
        return urllib.request.Request(f"http://{place}", data, told, method=method)
    raise AddressNotOfTheWeb


def json_from(request: urllib.request.Request) -> dict[str, object]:
    """The object that the service answers. Raises ServiceSilent, ServiceRefuses."""
    host = urlsplit(request.full_url).hostname or ""
    try:
        with _OPENER.open(request, timeout=_WAITS_SECONDS) as answer:
            told = json.loads(answer.read(_LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        error.close()
        raise ServiceRefuses(host=host, status=error.code) from error
    except (OSError, ValueError, HTTPException) as error:
        raise ServiceSilent(host=host) from error
    if not isinstance(told, dict):
        raise ServiceSilent(host=host)
    return told
