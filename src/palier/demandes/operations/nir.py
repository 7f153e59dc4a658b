"""The NIR of the adults to house: checked, sealed, never shown again (CCH R441-2-2, a).

It serves the registration of the demand by the national system and nothing else: no search, no comparison, no score.
"""

from typing import Final

from django.db import transaction
from stdnum.exceptions import ValidationError
from stdnum.fr import nir as numbers

from palier.demandes.models import Member, Nir
from palier.demandes.operations.headings import Change
from palier.demandes.operations.holding import changed, heading_detail, held_active, note
from palier.demandes.operations.household import MemberNotFound
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import after_months
from palier.foundation.sealing import sealed

SEALED_UNDER: Final = "nir_key"
_MAJORITY_MONTHS = 18 * 12


class NirInvalid(Refusal):
    """Ce n’est pas un numéro de sécurité sociale : quinze caractères, les deux derniers étant sa clé ; relisez la
    carte."""


class NirOfAChild(Refusal):
    """Le numéro de sécurité sociale n’est demandé qu’aux adultes qui vivront dans le logement."""


def write_nir(*, change: Change, member_id: int, number: str) -> None:
    """Seal the number of one adult; empty takes it away.

    Raises NirInvalid, NirOfAChild, MemberNotFound, and what `held_active` raises.
    """
    day = day_of(change.at)
    with transaction.atomic():
        changed(held_active(change.application_id, version=change.version))
        note(
            change.application_id,
            "CHANGED",
            actor=change.actor,
            at=change.at,
            detail=heading_detail("IDENTITE", change.origin),
        )
        member = Member.objects.filter(pk=member_id, application_id=change.application_id).first()
        if member is None:
            raise MemberNotFound
        if member.birth_date is not None and after_months(member.birth_date, _MAJORITY_MONTHS) > day:
            raise NirOfAChild
        Nir.objects.filter(pk=member_id).delete()
        if not number.strip():
            return
        checked = _checked(number)
        Nir(
            member_id=member_id,
            application_id=change.application_id,
            sealed=sealed(checked.encode("ascii"), under=SEALED_UNDER),
            ending=checked[-2:],
            written_on=day,
        ).save(force_insert=True)


def _checked(number: str) -> str:
    try:
        return str(numbers.validate(number))
    except ValidationError as error:
        raise NirInvalid from error
