"""Second factors as they are kept: added, proven, taken away. Run as the login, outside any actor.

A proof is used up inside the transaction that accepts it: the same code sent twice at once opens one session.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from palier.agents.models import User
from palier.foundation.errors import Refusal
from palier.web.links import take_away
from palier.web.models import SecondFactor
from palier.web.passkeys import Key, PasskeyRefused, Place, count_of_signature, fingerprint, key_named_by
from palier.web.totp import DIGITS, matching_step

RECOVERY_CODES: Final = 10
# Ten letters of thirty-two: fifty bits, and five attempts a quarter of an hour.
_RECOVERY_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RECOVERY_LENGTH: Final = 10
MOST_PASSKEYS: Final = 10
# Kept in French, as the desk reads them; told to the person in their language.
_APPLICATION: Final = gettext_noop("Application à codes")
_MAIL_LINK: Final = gettext_noop("Lien par courriel")
_SHEET: Final = gettext_noop("Feuille de codes")


class Proof(StrEnum):
    """How the second factor of a session was proven."""

    NONE = "NONE"
    PASSKEY = "PASSKEY"
    TOTP = "TOTP"
    EMAIL = "EMAIL"
    # Ten codes on paper, for who has neither telephone nor mailbox.
    SHEET = "SHEET"
    # The letter of first access and its second proof: what opens the account proves for that once.
    LETTER = "LETTER"
    RECOVERY = "RECOVERY"
    PROVIDER = "PROVIDER"
    SIMULATED = "SIMULATED"


class LastFactorKept(Refusal):
    """C’est votre seul second facteur : ajoutez-en un autre avant de retirer celui-ci."""


class KeyAlreadyKnown(Refusal):
    """Cette clé d’accès est déjà enregistrée."""


class TooManyKeys(Refusal):
    """Dix clés d’accès sont déjà enregistrées : retirez d’abord celle qui ne sert plus."""


class CodeRefused(Refusal):
    """Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, ou vérifiez l’heure de votre téléphone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A factor as its owner sees it."""

    id: int
    kind: Proof
    label: str
    created_at: datetime
    last_used_at: datetime | None


def factors_of(user: User) -> list[Kept]:
    """The keys and the application of an account, the oldest first; recovery codes are counted apart."""
    rows = SecondFactor.objects.filter(user=user).exclude(kind="RECOVERY").order_by("created_at", "id")
    return [
        Kept(
            id=number,
            kind=Proof(kind),
            label=label,
            created_at=timezone.localtime(created_at),
            last_used_at=None if last_used_at is None else timezone.localtime(last_used_at),
        )
        for number, kind, label, created_at, last_used_at in rows.values_list(
            "id", "kind", "label", "created_at", "last_used_at"
        )
    ]


def recovery_codes_left(user: User) -> int:
    return SecondFactor.objects.filter(user=user, kind="RECOVERY").count()


def public_keys_of(user: User) -> list[bytes]:
    """The public halves of an account's passkeys."""
    rows = SecondFactor.objects.filter(user=user, kind="PASSKEY").values_list("public_key", flat=True)
    return [bytes(row) for row in rows if row is not None]


# --- adding ----------------------------------------------------------------------------------------------------------


def add_application(user: User, *, secret: str, code: str, at: datetime) -> None:
    """Keep the application whose code was just typed, in place of the former one. Raises CodeRefused."""
    step = matching_step(secret, code.strip().replace(" ", ""), at=at, after=None)
    if step is None:
        raise CodeRefused
    with transaction.atomic():
        take_away(SecondFactor.objects.filter(user=user, kind="TOTP"), at=at)
        SecondFactor.objects.create(
            user=user, kind="TOTP", label=_APPLICATION, secret=encrypted(secret), last_step=step, created_at=at
        )


def add_plain_factor(user: User, kind: Proof, *, at: datetime) -> None:
    """Keep that the account is entered with a link by mail, or with the codes of a sheet, beside its password."""
    labels = {Proof.EMAIL: _MAIL_LINK, Proof.SHEET: _SHEET}
    SecondFactor.objects.get_or_create(
        user=user, kind=kind.value, defaults={"label": labels[kind], "secret": "", "created_at": at}
    )


