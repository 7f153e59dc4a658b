"""The outside channels of this installation: those that are described, and how much of each is real."""

from collections.abc import Iterator, Mapping
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


def installed_channels() -> Iterator[Channel]:
    """Each outside channel that can be used here. Raises ProviderMisdescribed."""
    yield EmailNotice(settings.PALIER_HOME / "mail")
    # Of an installation before notifications, until `palier init` draws their key.
    with suppress(SecretMissing, SecretUnreadable):
        yield push_knock()
    for channel in (vault.external_vault(), hybrid.hybrid_mail()):
        if channel is not None:
            yield channel


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
