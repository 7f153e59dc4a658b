"""The letters of a launched mailing: frozen and numbered by blocks, then made on every core. Safe to run again.

A kill loses at most the block in hand: its numbers are taken again, and a letter already written is left alone. Once
all are made they are given to the outbox, which prints them in lots with everything else that leaves.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db import connection

from palier.campaigns import survey_letters as texts
from palier.campaigns.letters import Envelope, revision_letter
from palier.campaigns.models import MAILING_KINDS, Letter, Mailing
from palier.campaigns.operations.mailing import MailingNotFound, MailingNotPrepared, NobodyWaits
from palier.campaigns.operations.survey import charge_provisionally
from palier.campaigns.queries.letters import settled_lines, surveyed_leases
from palier.campaigns.queries.revision import revised_leases, revision_row
from palier.campaigns.queries.waiting import Step, waiting_leases
from palier.campaigns.registered import CARRIER
from palier.dispatch.operations.routing import route_letters
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.foundation.staging import insert_rows
from palier.leases.queries.addressees import Addressee, address_lines, addressees
from palier.mail.glyphs import refuse_undrawable_json
from palier.mail.report import Report, Sender
from palier.mail.sender import sender_and_reach
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch
from palier.quittancement.operations.issuing import render_kind

COMMAND: Final = "lettres d’une campagne"
_BLOCK = 500
_READ = ("IDENTITE", "BAIL", "RESSOURCES", "DOCUMENTS")
# The series of each kind in the register: « RL-2026-000001 », without a gap within a year.
SERIES: Final = {
    "REVISION_LOYER": "RL",
    "SLS_ENQUETE": "ES",
    "SLS_RELANCE": "RE",
    "SLS_DEMEURE": "MD",
    "SLS_PROVISOIRE": "SP",
    "SLS_DECOMPTE": "DS",
}
_TEXTS: Final[dict[str, Callable[[texts.Surveyed, Envelope], Report]]] = {
    "SLS_ENQUETE": texts.survey_letter,
    "SLS_RELANCE": texts.reminder_letter,
    "SLS_DEMEURE": texts.formal_notice,
    "SLS_PROVISOIRE": texts.provisional_letter,
    "SLS_DECOMPTE": texts.settlement_letter,
}
# What a letter does to its file, on the day that it bears.
_STEPS: Final = {
    "SLS_ENQUETE": "state = 'SENT', sent_on = %(on)s",
    "SLS_RELANCE": "state = 'REMINDED', reminded_on = %(on)s",
    "SLS_DEMEURE": "state = 'NOTICED', noticed_on = %(on)s",
}
_DOCUMENT_COLUMNS = (
    "kind", "number", "lease_id", "account_id", "residence_id", "month", "issued_on", "data", "data_sha256",
    "template_sha256", "pdf_sha256", "frozen_at",
)  # fmt: skip
_LETTER_COLUMNS = ("mailing_id", "lease_id", "residence_id", "number", "channel", "registered_number", "refusal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Letters of a mailing, and leases whose letter could not be written."""

    letters: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A letter that nobody receives, and whose it is."""

    report: Report
    person_ids: list[int]


def issue_letters(
    *, mailing_id: int, operator: str, agent_id: int | None, at: datetime, progress: Progress | None = None
) -> Issued:
    """Write and make every letter of a launched mailing; those of a provisional supplement, once it is charged.

    Raises MailingNotFound, MailingNotPrepared, OutsideBareme, DiskFull.

    Opens its own transactions; run again it goes on from where it stopped, and does nothing once all is made, but for
    the letters of a revision that were refused: what refused them may have been mended since.
    """
    with _at_work(operator, agent_id):
        mailing = _launched(mailing_id)
        if mailing.state == "LAUNCHED" or mailing.revision_id is not None:
            Letter.objects.filter(mailing=mailing, number="").delete()
    _charge(mailing, operator, agent_id, at, progress)
    done = 0
    while True:
        with _at_work(operator, agent_id, *_READ):
            block = write_block(mailing_id=mailing_id, at=at)
        if not block:
            break
        done += block
        if progress is not None:
            progress.at("Lettres figées", min(done, mailing.expected_count), mailing.expected_count)
    label = f"PDF, {dict(MAILING_KINDS)[mailing.kind]}"
    if mailing.issued_on is not None:
        # None is left when it ends, not even of those that a killed process held: then only is the mailing made.
        render_kind(Month.of(mailing.issued_on), mailing.kind, label, operator, agent_id, progress)
    with _at_work(operator, agent_id, *_READ):
        return _ended(mailing, at=at)


def _charge(mailing: Mailing, operator: str, agent_id: int | None, at: datetime, progress: Progress | None) -> None:
    """Charge, block by block, those whose formal notice was over on the day of the mailing: before any letter says so.

    A kill loses at most the block in hand. In the name of whoever launched it, whoever takes the work up again.
    """
    if mailing.kind != "SLS_PROVISOIRE" or mailing.state != "LAUNCHED":
        return
    survey_id, on, by = mailing.survey_id, mailing.issued_on, mailing.launched_by
    if survey_id is None or on is None or by is None:
        raise MailingNotPrepared
    charged = 0
    while True:
        with batch(
            Batch.RENT,
            operator=operator,
            motive="CAMPAGNE",
            command=COMMAND,
            agent_id=agent_id,
            categories=("BAIL", "RESSOURCES"),
        ):
            block = charge_provisionally(survey_id=survey_id, on=on, by=by, at=at)
        if not block:
            return
        charged += block
        if progress is not None:
            progress.at("Suppléments provisoires", min(charged, mailing.expected_count), mailing.expected_count)


def write_block(*, mailing_id: int, at: datetime) -> int:
    """Freeze and number the next letters of a launched mailing; how many leases were looked at. 0: none is left.

    A letter that cannot be written (an address too long, a missing area) is set aside with its reason.
    """
    with connection.cursor() as cursor:
        # One register: a number is taken once, and a block that is rolled back leaves no gap.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.letter_numbers'))")
    mailing = _launched(mailing_id)
    on = mailing.issued_on
    # A mailing whose letters are made takes no more of them, but for a revision's that are tried again.
    if on is None or (mailing.state == "MADE" and mailing.revision_id is None):
        return 0
    leases = waiting_leases(_step(mailing, on), limit=_BLOCK)
    if not leases:
        return 0
    writing = _Writing(mailing, on, leases)
    documents: list[tuple[object, ...]] = []
    letters: list[tuple[object, ...]] = []
    rank = _last_rank(mailing.kind, on)
    for lease_id in leases:
        home = writing.homes[lease_id]
        number = f"{SERIES[mailing.kind]}-{on.year}-{rank + 1:06d}"
        channel = _channel(mailing.kind, home)
        try:
            raw = writing.letter(home, number).canonical()
            refuse_undrawable_json(raw.decode("utf-8"))
        except Refusal as reason:
            letters.append((mailing.pk, lease_id, home.residence_id, "", channel, "", str(reason)[:300]))
            continue
        rank += 1
        letters.append((mailing.pk, lease_id, home.residence_id, number, channel, "", ""))
        documents.append(
            (
                mailing.kind, number, lease_id, home.account_id, home.residence_id, Month.of(on).first_day, on, raw,
                sha256(raw).hexdigest(), "", "", at,
            )
        )  # fmt: skip
    insert_rows("mail_document", _DOCUMENT_COLUMNS, documents)
    insert_rows("campaigns_letter", _LETTER_COLUMNS, letters)
    _step_taken(mailing, on)
    return len(leases)


def sample_letter(*, mailing_id: int, on: date) -> Sample:
    """One letter of a prepared mailing as it would leave, stamped as a draft; nothing is written.

    Raises MailingNotFound, NobodyWaits, and the refusals of a letter.
    """
    mailing = Mailing.objects.filter(pk=mailing_id).first()
    if mailing is None:
        raise MailingNotFound
    leases = waiting_leases(_step(mailing, on), limit=1, hold=False)
    if not leases:
        raise NobodyWaits
    writing = _Writing(mailing, on, leases)
    home = writing.homes[leases[0]]
    return Sample(
        report=writing.letter(home, f"{SERIES[mailing.kind]}-PROJET", stamp="PROJET"), person_ids=home.person_ids
    )


def _step(mailing: Mailing, on: date) -> Step:
    return Step(
        kind=mailing.kind,
        on=on,
        revision_id=mailing.revision_id,
        survey_id=mailing.survey_id,
        mailing_id=mailing.pk,
    )


class _Writing:
    """The facts of a block, read at once, and the letter that they make for one lease."""

    def __init__(self, mailing: Mailing, on: date, leases: list[int]) -> None:
        self.on = on
        self.kind = mailing.kind
        self.homes = addressees(leases, on=on)
        self.sender: Sender
        self.sender, self.reach = sender_and_reach()
        self.revision = revision_row(mailing.revision_id) if mailing.revision_id is not None else None
        self.revised = revised_leases(mailing.revision_id, leases) if mailing.revision_id is not None else {}
        self.surveyed = surveyed_leases(mailing.survey_id, leases) if mailing.survey_id is not None else {}
        self.settled = settled_lines(mailing.survey_id, leases) if mailing.survey_id is not None else {}

    def letter(self, home: Addressee, number: str, *, stamp: str = "") -> Report:
        envelope = Envelope(
            number=number,
            on=self.on,
            sender=self.sender,
            reach=self.reach,
            address=address_lines(home),
            reference=home.reference,
            holders=home.holders,
            stamp=stamp,
        )
        if self.revision is not None:
            return revision_letter(revision=self.revision, lease=self.revised[home.lease_id], envelope=envelope)
        about = texts.Surveyed(file=self.surveyed[home.lease_id], settled=self.settled[home.lease_id])
        return _TEXTS[self.kind](about, envelope)


_LAST = "SELECT coalesce(max(right(number, 6)::int), 0) FROM campaigns_letter WHERE number LIKE %s"
_STEP_TAKEN = """
UPDATE campaigns_surveyfile AS f SET {step} FROM campaigns_letter AS w
WHERE w.mailing_id = %(mailing)s AND w.number <> '' AND f.lease_id = w.lease_id AND f.survey_id = %(survey)s
  AND f.state = ANY (%(before)s)
