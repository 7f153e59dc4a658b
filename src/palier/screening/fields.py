"""The form field of a text that is screened on the server before it is kept, and the form that asks for a reason."""

from django import forms
from django.core.exceptions import ValidationError

from palier.screening.models import JUSTIFICATIONS
from palier.screening.queries import judged
from palier.screening.rules.verdict import Verdict
from palier.screening.shown import LABELS, LAWS, READ_BY_THE_PERSON


class ScreenedField(forms.CharField):
    """A short text about a thing. What blocks refuses it; `verdict` says what was found, for whoever notes it."""

    verdict: Verdict | None = None

    def clean(self, value: object) -> str:
        text: str = super().clean(value)
        verdict = judged(text)
        if verdict.decision == "accept":
            return text
        self.verdict = verdict
        if verdict.decision == "block":
            raise ValidationError(f"{_told(text, verdict)} ne peut pas être gardé\u00a0: {_why(verdict)}")
        return text


class ScreenedForm(forms.Form):
    """A form with screened texts: a warning is kept only with a reason of the closed list, never in free words."""

    justification = forms.ChoiceField(
        label="Pourquoi garder ce texte",
        required=False,
        choices=[("", "Reformuler plutôt"), *JUSTIFICATIONS.items()],
        widget=forms.HiddenInput,
        help_text="Le motif choisi, la catégorie et votre nom sont comptés pour le DPO ; le texte ne l’est pas.",
    )

    def clean(self) -> dict[str, object]:
        sent = super().clean() or self.cleaned_data
        warned = {name: verdict for name, verdict in verdicts_of(self).items() if verdict.decision == "warn"}
        if warned:
            asked = self.fields["justification"]
            asked.widget = forms.Select(choices=[("", "Reformuler plutôt"), *JUSTIFICATIONS.items()])
        for name, verdict in warned.items():
            if not sent.get("justification"):
                told = _told(str(sent[name]), verdict)
                self.add_error(name, f"{told} est à reformuler, ou à justifier ci-dessous\u00a0: {_why(verdict)}")
        return sent


def verdicts_of(form: forms.Form) -> dict[str, Verdict]:
    """What the screen found in a form, by the name of the field."""
    return {
        name: field.verdict
        for name, field in form.fields.items()
        if isinstance(field, ScreenedField) and field.verdict is not None
    }


def _told(text: str, verdict: Verdict) -> str:
    first = verdict.findings[0]
    return f"«\u00a0{text[first.start : first.end]}\u00a0»"


def _why(verdict: Verdict) -> str:
    first = verdict.findings[0]
    return f"{LABELS[first.category].lower()} ({LAWS[first.category]}). {READ_BY_THE_PERSON} {first.suggestion}"
