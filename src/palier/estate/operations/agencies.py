"""The agencies of a landlord: each looks after residences, and is named to their tenants."""

import re
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from palier.estate.models import Agency, LandlordChange
from palier.foundation.errors import Refusal

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")


class AgencyCodeWrong(Refusal):
    """Le code « {code} » ne convient pas : des lettres sans accent, des chiffres, des tirets, vingt signes au plus."""


class AgencyCodeTaken(Refusal):
    """Une autre agence a déjà le code « {code} » : choisissez-en un autre."""


class AgencyUnnamed(Refusal):
    """Il manque le nom de l’agence : ses locataires le lisent."""


class AgencyNotFound(Refusal):
    """Cette agence n’existe pas."""


def open_agency(*, code: str, name: str, by: int, at: datetime) -> Agency:
    """A new agency, opened by the agent `by`. Raises AgencyCodeWrong, AgencyCodeTaken, AgencyUnnamed."""
    wanted, said = code.strip().upper(), name.strip()
    if not _CODE.fullmatch(wanted):
        raise AgencyCodeWrong(code=code.strip()[:20])
    if not said:
        raise AgencyUnnamed
    try:
        with transaction.atomic():
            made = Agency.objects.create(code=wanted, name=said)
    except IntegrityError as error:
        raise AgencyCodeTaken(code=wanted) from error
    _keep("", f"{made.code}, {made.name}", by=by, at=at)
    return made


def rename_agency(*, agency_id: int, name: str, by: int, at: datetime) -> None:
    """Another name; the code stays, files know it. Raises AgencyNotFound, AgencyUnnamed."""
    said = name.strip()
    if not said:
        raise AgencyUnnamed
    found = Agency.objects.filter(pk=agency_id).first()
    if found is None:
        raise AgencyNotFound
    if found.name == said:
        return
    Agency.objects.filter(pk=agency_id).update(name=said)
    _keep(f"{found.code}, {found.name}", f"{found.code}, {said}", by=by, at=at)


def _keep(before: str, after: str, *, by: int, at: datetime) -> None:
    LandlordChange.objects.create(
        subject="AGENCY", before=before, after=after, state="APPLIED", asked_by=by, asked_at=at
    )
