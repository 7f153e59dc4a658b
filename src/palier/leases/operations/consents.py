"""An agreement given or withdrawn by a holder, kept for ever after the one before it."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import connection, transaction

from palier.foundation.clock import PARIS, day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.foundation.staging import insert_rows
from palier.leases.access import LeaseNotFound
from palier.leases.consents import BY_AN_AGENT, ConsentText, Family, Means, Word, text_in_force
from palier.leases.models import Consent, Lease, Occupant
from palier.privacy.actor import Actor
from palier.privacy.ended import Ends, keep_ends

# One word at a time for a lease: two clicks at once keep one word.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('palier.consents'), %s)"


class NotAHolder(Refusal):
    """Cette personne n’est pas titulaire de ce bail : seul un titulaire donne ou retire un accord."""


class WordToCome(Refusal):
    """Un accord se note quand il est donné : le {said_on} n’est pas encore venu."""


class LaterWordExists(Refusal):
    """Le titulaire s’est prononcé depuis, le {said_on} : c’est ce dernier mot qui compte. Rien n’a été noté."""


class TextMoved(Refusal):
    """Le texte a changé pendant que vous le lisiez : relisez-le ci-dessous, puis confirmez. Rien n’a été noté."""


class NotByThisMeans(Refusal):
    """Un agent note un papier signé ou une parole au guichet, jamais un clic à la place du locataire."""


def give_consent(*, lease_id: int, family: Family, text_sha256: str, actor: Actor, at: datetime) -> bool:
    """One's own click, on the text that was shown; False when it was already given: nothing is then written.

    Raises LeaseNotFound, NotAHolder, TextMoved.
    """
    text = text_in_force(family, on=day_of(at))
    if text.sha256 != text_sha256:
        raise TextMoved
    return _said(
        *(lease_id, _oneself(actor), family, Word.GIVEN),
        said_on=day_of(at),
        means=Means.SPACE,
        text=text,
        by=None,
        at=at,
    )


def withdraw_consent(*, lease_id: int, family: Family, actor: Actor, at: datetime) -> bool:
    """One's own click, without a reason; from the next document on. False when nothing was given.

    Raises LeaseNotFound, NotAHolder.
    """
    return _said(
        *(lease_id, _oneself(actor), family, Word.WITHDRAWN),
        said_on=day_of(at), means=Means.SPACE, text=None, by=None, at=at,
    )  # fmt: skip


def write_consent_down(
    *,
    lease_id: int,
    person_id: int,
    families: Sequence[Family],
    word: Word,
    means: Means,
    said_on: date,
    actor: Actor,
    at: datetime,
) -> int:
    """What a holder signed or said at the counter, written by an agent; how many words are new.

    A paper dated before a later word of the holder changes nothing: it is refused.
    Raises LeaseNotFound, NotAHolder, WordToCome, LaterWordExists, NoTextInForce, NotByThisMeans.
    """
    if means not in BY_AN_AGENT or actor.agent_id is None:
        raise NotByThisMeans
    if said_on > day_of(at):
        raise WordToCome(said_on=day_fr(said_on))
    new = 0
    with transaction.atomic():
        for family in families:
            text = text_in_force(family, on=said_on) if word is Word.GIVEN else None
            new += _said(
                *(lease_id, person_id, family, word), said_on=said_on, means=means, text=text, by=actor.agent_id, at=at
            )
    return new


def take_over_consents(agreed: Sequence[tuple[int, Sequence[int], int, date]], *, kept_on: date) -> None:
    """The agreements of a former system, as (lease, holders, residence, day): notices and receipts, without a text.

    For leases that were just written, inside `batch()`.
    """
    kept_at = datetime.combine(kept_on, time(12), PARIS)
    insert_rows(
        "leases_consent",
        (
            *("lease_id", "person_id", "residence_id", "family", "word", "said_on", "means", "text_version"),
            *("text_sha256", "kept_at"),
        ),
        (
            (lease, person, residence, family.value, "GIVEN", said_on, "TAKEOVER", 0, "", kept_at)
            for lease, persons, residence, said_on in agreed
            for person in persons
            for family in (Family.NOTICES, Family.RECEIPTS)
        ),
    )


def _oneself(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAHolder
    return actor.person_id


def _said(
    lease_id: int,
    person_id: int,
    family: Family,
    word: Word,
    *,
    said_on: date,
    means: Means,
    text: ConsentText | None,
    by: int | None,
    at: datetime,
) -> bool:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME, [lease_id % 2**31])
        residence_id = _residence_of_the_holder(lease_id, person_id)
        words = Consent.objects.filter(lease_id=lease_id, person_id=person_id, family=family)
        last = words.order_by("-id").first()
        if last is None and word is Word.WITHDRAWN:
            return False
        if last is not None and last.word == word:
            return False
        if last is not None and last.said_on > said_on:
            raise LaterWordExists(said_on=day_fr(last.said_on))
        version, digest = _text_of(text, last)
        if last is not None and word is Word.WITHDRAWN:
            keep_ends(Ends.CONSENT, [(last.pk, last.kept_at)], at=at, by=means)
        Consent.objects.create(
            lease_id=lease_id, person_id=person_id, residence_id=residence_id, family=family, word=word,
            said_on=said_on, means=means, text_version=version, text_sha256=digest, agent_id=by, kept_at=at,
        )  # fmt: skip
    return True


def _residence_of_the_holder(lease_id: int, person_id: int) -> int:
    residence_id = Lease.objects.filter(pk=lease_id).values_list("residence_id", flat=True).first()
    if residence_id is None:
        raise LeaseNotFound
    if not Occupant.objects.filter(lease_id=lease_id, person_id=person_id, role__in=["HOLDER", "COHOLDER"]).exists():
        raise NotAHolder
    return residence_id


def _text_of(text: ConsentText | None, last: Consent | None) -> tuple[int, str]:
    """What is withdrawn is the text that was agreed to."""
    if text is not None:
        return text.version, text.sha256
    return (last.text_version, last.text_sha256) if last else (0, "")
