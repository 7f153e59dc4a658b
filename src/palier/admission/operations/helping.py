"""Those whom a tenant lets help them: opened and withdrawn by the tenant, entered by the helper with the tenant's code.

The landlord reads no paper of a helper's and never sees the code: it goes from the tenant to the helper.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from palier.admission.models import Helper
from palier.admission.operations.digests import digest_of, is_digest_of, new_code, new_number
from palier.admission.operations.proving import SITE, CodeMistyped, CodeOpensNothing, LetterOver, TooManyCodes
from palier.admission.rules import MOST_WRONG, SELECTOR, STAGE_LASTS, shown, typed_code
from palier.agents.signing_in import TooManyAttempts, TooManyFromOrigin, attempt_succeeded, begin_attempt
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.privacy.catalogue import REPORTS, SEES
from palier.privacy.ended import Ends, keep_ends

MOST_HELPERS: Final = 3
LONGEST: Final = timedelta(days=365)
# The code is handed over within days: left in a drawer, it serves nobody.
CODE_SERVES: Final = timedelta(days=15)
TOLD_BEFORE_ITS_END: Final = timedelta(days=14)
_NOBODYS: Final = "0" * 64
_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){1,79}")


class NameNotWritten(Refusal):
    """Écrivez le nom de votre aidant en lettres, 80 au plus : « Mme Rose Exemple »."""


class NothingGiven(Refusal):
    """Dites ce que votre aidant peut faire : voir, signaler, ou les deux."""


class TimeTooLong(Refusal):
    """Choisissez une date à venir, dans un an au plus tard."""


class TooManyHelpers(Refusal):
    """Vous avez déjà trois aidants. Retirez-en un avant d’en ajouter un autre."""


class HelperNotFound(Refusal):
    """Cet aidant n’est pas parmi les vôtres, ou son accès est déjà fini."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a tenant gives, to whom, until when."""

    name: str
    link: str
    may_see: bool
    may_report: bool
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """A help that runs, behind an account."""

    id: int
    person_id: int
    name: str
    helps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperRow:
    """A helper as the tenant sees them."""

    id: int
    name: str
    link: str
    may_see: bool
    may_report: bool
    made_at: datetime
    until_on: date
    claimed_at: datetime | None
    ended_at: datetime | None


# --- the tenant, inside acting() ---


def let_help(*, person_id: int, wanted: Wanted, at: datetime) -> str:
    """Open a help; the code to give to the helper, told this once.

    Raises NameNotWritten, NothingGiven, TimeTooLong, TooManyHelpers.
    """
    on = day_of(at)
    if _NAME.fullmatch(wanted.name.strip()) is None:
        raise NameNotWritten
    if not (wanted.may_see or wanted.may_report) or wanted.link not in ("PROCHE", "ASSOCIATION"):
        raise NothingGiven
    if not on < wanted.until_on <= on + LONGEST:
        raise TimeTooLong
    if Helper.objects.filter(person_id=person_id, ended_at__isnull=True, until_on__gte=on).count() >= MOST_HELPERS:
        raise TooManyHelpers
    code = new_code()
    Helper.objects.bulk_create(
        [
            Helper(
                person_id=person_id,
                name=wanted.name.strip(),
                link=wanted.link,
                may_see=wanted.may_see,
                may_report=wanted.may_report,
                selector=code[:SELECTOR],
                code_sha256=digest_of("helper", code),
                identifier=f"aide-{new_number(8)}",
                made_at=at,
                until_on=wanted.until_on,
            )
        ]
    )
    return shown(code)


def withdraw_help(helper_id: int, *, person_id: int, at: datetime) -> None:
    """From now on they read nothing: the page they have open is the last. Raises HelperNotFound."""
    mine = Helper.objects.filter(pk=helper_id, person_id=person_id, ended_at__isnull=True)
    made_at = mine.values_list("made_at", flat=True).first()
    if made_at is None or mine.update(ended_at=at) != 1:
        raise HelperNotFound
    keep_ends(Ends.HELPER, [(helper_id, made_at)], at=at)