"""
_BEFORE = {"SLS_ENQUETE": ["TO_SEND"], "SLS_RELANCE": ["SENT"], "SLS_DEMEURE": ["SENT", "REMINDED"]}


def _step_taken(mailing: Mailing, on: date) -> None:
    step = _STEPS.get(mailing.kind)
    if step is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _STEP_TAKEN.format(step=step),
            {"on": on, "mailing": mailing.pk, "survey": mailing.survey_id, "before": _BEFORE[mailing.kind]},
        )


def _last_rank(kind: str, on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [f"{SERIES[kind]}-{on.year}-%"])
        (rank,) = cursor.fetchone()
        return int(rank)


def _channel(kind: str, home: Addressee) -> str:
    """A formal notice is registered; the rest is on paper, unless every holder agreed (loi 89, art. 21)."""
    if kind == "SLS_DEMEURE":
        return "REGISTERED"
    return "PAPER" if home.online_since is None else "ONLINE"


_TO_ROUTE = """
SELECT d.id, w.channel, w.registered_number FROM campaigns_letter AS w JOIN mail_document AS d ON d.number = w.number
WHERE w.mailing_id = %(mailing)s AND w.number <> ''
"""


def _ended(mailing: Mailing, *, at: datetime) -> Issued:
    """All is made: registered letters take the carrier's number, all go to the outbox, and the mailing says so."""
    letters = Letter.objects.filter(mailing=mailing)
    numbers = list(
        letters.filter(channel="REGISTERED", registered_number="").exclude(number="").values_list("number", flat=True)
    )
    given = CARRIER.hand_over(numbers)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE campaigns_letter AS w SET registered_number = g.given
               FROM unnest(%(numbers)s::text[], %(given)s::text[]) AS g (number, given)
               WHERE w.number = g.number AND w.registered_number = ''""",
            {"numbers": list(given), "given": list(given.values())},
        )
        cursor.execute(_TO_ROUTE, {"mailing": mailing.pk})
        made = cursor.fetchall()
    route_letters(
        document_ids=[document for document, _, _ in made],
        online_ids=[document for document, channel, _ in made if channel == "ONLINE"],
        registered={document: slip for document, channel, slip in made if channel == "REGISTERED"},
        kinds=(mailing.kind,),
        at=at,
    )
    Mailing.objects.filter(pk=mailing.pk, state="LAUNCHED").update(state="MADE", made_at=at)
    refused = letters.filter(number="").count()
    return Issued(letters=letters.count() - refused, refused=refused)


def _at_work(operator: str, agent_id: int | None, *categories: str) -> AbstractContextManager[Reading]:
    return batch(
        Batch.MAIL,
        operator=operator,
        motive="CAMPAGNE",
        command=COMMAND,
        agent_id=agent_id,
        categories=categories,
    )


def _launched(mailing_id: int) -> Mailing:
    mailing = Mailing.objects.filter(pk=mailing_id).first()
    if mailing is None:
        raise MailingNotFound
    if mailing.state not in ("LAUNCHED", "MADE"):
        raise MailingNotPrepared
    return mailing
