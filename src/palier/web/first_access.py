"""The account that a letter opens: made, or entered again, with what was chosen to sign in by. Run as the login."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from palier.admission.operations.proving import Admitted, LetterOver, open_by_letter
from palier.agents.models import User
from palier.foundation.errors import Refusal
from palier.web.factors import Proof, add_application, add_passkey, add_plain_factor, new_recovery_codes
from palier.web.links import close_sessions_of, link_served
from palier.web.models import SecondFactor
from palier.web.passkeys import Key
from palier.web.recovery import forget_password_links

# What may be chosen beside a password, in the words of the address.
WAYS: Final[dict[str, Proof]] = {"application": Proof.TOTP, "courriel": Proof.EMAIL, "feuille": Proof.SHEET}


class NoMailbox(Refusal):
    """Aucune adresse électronique n’était dans votre dossier avant la lettre : choisissez un autre moyen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The account as it stands once chosen, with the codes to write down (none beside a passkey's own)."""

    user: User
    proof: Proof
    codes: tuple[str, ...]


def open_with_passkey(letter_id: int, key: Key, *, browser: str, at: datetime) -> Opened:
    """A passkey alone: no password opens this account. Raises LetterOver, KeyAlreadyKnown."""

    def keep(user: User) -> tuple[Proof, tuple[str, ...]]:
        add_passkey(user, key, browser=browser, at=at)
        return Proof.PASSKEY, ()

    return _opened(letter_id, keep, password=None, at=at)


def open_with_password(
    letter_id: int, way: Proof, password: str, *, secret: str = "", code: str = "", at: datetime
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

    return _opened(letter_id, keep, password=password, by_mail=way is Proof.EMAIL, at=at)


def _opened(
    letter_id: int,
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
        user, is_new = _account(who)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        if is_new:
            user.save()
        else:
            user.save(update_fields=["password"])
        proof, codes = keep(user)
        made.append(Opened(user=user, proof=proof, codes=codes))

    open_by_letter(letter_id, opening, at=at)
    return made[0]


def _account(who: Admitted) -> tuple[User, bool]:
    """Their account, emptied of what opened it; or a new one, told as such. Raises LetterOver when it was closed."""
    user = User.objects.filter(person_id=who.person_id).order_by("id").first()
    if user is None:
        return User(identifier=who.identifier, person_id=who.person_id), True
    if not user.is_active:
        raise LetterOver
    SecondFactor.objects.filter(user=user).delete()
    close_sessions_of(user.pk)
    forget_password_links(user)
    link_served(user)
    return user, False
