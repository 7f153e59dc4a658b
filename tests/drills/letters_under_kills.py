"""R2 on letters: the letters of a campaign written while the process is killed: each once, no gap, every byte readable.

    ./dev drill letters_under_kills [--dwellings 200] [--kills 50] [--seed 1]

Each turn kills the command at a drawn moment, lets it run to its end, then reads the register, the documents and their
files. Turns go on until enough kills have hit. The last line is the figure; the exit code is 1 when a letter is lost,
doubled or unreadable, or when a number of the register is missing.
"""

import shutil
import sys
from hashlib import sha256
from pathlib import Path

import psycopg
from tests.drills.kills.killing import Killing, drilled, whole

_ISSUED_ON = "2026-11-21"
# Beside every policy: a survey whose letters were launched by a second person, all of them on paper.
_ARRANGE = (
    "ALTER TABLE leases_consent DISABLE TRIGGER ALL",
    "DELETE FROM leases_consent",
    "ALTER TABLE leases_consent ENABLE TRIGGER ALL",
    """INSERT INTO campaigns_survey (year, opened_on, fee_cents, opened_by, opened_at)
       VALUES (2026, '2026-11-20', 2500, 1, now())""",
    """INSERT INTO campaigns_surveyfile
           (survey_id, lease_id, residence_id, state, exemption, provisional_cents, fee_cents)
       SELECT s.id, l.id, l.residence_id, 'TO_SEND', '', 0, 0 FROM campaigns_survey AS s, leases_lease AS l
       WHERE l.ends_on IS NULL""",
    f"""INSERT INTO campaigns_mailing (kind, survey_id, state, expected_count, issued_on, prepared_by, prepared_at,
                                       launched_by, launched_at)
        SELECT 'SLS_ENQUETE', id, 'LAUNCHED', 1, '{_ISSUED_ON}', 1, now(), 2, now() FROM campaigns_survey""",
)
# As if nothing had ever been written.
_FORGET = (
    "SET session_replication_role = replica",
    "DELETE FROM campaigns_letter",
    "DELETE FROM mail_document WHERE kind = 'SLS_ENQUETE'",
    "UPDATE campaigns_surveyfile SET state = 'TO_SEND', sent_on = NULL",
    "UPDATE campaigns_mailing SET state = 'LAUNCHED', made_at = NULL",
    "SET session_replication_role = DEFAULT",
)
_REGISTER = """
SELECT w.lease_id, w.number, d.pdf_sha256, convert_from(d.data, 'UTF8') FROM campaigns_letter AS w
LEFT JOIN mail_document AS d ON d.number = w.number WHERE w.number <> '' ORDER BY w.number
"""


class Drill(Killing):
    """The letters of one mailing, again and again, each time killed."""

    gaps = unreadable = 0

    def run(self) -> int:
        self.arrange(*_ARRANGE)
        self.mailing = str(self.one("SELECT max(id) FROM campaigns_mailing"))
        whole(self._command)
        expected = len(self._register())
        self._forget()
        span = whole(self._command)
        for _ in self.turns():
            self._forget()
            self.killed(self._command, span)
            whole(self._command)
            self._judge(expected)
        figure = (
            f"{expected} letters, {self.hits} kills, seed {self.args.seed}: {self.lost} lost, {self.doubled} doubled, "
            f"{self.gaps} gaps, {self.unreadable} unreadable"
        )
        return self.told(figure, self.lost, self.doubled, self.gaps, self.unreadable, not expected)

    def _judge(self, expected: int) -> None:
        register = self._register()
        leases = [lease for lease, _, _, _ in register]
        self.lost += max(0, expected - len(set(leases)))
        self.doubled += len(leases) - len(set(leases))
        numbers = [number for _, number, _, _ in register]
        self.gaps += numbers != [f"ES-2026-{rank:06d}" for rank in range(1, len(numbers) + 1)]
        # What leaves for the post is read by the product itself, with the key of each, and is the PDF of its digest.
        folder = self.home.root / "courrier"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        whole(lambda: _open_each(folder))
        for _, number, digest, said in register:
            file = folder / f"{number}.pdf"
            is_whole = file.exists() and sha256(file.read_bytes()).hexdigest() == digest
            self.unreadable += not (is_whole and number in said)

    def _register(self) -> list[tuple[int, str, str, str]]:
        with psycopg.connect(self.conninfo) as apart:
            return apart.execute(_REGISTER).fetchall()

    def _forget(self) -> None:
        self.arrange(*_FORGET)

    def _command(self) -> None:
        self._run("letters")

    def _run(self, action: str, *options: str) -> None:
        from palier.cli import main as palier

        palier(["campaign", action, "--mailing", self.mailing, *options, "--json"])


def _open_each(folder: Path) -> None:
    """Every letter as who prints it opens it."""
    from django.conf import settings

    from palier.mail.documents import kept_of
    from palier.mail.models import Document
    from palier.mail.store import DocumentStore
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.MAIL, operator="exercice", motive="COURRIER", command="exercice", categories=("DOCUMENTS",)):
        store = DocumentStore(Path(settings.DOCUMENT_ROOT))
        numbers = dict(Document.objects.filter(kind="SLS_ENQUETE").values_list("pk", "number"))
        for document, kept in kept_of(numbers).items():
            (folder / f"{numbers[document]}.pdf").write_bytes(store.open(kept))


if __name__ == "__main__":
    sys.exit(drilled(Drill))
