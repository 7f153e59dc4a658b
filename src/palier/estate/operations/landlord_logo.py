"""The logo of the landlord's documents: given, replaced, removed; each kept in the history of the sheet.

What is already frozen keeps the logo of its day.
"""

from datetime import datetime

from django.db import transaction

from palier.estate.logo import Logo, redrawn_logo
from palier.estate.models import Landlord, LandlordChange, LandlordLogo
from palier.foundation.errors import Refusal


class LogoIsTheSame(Refusal):
    """C’est déjà le logo de l’organisme : rien n’a changé."""


class NoLogoToRemove(Refusal):
    """L’organisme n’a pas de logo : il n’y a rien à retirer."""


def keep_logo(content: bytes, *, by: int, at: datetime) -> LandlordLogo:
    """The next documents print this logo, drawn anew. Raises LogoIsTheSame and the refusals of `redrawn_logo`."""
    logo = redrawn_logo(content)
    with transaction.atomic():
        landlord = _held()
        before = landlord.logo
        if before is not None and before.digest == logo.digest:
            raise LogoIsTheSame
        kept, _ = LandlordLogo.objects.get_or_create(
            digest=logo.digest,
            defaults={"png": logo.png, "width": logo.width, "height": logo.height, "kept_at": at},
        )
        Landlord.objects.filter(pk=landlord.pk).update(logo=kept)
        _note(before=_told(before), after=_told(kept), by=by, at=at)
    return kept


def remove_logo(*, by: int, at: datetime) -> None:
    """The next documents print none. Raises NoLogoToRemove."""
    with transaction.atomic():
        landlord = _held()
        if landlord.logo is None:
            raise NoLogoToRemove
        Landlord.objects.filter(pk=landlord.pk).update(logo=None)
        _note(before=_told(landlord.logo), after="retiré", by=by, at=at)


def logo_of(kept: LandlordLogo) -> Logo:
    """A kept logo, with its drawing."""
    return Logo(png=bytes(kept.png), width=kept.width, height=kept.height)


def _held() -> Landlord:
    # Its logo is read by a statement of its own: the one that waited here would not see what the other wrote.
    return Landlord.objects.select_for_update().order_by("id")[:1].get()


def _note(*, before: str, after: str, by: int, at: datetime) -> None:
    LandlordChange.objects.create(subject="LOGO", before=before, after=after, state="APPLIED", asked_by=by, asked_at=at)


def _told(kept: LandlordLogo | None) -> str:
    return f"{kept.width} × {kept.height} points, empreinte {kept.digest[:8]}" if kept else ""
