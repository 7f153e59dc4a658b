"""Opening any file a bank sends: recognised by its content, then streamed once."""

from collections.abc import Iterator
from pathlib import Path

from palier.banking.formats.camt import CamtReader
from palier.banking.formats.cfonb import CfonbReader
from palier.banking.formats.document import BankDocument, Format, Movement, PaymentStatus, Tally
from palier.banking.formats.pain002 import StatusReader
from palier.banking.formats.recognise import LIMITS, Recognised, recognise
from palier.foundation.errors import Refusal
from palier.foundation.tabular.limits import Limits


class NotAStatement(Refusal):
    """« {name} » est un compte rendu de prélèvements ou de virements (pain.002), pas un relevé de compte."""


class NotAStatusReport(Refusal):
    """« {name} » est un relevé de compte, pas un compte rendu de prélèvements ou de virements (pain.002)."""


class BankFile:
    """A recognised file. Read it once, to its end, by `movements` or `statuses`; then `document` sums it up.

    A refusal may come up to the last line: whoever writes what is read does it in one transaction.
    """

    def __init__(self, path: Path, known: Recognised) -> None:
        self.path = path
        self.known = known
        self._tally = Tally()
        self._is_read = False

    @property
    def format(self) -> Format:
        """What it is."""
        return self.known.format

    def movements(self) -> Iterator[Movement]:
        """The movements of a statement, in the order of the file. Raises what its format refuses, with the line."""
        if self.format is Format.PAIN002:
            raise NotAStatement(name=self.path.name)
        self._begin()
        if self.format is Format.CFONB120:
            yield from CfonbReader(self.path, self.known.encoding, self._tally).movements()
        else:
            yield from CamtReader(self.path, self.known, self._tally).movements()
        self._is_read = True

    def statuses(self) -> Iterator[PaymentStatus]:
        """What a pain.002 says of each message, batch and payment."""
        if self.format is not Format.PAIN002:
            raise NotAStatusReport(name=self.path.name)
        self._begin()
        yield from StatusReader(self.path, self.known, self._tally).statuses()
        self._is_read = True

    def document(self) -> BankDocument:
        """The whole file in figures and remarks: read now unless it has been. Raises what its format refuses."""
        if not self._is_read:
            for _ in self.statuses() if self.format is Format.PAIN002 else self.movements():
                pass
        tally = self._tally
        return BankDocument(
            format=self.format,
            version=self.known.version,
            statements=tuple(tally.statements),
            entries=tally.entries,
            total_cents=tally.total_cents,
            warnings=tally.warnings(),
        )

    def _begin(self) -> None:
        self._tally = Tally()
        self._is_read = False


def open_bank_file(path: Path, limits: Limits = LIMITS) -> BankFile:
    """Recognise a file. Raises NotABankFile, MarkupTrapped, EncodingUnknown, or why it cannot be opened."""
    return BankFile(path, recognise(path, limits))