def add_passkey(user: User, key: Key, *, browser: str, at: datetime) -> None:
    """Keep a key that was just made. Raises KeyAlreadyKnown, TooManyKeys."""
    if SecondFactor.objects.filter(user=user, kind="PASSKEY").count() >= MOST_PASSKEYS:
        raise TooManyKeys
    try:
        with transaction.atomic():
            SecondFactor.objects.create(
                user=user,
                kind="PASSKEY",
                label=f"{browser} ({fingerprint(key.credential_id)})",
                credential_id=key.credential_id,
                public_key=key.public_key,
                sign_count=key.sign_count,
                created_at=at,
            )
    except IntegrityError as error:
        raise KeyAlreadyKnown from error


def new_recovery_codes(user: User, *, at: datetime) -> tuple[str, ...]:
    """Ten codes in place of the former ones. They are shown now and never again: only their digests are kept."""
    codes = tuple(
        "".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)
    )
    with transaction.atomic():
        take_away(SecondFactor.objects.filter(user=user, kind="RECOVERY"), at=at)
        SecondFactor.objects.bulk_create(
            SecondFactor(user=user, kind="RECOVERY", label="Code de secours", secret=_digest(code), created_at=at)
            for code in codes
        )
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def remove_factor(user: User, factor_id: int, *, at: datetime) -> bool:
    """Take a factor of one's own away; False when it is not there. Raises LastFactorKept to who would be shut out."""
    with transaction.atomic():
        kept = SecondFactor.objects.select_for_update().filter(user=user).exclude(kind="RECOVERY")
        numbers = list(kept.values_list("id", flat=True))
        if factor_id not in numbers:
            return False
        if numbers == [factor_id]:
            # Nor may a tenant whom no password lets in.
            if user.agent_id is not None or not user.has_usable_password():
                raise LastFactorKept
            # Codes that stand for nothing would still open the account.
            take_away(SecondFactor.objects.filter(user=user, kind="RECOVERY"), at=at)
        take_away(SecondFactor.objects.filter(pk=factor_id, user=user), at=at)
        return True


# --- proving ---------------------------------------------------------------------------------------------------------


def prove_by_code(user: User, typed: str, *, at: datetime) -> Proof:
    """Accept a code of the application, or a recovery code, once. Raises CodeRefused."""
    code = typed.strip().replace(" ", "").replace("-", "").upper()
    if len(code) == DIGITS and code.isascii() and code.isdecimal():
        _use_application(user, code, at)
        return Proof.TOTP
    if not take_away(SecondFactor.objects.filter(user=user, kind="RECOVERY", secret=_digest(code)), at=at):
        raise CodeRefused
    return Proof.RECOVERY


def _use_application(user: User, code: str, at: datetime) -> None:
    with transaction.atomic():
        kept = SecondFactor.objects.select_for_update().filter(user=user, kind="TOTP").first()
        if kept is None:
            raise CodeRefused
        step = matching_step(decrypted(kept.secret), code, at=at, after=kept.last_step)
        if step is None:
            raise CodeRefused
        SecondFactor.objects.filter(pk=kept.pk).update(last_step=step, last_used_at=at)


def prove_by_passkey(place: Place, state: dict[str, str], answer: str, *, user: User | None, at: datetime) -> User:
    """The account whose key signed: `user` when one is named, else whoever holds it. Raises PasskeyRefused."""
    with transaction.atomic():
        found = SecondFactor.objects.select_for_update(of=("self",)).filter(
            kind="PASSKEY", credential_id=key_named_by(answer)
        )
        kept = (found if user is None else found.filter(user=user)).select_related("user").first()
        if kept is None or kept.credential_id is None or kept.public_key is None or kept.sign_count is None:
            raise PasskeyRefused
        key = Key(
            credential_id=bytes(kept.credential_id), public_key=bytes(kept.public_key), sign_count=kept.sign_count
        )
        count = count_of_signature(place, state, answer, key)
        SecondFactor.objects.filter(pk=kept.pk).update(sign_count=count, last_used_at=at)
        return kept.user


# --- what is not kept in clear ---------------------------------------------------------------------------------------


def encrypted(secret: str) -> str:
    """An application's secret as it is kept: a copy of the tables alone opens nothing."""
    return _cipher().encrypt(secret.encode("ascii")).decode("ascii")


def decrypted(kept: str) -> str:
    return _cipher().decrypt(kept.encode("ascii")).decode("ascii")


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"palier.web.factors")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))


def _digest(code: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"palier.recovery:{code}".encode(), "sha256").hex()
