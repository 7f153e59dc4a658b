"""The journal's head on paper, once a month: what is in the post cannot be taken back by whoever holds the database."""

import json
from datetime import datetime
from pathlib import Path

from palier.foundation.home import told_in_french
from palier.foundation.text import in_eights
from palier.mail.report import Facts, Heading, Report, Sender, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.privacy.journal.canonical import instant_text
from palier.privacy.journal.operations import looking_after
from palier.privacy.journal.publishing import Head, keep_publication, last_head
from palier.privacy.journal.queries import SealState, seal_state
from palier.privacy.models import PublicationChannel


def write_journal_letter(path: Path, *, operator: str, at: datetime) -> int:
    """Write the letter of the last head as a PDF; the number of the block it tells.

    Raises NothingSealed, LandlordNotDescribed, ReportFailed, and what the disk refuses.
    """
    with looking_after(operator, "journal publish"):
        head = last_head()
        pdf = render_report(_letter(head, seal_state(), landlord_as_sender(), at))
        with told_in_french(path):
            path.write_bytes(pdf)
        keep_publication(head, PublicationChannel.LETTER, at=at)
    return head.number


def _letter(head: Head, state: SealState, sender: Sender, at: datetime) -> Report:
    line = json.dumps({"number": head.number, "head": head.head})
    return Report(
        number=f"JOURNAL-{head.number}",
        title="Empreinte du journal des lectures",
        subtitle=f"Bloc n°\u00a0{head.number}",
        issued_on=at.date(),
        sender=sender,
        blocks=(
            Text(
                "Gardez cette lettre. Elle prouve l’état du journal des lectures de dossiers à cet instant\u00a0: une "
                "lecture modifiée ou effacée ensuite ne pourrait plus correspondre à cette empreinte."
            ),
            Facts(
                (
                    ("Bloc", f"n°\u00a0{head.number}"),
                    ("Scellé le (temps universel)", instant_text(head.sealed_at)),
                    ("Lectures sous sceau", str(state.rows)),
                    ("Empreinte (SHA-256)", in_eights(head.head)),
                )
            ),
            Heading("Pour vérifier"),
            Text(
                "Recopiez la ligne suivante dans un fichier, puis donnez ce fichier à «\u00a0palier journal verify "
                "--head\u00a0», ou au vérificateur qui accompagne chaque export du journal et n’a besoin ni de Palier "
                "ni de sa base."
            ),
            Text(line),
        ),
    )