def helpers_of(person_id: int) -> list[HelperRow]:
    """The helpers of a person, the latest first, those whose time is over too."""
    fields = ("id", "name", "link", "may_see", "may_report", "made_at", "until_on", "claimed_at", "ended_at")
    rows = Helper.objects.filter(person_id=person_id).order_by("-id").values(*fields)[:20]
    return [HelperRow(**row) for row in rows]


def ending_soon(person_id: int, *, on: date) -> list[HelperRow]:
    """The helps that end within two weeks: the person is told while they may still go on."""
    return [
        row for row in helpers_of(person_id) if row.ended_at is None and on <= row.until_on <= on + TOLD_BEFORE_ITS_END
    ]


# --- the helper, as the login ---


def try_helper_code(typed: str, *, origin: str, at: datetime) -> int:
    """The number of the help that has this code. Raises CodeMistyped, CodeOpensNothing, TooManyCodes."""
    code = typed_code(typed)
    if code is None:
        raise CodeMistyped
    attempt, where = f"helper\x00{code[:SELECTOR]}", f"letter\x00{origin}" if origin else ""
    with transaction.atomic():
        try:
            begin_attempt(attempt, site=SITE, at=at, origin=where)
        except (TooManyAttempts, TooManyFromOrigin) as refusal:
            raise TooManyCodes(again_at=refusal.facts["again_at"]) from refusal
        live = Helper.objects.filter(
            selector=code[:SELECTOR],
            claimed_at__isnull=True,
            ended_at__isnull=True,
            made_at__gt=at - CODE_SERVES,
            until_on__gte=day_of(at),
        )
        helper_id, kept = live.values_list("id", "code_sha256").first() or (0, _NOBODYS)
        is_right = is_digest_of(kept, "helper", code)
        found = Helper.objects.filter(pk=helper_id)
        if is_right:
            found.update(accepted_at=at)
            attempt_succeeded(attempt, at=at, origin=where)
        else:
            found.update(wrong_codes=F("wrong_codes") + 1)
            # Never written over: what the tenant withdrew meanwhile stays withdrawn.
            stopped = found.filter(ended_at__isnull=True, wrong_codes__gte=MOST_WRONG)
            keep_ends(Ends.HELPER, stopped.values_list("id", "made_at"), at=at)
            stopped.update(ended_at=at)
    if not is_right:
        raise CodeOpensNothing
    return helper_id


def helper_admitted(helper_id: int, *, at: datetime) -> str:
    """The identifier of who gave the code, less than half an hour ago. Raises LetterOver."""
    waiting = Helper.objects.filter(
        pk=helper_id, claimed_at__isnull=True, ended_at__isnull=True, accepted_at__gt=at - STAGE_LASTS
    )
    identifier = waiting.values_list("identifier", flat=True).first()
    if identifier is None:
        raise LetterOver
    return identifier


def open_by_help(helper_id: int, opening: Callable[[str], int], *, at: datetime) -> None:
    """Use the code up while `opening` makes the account of this identifier and tells its number. Raises LetterOver."""
    with transaction.atomic():
        # Sent twice at once, the second one waits here and finds the code used.
        Helper.objects.select_for_update().filter(pk=helper_id).values_list("id").first()
        user_id = opening(helper_admitted(helper_id, at=at))
        Helper.objects.filter(pk=helper_id).update(claimed_at=at, user_id=user_id)


def help_behind(user_id: int, *, on: date) -> Help | None:
    """The help of an account, while it runs."""
    row = (
        Helper.objects.filter(user_id=user_id, ended_at__isnull=True, until_on__gte=on)
        .values_list("id", "person_id", "name", "may_see", "may_report")
        .first()
    )
    if row is None:
        return None
    number, person_id, name, may_see, may_report = row
    helps = ((SEES,) if may_see else ()) + ((REPORTS,) if may_report else ())
    return Help(id=number, person_id=person_id, name=name, helps=helps)
