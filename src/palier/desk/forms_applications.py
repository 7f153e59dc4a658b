"""What the counter sends about applications: codes of closed lists, days, amounts, a file. No text about anyone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django import forms
from django.http import QueryDict

from palier.demandes.models import RefusedPaper
from palier.demandes.queries.pieces import AskableRow
from palier.demandes.rules.pieces import GROUNDS
from palier.desk.labels import labels_of
from palier.foundation.papers import LARGEST_BYTES
from palier.web import words

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.utils.datastructures import MultiValueDict

_HOUSEHOLD: Final = "menage"
_GOOD: Final = "VALABLE"
# What an agent sees on the counter and gives back; a file that does not read is noted by the program.
KINDS_GIVEN_BACK: Final = {
    code: words.capital(label)
    for code, label in labels_of(RefusedPaper, "kind").items()
    if code in ("HEALTH", "BANK", "NOT_LISTED")
}
OUTCOMES: Final = {code: words.capital(label) for code, label in labels_of(RefusedPaper, "outcome").items()}


class AskForm(forms.Form):
    """One piece of those that may be asked of this file, of one person or of the household."""

    piece = forms.ChoiceField(label="Pièce")

    def __init__(self, data: QueryDict | None, *, askable: Iterable[AskableRow]) -> None:
        super().__init__(data)
        self.fields["piece"] = forms.ChoiceField(
            label="Pièce",
            choices=[
                (
                    f"{row.asked.piece.code}:{row.member_id or _HOUSEHOLD}",
                    f"{words.capital(row.asked.piece.label)}, {row.name}",
                )
                for row in askable
            ],
        )

    @property
    def wanted(self) -> tuple[str, int | None]:
        """The code, and whose. Only once the form is valid."""
        code, _, whose = self.cleaned_data["piece"].partition(":")
        return code, None if whose == _HOUSEHOLD else int(whose)


class PaperForm(forms.Form):
    """The file of a piece."""

    file = forms.FileField(
        label="Fichier",
        # An empty file has its own sentence, and its trace.
        allow_empty_file=True,
        help_text="Photo (JPEG, PNG, WebP) ou PDF, 8 Mo et 30 pages au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )

    def __init__(self, data: QueryDict, files: "MultiValueDict[str, UploadedFile]") -> None:
        super().__init__(data, files)

    @property
    def given(self) -> bytes:
        """One byte past the limit is enough to refuse it. Only once the form is valid."""
        return bytes(self.cleaned_data["file"].read(LARGEST_BYTES + 1))


class JudgeForm(forms.Form):
    """A piece is good, or refused for a ground of the list."""

    ground = forms.ChoiceField(
        label="Avis",
        choices=[
            ("", "Choisir l’avis"),
            (_GOOD, "Valable"),
            *((code, f"Refusée\u00a0: {why}") for code, why in GROUNDS.items()),
        ],
    )

    @property
    def why_refused(self) -> str:
        """Why it is refused; nothing when it is good. Only once the form is valid."""
        given = str(self.cleaned_data["ground"])
        return "" if given == _GOOD else given


class GivenBackForm(forms.Form):
    """A paper that may not be kept."""

    kind = forms.ChoiceField(label="Document non demandé", choices=list(KINDS_GIVEN_BACK.items()))
    outcome = forms.ChoiceField(label="Ce qui en a été fait", choices=list(OUTCOMES.items()))
