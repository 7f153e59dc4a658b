"""The letters of a mailing taken out for the post: the exact bytes that were kept, in the order of the register."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from palier.campaigns.models import CHANNELS
from palier.campaigns.operations.mailing import MailingNotFound
from palier.campaigns.queries.mailing import letters_on_paper, mailing_row
from palier.foundation.errors import Refusal
from palier.mail.documents import kept_of
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

_BLOCK: Final = 250
_LABELS: Final = dict(CHANNELS)


class MailingWithdrawn(Refusal):
    """Cet envoi est retiré : la révision qu’il annonce n’a plus lieu. Aucune lettre ne part ; détruisez celles qui sont
    déjà sorties de cet envoi."""


class MailingNotMade(Refusal):
    """Les lettres de cet envoi ne sont pas toutes faites : attendez la fin du travail, puis sortez-les en une fois."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One letter to post, and how many there are in all."""

    number: str
    channel: str
    registered_number: str
    pdf: bytes
    total: int


def take_out_letters(*, mailing_id: int, operator: str, at_once: int = _BLOCK) -> Iterator[Posted]:
    """Every letter of a mailing that does not go to the tenant's own space.

    Opens its own transactions, each journaled. A mailing withdrawn meanwhile stops there, and says that what is out
    does not leave. Raises MailingNotFound, MailingWithdrawn, MailingNotMade, DocumentMissing, DocumentAltered.
    """
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    after = ""
    while True:
        with batch(
            Batch.MAIL,
            operator=operator,
            motive="CAMPAGNE",
            command="campaign print",
            categories=("IDENTITE", "BAIL", "DOCUMENTS"),
        ):
            row = mailing_row(mailing_id)
            if row is None:
                raise MailingNotFound
            if row.state == "WITHDRAWN":
                raise MailingWithdrawn
            if row.state != "MADE":
                raise MailingNotMade
            block = letters_on_paper(mailing_id, after=after, limit=at_once)
            kept = kept_of(letter.document_id for letter in block)
        if not block:
            return
        for letter in block:
            yield Posted(
                number=letter.number,
                channel=_LABELS[letter.channel],
                registered_number=letter.registered_number,
                pdf=store.open(kept[letter.document_id]),
                total=row.paper + row.registered,
            )
        after = block[-1].number
