"""What the agency sends to a thread: a sentence of the list, words that the screen reads first, a colleague, a day."""

from datetime import date
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from palier.exchanges.operations.attaching import MOST_PAPERS
from palier.exchanges.words import MOTIVES, sentences_for
from palier.screening.fields import ScreenedField, ScreenedForm
from palier.web.given_files import PapersField

# What a sentence of the list adds is short.
_LONGEST = 1_800


class AnswerForm(ScreenedForm):
    """An answer: the tenant reads all of it."""

    envoi = forms.UUIDField(widget=forms.HiddenInput)
    sentence = forms.ChoiceField(label="Phrase prête", required=False)
    text = ScreenedField(
        label="Votre réponse",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "true"}),
        help_text="S’ajoute à la phrase choisie. La personne lit tout ce que vous écrivez ici.",
    )

    def __init__(
        self, subject: str, data: QueryDict | None = None, files: "MultiValueDict[str, UploadedFile] | None" = None
    ) -> None:
        super().__init__(data, files, initial={"envoi": uuid4()})
        self.fields["sentence"] = forms.ChoiceField(
            label="Phrase prête", required=False, choices=[("", "Aucune"), *sentences_for(subject)]
        )
        self.fields["files"] = PapersField(
            most=MOST_PAPERS,
            label="Documents à joindre",
            help_text="Choisissez de nouveau vos fichiers."
            if files
            else "Trois au plus, PDF ou photo, 8\u00a0Mo chacun.",
        )
        self.order_fields(["sentence", "text", "justification", "files", "envoi"])

    def clean(self) -> dict[str, object]:
        sent = super().clean()
        if not sent.get("sentence") and not sent.get("text") and "text" not in self.errors:
            self.add_error("text", "Choisissez une phrase, ou écrivez votre réponse.")
        return sent


class HandOverForm(forms.Form):
    """Whom a thread is handed to."""

    def __init__(
        self, colleagues: list[tuple[int, str]], *, agent_id: int | None, data: QueryDict | None = None
    ) -> None:
        super().__init__(data)
        self.fields["agent"] = forms.TypedChoiceField(
            label="Confier à",
            coerce=int,
            choices=colleagues,
            initial=agent_id,
        )


class PutOffForm(forms.Form):
    """A later day, and why."""

    envoi = forms.UUIDField(widget=forms.HiddenInput)
    motive = forms.ChoiceField(
        label="Pourquoi", choices=list(MOTIVES.items()), help_text="Le locataire lit cette raison et le nouveau jour."
    )
    due_on = forms.DateField(
        label="Réponse avant la fin du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: QueryDict | None = None, *, due_on: date | None = None) -> None:
        super().__init__(data, initial={"envoi": uuid4(), "due_on": due_on})
