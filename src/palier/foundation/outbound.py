"""Asking a service outside, over HTTPS or on this machine: short, bounded, never followed elsewhere."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urlsplit

from palier.foundation.errors import Refusal

_WAITS_SECONDS: Final = 5
_LONGEST_ANSWER: Final = 200_000
_LONGEST_WAIT: Final = 86_400
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a service answered, whatever it said, and how long it asks to wait (0 when it does not)."""

    status: int
    body: bytes
    retry_after_seconds: int = 0

    def json(self) -> dict[str, object] | None:
        """The object in it; None when it cannot be read: cut short, or something else."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return None
        return told if isinstance(told, dict) else None


def exchanged(request: urllib.request.Request) -> Exchange:
    """Ask, and take any status for an answer. Raises ServiceSilent: nobody knows then what the service did."""
    host = urlsplit(request.full_url).hostname or ""
    try:
        with _OPENER.open(request, timeout=_WAITS_SECONDS) as answer:
            body = answer.read(_LONGEST_ANSWER)
            if len(body) < _LONGEST_ANSWER and answer.length:
                # Cut before its end: read by pieces, the library does not say so.
                raise ServiceSilent(host=host)
            return Exchange(status=answer.status, body=body)
    except urllib.error.HTTPError as error:
        with error:
            asked = error.headers.get("Retry-After", "")
            # A date is allowed too: a minute then.
            seconds = min(int(asked), _LONGEST_WAIT) if asked.isascii() and asked.isdecimal() else 60 if asked else 0
            try:
                body = error.read(_LONGEST_ANSWER)
            except (OSError, HTTPException) as cut:
                raise ServiceSilent(host=host) from cut
            return Exchange(status=error.code, body=body, retry_after_seconds=seconds)
    except (OSError, ValueError, HTTPException) as error:
        raise ServiceSilent(host=host) from error


def opened_without_redirection(request: urllib.request.Request, *, timeout: float) -> HTTPResponse:
    """The answer of a service whose body is bytes. Raises what urllib does."""
    answer: HTTPResponse = _OPENER.open(request, timeout=timeout)
    return answer


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
