"""The outside channels of this installation: those that are described, and how much of each is real."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from django.conf import settings

from palier.dispatch.adapters import hybrid, vault
from palier.dispatch.adapters.notices import EmailNotice
from palier.dispatch.adapters.push import push_knock, push_settings
from palier.dispatch.adapters.remote import described
from palier.dispatch.channels import EMAIL, HYBRID, PRINT, PUSH, SPACE, VAULT, Channel, Nature
from palier.foundation.home import SecretMissing, SecretUnreadable

_OURS: Final[Mapping[str, Nature]] = {SPACE: Nature.REAL, PRINT: Nature.REAL, EMAIL: Nature.SIMULATED}


def _email() -> Channel:
    return EmailNotice(settings.PALIER_HOME / "mail")


def _push() -> Channel | None:
    # Of an installation before notifications, until `palier init` draws their key.
    with suppress(SecretMissing, SecretUnreadable):
        return push_knock()
    return None


# What finds each outside channel, or None where it is not installed: those that only say that something waits, then
# those that take documents, which raise ProviderMisdescribed.
SIGNALS: Final[tuple[Callable[[], Channel | None], ...]] = (_email, _push)
CHANNELS: Final[tuple[Callable[[], Channel | None], ...]] = (*SIGNALS, vault.external_vault, hybrid.hybrid_mail)


def natures() -> dict[str, Nature]:
    """How much of each channel is real, by its code; no secret is read. Raises ProviderMisdescribed."""
    found = {
        **_OURS,
        PUSH: Nature.SIMULATED if push_settings().is_simulated else Nature.NOT_VERIFIED,
    }
    for code, file in ((VAULT, vault.FILE), (HYBRID, hybrid.FILE)):
        there = described(file)
        if there is not None:
            found[code] = there.nature
    return found
