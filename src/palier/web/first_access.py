"""The account that a letter opens, or a tenant's code for a helper: made or entered again, with what was chosen.

Run as the login.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from palier.admission.operations.helping import helper_admitted, open_by_help
from palier.admission.operations.proving import SITE, Admitted, LetterOver, admitted_by, open_by_letter
from palier.agents.models import User
from palier.dispatch.operations.devices import delete_devices_of
from palier.foundation.errors import Refusal
from palier.privacy.ended import Ends, keep_ends
from palier.web.account_mail import tell_of_change
from palier.web.factors import Proof, add_application, add_passkey, add_plain_factor, new_recovery_codes
from palier.web.links import close_sessions_of, link_served
from palier.web.models import MailLink, SecondFactor
from palier.web.passkeys import Key
from palier.web.recovery import forget_password_links

LETTER: Final = "letter"
HELPER: Final = "helper"
# What may be chosen beside a password, in the words of the address.
WAYS: Final[dict[str, Proof]] = {"application": Proof.TOTP, "courriel": Proof.EMAIL, "feuille": Proof.SHEET}


class NoMailbox(Refusal):
    """Aucune adresse électronique n’était dans votre dossier avant la lettre : choisissez un autre moyen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """By what somebody comes the first time: a letter of access, or the code that a tenant gave to a helper."""

    kind: str
    number: int
    # When this browser gave the second proof of a letter; a helper's code asks for none.
    proved: datetime | None = None

    def admitted(self, *, at: datetime) -> Admitted:
        """Who proved what this entrance asks for, less than half an hour ago. Raises LetterOver."""
        if self.kind == LETTER:
            return admitted_by(self.number, proved=self.proved, at=at)
        return Admitted(person_id=None, identifier=helper_admitted(self.number, at=at), by_mail=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The account as it stands once chosen, with the codes to write down (none beside a passkey's own)."""

    user: User
    proof: Proof
    codes: tuple[str, ...]
    # Entered by another letter: its owner first looks at what somebody else may have left.
    is_again: bool = False


def open_with_passkey(entrance: Entrance, key: Key, *, browser: str, at: datetime) -> Opened:
    """A passkey alone: no password opens this account. Raises LetterOver, KeyAlreadyKnown."""

    def keep(user: User) -> tuple[Proof, tuple[str, ...]]:
        add_passkey(user, key, browser=browser, at=at)
        return Proof.PASSKEY, ()

    return _opened(entrance, keep, password=None, at=at)


def open_with_password(
    entrance: Entrance, way: Proof, password: str, *, secret: str = "", code: str = "", at: datetime
) -> Opened:
    """A password, and beside it an application, a link by mail, or a sheet of codes.

    Raises LetterOver, NoMailbox, CodeRefused.
    """

    def keep(user: User) -> tuple[Proof, tuple[str, ...]]:
        if way is Proof.TOTP:
            add_application(user, secret=secret, code=code, at=at)
        else:
            add_plain_factor(user, way, at=at)
        codes = () if way is Proof.EMAIL else new_recovery_codes(user, at=at)
        return (Proof.TOTP if way is Proof.TOTP else Proof.LETTER), codes

    return _opened(entrance, keep, password=password, by_mail=way is Proof.EMAIL, at=at)


def _opened(
    entrance: Entrance,
    keep: Callable[[User], tuple[Proof, tuple[str, ...]]],
    *,
    password: str | None,
    at: datetime,
    by_mail: bool = False,
) -> Opened:
    made: list[Opened] = []

    def opening(who: Admitted) -> None:
        if by_mail and not who.by_mail:
            raise NoMailbox
        user, ended = _account(who)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        if ended is None:
            user.save()
        else:
            user.save(update_fields=["password"])
            # Whoever had this account hears of it, be it from someone who had both the letter and the telephone.
            tell_of_change(user, site=SITE)
        proof, codes = keep(user)
        # Once nothing can refuse: what is told there is ended for good, were this very opening undone.
        for kind, rows in (ended or {}).items():
            keep_ends(kind, rows, at=at)
        made.append(Opened(user=user, proof=proof, codes=codes, is_again=ended is not None))

    if entrance.kind == LETTER:
        open_by_letter(entrance.number, opening, proved=entrance.proved, at=at)
    else:
        open_by_help(entrance.number, lambda identifier: _helping(opening, identifier, made), at=at)
    return made[0]


def _helping(opening: Callable[[Admitted], None], identifier: str, made: list[Opened]) -> int:
    opening(Admitted(person_id=None, identifier=identifier, by_mail=False))
    return int(made[0].user.pk)


def _account(who: Admitted) -> tuple[User, Mapping[Ends, list[tuple[int, datetime]]] | None]:
    """Their account, emptied of what opened it, which it gives; or a new one, without. Raises LetterOver if closed."""
    if who.person_id is None:
        return User(identifier=who.identifier, is_helper=True), None
    user = User.objects.filter(person_id=who.person_id).order_by("id").first()
    if user is None:
        return User(identifier=who.identifier, person_id=who.person_id), None
    if not user.is_active:
        raise LetterOver
    own = SecondFactor.objects.filter(user=user)
    factors = list(own.values_list("id", "created_at"))
    own.delete()
    close_sessions_of(user.pk)
    forget_password_links(user)
    link_served(user)
    MailLink.objects.filter(user=user).delete()
    return user, {Ends.FACTOR: factors, Ends.DEVICE: delete_devices_of(who.person_id)}
