"""Each night, the letters that the law has written: notices of renewal, warnings, radiations. Frozen, once each.

Block by block, each a transaction that is whole or not there: killed, it goes on; run twice, the second finds nothing.
"""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

from palier.demandes.letters import ENDED_FOR, Addressed, Told, end_letter, renewal_letter, warning_letter
from palier.demandes.models import Letter
from palier.demandes.queries.letters import ToWrite, letters_to_write
from palier.demandes.rules.lifecycle import (
    Warned,
    answer_reactivable_until,
    erasure_day,
    non_renewal_radiation,
    reactivable_until,
    started_on,
    warned_radiation,
)
from palier.foundation.clock import day_of
from palier.mail.report import Report, Sender, logo_named_in, render_frozen_report
from palier.mail.sender import logo_drawing, sender_and_reach
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

COMMAND: Final = "lettres des demandes"
BLOCK: Final = 500
# What happened longer ago is not told late: the person has read it, or called.
_CATCH_UP: Final = timedelta(days=15)
_LETTERS: Final = {"NOTICE": renewal_letter, "WARNED": warning_letter, "RADIATED": end_letter}
_CIVIL: Final = {"MME": "Mme", "M": "M."}


def write_letters(*, at: datetime, operator: str, block: int = BLOCK) -> int:
    """Write what is to be told and is not yet; how many. Raises LandlordNotDescribed."""
    after = written = 0
    while True:
        with batch(Batch.LETTERS, operator=operator, motive="ATTRIBUTION", command=COMMAND):
            on = day_of(at)
            found = letters_to_write(after=after, since=on - _CATCH_UP, on=on, ends=list(ENDED_FOR), block=block)
            if found:
                sender, reach = sender_and_reach()
                Letter.objects.bulk_create(_frozen(each, sender, reach, at=at) for each in found)
        written += len(found)
        if len(found) < block:
            return written
        after = found[-1].event_id


def frozen_pdf(content: bytes) -> bytes:
    """The letter as it was written, byte for byte."""
    return render_frozen_report(content, logo=logo_drawing(logo_named_in(content)))


def _frozen(each: ToWrite, sender: Sender, reach: str, *, at: datetime) -> Letter:
    letter = _report(each, sender, reach, on=day_of(at))
    content = letter.canonical()
    return Letter(
        event_id=each.event_id,
        application_id=each.application_id,
        kind=each.kind,
        number=letter.number,
        content=content,
        content_sha256=sha256(content).hexdigest(),
        made_at=at,
    )


def _report(each: ToWrite, sender: Sender, reach: str, *, on: date) -> Report:
    name = " ".join(part for part in (_CIVIL.get(each.title, ""), each.first_name, each.last_name) if part)
    lines = (name, each.line, f"{each.postcode} {each.city}".strip())
    addressed = Addressed(
        number=f"DEM-{each.event_id:07d}",
        on=on,
        sender=sender,
        reach=reach,
        address=tuple(line for line in lines if line),
    )
    return _LETTERS[each.kind](addressed, _told(each))


def _told(each: ToWrite) -> Told:
    start = started_on(filed_on=each.filed_on, renewed_on=each.renewed_on, expires_on=each.expires_on)
    over = each.kind == "RADIATED"
    return Told(
        number=each.number,
        filed_on=each.filed_on,
        expires_on=each.expires_on,
        radiated_from=_radiated_from(each, start),
        reactivable_until=_back_until(each, start) if over else None,
        erased_on=erasure_day(each.on) if over else None,
        motive=each.detail if over else "",
    )


def _radiated_from(each: ToWrite, start: date) -> date:
    if each.kind == "NOTICE":
        return non_renewal_radiation(start)
    return warned_radiation(each.on, Warned.NO_ANSWER) if each.kind == "WARNED" else each.on


def _back_until(each: ToWrite, start: date) -> date | None:
    if each.detail == "NON_RENOUVELLEMENT":
        return reactivable_until(start)
    return answer_reactivable_until(each.on) if each.detail == "NON_REPONSE" else None
