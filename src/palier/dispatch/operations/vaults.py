"""The external vault that a holder chooses to receive a copy in, and no longer. Their agreement is asked apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction

from palier.dispatch.models import VaultAccount
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.leases.models import Lease
from palier.privacy.actor import Actor
from palier.privacy.ended import Ends, keep_ends

_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{3,63}")


class VaultNumberMalformed(Refusal):
    """Ce numéro de coffre ne va pas : recopiez-le tel que votre coffre l’affiche, avec ses lettres et ses chiffres."""


class VaultOfAnother(Refusal):
    """Un autre titulaire de ce bail a déjà choisi un coffre : lui seul le change."""


class NotOnesLease(Refusal):
    """Ce bail n’est pas le vôtre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVault:
    """The vault chosen for one lease."""

    lease_id: int
    member: str
    chosen_on: date


def choose_vault(*, lease_id: int, number: str, actor: Actor, at: datetime) -> None:
    """Keep the number of one's vault for a lease; another one before it ends that day.

    Raises VaultNumberMalformed, NotOnesLease, VaultOfAnother.
    """
    typed = "".join(number.split())
    if not _NUMBER.fullmatch(typed):
        raise VaultNumberMalformed
    residence_id = Lease.objects.filter(pk=lease_id).values_list("residence_id", flat=True).first()
    if residence_id is None or actor.person_id is None:
        raise NotOnesLease
    with transaction.atomic():
        mine = VaultAccount.objects.filter(lease_id=lease_id, person_id=actor.person_id, ended_on=None)
        if mine.filter(member=typed).exists():
            return
        ended = list(mine.values_list("id", "chosen_on"))
        mine.update(ended_on=day_of(at))
        try:
            with transaction.atomic():
                VaultAccount.objects.bulk_create(
                    [
                        VaultAccount(
                            lease_id=lease_id,
                            residence_id=residence_id,
                            person_id=actor.person_id,
                            member=typed,
                            chosen_on=day_of(at),
                        )
                    ]
                )
        except IntegrityError as taken:
            raise VaultOfAnother from taken
        # Once nothing can refuse: what is told there is ended for good.
        keep_ends(Ends.VAULT, ended, at=at)


def leave_vault(*, lease_id: int, actor: Actor, at: datetime) -> bool:
    """Take the number back: nothing more is copied there. False when there was none."""
    mine = VaultAccount.objects.filter(lease_id=lease_id, person_id=actor.person_id or 0, ended_on=None)
    keep_ends(Ends.VAULT, mine.values_list("id", "chosen_on"), at=at)
    return bool(mine.update(ended_on=day_of(at)))


def own_vaults(lease_ids: Sequence[int], *, actor: Actor) -> dict[int, OwnVault]:
    """By lease, the vault that whoever acts chose."""
    rows = VaultAccount.objects.filter(lease_id__in=list(lease_ids), person_id=actor.person_id or 0, ended_on=None)
    return {
        lease: OwnVault(lease_id=lease, member=member, chosen_on=chosen)
        for lease, member, chosen in rows.values_list("lease_id", "member", "chosen_on")
    }
